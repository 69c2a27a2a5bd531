"""Why each call is in its state, as the leader reads it beside the name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls import letters
from calls.models import Call, CallRound, FollowUp
from crm.outbox.models import Message

State = Call.State


@dataclass(frozen=True)
class Row:
    """A call among the others of its state; ``follow_up`` is what an officer can do about it."""

    call: Call
    why: str
    follow_up: FollowUp | None = None


def of(call_round: CallRound, calls: list[Call], now: datetime) -> list[Row]:
    """In the order of ``calls``; two queries more, however many there are."""
    follow_ups = open_follow_ups(calls)
    written = messages_to(call_round, calls)
    return [
        Row(
            call,
            why(call, follow_ups.get(call.pk), written.get(call.member_id), now),
            follow_ups.get(call.pk),
        )
        for call in calls
    ]


def open_follow_ups(calls: Iterable[Call]) -> dict[int, FollowUp]:
    keys = [call.pk for call in calls if call.state == State.PARKED]
    found = FollowUp.objects.filter(call__in=keys, handled_at=None).select_related("attempt", "opened_by")
    return {follow_up.call_id: follow_up for follow_up in found}


def messages_to(call_round: CallRound, calls: Iterable[Call]) -> dict[int, Message]:
    """What the outbox has for those whose attempts are used up."""
    members = [call.member_id for call in calls if call.state == State.EXHAUSTED]
    found = letters.messages_of(call_round).filter(member__in=members)
    return {message.member_id: message for message in found if message.member_id is not None}


def why(call: Call, follow_up: FollowUp | None, message: Message | None, now: datetime) -> str:
    if call.state == State.EXEMPT:
        return str(call.get_reason_display())
    if call.state == State.PARKED:
        return why_parked(follow_up)
    if call.state == State.EXHAUSTED:
        return why_exhausted(call, message)
    if call.is_held(now):
        return _("with %(who)s until %(when)s") % {
            "who": call.claimed_by,
            "when": clock(call.claimed_until, "H:i"),
        }
    if call.due_at is not None and call.due_at > now:
        return _("to be called from %(when)s") % {"when": clock(call.due_at, "Y-m-d H:i")}
    return ""


def why_parked(follow_up: FollowUp | None) -> str:
    """A call without a follow-up of its own waits for what was reported in another round of the same person."""
    if follow_up is None:
        return _("waits with the same person's call in another round")
    said = follow_up.attempt.get_outcome_display() if follow_up.attempt else ""
    return _("%(what)s, reported by %(who)s") % {"what": said, "who": follow_up.opened_by}


def why_exhausted(call: Call, message: Message | None) -> str:
    if call.letter_at is not None:
        return _("written to %(when)s") % {"when": clock(call.letter_at, "Y-m-d")}
    if message is None:
        return _("not written to yet")
    state = {"channel": message.get_channel_display(), "state": message.get_state_display()}
    return _("%(channel)s in the outbox: %(state)s") % state


def clock(at: datetime | None, form: str) -> str:
    return date_format(timezone.localtime(at), form) if at else ""
