"""How a caller's evening goes: what is left, what has been done, and why a list is empty."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from calls import access, hours
from calls.models import Attempt, Call, CallRound
from calls.rules import rules_of
from crm.people.models import Branch, User


@dataclass(frozen=True)
class Evening:
    """What the page "my calls" shows."""

    now: datetime
    left: list[Call]
    in_hand: Call | None
    pool: int  # others who can be called now, on nobody's list
    talks: int
    dials: int
    round: CallRound | None
    undoable: Attempt | None
    next_opening: date

    @property
    def due(self) -> list[Call]:
        return [call for call in self.left if call.due_at is None or call.due_at <= self.now]

    @property
    def later(self) -> list[Call]:
        return [call for call in self.left if call.due_at is not None and call.due_at > self.now]

    @property
    def is_calling_time(self) -> bool:
        return hours.is_calling_time(self.now)

    @property
    def next_calling_time(self) -> datetime:
        return hours.next_calling_time(self.now)

    @property
    def can_go_on(self) -> bool:
        return bool(self.due or self.pool or self.in_hand)


def of(caller: User, branch: Branch, now: datetime) -> Evening:
    """Constant queries, whatever the size of list, branch and history."""
    left = list(access.left_for(caller, branch, now))
    today = timezone.localdate(now)
    dialled = (
        access.recent_attempts(caller, branch, now)
        .filter(reported_at__gte=timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0))
        .order_by()
        .aggregate(
            dials=Count("pk"),
            talks=Count("call__member", distinct=True, filter=Q(outcome=Attempt.Outcome.REACHED)),
        )
    )
    return Evening(
        now=now,
        left=left,
        in_hand=access.held_by(caller, branch, now)
        .select_related("member")
        .order_by("claimed_at", "rank", "pk")
        .first(),
        pool=access.pool_of(branch, now).open_to_callers(now).count(),
        talks=dialled["talks"],
        dials=dialled["dials"],
        round=access.open_rounds_of(branch, now).first(),
        undoable=access.undoable_by(caller, branch, now),
        next_opening=next_opening(branch, today),
    )


def next_opening(branch: Branch, today: date) -> date:
    rules = rules_of(branch)
    opens = rules.opens_on(today.year)
    return opens if opens > today else rules.opens_on(today.year + 1)
