""" "We have tried to reach you": what becomes of a member whose attempts are used up."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from calls.models import Call, CallQuerySet, CallRound
from crm.extensions import Filling, TextKind
from crm.outbox.models import Message, MessageQuerySet
from crm.outbox.queueing import Queued, queue_for_members
from crm.people.models import Member, User

State = Call.State
Sending = Message.State
TRIED_TO_REACH = TextKind(
    name="tried_to_reach",
    label=_("We have tried to reach you"),
    about=_("When a leader sends it, to those whom nobody has reached in all the attempts of a call round."),
    subject=_("We have tried to reach you – [arbetarekommun]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "We call every member at least once a year, to hear how you are and what you want us to take up. We have"
        " tried to reach you by telephone a few times, but have not got hold of you.\n\n"
        "We would like to hear from you.\nCall us on [expedition].\nWrite to [e-post].\n"
        "Tell us too if we have the wrong number, or if you would rather not be called.\n\n"
        "Thank you for being a member!"
    ),
    sms=_(
        "Hello [förnamn]! We have tried to call you, and would like to hear from you.\nCall us on [expedition]."
    ),
)
# The outbox still has these; they may yet arrive.
ON_ITS_WAY = (Sending.QUEUED, Sending.WITHHELD, Sending.IN_FLIGHT, Sending.PRINTED)
# E-mail and SMS that a server has taken, and letters in the letter box.
GONE = (Sending.SENT, Sending.POSTED)


@dataclass(frozen=True)
class Post:
    """Where the messages of a round's exhausted calls are, those that have not gone yet."""

    waiting: int  # e-mail and SMS
    to_print: int
    to_approve: int
    stopped: int  # failed, bounced, uncertain: somebody has to look at them
    by_hand: int  # exhausted calls of which the outbox has nothing on its way


def purpose_of(call_round: CallRound) -> str:
    """One message for each member and round."""
    return f"tried:{call_round.pk}"


def messages_of(call_round: CallRound) -> MessageQuerySet:
    return Message.objects.filter(purpose_key=purpose_of(call_round), branch=call_round.branch_id)


def exhausted(call_round: CallRound) -> CallQuerySet:
    """Attempts used up, nothing sent."""
    return Call.objects.filter(round=call_round, state=State.EXHAUSTED, letter_at=None)


def unwritten(call_round: CallRound) -> "list[Member]":
    """Members whose attempts are used up, and who have not been written to."""
    members = Member.objects.current().filter(pk__in=exhausted(call_round).values("member"))
    return list(members.in_name_order())


def by_hand(call_round: CallRound) -> CallQuerySet:
    """Exhausted calls that a leader can note as written to: the outbox has nothing on its way to the member."""
    under_way = messages_of(call_round).filter(member=OuterRef("member_id"), state__in=ON_ITS_WAY)
    return exhausted(call_round).exclude(Exists(under_way))


def post_of(call_round: CallRound) -> Post:
    """Two queries, however many messages."""
    concerned = messages_of(call_round).filter(member__in=exhausted(call_round).values("member"))
    on_paper = Q(channel=Message.Channel.LETTER)
    asked = Q(state=Sending.WITHHELD, needs_approval=True)
    found = concerned.order_by().aggregate(
        waiting=Count("pk", filter=Q(state__in=ON_ITS_WAY) & ~on_paper & ~asked),
        to_print=Count("pk", filter=Q(state__in=ON_ITS_WAY) & on_paper & ~asked),
        to_approve=Count("pk", filter=asked),
        stopped=Count("pk", filter=Q(state__in=(Sending.FAILED, Sending.BOUNCED, Sending.UNCERTAIN))),
    )
    return Post(by_hand=by_hand(call_round).count(), **found)


@transaction.atomic
def write_to_exhausted(*, call_round: CallRound, by: User) -> Queued:
    """Put the message into the outbox, by e-mail, SMS or letter as each is reached.

    The promise is kept when it has gone, which ``note_sent`` sees.
    """
    return queue_for_members(
        branch=call_round.branch,
        members=unwritten(call_round),
        purpose_key=purpose_of(call_round),
        kind=TRIED_TO_REACH,
        filling=lambda _member: Filling(),
        by=by,
    )


def note_sent(call_round: CallRound) -> int:
    """The calls whose message has gone since; by whom it was put into the outbox."""
    gone = messages_of(call_round).filter(member=OuterRef("member_id"), state__in=GONE)
    return (
        exhausted(call_round)
        .filter(Exists(gone))
        .update(
            letter_at=Subquery(gone.values("sent_at")[:1]), letter_by=Subquery(gone.values("queued_by")[:1])
        )
    )
