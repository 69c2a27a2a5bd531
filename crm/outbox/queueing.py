"""Writing messages into the outbox: one per recipient and purpose key, however often it is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.outbox import channels, rules, sms
from crm.outbox.channels import Way
from crm.outbox.models import Message
from crm.outbox.writing import Words, for_member, write
from crm.people.models import Branch, Member, User
from crm.wake import wake

_AT_ONCE = 500
Channel = Message.Channel


@dataclass(frozen=True)
class Queued:
    """What became of a purpose: how many messages were written, and who can't be reached by any channel."""

    written: int
    without_address: list[Member]
    needs_approval: bool = False


@transaction.atomic
def queue_for_members(
    *,
    branch: Branch,
    members: Iterable[Member],
    purpose_key: str,
    template: str,
    context: Callable[[Member], dict[str, Any]],
    by: User,
    at: datetime | None = None,
) -> Queued:
    """A message to each member who has not said no, by e-mail, SMS or letter; who got one before gets none now.

    ``context`` may hold ``answer_url`` (or ``invitation_url``) and ``answer_code``: an SMS ends with the address, a
    letter shows both. A send to more than the branch expects waits until an officer has approved it.
    """
    now, everybody, wishes = at or timezone.now(), list(members), rules.rules_of(branch)
    had = set(
        Message.objects.filter(purpose_key=purpose_key, branch=branch).values_list("member_id", flat=True)
    )
    reach = channels.reach_of(branch, everybody, wishes)
    ways = {member.pk: reach.way(member) for member in everybody}
    to_write = [
        (member, way)
        for member in everybody
        if (way := ways[member.pk]) and not member.no_messages and member.pk not in had
    ]
    needs_approval = len(to_write) > wishes.ask_above
    messages = []
    for member, way in to_write:
        given = context(member)
        words = for_member(template, branch, member, given)
        message = _message(branch, purpose_key, words, by=by, now=now, member=member)
        _address(message, way, given)
        if needs_approval:
            message.state, message.needs_approval = Message.State.WITHHELD, True
        messages.append(message)
    # A second run at the same moment loses against the constraint, and writes nothing twice.
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=_AT_ONCE)
    wake("outbox")
    unreachable = [member for member in everybody if ways[member.pk] is None]
    return Queued(len(messages), unreachable, needs_approval)


@transaction.atomic
def queue_for_user(
    *,
    branch: Branch,
    user: User,
    purpose_key: str,
    template: str,
    context: dict[str, object],
    by: User,
) -> None:
    """An e-mail to somebody with a role, once per purpose key."""
    words = write(template, dict(context))
    message = _message(branch, purpose_key, words, by=by, now=timezone.now())
    message.user, message.address = user, user.email
    Message.objects.bulk_create([message], ignore_conflicts=True)
    wake("outbox")


def _address(message: Message, way: Way, given: dict[str, Any]) -> None:
    message.channel, message.address = way.channel, way.address
    message.answer_url = given.get("answer_url") or given.get("invitation_url") or ""
    message.answer_code = given.get("answer_code") or ""
    if way.channel == Channel.SMS:
        message.sms = sms_text(message)


def sms_text(message: Message) -> str:
    """The subject, where to answer, and who sends it."""
    return sms.compose(message.subject, address=message.answer_url, sender=message.branch.name)


def _message(
    branch: Branch, purpose_key: str, words: Words, *, by: User, now: datetime, member: Member | None = None
) -> Message:
    return Message(
        branch=branch,
        member=member,
        purpose_key=purpose_key,
        channel=Channel.EMAIL,
        subject=words.subject,
        text=words.text,
        html=words.html,
        queued_at=now,
        queued_by=by,
    )
