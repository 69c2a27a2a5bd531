"""How a caller's evening goes: what is left, what has been done, and why a list is empty."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from calls import access, hours, telling
from calls.models import UNDO, Attempt, Call, CallRound, CallRules
from calls.rules import rules_of, start_of
from crm.people.models import Branch, User


@dataclass(frozen=True)
class Evening:
    """What the page "my calls" shows."""

    now: datetime
    left: list[Call]
    in_hand: Call | None
    pool: int  # others who can be called now, on nobody's list
    talks: int
    coming: int  # of those, who have said yes to a meeting ahead
    dials: int
    round: CallRound | None
    undoable: Attempt | None
    rules: CallRules

    @property
    def due(self) -> list[Call]:
        return [call for call in self.left if call.due_at is None or call.due_at <= self.now]

    @property
    def later(self) -> list[Call]:
        return [call for call in self.left if call.due_at is not None and call.due_at > self.now]

    @property
    def is_calling_time(self) -> bool:
        return hours.is_calling_time(self.now, self.rules)

    @property
    def is_paused(self) -> bool:
        return self.rules.is_paused(timezone.localdate(self.now))

    @property
    def next_opening(self) -> date:
        return opening_after(timezone.localdate(self.now), self.rules)

    @property
    def next_calling_time(self) -> datetime:
        return hours.next_calling_time(self.now, self.rules)

    @property
    def is_late(self) -> bool:
        """In the evening one says "tonight"."""
        return timezone.localtime(self.now).time() >= hours.EVENING

    @property
    def can_go_on(self) -> bool:
        return bool(self.due or self.pool or self.in_hand)


def of(caller: User, branch: Branch, now: datetime) -> Evening:
    """Constant queries, whatever the size of list, branch and history."""
    left = list(access.left_for(caller, branch, now))
    today = timezone.localdate(now)
    since = start_of(today)
    reports = list(
        access.recent_attempts(caller, branch, now).filter(reported_at__gte=min(since, now - UNDO))
    )
    dialled = [one for one in reports if one.reported_at >= since]
    talked_with = {one.call.member_id for one in dialled if one.outcome == Attempt.Outcome.REACHED}
    return Evening(
        now=now,
        left=left,
        in_hand=access.held_by(caller, branch, now)
        .select_related("member")
        .order_by("claimed_at", "rank", "pk")
        .first(),
        pool=access.pool_of(branch, now).open_to_callers(now).count(),
        talks=len(talked_with),
        coming=telling.coming(talked_with, today),
        dials=len(dialled),
        round=access.open_rounds_of(branch, now).first(),
        undoable=next((one for one in reports if access.can_undo(one, caller, now)), None),
        rules=rules_of(branch),
    )


def next_opening(branch: Branch, today: date) -> date:
    return opening_after(today, rules_of(branch))


def opening_after(today: date, rules: CallRules) -> date:
    opens = rules.opens_on(today.year)
    return opens if opens > today else rules.opens_on(today.year + 1)
