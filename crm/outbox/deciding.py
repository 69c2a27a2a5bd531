"""What a person decides about a message that did not simply go out."""

from django.db import transaction
from django.utils import timezone

from crm.outbox.models import Message
from crm.people.models import Branch, Member, User
from crm.wake import wake

State = Message.State
# What has not gone out, as far as anybody knows.
STOPPABLE = (State.QUEUED, State.WITHHELD, State.FAILED, State.UNCERTAIN)


@transaction.atomic
def send_again(*, message: Message, by: User) -> bool:
    """A failed or uncertain message is queued anew; false if somebody has decided already."""
    again = Message.objects.undecided().filter(pk=message.pk)
    done = again.update(
        state=State.QUEUED, attempts=0, not_before=None, error="", decided_at=timezone.now(), decided_by=by
    )
    wake("outbox")
    return done == 1


def note_sent(*, message: Message, by: User) -> bool:
    """An uncertain message did arrive, somebody has found out."""
    now = timezone.now()
    uncertain = Message.objects.filter(pk=message.pk, state=State.UNCERTAIN)
    return uncertain.update(state=State.SENT, sent_at=now, error="", decided_at=now, decided_by=by) == 1


def cancel(*, message: Message, by: User) -> bool:
    """A message that has not gone out is not to go out."""
    waiting = Message.objects.filter(pk=message.pk, state__in=STOPPABLE)
    return waiting.update(state=State.CANCELLED, decided_at=timezone.now(), decided_by=by) == 1


def forget(*, member: Member, by: User) -> None:
    """The hook of erasure: what was written to a person goes, that something was sent stays."""
    messages = Message.objects.filter(member=member)
    messages.filter(state__in=STOPPABLE).update(state=State.CANCELLED)
    messages.update(address="", subject="", text="", html="", error="")


def say_no(*, member: Member, said_no: bool = True) -> None:
    """The member, by the link in a message: no more messages, or again some."""
    Member.objects.filter(pk=member.pk).update(no_messages=said_no)


def leave_out(*, branch: Branch, member_ids: list[int], by: User) -> None:
    """The hook of leaving: what waits for a leaver is cancelled at once."""
    waiting = Message.objects.filter(
        branch=branch, member__in=member_ids, state__in=(State.QUEUED, State.WITHHELD)
    )
    waiting.update(state=State.CANCELLED, decided_at=timezone.now(), decided_by=by)


def with_messages(*, member_ids: list[int]) -> set[int]:
    """Members to whom something has been written, or is about to be."""
    return set(Message.objects.filter(member__in=member_ids).values_list("member_id", flat=True))
