"""Where the outbox's pages start their queries. Each caller has passed the door."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import Count, Min
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from crm import extensions
from crm.access import members_of
from crm.outbox.models import DeadAddress, LetterBatch, Message, MessageQuerySet, MessageText
from crm.outbox.unreached import NoWay, without_a_way
from crm.outbox.writing import member_key
from crm.people.models import Branch, Member

MOST_SHOWN = 500
MOST_TO_CHOOSE_FROM = 8


def messages_of(branch: Branch, *, state: str = "", channel: str = "") -> MessageQuerySet:
    """The branch's messages, the latest first; without their texts."""
    found = (
        Message.objects.filter(branch=branch).select_related("member", "user").defer("text", "html", "sms")
    )
    wanted = {key: value for key, value in (("state", state), ("channel", channel)) if value}
    return found.filter(**wanted)


def message_of(branch: Branch, key: int) -> Message:
    """Raises ``Http404`` for another branch's."""
    found = Message.objects.select_related("member", "user", "branch", "words").prefetch_related(
        "earlier_attempts"
    )
    return get_object_or_404(found, branch=branch, pk=key)


def counts_by_state(branch: Branch) -> dict[str, int]:
    rows = Message.objects.filter(branch=branch).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


@dataclass(frozen=True)
class Send:
    """A send to more than expected, which waits for a yes."""

    purpose_key: str
    subject: str
    messages: int
    asked_at: datetime


def sends_to_approve(branch: Branch) -> list[Send]:
    rows = Message.objects.unapproved().filter(branch=branch).order_by().values_list("purpose_key")
    counted = rows.annotate(subject=Min("subject"), n=Count("pk"), at=Min("queued_at")).order_by("at")
    return [Send(*row) for row in counted]


def unapproved_of(branch: Branch, purpose_key: str) -> MessageQuerySet:
    """Raises ``Http404`` when none of that purpose waits (any more)."""
    found = Message.objects.unapproved().filter(branch=branch, purpose_key=purpose_key)
    if not found.exists():
        raise Http404
    return found.select_related("member", "branch").order_by("pk")


def letters_waiting(branch: Branch) -> int:
    return Message.objects.to_print(timezone.now()).filter(branch=branch).count()


def letters_to_take_out(branch: Branch) -> list[Message]:
    """Printed and not posted, in the order of their batches and of names: who has left or said no since."""
    found = Message.objects.to_take_out().filter(branch=branch).select_related("member")
    return list(found.order_by("batch", "member__name_sort", "pk").defer("text", "html", "sms"))


def batches_of(branch: Branch) -> list[LetterBatch]:
    """The latest ones, each with its ``letters`` counted."""
    return list(LetterBatch.objects.filter(branch=branch).annotate(letters=Count("messages"))[:50])


def batch_of(branch: Branch, key: int) -> LetterBatch:
    """Raises ``Http404`` for another branch's."""
    return get_object_or_404(LetterBatch.objects.select_related("branch"), branch=branch, pk=key)


def members_in(batch: LetterBatch) -> list[int]:
    return [key for key in batch.messages.values_list("member_id", flat=True) if key]


def unreachable(branch: Branch) -> list[NoWay]:
    """Members who want messages, but whom none can reach."""
    wanted = Member.objects.current().wanting_messages().filter(branch=branch).in_name_order()
    return without_a_way(branch, wanted)[:MOST_SHOWN]


def dead_address_of(branch: Branch, key: int) -> DeadAddress:
    """Raises ``Http404`` for another branch's."""
    return get_object_or_404(DeadAddress, branch=branch, pk=key)


def member_of_link(token: str) -> Member | None:
    """Whose link it is; ``None`` for an invention, and for somebody who is no longer on file."""
    try:
        key = member_key(token)
    except signing.BadSignature:
        return None
    return Member.objects.select_related("branch").filter(pk=key, erased_at=None).first()


def text_kinds() -> list[extensions.TextKind]:
    """Every message whose words a branch may change, in the order in which the apps registered them."""
    return list(extensions.texts.all())


def text_kind_of(name: str) -> extensions.TextKind:
    """Raises ``Http404`` for a kind that there is none of."""
    found = extensions.texts.get(name)
    if found is None:
        raise Http404
    return found


def text_version_of(branch: Branch, kind: extensions.TextKind, number: str) -> MessageText | None:
    """A version to read again; ``None`` without a number. Raises ``Http404`` for one that there is none of."""
    if not number:
        return None
    found = MessageText.objects.filter(branch=branch, kind=kind.name, is_usual=False)
    return get_object_or_404(found, version=int(number) if number.isdecimal() and len(number) < 6 else 0)


def member_of(branch: Branch, key: str) -> Member | None:
    """The member that was chosen; ``None`` when none was. Raises ``Http404`` for somebody else's."""
    if not key:
        return None
    return get_object_or_404(
        members_of(branch).current(), pk=int(key) if key.isdecimal() and len(key) < 18 else 0
    )


def members_matching(branch: Branch, text: str) -> list[Member]:
    """A handful of members to choose from; without ``text`` the first one."""
    found = members_of(branch).current().matching(text).in_name_order()
    return list(found[: MOST_TO_CHOOSE_FROM if text.strip() else 1])
