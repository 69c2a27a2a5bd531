"""Writing messages into the outbox: one per recipient and purpose key, however often it is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from crm.extensions import Filling, TextKind
from crm.outbox import channels, rules, sms, texts
from crm.outbox.channels import Way
from crm.outbox.models import Message
from crm.outbox.writing import Words, write
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
    kind: TextKind,
    filling: Callable[[Member], Filling],
    by: User,
    at: datetime | None = None,
    not_after: datetime | None = None,
    wording: texts.Wording | None = None,
) -> Queued:
    """A message to each member who has not said no, by e-mail, SMS or letter; who got one before gets none now.

    The words are those of the branch for the kind, or ``wording``. An SMS ends with the address to answer at, a letter
    shows it with its code. A send to more than the branch expects waits until an officer has approved it. What has
    not gone out ``not_after`` then is stopped.
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
        if (way := ways[member.pk]) and not member.wants_no_messages and member.pk not in had
    ]
    needs_approval = len(to_write) > wishes.ask_above
    writer = texts.Writer(branch, wording or texts.wording_of(branch, kind))
    messages = []
    for member, way in to_write:
        message = write_one(writer, kind, member, way, filling(member))
        message.purpose_key, message.queued_at, message.queued_by = purpose_key, now, by
        message.not_after = not_after
        if needs_approval:
            message.state, message.needs_approval = Message.State.WITHHELD, True
        messages.append(message)
    # A second run at the same moment loses against the constraint, and writes nothing twice.
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=_AT_ONCE)
    wake("outbox")
    unreachable = [member for member in everybody if ways[member.pk] is None and not member.wants_no_messages]
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
    message = _message(branch, words)
    message.purpose_key, message.queued_at, message.queued_by = purpose_key, timezone.now(), by
    message.user, message.address = user, user.email
    Message.objects.bulk_create([message], ignore_conflicts=True)
    wake("outbox")


def write_one(writer: texts.Writer, kind: TextKind, member: Member, way: Way, filled: Filling) -> Message:
    """What one member gets, not saved. A kind without the link among its placeholders wants no answer."""
    if filled.answer_url and filled.answer_url not in map(filled.values.get, kind.placeholders):
        filled = Filling(values=filled.values)
    message = _message(writer.branch, writer.to(member, filled))
    message.member, message.kind, message.words = member, kind.name, writer.wording.version
    message.channel, message.address = way.channel, way.address
    message.answer_url, message.answer_code = filled.answer_url, filled.answer_code
    if way.channel == Channel.SMS:
        message.sms = sms.compose(
            writer.sms_to(member, filled), address=filled.answer_url, sender=writer.branch.name
        )
    return message


def sms_text(message: Message) -> str:
    """The subject, where to answer, and who sends it."""
    return sms.compose(message.subject, address=message.answer_url, sender=message.branch.name)


def _message(branch: Branch, words: Words) -> Message:
    return Message(
        branch=branch,
        channel=Channel.EMAIL,
        subject=words.subject,
        text=words.text,
        html=words.html,
    )
