"""What waits when it is not to go out any more: its member has said no, or what it is about has been.

A no counts at once and its reason stands beside the message; when it is taken back, what it stopped waits again.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.outbox.models import Message, MessageQuerySet
from crm.people.models import Member, User
from crm.wake import wake

Channel, State = Message.Channel, Message.State


def no_to(channel: str) -> str:
    """The reason in words."""
    reasons = {
        Channel.EMAIL.value: _("Wants no e-mail."),
        Channel.SMS.value: _("Wants no SMS."),
        Channel.LETTER.value: _("Wants no letters."),
    }
    return reasons[channel]


@transaction.atomic
def follow_wishes(*, member: Member, by: User) -> None:
    """The hook of a changed wish: what may not reach the member stops, what may again waits as before."""
    person = Member.objects.only("no_messages", "no_email", "no_sms", "no_letters").get(pk=member.pk)
    closed = [channel for channel in Channel.values if person.says_no_to(channel)]
    now = timezone.now()
    stop: dict[str, Any] = {"stopped_by_wish": True, "needs_approval": False, "not_before": None}
    stop |= {"decided_at": now, "decided_by": by}
    mine = Message.objects.filter(member=person)
    waiting = mine.waiting() | mine.filter(stopped_by_wish=True)
    if person.wants_no_messages:
        waiting.update(state=State.CANCELLED, error=_("Wants no messages."), **stop)
        return
    for channel in closed:
        # By another channel it may come: a person can let it go another way.
        waiting.filter(channel=channel).update(state=State.FAILED, error=no_to(channel), **stop)
    _let_wait_again(mine.filter(stopped_by_wish=True).exclude(channel__in=closed), by, now)


def _let_wait_again(stopped: MessageQuerySet, by: User, now: datetime) -> None:
    """One of a send on which an officer has not decided waits for that again."""
    again: dict[str, Any] = {"stopped_by_wish": False, "error": "", "decided_at": now, "decided_by": by}
    for message in stopped.only("branch", "purpose_key"):
        asked = Message.objects.unapproved().filter(branch=message.branch_id, purpose_key=message.purpose_key)
        is_asked = asked.exists()
        state = State.WITHHELD if is_asked else State.QUEUED
        Message.objects.filter(pk=message.pk).update(state=state, needs_approval=is_asked, **again)
    wake("outbox")


def stop_unwanted_letters() -> None:
    """Nobody reads a letter's wishes at sending: what a merge or a leaving has left behind is stopped by the sweep."""
    waiting = Message.objects.waiting().filter(channel=Channel.LETTER, member__isnull=False)
    silent = Member.objects.filter(Q(no_messages=True) | Q(no_email=True, no_sms=True, no_letters=True))
    stopped = {"needs_approval": False, "not_before": None}
    unwanted = waiting.filter(member__in=silent)
    unwanted.update(state=State.CANCELLED, error=_("Wants no messages."), **stopped)
    refused = waiting.filter(member__in=Member.objects.filter(no_letters=True))
    refused.update(state=State.FAILED, error=no_to(Channel.LETTER), **stopped)


def stop_what_is_too_late(now: datetime) -> int:
    """An invitation to what has been is no use, nor a reminder of it; how many were stopped."""
    late = Message.objects.waiting().filter(not_after__lte=now)
    return late.update(
        state=State.CANCELLED,
        needs_approval=False,
        not_before=None,
        error=_("What it is about had already been when it could have gone out."),
    )
