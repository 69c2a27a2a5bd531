"""What a person decides about a message that did not simply go out."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.outbox import bounces, channels, queueing, rules
from crm.outbox.channels import Way
from crm.outbox.models import DeadAddress, EarlierAttempt, Message
from crm.people import wishes
from crm.people.models import Branch, Member, User
from crm.wake import wake

State = Message.State
# What has not gone out, as far as anybody knows.
STOPPABLE = (State.QUEUED, State.WITHHELD, State.FAILED, State.UNCERTAIN)


@transaction.atomic
def send_again(*, message: Message, by: User) -> bool:
    """A failed, bounced or uncertain message is queued anew; false if somebody has decided already."""
    again = Message.objects.undecided().filter(pk=message.pk)
    if again.update(**_anew(by)) != 1:
        return False
    bounces.believe_again(branch=message.branch, address=message.address)
    wake("outbox")
    return True


def _anew(by: User) -> dict[str, Any]:
    return {
        "state": State.QUEUED,
        "stopped_by_wish": False,
        "attempts": 0,
        "not_before": None,
        "sent_at": None,
        "error": "",
        "decided_at": timezone.now(),
        "decided_by": by,
    }


def other_ways(message: Message) -> list[Way]:
    """How the member could be reached instead; none unless this attempt certainly did not arrive."""
    if message.member is None or not message.can_go_another_way:
        return []
    rules_now = rules.rules_of(message.branch)
    ways = channels.reach_of(message.branch, [message.member], rules_now).ways(message.member)
    return [way for way in ways if (way.channel, way.address) != (message.channel, message.address)]


@transaction.atomic
def go_another_way(*, message: Message, channel: str, by: User) -> bool:
    """The same message by another channel, a new attempt; false where that is not possible (any more)."""
    message = (
        Message.objects.select_for_update(of=("self",)).select_related("branch", "member").get(pk=message.pk)
    )
    way = next((way for way in other_ways(message) if way.channel == channel), None)
    if way is None:
        return False
    changes = _anew(by)
    EarlierAttempt.objects.create(
        message=message,
        channel=message.channel,
        address=message.address,
        error=message.error,
        changed_at=changes["decided_at"],
        changed_by=by,
    )
    text = queueing.sms_text(message) if channel == Message.Channel.SMS else ""
    Message.objects.filter(pk=message.pk).update(channel=channel, address=way.address, sms=text, **changes)
    wake("outbox")
    return True


@transaction.atomic
def approve(*, branch: Branch, purpose_key: str, by: User) -> int:
    """A send to more than expected may leave; how many messages that lets go."""
    waiting = Message.objects.unapproved().filter(branch=branch, purpose_key=purpose_key)
    done = waiting.update(state=State.QUEUED, needs_approval=False, decided_at=timezone.now(), decided_by=by)
    wake("outbox")
    return done


@transaction.atomic
def refuse(*, branch: Branch, purpose_key: str, by: User) -> int:
    """A send to more than expected is not to leave; how many messages that stops."""
    of_the_send = Message.objects.filter(branch=branch, purpose_key=purpose_key)
    of_the_send.filter(stopped_by_wish=True).update(stopped_by_wish=False)  # a wish taken back lets none out
    return of_the_send.unapproved().update(
        state=State.CANCELLED, needs_approval=False, decided_at=timezone.now(), decided_by=by
    )


def note_sent(*, message: Message, by: User) -> bool:
    """An uncertain message did arrive, somebody has found out."""
    now = timezone.now()
    uncertain = Message.objects.filter(pk=message.pk, state=State.UNCERTAIN)
    return uncertain.update(state=State.SENT, sent_at=now, error="", decided_at=now, decided_by=by) == 1


def cancel(*, message: Message, by: User) -> bool:
    """A message that has not gone out is not to go out."""
    waiting = Message.objects.filter(pk=message.pk, state__in=STOPPABLE)
    done = waiting.update(
        state=State.CANCELLED,
        needs_approval=False,
        stopped_by_wish=False,
        decided_at=timezone.now(),
        decided_by=by,
    )
    return done == 1


def take_away(*, branch: Branch, member: Member, purpose_key: str) -> bool:
    """A message written by mistake a moment ago, as if it never had been; false when it has gone out or may have.

    Cancelled, it would stand in the way of the same message when it is wanted after all.
    """
    mistaken = Message.objects.filter(branch=branch, member=member, purpose_key=purpose_key)
    gone, _tables = mistaken.waiting().delete()
    return bool(gone)


@transaction.atomic
def take_back_waiting(*, branch: Branch, purpose_key: str) -> set[int]:
    """What has not gone out of a purpose, as if it never had been written; whose it was, to be written anew."""
    waiting = Message.objects.filter(branch=branch, purpose_key=purpose_key).waiting()
    members = {key for key in waiting.values_list("member_id", flat=True) if key}
    waiting.delete()
    return members


def stop_waiting(*, branch: Branch, purposes: Q, reason: str, by: User) -> set[int]:
    """What has not gone out of these purposes is not to go out; to whom it would have gone."""
    waiting = Message.objects.filter(purposes, branch=branch).waiting()
    rows = list(waiting.values_list("pk", "member_id"))
    Message.objects.filter(pk__in=[key for key, _member in rows]).update(
        state=State.CANCELLED,
        needs_approval=False,
        error=reason,
        decided_at=timezone.now(),
        decided_by=by,
    )
    return {member for _key, member in rows if member}


def forget(*, member: Member, by: User) -> None:
    """The hook of erasure: what was written to a person goes, that something was sent stays."""
    messages = Message.objects.filter(member=member)
    messages.filter(state__in=STOPPABLE).update(state=State.CANCELLED, needs_approval=False)
    messages.update(address="", subject="", text="", html="", sms="", answer_url="", answer_code="", error="")
    EarlierAttempt.objects.filter(message__member=member).delete()
    if not _shares_address(member):
        DeadAddress.objects.filter(branch=member.branch, address=member.email.lower()).delete()


def _shares_address(member: Member) -> bool:
    """With somebody else of the branch, as households do."""
    others = Member.objects.filter(branch=member.branch, email__iexact=member.email, erased_at=None)
    return others.exclude(pk=member.pk).exists()


def say_no(*, member: Member, wish: str, is_on: bool = True) -> bool:
    """The member, by the link in a message: nothing by that channel, or no message at all; or again some.

    False when it already was so.
    """
    return wishes.change(member=member, wish=wish, is_on=is_on, by=User.objects.console())


def leave_out(*, branch: Branch, member_ids: list[int], by: User) -> None:
    """The hook of leaving: what waits for a leaver is cancelled at once."""
    waiting = Message.objects.filter(branch=branch, member__in=member_ids).waiting()
    waiting.update(state=State.CANCELLED, needs_approval=False, decided_at=timezone.now(), decided_by=by)


def with_messages(*, member_ids: list[int]) -> set[int]:
    """Members to whom something has been written, or is about to be."""
    return set(Message.objects.filter(member__in=member_ids).values_list("member_id", flat=True))
