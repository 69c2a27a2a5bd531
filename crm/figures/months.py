"""Calendar months."""

from collections.abc import Iterator
from datetime import date, timedelta

# The mean month of the Gregorian calendar, for "so many months remain".
DAYS_IN_A_MONTH = 365.2425 / 12


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after ``day``'s."""
    return first_of_month(first_of_month(day) + timedelta(days=31))


def last_of_month(day: date) -> date:
    return next_month(day) - timedelta(days=1)


def last_month_end(day: date) -> date:
    """The day itself when a month ends with it, else the end of the month before: nobody sees one day's change."""
    return day if day == last_of_month(day) else first_of_month(day) - timedelta(days=1)


def last_year_end(day: date) -> date:
    """The day itself when a year ends with it, else New Year's Eve of the year before."""
    return date((day + timedelta(days=1)).year - 1, 12, 31)


def years_later(day: date, years: int = 1) -> date:
    """The same date of another year; 29 February becomes the 28th."""
    month = date(day.year + years, day.month, 1)
    return min(month + timedelta(days=day.day - 1), last_of_month(month))


def a_year_before(day: date) -> date:
    return years_later(day, -1)


def months_back(day: date, count: int) -> date:
    """The first day of the month ``count`` months before ``day``'s."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def months_since(first: date, day: date) -> int:
    """So many months lie between the month of one day and that of a later."""
    return (day.year - first.year) * 12 + day.month - first.month


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from ``first``'s to ``last``'s."""
    month = first_of_month(first)
    while month <= last:
        yield month
        month = next_month(month)
