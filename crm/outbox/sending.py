"""Sending what is due: one recorded state per message, over several kept connections.

Promise 11: a message goes out once, also when the sweep runs twice, on two machines, or dies half way. Who
claims the rows sends them; a row left in flight is *uncertain* and never sent again by itself. All that concerns
the database is done by the thread that asks; the others (``lines``) only talk to the mail server.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.outbox import bounces, rules, withdrawing
from crm.outbox.fates import Fate
from crm.outbox.lines import Lines, Told
from crm.outbox.models import Message, MessageQuerySet
from crm.people.models import Branch, Member

# Far longer than a mail server may keep us waiting (EMAIL_TIMEOUT), so that only a dead sender's lease runs out.
LEASE = timedelta(minutes=10)
# With less of it left nobody begins to hand over a message.
SPARE = LEASE / 2
# So many are in flight at a time, handed over and not yet noted among them: what a killed worker leaves uncertain.
# To a server that takes them fast more of a large send, but never more than leave in half a second.
BATCH, AT_MOST = 48, 240
SHARE, STAKE = 4, 0.5  # a quarter of what the sweep has sent; seconds
MOST_AT_A_TIME = 5000  # in one sweep; the next minute's goes on
MOST_ATTEMPTS = 8

# What is read of members at the last moment.
_NOES = ("no_messages", "no_email", "no_sms", "no_letters")

State = Message.State

# The statements of each batch, ready-made: putting them together for 24 messages took longer than sending some of them.
# Marks what is due (``MessageQuerySet.due``) among the keys, and reads of it what sending needs.
_CLAIM = """
UPDATE outbox_message SET state = %s, lease_until = %s, attempts = attempts + 1
WHERE state = %s AND channel <> %s AND (not_before IS NULL OR not_before <= %s)
AND (not_after IS NULL OR not_after > %s) AND id IN ({these})
RETURNING id, member_id, channel, address, subject, text, html, sms, queued_at, attempts
"""
_NOTE_SENT = """
UPDATE outbox_message SET state = %s, sent_at = %s, lease_until = NULL, not_before = NULL, error = ''
WHERE state = %s AND id IN ({these})
"""


def send_due() -> int:
    """Send what is due now; how many left. Called when woken and each minute."""
    now = timezone.now()
    Message.objects.cut_off(now).update(
        state=State.UNCERTAIN, lease_until=None, error=_("The sending was cut off.")
    )
    withdrawing.stop_unwanted_letters()
    withdrawing.stop_what_is_too_late(now)
    Message.objects.withheld_until(now).update(state=State.QUEUED, not_before=None, error="")
    branches = Branch.objects.filter(pk__in=Message.objects.due(now).order_by().values("branch"))
    return sum(send_of(branch) for branch in branches.select_related("sending_rules"))


def send_of(branch: Branch) -> int:
    """Send what is due of one branch, as far as its hours and its limit allow."""
    now, wishes = timezone.now(), rules.rules_of(branch)
    branch.reply_email = rules.answers_to(branch, timezone.localdate(now))  # not saved: for what is sent now
    if opens := rules.next_opening(wishes, now):
        at_night = due_of(branch).filter(channel__in=rules.channels_with_hours(wishes), member__isnull=False)
        at_night.update(state=State.WITHHELD, not_before=opens, error=_("Outside sending hours."))
    left, sent = min(rules.left_of_the_hour(wishes, now), MOST_AT_A_TIME), 0
    keys = keys_due(branch, left)
    with Lines(settings.EMAIL_CONNECTIONS, spare=SPARE) as lines:
        told: list[Told] = []
        most, since = BATCH, monotonic()
        while told or lines.out or (keys and not lines.no_server):
            wants_more = lines.out <= most // 2 and not lines.no_server
            room = most - lines.out if wants_more else 0
            with transaction.atomic():  # what was sent and what is next go to the disk together
                sent += note_all(told)
                some = drop_unwanted(claim_some(branch, keys[:room]))
            del keys[:room]
            lines.give(some)
            told = lines.hear(most // 2)
            before, since = since, monotonic()
            most = most_in_flight(sent, a_second=len(told) / (since - before))
    return sent


def most_in_flight(sent: int, *, a_second: float) -> int:
    """How many may be in flight when so many of a sweep have been sent, lately so many a second."""
    return max(BATCH, min(sent // SHARE, int(a_second * STAKE), AT_MOST))


def due_of(branch: Branch) -> MessageQuerySet:
    return Message.objects.due(timezone.now()).filter(branch=branch)


def keys_due(branch: Branch, most: int) -> list[int]:
    """In the order in which they were written. Asked once for a sweep: it puts all that is due in order."""
    return list(due_of(branch).order_by("queued_at", "pk").values_list("pk", flat=True)[:most])


def claim_some(branch: Branch, keys: list[int]) -> list[Message]:
    """Those of the messages that this sender got, in the order in which they were written.

    One statement marks and reads them; what another sender has taken meanwhile is not queued any more.
    """
    if not keys:
        return []
    now = timezone.now()
    until, at = (connection.ops.adapt_datetimefield_value(moment) for moment in (now + LEASE, now))
    marked = Message.objects.raw(
        _CLAIM.format(these=_places(len(keys))),
        [State.IN_FLIGHT, until, State.QUEUED, Message.Channel.LETTER, at, at, *keys],
    )
    ours = {message.pk: message for message in marked}
    for message in ours.values():
        message.branch = branch  # one for all of them, with its rules
        message.lease_until = now + LEASE
    return [ours[key] for key in keys if key in ours]


def drop_unwanted(claimed: list[Message]) -> list[Message]:
    """Who must not get it after all is left out; read at the last moment (promise 15)."""
    asked = [message.member_id for message in claimed if message.member_id]
    people = {member.pk: member for member in members_now(asked)}
    wanted = []
    for message in claimed:
        member = people.get(message.member_id or 0)
        if message.member_id is None or (member and not member.says_no_to(message.channel)):
            wanted.append(message)
        elif member and not member.wants_no_messages:
            # Not by this channel: a person can let it go another way.
            settle([message], state=State.FAILED, error=withdrawing.no_to(message.channel))
        else:
            why = _("Wants no messages.") if member else _("No longer a member.")
            settle([message], state=State.CANCELLED, error=why)
    return wanted


def members_now(keys: list[int]) -> list[Member]:
    """Those of them who are members now, with what they have said no to."""
    if not keys:
        return []
    sql, params = _members_of(len(keys))
    real = dict(zip(_stand_ins(len(keys)), keys, strict=True))
    return list(Member.objects.raw(sql, [real.get(param, param) for param in params]))


@lru_cache(maxsize=AT_MOST)
def _members_of(number: int) -> tuple[str, tuple[Any, ...]]:
    """The statement for so many keys, made once, and its values with stand-ins for the keys."""
    asked = Member.objects.current().filter(pk__in=_stand_ins(number)).only(*_NOES)
    sql, params = asked.query.sql_with_params()
    return sql, tuple(params)


def _stand_ins(number: int) -> range:
    return range(-number, 0)  # keys that no row has


def _places(number: int) -> str:
    return ", ".join(["%s"] * number)


def note_all(told: list[Told]) -> int:
    """Write down what became of messages; how many left."""
    gone = [one.message.pk for one in told if one.fate is Fate.SENT]
    note_sent(gone)
    for one in told:
        if one.fate is not Fate.SENT:
            note(one.message, one.fate, one.reason)
    return len(gone)


def note_sent(keys: list[int]) -> None:
    if keys:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(
                _NOTE_SENT.format(these=_places(len(keys))), [State.SENT, now, State.IN_FLIGHT, *keys]
            )


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
    not_before: datetime | None = None,
) -> None:
    in_flight = Message.objects.filter(pk__in=[message.pk for message in messages], state=State.IN_FLIGHT)
    in_flight.update(state=state, lease_until=None, error=error, not_before=not_before)
