"""Reporting how a call went: once, whatever the network does; what follows is data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.models import CLAIM, UNDO, Attempt, Call, FollowUp
from calls.rounds import rules_of
from crm.people.models import Member, User

Outcome = Attempt.Outcome
State = Call.State
Reason = Call.Reason

# Local hours at which a call that is due again may be tried: before noon, or in the evening.
MORNING, EVENING = 10, 17


@dataclass(frozen=True)
class Rule:
    """What follows an outcome. ``retry_after`` in days means that the member is called again."""

    consequence: str | Promise
    state: str = State.WAITING
    reason: str = ""
    retry_after: int = 0
    follow_up: bool = False
    no_calls: bool = False
    no_messages: bool = False
    counts: bool = True  # whether it uses up one of the attempts


RULES: dict[str, Rule] = {
    Outcome.REACHED: Rule(_("Done for this year. Thank you!"), state=State.REACHED),
    Outcome.CALL_LATER: Rule(_("We call again when you say."), retry_after=1, counts=False),
    Outcome.NO_ANSWER: Rule(_("We call again at another time of day."), retry_after=2),
    Outcome.BUSY: Rule(_("We call again tomorrow."), retry_after=1),
    Outcome.LEFT_MESSAGE: Rule(_("We call again in a few days."), retry_after=3),
    Outcome.OTHER_ANSWERED: Rule(_("We call again at another time of day."), retry_after=2),
    Outcome.WRONG_NUMBER: Rule(
        _("An officer finds the right number before we call again."), state=State.PARKED, follow_up=True
    ),
    Outcome.OUT_OF_SERVICE: Rule(
        _("An officer finds a new number before we call again."), state=State.PARKED, follow_up=True
    ),
    Outcome.OTHER_LANGUAGE: Rule(
        _("An officer finds somebody who speaks the language."), state=State.PARKED, follow_up=True
    ),
    Outcome.MOVED: Rule(_("An officer sees to the new address."), state=State.PARKED, follow_up=True),
    Outcome.DECLINES_CALLS: Rule(
        _("Nobody calls again. It holds at once and for all of us."),
        state=State.EXEMPT,
        reason=Reason.WISH,
        follow_up=True,
        no_calls=True,
    ),
    Outcome.WANTS_TO_LEAVE: Rule(
        _("An officer sees to it. Nobody calls until then."), state=State.PARKED, follow_up=True
    ),
    Outcome.DECEASED: Rule(
        _("No call and no message goes there again. An officer sees to the rest."),
        state=State.EXEMPT,
        reason=Reason.DECEASED,
        follow_up=True,
        no_calls=True,
        no_messages=True,
    ),
}


class TooLate(Exception):
    """The ten minutes for taking a report back are over."""


def report(
    *,
    call: Call,
    by: User,
    outcome: str,
    client_id: UUID,
    note: str = "",
    message: str = "",
    call_back_at: datetime | None = None,
    at: datetime | None = None,
) -> Attempt:
    """Record one dial (promise 10). The same ``client_id`` again changes nothing and gives the first report.

    A report that comes after its claim has ended is kept all the same; it changes the call only if nobody else
    has taken it, or if it says reached. ``at`` is when the call was made (now).
    """
    now = at or timezone.now()
    try:
        with transaction.atomic():
            known = Attempt.objects.filter(client_id=client_id).first()
            if known is not None:
                return known
            return _record(call.pk, by, outcome, client_id, note, message, call_back_at, now)
    except IntegrityError:  # the same report arrived twice at the same moment
        return Attempt.objects.get(client_id=client_id)


def _record(
    key: int,
    by: User,
    outcome: str,
    client_id: UUID,
    note: str,
    message: str,
    call_back_at: datetime | None,
    now: datetime,
) -> Attempt:
    call = Call.objects.select_for_update(of=("self",)).select_related("member", "round__branch").get(pk=key)
    attempt = Attempt.objects.create(
        call=call,
        client_id=client_id,
        outcome=outcome,
        note=note,
        reported_at=now,
        reported_by=by,
        before=_as_it_was(call),
    )
    rule = RULES[outcome]
    if _decides(call, by, outcome, now):
        _move_on(call, rule, message=message, call_back_at=call_back_at, now=now)
    _heed(call.member, rule)
    if rule.follow_up or message:
        FollowUp.objects.get_or_create(
            call=call,
            handled_at=None,
            defaults={"attempt": attempt, "message": message, "opened_at": now, "opened_by": by},
        )
    return attempt


def _decides(call: Call, by: User, outcome: str, now: datetime) -> bool:
    """Whether the report settles the call's state: reached always (once), others unless somebody else is on."""
    if call.state == State.REACHED:
        return False
    if outcome == Outcome.REACHED:
        return True
    in_other_hands = call.claimed_by_id not in (None, by.pk) and call.claimed_until and call.claimed_until >= now
    return call.state == State.WAITING and not in_other_hands


def _move_on(
    call: Call, rule: Rule, *, message: str, call_back_at: datetime | None, now: datetime
) -> None:
    state, reason = rule.state, rule.reason
    if rule.counts and not _tried_on_the_same_day(call, now):
        call.attempts_used += 1
    if state == State.WAITING and message:
        state = State.PARKED
    elif state == State.WAITING and rule.counts and call.attempts_used >= rules_of(call.round.branch).max_attempts:
        state = State.EXHAUSTED
    call.state, call.reason, call.last_attempt_at = state, reason, now
    call.due_at = (call_back_at or due_again(now, rule.retry_after)) if state == State.WAITING else None
    call.reached_at = now if state == State.REACHED else None
    call.claimed_at = call.claimed_by = call.claimed_until = None
    call.save()


def _tried_on_the_same_day(call: Call, now: datetime) -> bool:
    last = call.last_attempt_at
    return last is not None and timezone.localdate(last) == timezone.localdate(now)


def _heed(member: Member, rule: Rule) -> None:
    """A wish holds at once, in every round and for every message."""
    member.no_calls = member.no_calls or rule.no_calls
    member.no_messages = member.no_messages or rule.no_messages
    if rule.no_calls or rule.no_messages:
        member.save(update_fields={"no_calls", "no_messages"})


def due_again(now: datetime, days: int) -> datetime:
    """Some days on and in the other part of the day: the same hour again rarely finds anybody at home."""
    local = timezone.localtime(now)
    hour = EVENING if local.hour < EVENING else MORNING
    return (local + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


@transaction.atomic
def undo(*, attempt: Attempt, by: User) -> Call:
    """Take one's own last report back, within ten minutes; the person is in the caller's hands again.

    Raises ``TooLate`` when the time is over, when it is another's report, or when something has followed.
    """
    now = timezone.now()
    call = Call.objects.select_for_update(of=("self",)).select_related("member").get(pk=attempt.call_id)
    later = Attempt.objects.filter(call=call, undone_at=None, pk__gt=attempt.pk).exists()
    mine = Attempt.objects.filter(
        pk=attempt.pk, reported_by=by, undone_at=None, reported_at__gte=now - UNDO
    )
    if later or mine.update(undone_at=now, undone_by=by) != 1:
        raise TooLate
    FollowUp.objects.filter(attempt=attempt, handled_at=None).delete()
    _put_back(call, attempt.before)
    if call.state == State.WAITING:
        call.claimed_by, call.claimed_at, call.claimed_until = by, now, now + CLAIM
    call.save()
    return call


def _as_it_was(call: Call) -> dict[str, Any]:
    return {
        "state": call.state,
        "reason": call.reason,
        "due_at": call.due_at.isoformat() if call.due_at else None,
        "attempts_used": call.attempts_used,
        "last_attempt_at": call.last_attempt_at.isoformat() if call.last_attempt_at else None,
        "reached_at": call.reached_at.isoformat() if call.reached_at else None,
        "no_calls": call.member.no_calls,
        "no_messages": call.member.no_messages,
    }


def _put_back(call: Call, before: dict[str, Any]) -> None:
    call.state, call.reason, call.attempts_used = before["state"], before["reason"], before["attempts_used"]
    for name in ("due_at", "last_attempt_at", "reached_at"):
        setattr(call, name, datetime.fromisoformat(before[name]) if before[name] else None)
    call.claimed_by = call.claimed_at = call.claimed_until = None
    member = call.member
    member.no_calls, member.no_messages = before["no_calls"], before["no_messages"]
    member.save(update_fields={"no_calls", "no_messages"})
