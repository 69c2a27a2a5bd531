"""What it takes and where it leads, for whatever history."""

from datetime import date, timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from crm.figures import goals
from crm.figures.goals import Pace
from crm.figures.membership import Month
from tests.board.making import months

flows = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=4, max_size=26)


@st.composite
def paces(draw: st.DrawFn, *, ahead: int = 1) -> tuple[list[Month], Pace]:
    """A goal at least so many days ahead."""
    found = months(draw(flows), opening=5000)
    on = found[-1].last
    by_date = on + timedelta(days=draw(st.integers(ahead, 1500)))
    wanted = draw(st.integers(1, 12_000))
    return found, goals.pace(members=found[-1].closing, goal=wanted, by_date=by_date, on=on, months=found)


@given(paces())
def test_the_range_holds_what_is_expected(found: tuple[list[Month], Pace]) -> None:
    forecast = found[1].forecast
    assert forecast is not None
    assert 0 <= forecast.low <= forecast.expected <= forecast.high


@given(paces(ahead=31))
def test_so_many_new_members_a_month_reach_the_goal(found: tuple[list[Month], Pace]) -> None:
    pace = found[1]
    if pace.needed_per_month is None:
        assert pace.members >= pace.goal
        return
    net = pace.needed_per_month - (pace.left_per_month or 0)
    assert pace.members + net * pace.months_left >= pace.goal - 0.001


@given(paces(ahead=31))
def test_one_less_a_month_does_not(found: tuple[list[Month], Pace]) -> None:
    pace = found[1]
    if pace.needed_per_month is not None:
        net = pace.needed_per_month - 1 - (pace.left_per_month or 0)
        assert pace.members + net * pace.months_left < pace.goal + 0.001


@given(paces())
def test_the_pace_is_that_of_the_last_twelve_months(found: tuple[list[Month], Pace]) -> None:
    told, pace = found
    last = told[1:][-goals.PACE_MONTHS :]
    assert pace.came_per_month == sum(month.came for month in last) / len(last)
    assert pace.left_per_month == sum(month.left for month in last) / len(last)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 48))
def test_an_even_branch_goes_on_evenly(came: int, left: int, ahead: int) -> None:
    told = months([(came, left)] * 13, opening=5000)
    found = goals.forecast(5000, told, ahead)
    expected = max(5000 + (came - left) * ahead, 0)
    assert (found.low, found.expected, found.high) == (expected, expected, expected)


@given(flows)
def test_the_further_ahead_the_wider(found: list[tuple[int, int]]) -> None:
    told = months(found, opening=50_000)
    widths = [goals.forecast(50_000, told, ahead) for ahead in (1, 6, 24)]
    spans = [forecast.high - forecast.low for forecast in widths]
    assert spans == sorted(spans)


@given(st.integers(1, 2000), st.integers(0, 2000), st.integers(-2000, 2000))
def test_a_goal_that_is_reached_or_past_takes_nothing(goal: int, over: int, days: int) -> None:
    on = date(2026, 6, 30)
    reached = goals.pace(members=goal + over, goal=goal, by_date=on + timedelta(days=days), on=on, months=[])
    assert (reached.to_go, reached.needed_per_month) == (0, None)


def test_in_the_last_month_all_of_it_is_needed_now() -> None:
    on = date(2026, 12, 20)
    late = goals.pace(members=990, goal=1000, by_date=date(2026, 12, 31), on=on, months=[])
    assert late.needed_per_month == ceil(10)
