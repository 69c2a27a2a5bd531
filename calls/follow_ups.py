"""What officers do about parked calls: call again, leave the member in peace, end the membership, or just done."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from calls import settling
from calls.models import Call, FollowUp
from calls.outcomes import WISHES, locked
from crm.people import memberships, wishes
from crm.people.models import Membership, User

State, Reason = Call.State, Call.Reason
# What an officer can end a membership with, and why the call then ends.
ENDINGS: dict[str, str] = {
    Membership.EndReason.LEFT: Reason.LEFT,
    Membership.EndReason.DECEASED: Reason.DECEASED,
}


def handle(follow_up: FollowUp, *, by: User, answer: str, now: datetime) -> bool:
    """False when somebody has handled it already."""
    still_open = FollowUp.objects.filter(pk=follow_up.pk, handled_at=None)
    return bool(still_open.update(handled_at=now, handled_by=by, answer=answer))


@transaction.atomic
def done(*, follow_up: FollowUp, by: User, now: datetime, answer: str = "") -> bool:
    """The officer has done what was asked; a parked call waits again, a finished one stays finished."""
    call = locked(follow_up.call_id)
    if not handle(follow_up, by=by, answer=answer, now=now):
        return False
    for one in parked_together(call):
        wait_again(one)
    return True


@transaction.atomic
def call_again(*, follow_up: FollowUp, by: User, now: datetime, answer: str = "") -> bool:
    """It was not so: the call waits again with all its attempts, and the wishes that the report set are lifted."""
    call = locked(follow_up.call_id)
    if not handle(follow_up, by=by, answer=answer, now=now):
        return False
    lift_wishes(call, follow_up, by)
    finished = [call] if call.state in {State.EXEMPT, State.EXHAUSTED} else []
    for one in (*finished, *parked_together(call)):
        one.attempts_used = 0
        wait_again(one)
    return True


def parked_together(call: Call) -> list[Call]:
    """The call, if an officer was to act, and the same person's calls that one report has parked with it."""
    parked = Call.objects.select_for_update(of=("self",)).filter(member=call.member_id, state=State.PARKED)
    own = FollowUp.objects.filter(call=OuterRef("pk"), handled_at=None)
    found = list(parked.exclude(Exists(own)).order_by("pk"))
    for one in found:
        one.member = call.member
    return found


def lift_wishes(call: Call, follow_up: FollowUp, by: User) -> None:
    """Only those that this report set; a wish from before stays."""
    attempt = follow_up.attempt
    if attempt is None:
        return
    was, became = attempt.before["was"], attempt.before["became"]
    for wish in WISHES:
        if became[wish] and not was[wish]:
            wishes.change(member=call.member, wish=wish, is_on=False, by=by)


def wait_again(call: Call) -> None:
    """Waiting, or without a number if there is none, or exempt if the member still wants no calls."""
    if call.member.no_calls:
        call.state, call.reason, call.due_at = State.EXEMPT, Reason.WISH, None
    else:
        dialled = call.member.phones.exists()
        call.state, call.reason, call.due_at = State.WAITING if dialled else State.UNREACHABLE, "", None
    call.save()


@transaction.atomic
def leave_in_peace(*, follow_up: FollowUp, by: User, now: datetime, answer: str = "") -> bool:
    """An officer keeps in touch instead: the call of this round ends."""
    call = locked(follow_up.call_id)
    if not handle(follow_up, by=by, answer=answer, now=now):
        return False
    keys = [call.pk, *(one.pk for one in parked_together(call))]
    settling.exempt(Call.objects.filter(pk__in=keys, state__in=settling.UNFINISHED), reason=Reason.OFFICER)
    return True


@transaction.atomic
def end_membership(*, follow_up: FollowUp, by: User, now: datetime, reason: str, answer: str = "") -> bool:
    """The member has left or died: the membership ends today, here; the register is told by the officer."""
    call = locked(follow_up.call_id)
    if not handle(follow_up, by=by, answer=answer, now=now):
        return False
    together = Call.objects.filter(member=call.member_id, state__in=settling.UNFINISHED)
    settling.exempt(together, reason=ENDINGS[reason])
    memberships.end(member=call.member, on=timezone.localdate(now), reason=reason, by=by)
    return True


@transaction.atomic
def mark_letters_sent(*, call_ids: list[int], by: User, now: datetime) -> int:
    """ "We have tried to reach you" has gone to these members whose attempts are used up."""
    calls = Call.objects.filter(pk__in=call_ids, state=State.EXHAUSTED, letter_at=None)
    return calls.update(letter_at=now, letter_by=by)
