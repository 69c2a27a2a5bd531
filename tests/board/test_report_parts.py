"""The parts of the printed report at their limits: long names, great numbers, empty charts, the foot of a page."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.board import charts, report
from crm.board.overview import Share
from crm.figures.goals import Forecast, Pace
from tests.board.making import months
from tests.board.sheets import pages_of, sheet

FLOWS = [(5, 2), (0, 3), (7, 0), (4, 1)]


def pace(goal: int) -> Pace:
    return Pace(610, goal, date(2026, 12, 31), 20, 4, 1.5, Forecast(660, 640, 690))


@given(st.lists(st.tuples(st.floats(-999, 999), st.floats(-999, 999)), max_size=5))
def test_the_points_of_a_path_are_read_back(points: list[tuple[float, float]]) -> None:
    rounded = [(round(x, 1), round(y, 1)) for x, y in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in rounded) if rounded else ""
    assert report.points_of(path) == rounded


def test_a_path_that_is_not_there_has_no_points() -> None:
    assert report.points_of("") == []


@pytest.mark.parametrize("goal", [5, 1000, 100_000])
def test_the_goal_stands_at_its_line(goal: int) -> None:
    drawn = sheet()
    with translation.override("en"):
        report.draw_line(drawn, charts.line_chart(months(FLOWS, running_day=12), pace(goal)))
    assert f"Goal {goal:,}" in pages_of(drawn)[0]


def test_without_a_goal_there_is_no_word_of_one() -> None:
    drawn = sheet()
    with translation.override("en"):
        report.draw_line(drawn, charts.line_chart(months(FLOWS), None))
    assert "Goal" not in pages_of(drawn)[0]


@pytest.mark.parametrize("flows", [[(0, 0)] * 3, [(9999, 0), (0, 9999)], [(1, 1)]])
def test_bars_say_their_numbers_and_nothing_of_nought(flows: list[tuple[int, int]]) -> None:
    drawn = sheet()
    with translation.override("en"):
        report.draw_bars(drawn, charts.bar_chart(months(flows, opening=20_000)))
    told = pages_of(drawn)[0].partition("Black")[0].split()
    expected = sorted(f"{number:,}" for flow in flows for number in flow if number)
    assert sorted(word for word in told if "-" not in word) == expected


def test_shares_say_number_whole_and_percent() -> None:
    drawn = sheet()
    with translation.override("en"):
        report.draw_shares(drawn, "Calls", [Share("Reached", 186, 618), Share("Kept", 618, 618)])
    told = pages_of(drawn)[0]
    assert "Reached 186 of 618 (30 %)" in told
    assert "Kept 618 of 618 (100 %)" in told


def test_no_shares_leave_no_heading() -> None:
    drawn = sheet()
    report.draw_shares(drawn, "Calls", [])
    assert "Calls" not in pages_of(drawn)[0]


def test_a_share_above_its_whole_keeps_to_its_frame() -> None:
    """A member reached twice over, by a mistake of the figures, must not draw over the page's edge."""
    drawn = sheet()
    report.draw_shares(drawn, "Calls", [Share("Reached", 700, 618)])
    assert "700" in pages_of(drawn)[0]


@pytest.mark.parametrize(
    ("known_from", "goal", "told"), [(2, None, "Dotted"), (0, 1000, "Grey wedge"), (0, None, "")]
)
def test_the_lines_marks_are_explained_where_they_are_drawn(
    known_from: int, goal: int | None, told: str
) -> None:
    drawn = sheet()
    over = months(FLOWS, known_from=known_from, running_day=12)
    with translation.override("en"):
        report.draw_line(drawn, charts.line_chart(over, pace(goal) if goal else None))
    words = pages_of(drawn)[0]
    assert [word for word in ("Dotted", "Grey wedge") if word in words] == ([told] if told else [])
