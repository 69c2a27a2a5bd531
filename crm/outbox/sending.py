"""Sending what is due: one recorded state per message, over kept connections.

Promise 11: a message goes out once, also when the sweep runs twice, on two machines, or dies half way. Who
claims the row sends it; a row left in flight is *uncertain* and never sent again by itself.
"""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.outbox.models import Message
from crm.outbox.posting import Fate, Postman
from crm.people.models import Member

# Far longer than a mail server may keep us waiting (EMAIL_TIMEOUT), so that only a dead sender's lease runs out.
LEASE = timedelta(minutes=10)
BATCH = 500
MOST_ATTEMPTS = 8

State = Message.State


def send_due() -> int:
    """Send what is due now; how many left. Called when woken and each minute."""
    Message.objects.cut_off(timezone.now()).update(
        state=State.UNCERTAIN, lease_until=None, error=_("The sending was cut off.")
    )
    sent = 0
    due = Message.objects.due(timezone.now()).filter(channel=Message.Channel.EMAIL)
    keys = list(due.order_by("queued_at", "pk").values_list("pk", flat=True)[:BATCH])
    with Postman() as postman:
        for key in keys:
            message = claim(key)
            if message is None:
                continue
            if why := unwanted(message):
                settle(message, state=State.CANCELLED, error=why)
                continue
            fate, reason = postman.deliver(message)
            note(message, fate, reason)
            sent += fate is Fate.SENT
    return sent


def claim(key: int) -> Message | None:
    """The message, if this sender got it."""
    now = timezone.now()
    got = Message.objects.due(now).filter(pk=key)
    if got.update(state=State.IN_FLIGHT, lease_until=now + LEASE, attempts=F("attempts") + 1) != 1:
        return None
    return Message.objects.select_related("branch", "member", "user").get(pk=key)


def unwanted(message: Message) -> str:
    """Why the recipient must not get it after all; read at the last moment (promise 15)."""
    if message.member_id is None:
        return ""
    member = Member.objects.current().filter(pk=message.member_id).first()
    if member is None:
        return _("No longer a member.")
    return _("Wants no messages.") if member.no_messages else ""


def note(message: Message, fate: Fate, reason: str) -> None:
    """Write down what became of a message."""
    match fate:
        case Fate.SENT:
            settle(message, state=State.SENT, sent_at=timezone.now())
        case Fate.UNCERTAIN:
            settle(message, state=State.UNCERTAIN, error=reason)
        case Fate.NOT_NOW if message.attempts < MOST_ATTEMPTS:
            settle(
                message, state=State.QUEUED, error=reason, not_before=timezone.now() + pause(message.attempts)
            )
        case _:
            settle(message, state=State.FAILED, error=reason)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 2, 4, 8 ... minutes, some four hours in all."""
    return timedelta(minutes=2**attempts)


def settle(
    message: Message,
    *,
    state: str,
    error: str = "",
    sent_at: datetime | None = None,
    not_before: datetime | None = None,
) -> None:
    Message.objects.filter(pk=message.pk, state=State.IN_FLIGHT).update(
        state=state, lease_until=None, error=error, sent_at=sent_at, not_before=not_before
    )
