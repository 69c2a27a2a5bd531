"""The geometry of the board's pictures: numbers in, points and bars out; the templates draw them.

Pure functions. Units are those of the SVG's viewBox, which is narrow so that its text is legible on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from crm.figures.goals import Pace
from crm.figures.membership import Month
from crm.figures.months import months_between

WIDTH, HEIGHT = 420, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 18, 34
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
# A forecast is drawn this far ahead at most; the goal may lie further away.
DAYS_AHEAD = 400


@dataclass(frozen=True)
class Tick:
    at: float
    value: int


@dataclass(frozen=True)
class DateTick:
    at: float
    day: date


@dataclass(frozen=True)
class LineChart:
    """Members over time: a dotted part before the first roster, a line, today's dot, the goal, the forecast."""

    unknown: str
    known: str
    dot: tuple[float, float]
    dot_value: int
    goal_y: float | None
    goal: int | None
    cone: str
    ticks: list[Tick]
    days: list[DateTick]
    is_empty: bool = False  # nobody has been a member in all this time

    @property
    def dot_label_y(self) -> float:
        """Beneath the dot; above it where the days of the axis would be in the way."""
        below = self.dot[1] + 20
        return below if below <= TOP + PLOT_HEIGHT else self.dot[1] - 10


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    height: float
    label_y: float
    value: int


@dataclass(frozen=True)
class MonthBars:
    """A month: who came, upwards, and who left, downwards."""

    month: Month
    came: Bar
    left: Bar
    middle: float
    has_label: bool


@dataclass(frozen=True)
class BarChart:
    months: list[MonthBars]
    width: float
    zero: float

    @property
    def is_empty(self) -> bool:
        return not any(month.came.value or month.left.value for month in self.months)


def nice_step(span: float, parts: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that divides ``span`` into about ``parts``."""
    rough = max(span / parts, 1)
    power = 10 ** floor(log10(rough))
    return int(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough))


@dataclass(frozen=True)
class Scale:
    """Values to the viewBox's upright axis, from a round value below the least to one above the greatest."""

    low: int
    high: int
    step: int

    @classmethod
    def around(cls, values: Sequence[int]) -> "Scale":
        least, greatest = min(values), max(values)
        step = nice_step(max(greatest - least, 4), 4)
        low = max(floor(least / step) * step, 0)
        return cls(low=low, high=max(ceil(greatest / step) * step, low + step), step=step)

    def y(self, value: float) -> float:
        return round(TOP + PLOT_HEIGHT * (1 - (value - self.low) / (self.high - self.low)), 1)

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(at=self.y(value), value=value) for value in range(self.low, self.high + 1, self.step)]


def line_chart(months: Sequence[Month], pace: Pace | None) -> LineChart:
    """Month ends until the last day told, and from there the forecast towards the goal's date."""
    start, today = months[0].last, months[-1].last
    end = _end(today, pace)
    values = [month.closing for month in months]
    spread = _cone_values(pace, today, end) if pace and end > today else ()
    scale = Scale.around([*values, *spread, *([pace.goal] if pace else [])])
    span = max((end - start).days, 1)

    def x(day: date) -> float:
        return round(LEFT + PLOT_WIDTH * (day - start).days / span, 1)

    points = [(x(month.last), scale.y(month.closing)) for month in months]
    first_known = next((place for place, month in enumerate(months) if month.known), len(months) - 1)
    return LineChart(
        unknown=_path(points[: first_known + 1]),
        known=_path(points[first_known:]),
        dot=points[-1],
        dot_value=values[-1],
        goal_y=scale.y(pace.goal) if pace else None,
        goal=pace.goal if pace else None,
        cone=_cone(points[-1], x(end), [scale.y(value) for value in spread]),
        ticks=scale.ticks,
        is_empty=not any(values),
        days=[
            DateTick(at=x(day), day=day)
            for day in months_between(start, end)
            if day > start and day.month in (1, 7)
        ],
    )


def _end(today: date, pace: Pace | None) -> date:
    if pace is None or pace.forecast is None or pace.by_date <= today:
        return today
    return min(pace.by_date, date.fromordinal(today.toordinal() + DAYS_AHEAD))


def _cone_values(pace: Pace, today: date, end: date) -> tuple[int, ...]:
    """Low and high where the picture ends: the forecast itself, or its share of the way there."""
    if pace.forecast is None:
        return ()
    share = (end - today).days / (pace.by_date - today).days
    ends = (pace.forecast.low, pace.forecast.high)
    return tuple(round(pace.members + (value - pace.members) * share) for value in ends)


def _cone(tip: tuple[float, float], end: float, ys: Sequence[float]) -> str:
    if not ys:
        return ""
    low, high = ys
    return f"M{tip[0]} {tip[1]}L{end} {high}L{end} {low}Z"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) if len(points) > 1 else ""


def bar_chart(months: Sequence[Month]) -> BarChart:
    """Who came above the zero line, who left beneath it, on one scale."""
    most_came = max([month.came for month in months], default=0)
    most_left = max([month.left for month in months], default=0)
    room = PLOT_HEIGHT - 28  # for the numbers at both ends
    unit = room / max(most_came + most_left, 1)
    zero = round(TOP + 14 + most_came * unit, 1)
    slot = (WIDTH - 2 * RIGHT) / max(len(months), 1)
    width = round(slot * 0.7, 1)
    found = []
    for place, month in enumerate(months):
        x = round(RIGHT + place * slot + (slot - width) / 2, 1)
        up, down = round(month.came * unit, 1), round(month.left * unit, 1)
        found.append(
            MonthBars(
                month=month,
                came=Bar(x, round(zero - up, 1), up, round(zero - up - 4, 1), month.came),
                left=Bar(x, zero, down, round(zero + down + 14, 1), month.left),
                middle=round(x + width / 2, 1),
                has_label=(len(months) - 1 - place) % 3 == 0,
            )
        )
    return BarChart(months=found, width=width, zero=zero)
