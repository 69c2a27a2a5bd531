"""Where the outbox's pages start their queries. Each caller has passed the door."""

from django.core import signing
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404

from crm.outbox.models import Message, MessageQuerySet
from crm.outbox.writing import member_key
from crm.people.models import Branch, Member


def messages_of(branch: Branch, *, state: str = "") -> MessageQuerySet:
    """The branch's messages, the latest first; without their texts."""
    found = Message.objects.filter(branch=branch).select_related("member", "user").defer("text", "html")
    return found.filter(state=state) if state else found


def message_of(branch: Branch, key: int) -> Message:
    """Raises ``Http404`` for another branch's."""
    return get_object_or_404(
        Message.objects.select_related("member", "user", "branch"), branch=branch, pk=key
    )


def counts_by_state(branch: Branch) -> dict[str, int]:
    rows = Message.objects.filter(branch=branch).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def member_of_link(token: str) -> Member:
    """Whose link it is. Raises ``Http404`` for an invention, and for somebody who is no longer on file."""
    try:
        key = member_key(token)
    except signing.BadSignature as error:
        raise Http404 from error
    return get_object_or_404(Member.objects.select_related("branch"), pk=key, erased_at=None)
