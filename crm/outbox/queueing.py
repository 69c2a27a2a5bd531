"""Writing messages into the outbox: one per recipient and purpose key, however often it is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.outbox.models import Message
from crm.outbox.writing import Words, for_member, write
from crm.people.models import Branch, Member, User
from crm.wake import wake

_AT_ONCE = 500


@dataclass(frozen=True)
class Queued:
    """What became of a purpose: how many messages were written, and who could not get one by e-mail."""

    written: int
    without_address: list[Member]


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
    """An e-mail to each member who has an address and has not said no; who got one before gets none now."""
    now = at or timezone.now()
    everybody = list(members)
    keys = [member.pk for member in everybody]
    had = set(
        Message.objects.filter(purpose_key=purpose_key, member__in=keys).values_list("member_id", flat=True)
    )
    to_write = [m for m in everybody if m.email and not m.no_messages and m.pk not in had]
    messages = [
        _message(
            branch,
            purpose_key,
            for_member(template, branch, member, context(member)),
            by=by,
            now=now,
            member=member,
        )
        for member in to_write
    ]
    # A second run at the same moment loses against the constraint, and writes nothing twice.
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=_AT_ONCE)
    wake("outbox")
    return Queued(written=len(messages), without_address=[m for m in everybody if not m.email])


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


def _message(
    branch: Branch, purpose_key: str, words: Words, *, by: User, now: datetime, member: Member | None = None
) -> Message:
    return Message(
        branch=branch,
        member=member,
        purpose_key=purpose_key,
        channel=Message.Channel.EMAIL,
        address=member.email if member else "",
        subject=words.subject,
        text=words.text,
        html=words.html,
        queued_at=now,
        queued_by=by,
    )
