"""Sending what is due: one recorded state per message, over several kept connections.

Promise 11: a message goes out once, also when the sweep runs twice, on two machines, or dies half way. Who
claims the rows sends them; a row left in flight is *uncertain* and never sent again by itself. All that concerns
the database is done by the thread that asks; the others (``lines``) only talk to the mail server.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.outbox import bounces, rules
from crm.outbox.fates import Fate
from crm.outbox.lines import Lines, Told
from crm.outbox.models import Message, MessageQuerySet
from crm.people.models import Branch, Member

# Far longer than a mail server may keep us waiting (EMAIL_TIMEOUT), so that only a dead sender's lease runs out.
LEASE = timedelta(minutes=10)
# With less of it left nobody begins to hand over a message.
SPARE = LEASE / 2
# So many are in flight at a time, handed over and not yet noted among them: what a killed worker leaves uncertain.
BATCH = 48
MOST_AT_A_TIME = 5000  # in one sweep; the next minute's goes on
MOST_ATTEMPTS = 8

# What is read of members at the last moment.
_NOES = ("no_messages", "no_email", "no_sms", "no_letters")

State = Message.State


def send_due() -> int:
    """Send what is due now; how many left. Called when woken and each minute."""
    now = timezone.now()
    Message.objects.cut_off(now).update(
        state=State.UNCERTAIN, lease_until=None, claim=None, error=_("The sending was cut off.")
    )
    Message.objects.unwanted_letters().update(state=State.FAILED, error=_("Wants no letters."))
    Message.objects.withheld_until(now).update(state=State.QUEUED, not_before=None, error="")
    branches = Branch.objects.filter(pk__in=Message.objects.due(now).order_by().values("branch"))
    return sum(send_of(branch) for branch in branches.select_related("sending_rules"))


def send_of(branch: Branch) -> int:
    """Send what is due of one branch, as far as its hours and its limit allow."""
    now, wishes = timezone.now(), rules.rules_of(branch)
    if opens := rules.next_opening(wishes, now):
        at_night = due_of(branch).filter(channel__in=rules.channels_with_hours(wishes), member__isnull=False)
        at_night.update(state=State.WITHHELD, not_before=opens, error=_("Outside sending hours."))
    left, sent = min(rules.left_of_the_hour(wishes, now), MOST_AT_A_TIME), 0
    keys = keys_due(branch, left)
    with Lines(settings.EMAIL_CONNECTIONS, spare=SPARE) as lines:
        while lines.out or (keys and not lines.no_server):
            if keys and lines.out <= BATCH // 2 and not lines.no_server:
                room = BATCH - lines.out
                lines.give(drop_unwanted(claim_some(branch, keys[:room])))
                del keys[:room]
            sent += note_all(lines.hear(BATCH // 2))
    return sent


def due_of(branch: Branch) -> MessageQuerySet:
    return Message.objects.due(timezone.now()).filter(branch=branch)


def keys_due(branch: Branch, most: int) -> list[int]:
    """In the order in which they were written. Asked once for a sweep: it puts all that is due in order."""
    return list(due_of(branch).order_by("queued_at", "pk").values_list("pk", flat=True)[:most])


def claim_some(branch: Branch, keys: list[int]) -> list[Message]:
    """Those of the messages that this sender got, in the order in which they were written."""
    token, now = uuid4(), timezone.now()
    got = Message.objects.due(now).filter(pk__in=keys)
    got.update(state=State.IN_FLIGHT, lease_until=now + LEASE, claim=token, attempts=F("attempts") + 1)
    ours = list(Message.objects.filter(claim=token).order_by("queued_at", "pk"))
    for message in ours:
        message.branch = branch  # one for all of them, with its rules
    return ours


def drop_unwanted(claimed: list[Message]) -> list[Message]:
    """Who must not get it after all is left out; read at the last moment (promise 15)."""
    members = Member.objects.current().filter(pk__in=[m.member_id for m in claimed if m.member_id])
    people = {member.pk: member for member in members.only(*_NOES)}
    wanted = []
    for message in claimed:
        member = people.get(message.member_id or 0)
        if message.member_id is None or (member and not member.says_no_to(message.channel)):
            wanted.append(message)
        elif member and not member.wants_no_messages:
            # Not by this channel: a person can let it go another way.
            settle([message], state=State.FAILED, error=_no_to(message.channel))
        else:
            why = _("Wants no messages.") if member else _("No longer a member.")
            settle([message], state=State.CANCELLED, error=why)
    return wanted


def _no_to(channel: str) -> str:
    return _("Wants no e-mail.") if channel == Message.Channel.EMAIL else _("Wants no SMS.")


def note_all(told: list[Told]) -> int:
    """Write down what became of messages; how many left."""
    gone = [one.message for one in told if one.fate is Fate.SENT]
    settle(gone, state=State.SENT, sent_at=timezone.now())
    for one in told:
        if one.fate is not Fate.SENT:
            note(one.message, one.fate, one.reason)
    return len(gone)


@transaction.atomic
def note(message: Message, fate: Fate, reason: str) -> None:
    """Write down why a message did not simply leave."""
    match fate:
        case Fate.UNCERTAIN:
            settle([message], state=State.UNCERTAIN, error=reason)
        case Fate.NO_SUCH_ADDRESS:
            settle([message], state=State.BOUNCED, error=reason)
            bounces.mark(branch=message.branch, address=message.address, reason=reason)
        case Fate.NOT_NOW | Fate.NO_SERVER if message.attempts < MOST_ATTEMPTS:
            later = timezone.now() + pause(message.attempts)
            settle([message], state=State.QUEUED, error=reason, not_before=later)
        case _:
            settle([message], state=State.FAILED, error=reason)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 2, 4, 8 ... minutes, some four hours in all."""
    return timedelta(minutes=2**attempts)


def settle(
    messages: list[Message],
    *,
    state: str,
    error: str = "",
    sent_at: datetime | None = None,
    not_before: datetime | None = None,
) -> None:
    if not messages:
        return
    in_flight = Message.objects.filter(pk__in=[message.pk for message in messages], state=State.IN_FLIGHT)
    in_flight.update(
        state=state, lease_until=None, claim=None, error=error, sent_at=sent_at, not_before=not_before
    )
