"""How far it is to the branch's goal, what it takes, and where the branch is heading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt
from statistics import fmean, stdev

from crm.figures.membership import Month
from crm.figures.months import DAYS_IN_A_MONTH
from crm.people.models import Branch, MembershipGoal

# The pace is the mean of the last whole months, a year at most: a branch recruits unevenly over the year.
PACE_MONTHS = 12
# With fewer whole months than this a forecast would be a guess.
LEAST_MONTHS = 3
# 1.28 standard deviations on each side hold four outcomes of five.
FOUR_OF_FIVE = 1.28


def goal_for(branch: Branch, on: date) -> MembershipGoal | None:
    """The next goal from a day on; when all lie behind, the last one."""
    goals = list(branch.goals.order_by("by_date"))
    return next((goal for goal in goals if goal.by_date >= on), goals[-1] if goals else None)


@dataclass(frozen=True)
class Forecast:
    """Members on the goal's date if the branch goes on as it has: four outcomes of five lie from low to high."""

    expected: int
    low: int
    high: int


@dataclass(frozen=True)
class Pace:
    """The way to a goal, in people a month."""

    members: int
    goal: int
    by_date: date
    months_left: float
    came_per_month: float | None  # None until some whole months are known
    left_per_month: float | None
    forecast: Forecast | None

    @property
    def to_go(self) -> int:
        return max(self.goal - self.members, 0)

    @property
    def is_over(self) -> bool:
        return self.months_left <= 0

    @property
    def needed_per_month(self) -> int | None:
        """New members a month that reach the goal in time, while as many leave as lately."""
        if self.is_over or self.to_go == 0:
            return None
        return ceil(self.to_go / max(self.months_left, 1) + (self.left_per_month or 0))


def pace(*, members: int, goal: int, by_date: date, on: date, months: Sequence[Month]) -> Pace:
    """``months`` are those that end on ``on``; only whole and known ones tell the pace."""
    # The month of the first roster holds what the branch had not known before: it tells no pace.
    known = [month for month in months if month.known][1:]
    whole = [month for month in known if not month.running][-PACE_MONTHS:]
    months_left = (by_date - on).days / DAYS_IN_A_MONTH
    enough = len(whole) >= LEAST_MONTHS
    return Pace(
        members=members,
        goal=goal,
        by_date=by_date,
        months_left=months_left,
        came_per_month=fmean(month.came for month in whole) if enough else None,
        left_per_month=fmean(month.left for month in whole) if enough else None,
        forecast=forecast(members, whole, months_left) if enough and months_left > 0 else None,
    )


def forecast(members: int, whole: Sequence[Month], months_left: float) -> Forecast:
    """The mean net of the whole months goes on; the range grows with the months' spread and with time."""
    nets = [month.came - month.left for month in whole]
    expected = members + fmean(nets) * months_left
    # Each coming month varies as the past ones did, and the mean itself is known from that many months only.
    spread = FOUR_OF_FIVE * stdev(nets) * sqrt(months_left * (1 + months_left / len(nets)))
    low, middle, high = (max(round(value), 0) for value in (expected - spread, expected, expected + spread))
    return Forecast(expected=middle, low=low, high=high)
