"""The days of a calendar file (RFC 5545), whoever made it. Pure: bytes in, days out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Component

from crm.figures.months import years_later

LARGEST_FILE = 1_000_000  # bytes
MOST_EVENTS = 2_000
LONGEST_TITLE = 200
LONGEST_UID = 255
# No year wheel shows other years; a date far from now is a slip or a trap.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
# An event that lasts longer than this is no date.
LONGEST = timedelta(days=366)
# Of an event that comes again.
MOST_TIMES = 120
# Parts of a rule that only repeat what the first day says already, or nothing.
PLAIN_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})


@dataclass(frozen=True)
class Day:
    first: date
    last: date
    title: str


@dataclass
class Read:
    """Days by the event's UID, and the UIDs of those that are cancelled."""

    days: dict[str, Day] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)


def read(content: bytes, *, until: date) -> Read:
    """Every event with a day and a name; one that comes again until ``until``.

    Raises ``ValidationError`` (a sentence) for what is no calendar, or too much of one.
    """
    found = Read()
    for event in components(content):
        try:
            take(event, found, until)
        except (ValueError, TypeError, AttributeError, OverflowError):
            continue  # a day that can't be read is no day
    if len(found.days) > MOST_EVENTS:
        raise too_many()
    return found


def components(content: bytes) -> list[Component]:
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than a calendar ever is. Choose the party's .ics file."))
    try:
        calendars = Calendar.from_ical(content.decode("utf-8-sig"), multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    # What the library answers to nonsense is not told by it; a file is never worth a page of errors.
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValidationError(
            _("That is no calendar file. Save the calendar as .ics and choose that file.")
        ) from error
    if not events:
        raise ValidationError(_("There are no dates in the calendar file."))
    if len(events) > MOST_EVENTS:
        raise too_many()
    return events


def too_many() -> ValidationError:
    return ValidationError(_("More than %(most)s dates in one file.") % {"most": MOST_EVENTS})


def take(event: Component, found: Read, until: date) -> None:
    day = day_of(event)
    uid = uid_of(event, day)
    if words(event.get("status", "")).upper() == "CANCELLED":
        found.cancelled.add(uid)
        found.days.pop(uid, None)
        return
    if day is None:
        return
    moved = event.get("recurrence-id")
    if moved is not None:
        found.days[numbered(uid, as_day(moved.dt))] = day
        return
    for number, first in enumerate(firsts(event, day.first, until)):
        key = numbered(uid, first) if number else uid
        found.days.setdefault(key, Day(first, first + (day.last - day.first), day.title))


def day_of(event: Component) -> Day | None:
    start = event.decoded("dtstart", None)
    title = words(event.get("summary", ""))[:LONGEST_TITLE]
    if not isinstance(start, date) or not title:
        return None
    first = as_day(start)
    last = max(last_day(first, end_of(event, start)), first)
    if not EARLIEST <= first <= LATEST or last - first > LONGEST:
        return None
    return Day(first, last, title)


def end_of(event: Component, start: date) -> object:
    """Its end, or its start and how long it lasts."""
    end = event.decoded("dtend", None)
    lasts = event.decoded("duration", None)
    return start + lasts if end is None and isinstance(lasts, timedelta) else end


def uid_of(event: Component, day: Day | None) -> str:
    """The event's own; a long one, or none, is replaced by a number made of what it says."""
    uid = words(event.get("uid", ""))
    if uid and len(uid) <= LONGEST_UID:
        return uid
    return sha256(f"{uid}{day.first if day else ''}{day.title if day else ''}".encode()).hexdigest()


def numbered(uid: str, first: date) -> str:
    """One of the times of an event that comes again."""
    key = f"{uid}/{first}"
    return key if len(key) <= LONGEST_UID else sha256(key.encode()).hexdigest()


def words(value: object) -> str:
    """On one line, without what a database can't hold."""
    text = str(value).encode("utf-8", "ignore").decode()
    return " ".join(text.replace("\x00", "").split())


def firsts(event: Component, first: date, until: date) -> Iterator[date]:
    """The first days of an event: each time that it comes again, or only once where its rule is not a plain one."""
    rule = event.get("rrule")
    yield first
    if isinstance(rule, dict) and set(rule) <= PLAIN_PARTS:
        ends = [as_day(one) for one in rule.get("UNTIL", []) if isinstance(one, date)]
        last = min([until, *ends])
        times = min(int((rule.get("COUNT") or [MOST_TIMES])[0]), MOST_TIMES) - 1
        yield from islice(again(rule, first, last), max(times, 0))


def again(rule: dict[str, Any], first: date, last: date) -> Iterator[date]:
    step = max(int((rule.get("INTERVAL") or [1])[0]), 1)
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    for number in range(1, MOST_TIMES + 1):
        day = after(frequency, first, number * step)
        if day is None or day > last:
            return
        yield day


def after(frequency: str, first: date, number: int) -> date | None:
    """So many days, weeks or years later. ``None`` for a rule that is not understood."""
    if frequency == "YEARLY":
        return years_later(first, number)
    if frequency in {"DAILY", "WEEKLY"}:
        return first + timedelta(days=number * (7 if frequency == "WEEKLY" else 1))
    return None


def last_day(first: date, end: object) -> date:
    """A whole-day event ends on the day before its DTEND; one with a time on the day itself."""
    if not isinstance(end, date):
        return first
    return as_day(end) if isinstance(end, datetime) else end - timedelta(days=1)


def as_day(when: date) -> date:
    if isinstance(when, datetime):
        return timezone.localtime(when).date() if timezone.is_aware(when) else when.date()
    return when
