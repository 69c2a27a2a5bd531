"""The days of a calendar file (RFC 5545), whoever made it. Pure: bytes in, days out."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from icalendar import Calendar, Component

from crm.plan import repeats
from crm.plan.repeats import EARLIEST, LATEST, Effort, as_day
from crm.units import grouped

LARGEST_FILE = 1_000_000  # bytes
MOST_EVENTS = 2_000
LONGEST_TITLE = 200
# As the database holds it, with a day after it.
LONGEST_UID = 255 - len("/2026-05-01")
# An event that lasts longer than this is no date.
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Day:
    first: date
    last: date
    title: str


@dataclass
class Read:
    """Days by the event's UID, and by UID and first day those on which it comes again."""

    days: dict[str, Day] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    uids: set[str] = field(default_factory=set)  # of whole events, all whose times the file tells
    effort: Effort = field(default_factory=Effort)


def read(content: bytes, *, since: date, until: date) -> Read:
    """Every event with a day and a name; one that comes again on its first day and those between two days.

    Raises ``ValidationError`` (a sentence) for what is no calendar, or too much of one.
    """
    found = Read()
    # What is said of one time of an event is said after the event, wherever it stands in the file.
    for event in sorted(components(content), key=lambda event: "recurrence-id" in event):
        try:
            take(event, found, since, until)
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
    if not events and b"BEGIN:VEVENT" in content:
        raise ValidationError(_("The calendar file is cut off. Save it once more and choose the new file."))
    if not events:
        raise ValidationError(_("There are no dates in the calendar file."))
    if len(events) > MOST_EVENTS:
        raise too_many()
    return events


def too_many() -> ValidationError:
    said = _(
        "More than %(most)s dates in one file. Save a shorter calendar, such as a year's, and choose that."
    )
    return ValidationError(said % {"most": grouped(MOST_EVENTS)})


def take(event: Component, found: Read, since: date, until: date) -> None:
    day = day_of(event)
    uid = uid_of(event, day)
    moved = event.get("recurrence-id")
    if words(event.get("status", "")).upper() == "CANCELLED":
        cancel(uid, moved, found)
    elif day is None:
        return
    elif moved is not None:
        found.days[key_of(uid, as_day(moved.dt), found)] = day
    else:
        found.uids.add(uid)
        start = event.decoded("dtstart")
        for first in repeats.days_of(event, start, since=since, until=until, effort=found.effort):
            key = uid if first == day.first else numbered(uid, first)
            found.days.setdefault(key, Day(first, first + (day.last - day.first), day.title))


def cancel(uid: str, moved: Any, found: Read) -> None:
    """An event with all its times, or one of them."""
    if moved is not None:
        key = key_of(uid, as_day(moved.dt), found)
        found.cancelled.add(key)
        found.days.pop(key, None)
        return
    found.uids.add(uid)
    found.cancelled.add(uid)
    for key in [key for key in found.days if uid in {key, series_of(key)}]:
        del found.days[key]


def key_of(uid: str, first: date, found: Read) -> str:
    """One of an event's times, by the day on which it would have come."""
    own = found.days.get(uid)
    return uid if own and own.first == first else numbered(uid, first)


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
    """The event's own; a long one, or none, is replaced by a number made of it, or of what the event says."""
    uid = words(event.get("uid", ""))
    if uid and len(uid) <= LONGEST_UID:
        return uid
    said = uid or f"{day.first if day else ''}{day.title if day else ''}"
    return sha256(said.encode()).hexdigest()


def numbered(uid: str, first: date) -> str:
    return f"{uid}/{first}"


def series_of(key: str) -> str:
    """The event whose time it is; of an event that comes once, itself."""
    return re.sub(r"/\d{4}-\d\d-\d\d$", "", key)


def words(value: object) -> str:
    """On one line, without what a database can't hold."""
    text = str(value).encode("utf-8", "ignore").decode()
    return " ".join(text.replace("\x00", "").split())


def last_day(first: date, end: object) -> date:
    """A whole-day event ends on the day before its DTEND; one with a time on the day itself."""
    if not isinstance(end, date):
        return first
    return as_day(end) if isinstance(end, datetime) else end - timedelta(days=1)
