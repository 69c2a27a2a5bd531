""" "We have tried to reach you": what becomes of a member whose attempts are used up."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from calls.models import Call, CallRound
from crm.outbox.models import Message
from crm.outbox.queueing import Queued, queue_for_members
from crm.people.models import Member, User

State = Call.State
TEMPLATE = "calls/emails/tried_to_reach"


def purpose_of(call_round: CallRound) -> str:
    """One message for each member and round."""
    return f"tried:{call_round.pk}"


def unwritten(call_round: CallRound) -> "list[Member]":
    """Members whose attempts are used up, and who have not been written to."""
    exhausted = Call.objects.filter(round=call_round, state=State.EXHAUSTED, letter_at=None)
    return list(Member.objects.current().filter(pk__in=exhausted.values("member")).in_name_order())


@transaction.atomic
def write_to_exhausted(*, call_round: CallRound, by: User) -> Queued:
    """Put the message into the outbox. The promise is kept when it has been sent, which ``note_sent`` sees."""
    return queue_for_members(
        branch=call_round.branch,
        members=unwritten(call_round),
        purpose_key=purpose_of(call_round),
        template=TEMPLATE,
        context=lambda _member: {"round": call_round},
        by=by,
    )


def note_sent(call_round: CallRound) -> int:
    """The calls whose message has been sent since; by whom it was put into the outbox."""
    sent = Message.objects.filter(
        member=OuterRef("member_id"), purpose_key=purpose_of(call_round), state=Message.State.SENT
    )
    calls = Call.objects.filter(Exists(sent), round=call_round, state=State.EXHAUSTED, letter_at=None)
    return calls.update(
        letter_at=Subquery(sent.values("sent_at")[:1]), letter_by=Subquery(sent.values("queued_by")[:1])
    )
