"""Addresses that do not exist: from the mail server's own words, or from the notices that come back (RFC 3464)."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.message import Message as Mail
from email.policy import default

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import CallRequest
from crm.outbox.models import DeadAddress, Message
from crm.people.models import Branch, Member

_OUR_ID = re.compile(r"<tusen\.(\d{1,18})\.(\d{14})@")
State = Message.State
# Within so long somebody calls whose address bounces, and asks for another ...
CALLED_WITHIN = timedelta(days=14)
# ... or the yearly call comes first.
ASKED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Notice:
    """What a returned mail says of one recipient."""

    message_id: int
    written: str  # yyyymmddhhmmss, as it stands in our Message-ID
    reason: str


def mark(*, branch: Branch, address: str, reason: str) -> None:
    """The address bounces for good. It stays marked until somebody takes the mark away."""
    DeadAddress.objects.get_or_create(
        branch=branch, address=address.lower(), defaults={"bounced_at": timezone.now(), "reason": reason}
    )


def believe_again(*, branch: Branch, address: str) -> bool:
    """An officer says that the address is right after all."""
    return bool(DeadAddress.objects.filter(branch=branch, address=address.lower()).delete()[0])


def bounced_members(branch: Branch) -> list[tuple[Member, DeadAddress]]:
    """Members whose address bounces: somebody should call and ask for another."""
    dead = {row.address: row for row in DeadAddress.objects.filter(branch=branch)}
    if not dead:
        return []
    members = Member.objects.current().filter(branch=branch).exclude(email="").in_name_order()
    return [(member, dead[key]) for member in members if (key := member.email.lower()) in dead]


def calls_to_ask_for(*, branch: Branch, on: date) -> Iterator[CallRequest]:
    """A call to each whose address bounces and who may be called, until the mark or the month has gone."""
    for member, dead in bounced_members(branch):
        since = timezone.localdate(dead.bounced_at)
        if not member.no_calls and since <= on <= since + ASKED_FOR:
            yield CallRequest(
                kind="check_in",
                key=f"address:{since.year}:{member.pk}",
                member_id=member.pk,
                from_on=since,
                due_on=since + CALLED_WITHIN,
                about=_("Our e-mail comes back."),
            )


def notice_of(content: bytes) -> Notice | None:
    """What a delivery status notification says, if it is one, is for good and is about a message of ours."""
    mail = email.message_from_bytes(content, policy=default)
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        return None
    reason = _failure(mail)
    ours = _OUR_ID.search(_returned_id(mail))
    return Notice(int(ours[1]), ours[2], reason) if reason and ours else None


def _failure(mail: EmailMessage | Mail) -> str:
    """The reason, where a recipient failed for good: ``Action: failed`` with a status of class 5 (RFC 3463)."""
    for fields in _status_fields(mail):
        status, action = str(fields.get("Status", "")).strip(), str(fields.get("Action", "")).strip().lower()
        if action == "failed" and status.startswith("5."):
            return f"{status} {fields.get('Diagnostic-Code', '')}".strip()[:500]
    return ""


def _status_fields(mail: EmailMessage | Mail) -> Iterator[Mail]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from part.get_payload()  # type: ignore[misc]


def _returned_id(mail: EmailMessage | Mail) -> str:
    """The Message-ID of the mail that came back, whole or as its head."""
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            head = email.message_from_string(str(part.get_payload()))
            return str(head.get("Message-ID", ""))
        if part.get_content_type() == "message/rfc822":
            return str(part.get_payload(0).get("Message-ID", ""))  # type: ignore[union-attr]
    return ""


@transaction.atomic
def take(notice: Notice) -> bool:
    """The message bounced, and its address is marked; false when no such mail was sent, or it was known."""
    message = Message.objects.select_related("branch").filter(pk=notice.message_id).first()
    if message is None or f"{message.queued_at:%Y%m%d%H%M%S}" != notice.written:
        return False
    sent = Message.objects.filter(
        pk=message.pk, channel=Message.Channel.EMAIL, state__in=(State.SENT, State.UNCERTAIN)
    )
    if sent.update(state=State.BOUNCED, error=notice.reason) != 1:
        return False
    mark(branch=message.branch, address=message.address, reason=notice.reason)
    return True
