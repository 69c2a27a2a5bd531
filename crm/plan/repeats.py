"""The days on which an event of a calendar file comes again (RFC 5545, 3.8.5): by its rule and by the days that it
names, but for those that it leaves out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Component

# No year wheel shows other years; a date far from now is a slip or a trap.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
# A time in each week of three years, and a few.
MOST_TIMES = 160
# What a whole file's rules may cost, in times looked at: about a second at most.
MOST_LOOKED_AT = 200_000
# What a rule costs that is searched to the end of all years: as long as so many times.
IN_VAIN = 40_000
# A longer rule lists days of no calendar.
LONGEST_RULE = 200
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
# Days by days: what names an hour or a minute has no place in a year wheel, and neither have dateutil's own parts.
PARTS = frozenset(
    {
        *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"),
        *("BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"),
    }
)
# The calendar comes round after 400 years, with its weekdays and leap days. A rule whose day never comes, 30 February,
# is searched until the year 9999: from so late a year, that is soon done.
LATE = 19 * 400
# What the library answers to nonsense is not told by it.
NONSENSE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass
class Effort:
    """What a file's rules have cost so far."""

    looked_at: int = 0

    def spend(self, times: int) -> None:
        """Raises ``ValidationError`` (a sentence) for a file that asks for too much."""
        self.looked_at += times
        if self.looked_at > MOST_LOOKED_AT:
            raise ValidationError(
                _(
                    "The dates of the file come again too often, or never. Save a shorter calendar and choose that."
                )
            )


@dataclass(frozen=True)
class Clock:
    """The event's own: its rule names the weekdays and days of where it was written."""

    start: datetime  # without its zone
    zone: tzinfo | None
    by_day: bool  # whole days, without a time

    @classmethod
    def of(cls, start: date) -> "Clock":
        if isinstance(start, datetime):
            return cls(start.replace(tzinfo=None), start.tzinfo, by_day=False)
        return cls(datetime.combine(start, time.min), None, by_day=True)

    def own(self, when: date, *, at: time | None = None) -> datetime:
        """A moment by this clock; a day at the event's own time, or at another."""
        if isinstance(when, datetime):
            moment = when.astimezone(self.zone or timezone.get_current_timezone()) if when.tzinfo else when
            if not self.by_day:
                return moment.replace(tzinfo=None)
            when = moment.date()
        return datetime.combine(when, self.start.time() if at is None else at)

    def day(self, moment: datetime) -> date:
        return as_day(moment.replace(tzinfo=self.zone))


def as_day(when: date) -> date:
    """The day here of a moment, by the branch's clock."""
    if isinstance(when, datetime):
        return timezone.localtime(when).date() if timezone.is_aware(when) else when.date()
    return when


def days_of(event: Component, start: date, *, since: date, until: date, effort: Effort) -> list[date]:
    """The event's first day and those on which it comes again between two days, in order; at most ``MOST_TIMES``.

    A rule that is not understood is taken for none. Raises ``ValidationError`` as ``Effort`` does.
    """
    clock = Clock.of(start)
    added = set(named(event, "rdate", clock))
    # To the end of the last day, by any clock.
    last = datetime.combine(until, time.max)
    found = {clock.start, *by_rule(event.get("rrule"), clock, since=since, last=last, effort=effort), *added}
    days = {clock.day(moment) for moment in found - set(named(event, "exdate", clock))}
    first = as_day(start)
    return sorted(day for day in days if day == first or since <= day <= until)[:MOST_TIMES]


def by_rule(rule: Any, clock: Clock, *, since: date, last: datetime, effort: Effort) -> list[datetime]:
    try:
        if not is_understood(rule):
            return []
        ends = [clock.own(end, at=time.max) for end in rule.get("UNTIL", []) if isinstance(end, date)]
        last = min([last, *ends])
        return [moment for moment in coming(rule, clock.start, last, effort) if moment.date() >= since]
    except NONSENSE:
        return []


def is_understood(rule: Any) -> bool:
    """One rule (3.8.5.3: there should be no more), of days, that goes forward."""
    return (
        isinstance(rule, dict)
        and set(rule) <= PARTS
        and str(rule["FREQ"][0]).upper() in FREQUENCIES
        and int(rule.get("INTERVAL", [1])[0]) > 0
        and len(as_text(rule)) <= LONGEST_RULE
    )


def coming(rule: Any, start: datetime, last: datetime, effort: Effort) -> Iterator[datetime]:
    """Each time until the last moment. ``UNTIL`` is kept by the caller: the library won't compare it with a clock."""
    number = 0
    for late in rrulestr(as_text(rule), dtstart=start.replace(year=start.year + LATE)):
        moment = late.replace(year=late.year - LATE)
        if moment > last:
            return
        number += 1
        effort.spend(1)
        yield moment
    if number < int(rule.get("COUNT", [IN_VAIN])[0]):
        effort.spend(IN_VAIN)


def as_text(rule: Any) -> str:
    text: str = (
        type(rule)({part: value for part, value in rule.items() if part != "UNTIL"}).to_ical().decode()
    )
    return text


def named(event: Component, name: str, clock: Clock) -> Iterator[datetime]:
    """The moments of the event's RDATE or EXDATE lines; of a period, its beginning."""
    lines = event.get(name, [])
    for line in lines if isinstance(lines, list) else [lines]:
        for one in getattr(line, "dts", []):
            when = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if isinstance(when, date) and EARLIEST.year <= when.year <= LATEST.year:
                yield clock.own(when)
