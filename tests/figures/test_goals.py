from datetime import date

import pytest

from crm.figures import goals
from crm.figures.membership import Month
from crm.people.models import Branch, MembershipGoal
from tests.factories import BranchFactory

ON = date(2026, 6, 30)


def month(number: int, came: int, left: int, *, running: bool = False, known: bool = True) -> Month:
    first = date(2026, number, 1)
    return Month(
        first=first, last=first, opening=600, joined=came, returned=0, left=left, running=running, known=known
    )


def pace(months: list[Month], *, members: int = 640, by_date: date = date(2026, 12, 31)) -> goals.Pace:
    return goals.pace(members=members, goal=700, by_date=by_date, on=ON, months=months)


def test_what_it_takes_makes_up_for_those_who_leave() -> None:
    found = pace([month(number, came=10, left=4) for number in range(1, 7)])
    assert (found.came_per_month, found.left_per_month, found.to_go) == (10, 4, 60)
    assert found.needed_per_month == 14  # 60 in 6.05 months, and 4 more for those who leave


def test_a_steady_branch_has_a_sure_forecast() -> None:
    found = pace([month(number, came=10, left=4) for number in range(1, 7)])
    assert found.forecast == goals.Forecast(expected=676, low=676, high=676)


def test_an_uneven_branch_has_a_wide_forecast() -> None:
    found = pace([month(number, came=came, left=4) for number, came in enumerate([2, 30, 4, 28, 6, 20], 1)])
    assert found.forecast is not None
    assert found.forecast.low < 690 < found.forecast.high


def test_a_shrinking_branch_is_not_forecast_below_nought() -> None:
    losses = [month(number, came=0, left=left) for number, left in enumerate([40, 60, 50, 45, 55, 50], 1)]
    found = pace(losses, members=120)
    assert found.forecast == goals.Forecast(expected=0, low=0, high=0)


def test_the_running_month_and_the_unknown_ones_tell_no_pace() -> None:
    told = [month(number, came=9, left=3) for number in (3, 4, 5)]
    unknown, first_roster = month(1, came=50, left=0, known=False), month(2, came=40, left=0)
    found = pace([unknown, first_roster, *told, month(6, came=0, left=0, running=True)])
    assert (found.came_per_month, found.left_per_month) == (9, 3)


def test_two_months_are_too_few_for_a_pace() -> None:
    found = pace([month(number, came=9, left=3) for number in (4, 5, 6)])
    assert (found.came_per_month, found.forecast) == (None, None)
    assert found.needed_per_month == 10


def test_a_reached_goal_takes_nothing_more() -> None:
    found = pace([], members=700)
    assert (found.to_go, found.needed_per_month) == (0, None)


def test_after_the_goals_date_there_is_no_forecast() -> None:
    found = pace([month(number, came=9, left=3) for number in range(1, 7)], by_date=date(2026, 5, 1))
    assert (found.is_over, found.forecast, found.needed_per_month) == (True, None, None)


@pytest.mark.django_db
def test_the_goal_is_the_next_one_then_the_last_one() -> None:
    branch: Branch = BranchFactory.create()
    for year, wanted in ((2025, 900), (2026, 1000), (2028, 1200)):
        MembershipGoal.objects.create(branch=branch, members_wanted=wanted, by_date=date(year, 12, 31))
    found = [goals.goal_for(branch, date(year, 6, 1)) for year in (2025, 2026, 2027, 2030)]
    assert [goal and goal.members_wanted for goal in found] == [900, 1000, 1200, 1200]


@pytest.mark.django_db
def test_a_branch_without_a_goal() -> None:
    assert goals.goal_for(BranchFactory.create(), ON) is None
