"""Quarters merged with their neighbours until nobody can be told from a breakdown, the same ones on every day.

Two pages of days close to each other must not tell by their difference who came or left in between. So what is
broken down is published of closed quarters only, in blocks that begin with the first quarter there is: a block
ends as soon as it may be told, and is the same whenever it is looked at. Quarters that may not be told yet wait.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from crm.figures.months import first_of_month, months_back, next_month
from crm.figures.small_groups import SMALLEST

T = TypeVar("T")


def merged(
    parts: Sequence[T], may_be_told: Callable[[Sequence[T]], bool]
) -> tuple[list[Sequence[T]], Sequence[T]]:
    """Blocks of neighbours, and those at the end that wait for more."""
    blocks: list[Sequence[T]] = []
    start = 0
    for end in range(1, len(parts) + 1):
        if may_be_told(parts[start:end]):
            blocks.append(parts[start:end])
            start = end
    return blocks, parts[start:]


def is_large_or_empty(*numbers: int) -> bool:
    """Each is nobody, or so many that none of them can be recognised."""
    return all(number == 0 or number >= SMALLEST for number in numbers)


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return months_back(day, (day.month - 1) % 3)


def last_of_quarter(first: date) -> date:
    return next_month(next_month(next_month(first))) - timedelta(days=1)


def quarters_between(first: date, last: date) -> Iterator[date]:
    """The first days of the quarters from ``first``'s to ``last``'s."""
    quarter = quarter_of(first)
    while quarter <= last:
        yield quarter
        quarter = last_of_quarter(quarter) + timedelta(days=1)


def label(first: date, last: date) -> str:
    """The quarters from one day's to another's, such as "2025 Q1–Q3"."""
    start, end = _quarter(first), _quarter(last)
    if (first.year, start) == (last.year, end):
        return f"{first.year} {start}"
    return (
        f"{first.year} {start}–{end}"
        if first.year == last.year
        else f"{first.year} {start} – {last.year} {end}"
    )


def _quarter(day: date) -> str:
    return _("Q%(number)s") % {"number": (first_of_month(day).month + 2) // 3}
