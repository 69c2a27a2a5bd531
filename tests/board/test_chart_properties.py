"""Whatever the history, the pictures stay within their frames and say what the numbers say."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from crm.board import charts
from crm.board.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from crm.figures import goals
from crm.figures.membership import Month
from tests.board.making import months

people = st.integers(0, 400)
flows = st.lists(st.tuples(people, people), min_size=2, max_size=30)


@st.composite
def histories(draw: st.DrawFn) -> list[Month]:
    """Months in which never more leave than there are."""
    found = draw(flows)
    opening = draw(st.integers(0, 9000))
    members = opening
    for came, left in found:
        members += came - left
        assume(members >= 0)
    return months(found, opening=opening, known_from=draw(st.integers(0, len(found))))


@st.composite
def paces(draw: st.DrawFn) -> tuple[list[Month], goals.Pace]:
    """A history with a goal before or after its last day."""
    found = draw(histories())
    on = found[-1].last
    by_date = on + timedelta(days=draw(st.integers(-400, 3000)))
    return found, goals.pace(
        members=found[-1].closing, goal=draw(st.integers(1, 12_000)), by_date=by_date, on=on, months=found
    )


def points(path: str) -> list[tuple[float, float]]:
    inner = path.removeprefix("M").removesuffix("Z")
    return [(float(x), float(y)) for x, y in (point.split() for point in inner.split("L"))] if inner else []


def is_inside(x: float, y: float) -> bool:
    return LEFT - 0.1 <= x <= WIDTH - RIGHT + 0.1 and TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1


@given(paces())
def test_every_point_of_the_line_is_inside_the_frame(found: tuple[list[Month], goals.Pace]) -> None:
    drawn = charts.line_chart(*found)
    everything = [*points(drawn.known), *points(drawn.unknown), *points(drawn.cone), drawn.dot]
    assert [point for point in everything if not is_inside(*point)] == []


@given(paces())
def test_the_goal_and_the_ticks_are_inside_the_frame(found: tuple[list[Month], goals.Pace]) -> None:
    drawn = charts.line_chart(*found)
    heights = [tick.at for tick in drawn.ticks] + [drawn.goal_y or TOP]
    assert [y for y in heights if not TOP <= y <= HEIGHT - BOTTOM] == []
    assert [tick.at for tick in drawn.days if not LEFT <= tick.at <= WIDTH - RIGHT] == []


@given(histories())
def test_the_axis_rises_in_equal_steps_and_is_not_crowded(found: list[Month]) -> None:
    ticks = [tick.value for tick in charts.line_chart(found, None).ticks]
    steps = {after - before for before, after in pairwise(ticks)}
    assert len(steps) == 1
    assert 2 <= len(ticks) <= 8


@given(histories())
def test_known_and_unknown_together_are_the_whole_line(found: list[Month]) -> None:
    drawn = charts.line_chart(found, None)
    unknown, known = points(drawn.unknown), points(drawn.known)
    whole = unknown + known[1:] if unknown and known else unknown or known
    assert len(whole) == len(found)


@given(paces())
def test_the_forecast_begins_where_the_line_ends(found: tuple[list[Month], goals.Pace]) -> None:
    drawn = charts.line_chart(*found)
    if drawn.cone:
        tip, high, low = points(drawn.cone)
        assert tip == drawn.dot
        assert high[1] <= low[1]


@given(flows)
def test_bars_are_inside_the_frame_and_never_negative(found: list[tuple[int, int]]) -> None:
    drawn = charts.bar_chart(months(found, opening=20_000))
    bars = [bar for month in drawn.months for bar in (month.came, month.left)]
    assert [bar for bar in bars if bar.height < 0 or bar.y < TOP - 1] == []
    assert [bar for bar in bars if bar.y + bar.height > HEIGHT - BOTTOM + 1] == []


@given(flows)
def test_longer_bars_are_larger_numbers(found: list[tuple[int, int]]) -> None:
    drawn = charts.bar_chart(months(found, opening=20_000))
    bars = [bar for month in drawn.months for bar in (month.came, month.left)]
    by_value = sorted(bars, key=lambda bar: bar.value)
    assert [bar.height for bar in by_value] == sorted(bar.height for bar in bars)


@given(flows)
def test_bars_stand_beside_each_other(found: list[tuple[int, int]]) -> None:
    drawn = charts.bar_chart(months(found, opening=20_000))
    lefts = [month.came.x for month in drawn.months]
    assert [x for x, after in pairwise(lefts) if x + drawn.width > after + 0.11] == []
    assert lefts[-1] + drawn.width <= WIDTH


@given(st.floats(0.01, 1e6), st.integers(1, 8))
def test_a_step_is_one_two_or_five_with_noughts(span: float, parts: int) -> None:
    step = charts.nice_step(span, parts)
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert step * parts >= min(span, parts)


def test_the_frame_leaves_room_for_the_axes() -> None:
    assert (charts.PLOT_WIDTH, charts.PLOT_HEIGHT) == (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)
    assert date(2025, 1, 1) + timedelta(days=charts.DAYS_AHEAD) > date(2026, 1, 1)
