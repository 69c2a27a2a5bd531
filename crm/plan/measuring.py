"""How far each goal has come, and what that means with the pace of the year."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import floor

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone

from crm import extensions
from crm.extensions import Figure
from crm.figures import reading
from crm.people.models import Branch
from crm.plan.models import Area, Goal, Note, Plan, Status

Value = int | float | None

# A goal that has come this share of the way that its days have, keeps the pace.
KEEPS_PACE = 0.85
# With nothing to count on the way, the last month is when one asks.
LAST_DAYS = timedelta(days=30)


BADGES = {
    Status.REACHED: "success",
    Status.ON_THE_WAY: "info",
    Status.AT_RISK: "warning",
    Status.LATE: "danger",
}


@dataclass(frozen=True)
class Measured:
    """A goal on a day. ``baseline`` is what the figure said when the goal began; notes begin at nothing.

    Of a percentage, ``number`` and ``whole`` are what it was reckoned of.
    """

    goal: Goal
    on: date
    value: Value
    baseline: Value
    notes: tuple[Note, ...]
    number: Value = None
    whole: Value = None

    @cached_property
    def status(self) -> Status:
        if self.goal.struck_at and timezone.localdate(self.goal.struck_at) <= self.on:
            return Status.STRUCK
        if self.value is None:
            return Status.UNKNOWN
        if self.is_enough and not self.may_still_fall:
            return Status.REACHED
        if self.on > self.goal.due_on:
            return Status.LATE
        if self.may_still_fall:
            return Status.ON_THE_WAY if self.is_enough else Status.AT_RISK
        return Status.ON_THE_WAY if self.keeps_pace else Status.AT_RISK

    @property
    def is_enough(self) -> bool:
        return self.value is not None and self.value >= self.goal.wanted

    @property
    def may_still_fall(self) -> bool:
        """A share of what goes on through the year, such as of all activities: only its end tells how it went."""
        goes_on = self.goal.is_percentage and self.of_figure is not None and self.of_figure.goes_on
        return goes_on and self.on <= self.goal.due_on

    @property
    def badge(self) -> str:
        return BADGES.get(self.status, "")

    @property
    def elapsed(self) -> float:
        """The share of the goal's days that have passed, 0 to 1."""
        days = (self.goal.due_on - self.goal.starts_on).days + 1
        return min(max((self.on - self.goal.starts_on).days / days, 0), 1)

    @property
    def keeps_pace(self) -> bool:
        assert self.value is not None
        baseline = min(self.baseline or 0, self.goal.wanted)
        expected = floor((self.goal.wanted - baseline) * self.elapsed * KEEPS_PACE)
        behind = self.value - baseline < expected
        asked_for = self.value <= baseline and self.goal.due_on - self.on < LAST_DAYS
        return not behind and not (asked_for and self.on >= self.goal.starts_on)

    @property
    def shown_value(self) -> int | None:
        """What a progress bar shows: never more than what was wanted."""
        return None if self.value is None else min(floor(self.value), self.goal.wanted)

    @property
    def whole_value(self) -> int | None:
        """Rounded down: 99.6 per cent is not everybody."""
        return None if self.value is None else floor(self.value)

    @property
    def figure(self) -> Figure | None:
        return extensions.figures.get(self.goal.figure)

    @property
    def of_figure(self) -> Figure | None:
        return extensions.figures.get(self.goal.of_figure)


@dataclass(frozen=True)
class MeasuredArea:
    area: Area
    goals: list[Measured]


class Meter:
    """Reads each figure once per day, however many goals ask for it."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self._read: dict[tuple[str, date], Value] = {}
        self._clubs: dict[tuple[str, date], Counter[int | None]] = {}

    def read(self, name: str, on: date, club: int | None = None) -> Value:
        """``club`` asks for what one club was part of, which a figure that is not by club can't tell."""
        if club is not None:
            return self.read_club(name, on, club)
        if (name, on) not in self._read:
            found = reading.read(self.branch, on, {name})
            self._read[name, on] = found[name].value if name in found else None
        return self._read[name, on]

    def read_club(self, name: str, on: date, club: int) -> Value:
        figure = extensions.figures.get(name)
        if figure is None or figure.lines is None or not figure.by_club or not figure.is_known(on):
            return None
        if (name, on) not in self._clubs:
            self._clubs[name, on] = Counter(line.club for line in figure.lines(self.branch, on))
        return self._clubs[name, on][club]

    def value(self, goal: Goal, on: date) -> Value:
        number = self.read(goal.figure, on, goal.club_id)
        if not goal.is_percentage or number is None:
            return number
        whole = self.read(goal.of_figure, on, goal.club_id)
        return 100 * number / whole if whole else None

    def baseline(self, goal: Goal) -> Value:
        """Before the goal began; a percentage begins at nothing."""
        before = goal.starts_on - timedelta(days=1)
        return 0 if goal.is_percentage else self.read(goal.figure, before, goal.club_id)


def measure(goal: Goal, *, plan: Plan, on: date, meter: Meter) -> Measured:
    """A figure is read on ``on``, at the latest on the plan's last day: figures of a year begin anew with the next.

    Notes count from the goal's first day. What a year's figure said the year before is no baseline for it.
    """
    until = min(on, plan.last_day)
    noted = tuple(note for note in goal.notes.all() if goal.starts_on <= note.happened_on <= until)
    if on < goal.starts_on:  # what a figure says of this year says nothing of a goal for the next
        return Measured(goal=goal, on=on, value=None, baseline=None, notes=noted)
    if goal.measure == Goal.Measure.NOTES:
        return Measured(goal=goal, on=on, value=len(noted), baseline=0, notes=noted)
    value = meter.value(goal, until)
    baseline = meter.baseline(goal)
    if value is not None and baseline is not None and baseline > value:
        baseline = 0
    parts: tuple[Value, Value] = (None, None)
    if goal.is_percentage:
        number = meter.read(goal.figure, until, goal.club_id)
        parts = number, meter.read(goal.of_figure, until, goal.club_id)
    return Measured(goal, on, value, baseline, noted, *parts)


def with_notes(areas: "models.QuerySet[Area]") -> "models.QuerySet[Area]":
    kept = Note.objects.filter(removed_at=None).select_related("noted_by")
    goals = (
        Goal.objects.select_related("club")
        .order_by("position", "pk")
        .prefetch_related(Prefetch("notes", queryset=kept))
    )
    return areas.prefetch_related(Prefetch("goals", queryset=goals))


def measure_plan(plan: Plan, on: date) -> list[MeasuredArea]:
    """Every goal of the plan, area by area."""
    meter = Meter(plan.branch)
    return [
        MeasuredArea(area, [measure(goal, plan=plan, on=on, meter=meter) for goal in area.goals.all()])
        for area in with_notes(plan.areas.all())
    ]


def measure_one(goal: Goal, on: date) -> Measured:
    """One goal with its notes."""
    plan = goal.area.plan
    area = with_notes(Area.objects.filter(pk=goal.area_id)).get()
    found = next(one for one in area.goals.all() if one.pk == goal.pk)
    found.area.plan = plan
    return measure(found, plan=plan, on=on, meter=Meter(plan.branch))


def counts(goals: Iterable[Measured]) -> dict[Status, int]:
    """How many goals are in each status, those struck out among them."""
    found = dict.fromkeys(Status, 0)
    for goal in goals:
        found[goal.status] += 1
    return found
