"""When members are called, by the branch's own rules: never on Sundays, red days and their eves, nor in a pause."""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.utils import timezone

from calls.models import CallRules
from calls.rules import start_of

# A call in the evening finds others at home than one in the daytime.
EVENING = time(17)


@cache
def red_days(year: int) -> frozenset[date]:
    """Sundays, public holidays and the eves that are days off in practice."""
    days = holidays.country_holidays("SE", years=year, categories=("public", "de_facto", "optional"))
    return frozenset(days)


def hours_of(day: date, rules: CallRules) -> tuple[time, time] | None:
    if day in red_days(day.year) or rules.is_paused(day):
        return None
    return rules.hours_on(day.weekday())


def is_calling_time(at: datetime, rules: CallRules) -> bool:
    local = timezone.localtime(at)
    hours = hours_of(local.date(), rules)
    return hours is not None and hours[0] <= local.time() <= hours[1]


def next_calling_time(at: datetime, rules: CallRules) -> datetime:
    """``at`` itself within calling hours, else the next time at which they begin."""
    local = timezone.localtime(at)
    day = local.date()
    while True:
        hours = hours_of(day, rules)
        if hours is not None:
            begins = timezone.make_aware(datetime.combine(day, hours[0]))
            if at <= begins:
                return begins
            if day == local.date() and local.time() <= hours[1]:
                return at
        day += timedelta(days=1)


def other_part_of_day(at: datetime, rules: CallRules, *, days: int) -> datetime:
    """Some days later: in the evening if ``at`` is in the daytime, in the daytime if it is in the evening.

    Where that day has no such hours, when they next begin.
    """
    return in_other_part(at, rules, earliest=start_of(timezone.localdate(at) + timedelta(days=days)))


def in_other_part(at: datetime, rules: CallRules, *, earliest: datetime) -> datetime:
    """From ``earliest`` on the first evening, if ``at`` is in the daytime, else the first daytime.

    Where that day has no such hours, when they next begin.
    """
    first = timezone.localtime(earliest)
    if timezone.localtime(at).time() < EVENING:
        evening = timezone.make_aware(datetime.combine(first.date(), EVENING))
        return next_calling_time(max(first, evening), rules)
    is_daytime = first.time() < EVENING
    return next_calling_time(first if is_daytime else start_of(first.date() + timedelta(days=1)), rules)


def same_time(at: datetime, rules: CallRules, *, days: int) -> datetime:
    """Some days later by the clock on the wall, or when calling hours next begin."""
    local = timezone.localtime(at)
    later = timezone.make_aware(datetime.combine(local.date() + timedelta(days=days), local.time()))
    return next_calling_time(later, rules)
