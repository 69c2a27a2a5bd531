"""The year wheel (årshjul): what the plan, the rounds, the meetings and the party put where in a branch's year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import cos, pi, sin

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm import extensions
from crm.access import Standing
from crm.extensions import YearMark
from crm.figures.months import last_of_month
from crm.people.models import Branch
from crm.plan import access, statutes
from crm.plan.measuring import Measured, measure_plan
from crm.plan.models import Plan, Status

# From the rim inwards, as their rings lie.
PARTS: dict[str, str | Promise] = {
    "plan": _("the plan's goals"),
    "statutes": _("the statutes"),
    "gatherings": _("gatherings"),
    "calls": _("call rounds"),
    "rosters": _("member files"),
    "central": _("the party"),
}
# The chart's colour of each part (docs/design-system.md).
TONES = {"plan": 4, "statutes": 3, "calls": 1, "gatherings": 2, "rosters": 5, "central": 6}
# And its shape around a point, so that a part is known without its colour too.
SHAPES = {
    "plan": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z",  # a disc
    "statutes": "M-4.5-4.5h9v9h-9Z",  # a square
    "gatherings": "M0-6L5.5 4H-5.5Z",  # a triangle
    "calls": "M0-6.5L6 0L0 6.5L-6 0Z",  # a diamond
    "rosters": "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4Z",  # a cross
    "central": "M0 6L-5.5-4H5.5Z",  # a triangle on its point
}

# So many of what lies ahead stand first.
NEXT = 5

# Units of the SVG's viewBox, which is a square around the centre.
SIZE = 420
CENTRE = SIZE / 2
RIM, HUB, NAMES = 196, 92, 178
DOT = 7
# Parts on rings of their own, the plan outermost.
RINGS = {"plan": 161, "statutes": 149, "gatherings": 137, "calls": 125, "rosters": 113, "central": 101}


def marks_of(branch: Branch, year: int, *, on: date) -> list[YearMark]:
    """Everything in the year, by date. A mark without an end of its own kind is as long as it lasts."""
    found = [*goals(branch, year, on), *statutes.marks(branch, year), *central(branch, year)]
    for source in extensions.year_marks.all():
        found.extend(source(branch=branch, year=year, on=on))
    return sorted(found, key=lambda mark: (mark.first, mark.last, mark.label))


def goals(branch: Branch, year: int, on: date) -> list[YearMark]:
    """The plan's goals on their last day; those of New Year's Eve, which is most of them, as one mark."""
    plan = Plan.objects.filter(branch=branch, year=year).select_related("branch").first()
    if plan is None:
        return []
    counted = [goal for area in measure_plan(plan, on) for goal in area.goals if goal.status != Status.STRUCK]
    found = [goal_mark(branch, goal) for goal in counted if goal.goal.due_on != plan.last_day]
    at_the_end = [goal for goal in counted if goal.goal.due_on == plan.last_day]
    return [*found, *([year_end_mark(plan, at_the_end)] if at_the_end else [])]


def year_end_mark(plan: Plan, goals_: list[Measured]) -> YearMark:
    reached = sum(goal.status == Status.REACHED for goal in goals_)
    said = ngettext(
        "%(number)s goal of the plan for the whole year, %(reached)s reached",
        "%(number)s goals of the plan for the whole year, %(reached)s reached",
        len(goals_),
    )
    return YearMark(
        first=plan.last_day,
        last=plan.last_day,
        label=said % {"number": len(goals_), "reached": reached},
        part="plan",
        key=f"year {plan.year}",
        is_done=reached == len(goals_),
        url=reverse("plan:plan", args=[plan.branch.slug, plan.year]),
    )


def goal_mark(branch: Branch, measured: Measured) -> YearMark:
    goal = measured.goal
    return YearMark(
        first=goal.due_on,
        last=goal.due_on,
        label=goal.text,
        part="plan",
        key=f"goal {goal.pk}",
        is_done=measured.status == Status.REACHED,
        url=reverse("plan:goal", args=[branch.slug, goal.pk]),
    )


def central(branch: Branch, year: int) -> list[YearMark]:
    return [
        YearMark(first=dated.first, last=dated.last, label=dated.title, part="central", key=dated.uid)
        for dated in access.central_dates_of(branch, year)
    ]


@dataclass(frozen=True)
class Shown:
    """A mark in the list: whether it is late, soon or over."""

    mark: YearMark
    on: date
    mine: Standing | None = None  # who looks at it; for nobody in particular every mark can be opened
    branch: Branch | None = None

    @property
    def url(self) -> str:
        """Where the mark leads, for those who may go there."""
        if self.mine and self.branch and not self.mine.may(self.mark.permission, self.branch):
            return ""
        return self.mark.url

    @property
    def is_late(self) -> bool:
        return self.mark.is_done is False and self.mark.last < self.on

    @property
    def is_now(self) -> bool:
        return self.mark.first <= self.on <= self.mark.last

    @property
    def part(self) -> str | Promise:
        return PARTS[self.mark.part]

    @property
    def tone(self) -> int:
        return TONES[self.mark.part]

    @property
    def is_long(self) -> bool:
        return self.mark.last != self.mark.first


@dataclass(frozen=True)
class Month:
    first: date
    marks: list[Shown]
    is_now: bool


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    tone: int
    shape: str
    is_done: bool
    is_late: bool
    label: str


@dataclass(frozen=True)
class Slice:
    """A month of the ring: the line where it begins, and where its name stands."""

    first: date
    x1: float
    y1: float
    x2: float
    y2: float
    name_x: float
    name_y: float


@dataclass(frozen=True)
class Wheel:
    """The year as a ring and as a list."""

    year: int
    months: list[Month]
    slices: list[Slice]
    dots: list[Dot]
    hand: tuple[float, float, float, float] | None  # today, while the year runs
    late: list[Shown]
    coming: list[Shown]

    @property
    def number(self) -> int:
        return sum(len(month.marks) for month in self.months)


def wheel(branch: Branch, year: int, *, on: date, mine: Standing | None = None) -> Wheel:
    """``on`` decides what is late; marks that began before the year stand in January."""
    shown = [Shown(mark, on, mine, branch) for mark in marks_of(branch, year, on=on)]
    return Wheel(
        year=year,
        months=months(shown, year, on),
        slices=[slice_of(year, month) for month in range(1, 13)],
        dots=[dot(one, year) for one in shown],
        hand=hand(on) if on.year == year else None,
        late=[one for one in shown if one.is_late],
        coming=[one for one in shown if one.mark.first > on and not one.mark.is_done][:NEXT],
    )


def months(shown: Iterable[Shown], year: int, on: date) -> list[Month]:
    by_month = {
        month: list(found)
        for month, found in groupby(shown, key=lambda one: within(one.mark.first, year).month)
    }
    return [
        Month(
            first=date(year, month, 1),
            marks=by_month.get(month, []),
            is_now=(on.year, on.month) == (year, month),
        )
        for month in range(1, 13)
    ]


def within(day: date, year: int) -> date:
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


def angle(day: date) -> float:
    """Radians from the top, clockwise: New Year's Day is at the top."""
    days = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return 2 * pi * (day.timetuple().tm_yday - 1) / days


def point(turn: float, radius: float) -> tuple[float, float]:
    return round(CENTRE + radius * sin(turn), 1), round(CENTRE - radius * cos(turn), 1)


def slice_of(year: int, month: int) -> Slice:
    first = date(year, month, 1)
    middle = first.replace(day=last_of_month(first).day // 2 + 1)
    return Slice(first, *point(angle(first), HUB), *point(angle(first), RIM), *point(angle(middle), NAMES))


def dot(shown: Shown, year: int) -> Dot:
    day = within(shown.mark.last if shown.mark.part == "plan" else shown.mark.first, year)
    x, y = point(angle(day), RINGS[shown.mark.part])
    label = f"{date_format(day, 'j F')}: {shown.mark.label}"
    return Dot(
        x=x,
        y=y,
        tone=shown.tone,
        shape=SHAPES[shown.mark.part],
        is_done=bool(shown.mark.is_done),
        is_late=shown.is_late,
        label=label,
    )


def hand(on: date) -> tuple[float, float, float, float]:
    return (*point(angle(on), HUB), *point(angle(on), RIM))
