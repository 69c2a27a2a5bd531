"""The year's calls month by month: the board's figures of many dates, read at once.

The same numbers as ``calls.figures`` gives for each date; a test compares them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from calls import counting, figures
from calls.models import Call, CallRound
from calls.rules import end_of
from crm.extensions import Figure
from crm.figures.months import a_year_before
from crm.people.models import Branch, Membership

Days = dict[int, date]  # a member's first such day


@dataclass(frozen=True)
class Line:
    """The figures at the end of a day; ``None`` is not known."""

    on: date
    running: bool
    of: int | None
    attempted: int | None
    reached: int | None
    written: int | None
    unreachable: int | None
    exempt: int | None

    @property
    def kept(self) -> int | None:
        return None if self.reached is None or self.written is None else self.reached + self.written


@dataclass(frozen=True)
class Year:
    """All that a year's figures are made of, until a day."""

    round: CallRound | None
    dialled: Days
    talked: Days
    written: Days
    periods: list[tuple[int, date, date | None]]  # member, first day, first day that does not count

    def on(self, day: date, *, running: bool = False) -> Line:
        if self.round is None or self.round.opens_on > day:
            return Line(day, running, *[None] * 6)
        talked = {member for member, first in self.talked.items() if first <= day}
        members = {member for member, first, until in self.periods if counts(first, until, day)}
        to_call = members | talked
        written = {member for member, first in self.written.items() if first <= day}
        dialled = {member for member, first in self.dialled.items() if first <= day}
        silent = counting.of_round_on(self.round, day)
        return Line(
            on=day,
            running=running,
            of=len(to_call),
            attempted=len(dialled & to_call),
            reached=len(talked),
            written=len((written & to_call) - talked),
            unreachable=silent.unreachable if silent else None,
            exempt=silent.exempt if silent else None,
        )


@dataclass(frozen=True)
class Months:
    """The page: a line a month until the day, and the same date a year before."""

    lines: list[Line]
    now: Line
    year_ago: Line

    @property
    def rows(self) -> "list[Row]":
        """Each registered figure of the calls, now and a year ago."""
        return [
            Row(
                figure, getattr(self.now, field), getattr(self.year_ago, field), self.now.of, self.year_ago.of
            )
            for figure in figures.FIGURES
            if (field := figure.name.removeprefix("calls_"))
        ]


@dataclass(frozen=True)
class Row:
    """One figure beside itself a year before; the shares are of the members to call."""

    figure: Figure
    now: int | None
    year_ago: int | None
    of: int | None
    of_then: int | None

    @property
    def label(self) -> object:
        return self.figure.label

    @property
    def explanation(self) -> object:
        return self.figure.explanation

    @property
    def percent(self) -> int | None:
        return self._share(self.now, self.of)

    @property
    def percent_then(self) -> int | None:
        return self._share(self.year_ago, self.of_then)

    def _share(self, number: int | None, of: int | None) -> int | None:
        return (
            None if number is None or not of or self.figure.name == "calls_of" else round(100 * number / of)
        )


def months_until(branch: Branch, on: date) -> Months:
    """Queries in proportion to the months alone, never to the members."""
    before = a_year_before(on)
    this, last = read(branch, on), read(branch, before)
    ends = [end for end in month_ends(on.year) if end < on]
    lines = [this.on(end) for end in ends]
    now = this.on(on, running=(on + timedelta(days=1)).month == on.month)
    known = [line for line in lines if line.of is not None]
    return Months(lines=[*known, now], now=now, year_ago=last.on(before))


def read(branch: Branch, on: date) -> Year:
    """Four queries and the round."""
    year = str(on.year)
    found = CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY, period=year).first()
    dials, talks = figures.dials(branch, on), figures.talks(branch, on)
    letters = Call.objects.filter(
        round__branch=branch, round__kind=CallRound.Kind.YEARLY, round__period=year, letter_at__lte=end_of(on)
    )
    firsts = (
        rows.order_by().values_list("call__member").annotate(Min("reported_at")) for rows in (dials, talks)
    )
    dialled, talked = (first_days(rows) for rows in firsts)
    written = first_days(letters.order_by().values_list("member").annotate(Min("letter_at")))
    periods = Membership.objects.filter(branch=branch, started_on__lte=on)
    dates = periods.values_list("member", "started_on", "ended_on", "missing_since")
    return Year(
        round=found,
        dialled=dialled,
        talked=talked,
        written=written,
        periods=[(member, first, earliest(ended, missing)) for member, first, ended, missing in dates],
    )


def first_days(rows: Iterable[tuple[int, datetime]]) -> Days:
    return {member: timezone.localdate(at) for member, at in rows}


def earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def counts(first: date, until: date | None, day: date) -> bool:
    return first <= day and (until is None or until > day)


def month_ends(year: int) -> list[date]:
    firsts = [date(year, month, 1) for month in range(2, 13)] + [date(year + 1, 1, 1)]
    return [first - timedelta(days=1) for first in firsts]
