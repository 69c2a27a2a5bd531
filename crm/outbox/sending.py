"""Sending what is due: one recorded state per message, over several kept connections.

Promise 11: a message goes out once, also when the sweep runs twice, on two machines, or dies half way. Who
claims the rows sends them; a row left in flight is *uncertain* and never sent again by itself. All that concerns
the database is done by the thread that asks; the others only talk to the mail server.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from queue import SimpleQueue
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.outbox import bounces, rules
from crm.outbox.fates import Fate
from crm.outbox.models import Message, MessageQuerySet
from crm.outbox.posting import Postman
from crm.people.models import Branch, Member

# Far longer than a mail server may keep us waiting (EMAIL_TIMEOUT), so that only a dead sender's lease runs out.
LEASE = timedelta(minutes=10)
# After half of it nobody begins to hand over a message that was claimed with the others.
LAST_START = LEASE / 2
# Few are claimed at a time: those that a killed worker leaves behind are uncertain.
BATCH = 48
MOST_AT_A_TIME = 5000  # in one sweep; the next minute's goes on
MOST_ATTEMPTS = 8
# One more connection for so many messages: a handful needs no more than one.
EACH_CONNECTION = 5

State = Message.State
Told = tuple[Message, Fate, str]


def send_due() -> int:
    """Send what is due now; how many left. Called when woken and each minute."""
    now = timezone.now()
    Message.objects.cut_off(now).update(
        state=State.UNCERTAIN, lease_until=None, claim=None, error=_("The sending was cut off.")
    )
    Message.objects.unwanted_letters().update(state=State.FAILED, error=_("Wants no letters."))
    Message.objects.withheld_until(now).update(state=State.QUEUED, not_before=None, error="")
    branches = Branch.objects.filter(pk__in=Message.objects.due(now).order_by().values("branch"))
    return sum(send_of(branch) for branch in branches)


def send_of(branch: Branch) -> int:
    """Send what is due of one branch, as far as its hours and its limit allow."""
    now, wishes = timezone.now(), rules.rules_of(branch)
    if opens := rules.next_opening(wishes, now):
        at_night = due_of(branch).filter(channel__in=rules.channels_with_hours(wishes), member__isnull=False)
        at_night.update(state=State.WITHHELD, not_before=opens, error=_("Outside sending hours."))
    left, sent = min(rules.left_of_the_hour(wishes, now), MOST_AT_A_TIME), 0
    with ExitStack() as postmen:
        ready: SimpleQueue[Postman] = SimpleQueue()
        while left > 0 and (claimed := claim_some(due_of(branch), min(left, BATCH))):
            left -= len(claimed)
            wanted = drop_unwanted(claimed)
            while ready.qsize() < connections_for(len(wanted)):
                ready.put(postmen.enter_context(Postman()))
            for group in delivered(wanted, ready):
                sent += note_all(group)
    return sent


def due_of(branch: Branch) -> MessageQuerySet:
    return Message.objects.due(timezone.now()).filter(branch=branch)


def connections_for(messages: int) -> int:
    return max(1, min(settings.EMAIL_CONNECTIONS, messages // EACH_CONNECTION))


def claim_some(due: MessageQuerySet, most: int) -> list[Message]:
    """The messages that this sender got, in the order in which they were written."""
    token, now = uuid4(), timezone.now()
    keys = list(due.order_by("queued_at", "pk").values_list("pk", flat=True)[:most])
    got = Message.objects.due(now).filter(pk__in=keys)
    got.update(state=State.IN_FLIGHT, lease_until=now + LEASE, claim=token, attempts=F("attempts") + 1)
    ours = Message.objects.filter(claim=token).select_related("branch__sending_rules", "member", "user")
    return list(ours.order_by("queued_at", "pk")) if keys else []


def claim(key: int) -> Message | None:
    """The message, if this sender got it."""
    return next(iter(claim_some(Message.objects.due(timezone.now()).filter(pk=key), 1)), None)


def drop_unwanted(claimed: list[Message]) -> list[Message]:
    """Who must not get it after all is left out; read at the last moment (promise 15)."""
    members = Member.objects.current().filter(pk__in=[m.member_id for m in claimed if m.member_id])
    people = {member.pk: member for member in members}
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


def delivered(messages: list[Message], ready: "SimpleQueue[Postman]") -> Iterator[list[Told]]:
    """What became of the messages, in groups as the postmen report; each postman is with one message at a time."""
    connections = ready.qsize()
    last_start = timezone.now() + LAST_START
    if connections == 1:
        postman = ready.get()
        for message in messages:
            yield [carry(postman.deliver, message, last_start)]
        ready.put(postman)
        return
    with ThreadPoolExecutor(connections) as pool:
        waiting: set[Future[Told]] = {
            pool.submit(partial(with_postman, ready, last_start), message) for message in messages
        }
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield [future.result() for future in done]


def with_postman(ready: "SimpleQueue[Postman]", last_start: datetime, message: Message) -> Told:
    postman = ready.get()
    try:
        return carry(postman.deliver, message, last_start)
    finally:
        ready.put(postman)


def carry(deliver: Callable[[Message], tuple[Fate, str]], message: Message, last_start: datetime) -> Told:
    if timezone.now() > last_start:
        return message, Fate.NOT_NOW, _("The mail server was too slow.")
    fate, reason = deliver(message)
    return message, fate, reason


def note_all(told: list[Told]) -> int:
    """Write down what became of messages; how many left."""
    gone = [message for message, fate, _reason in told if fate is Fate.SENT]
    settle(gone, state=State.SENT, sent_at=timezone.now())
    for message, fate, reason in told:
        if fate is not Fate.SENT:
            note(message, fate, reason)
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
        case Fate.NOT_NOW if message.attempts < MOST_ATTEMPTS:
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
