from datetime import date

import pytest

from crm.board import charts
from crm.figures.goals import Forecast, Pace
from crm.figures.membership import Month
from crm.figures.months import last_of_month, months_between


def months(closings: list[int], *, known_from: int = 0) -> list[Month]:
    found = []
    for place, first in enumerate(list(months_between(date(2025, 1, 1), date(2027, 1, 1)))[: len(closings)]):
        before = closings[max(place - 1, 0)]
        came, left = max(closings[place] - before, 0), max(before - closings[place], 0)
        found.append(
            Month(
                first, last_of_month(first), before, came, 0, left, running=False, known=place >= known_from
            )
        )
    return found


def pace(forecast: Forecast | None = None, by_date: date = date(2025, 12, 31)) -> Pace:
    return Pace(620, 1000, by_date, 6, 5, 3, forecast)


def test_steps_are_round() -> None:
    assert [charts.nice_step(span, 4) for span in (4, 7, 60, 400, 9000)] == [1, 2, 20, 100, 5000]


def test_the_axis_holds_the_members_and_the_goal() -> None:
    drawn = charts.line_chart(months([600, 610, 620]), pace())
    assert [tick.value for tick in drawn.ticks] == [600, 700, 800, 900, 1000]
    assert drawn.goal_y == charts.TOP


def test_more_members_stand_higher_and_later_months_to_the_right() -> None:
    drawn = charts.line_chart(months([600, 610, 620]), None)
    points = [tuple(map(float, point.split())) for point in drawn.known.removeprefix("M").split("L")]
    assert [x for x, _ in points] == sorted({x for x, _ in points})
    assert [y for _, y in points] == sorted({y for _, y in points}, reverse=True)
    assert points[-1] == drawn.dot


def test_months_before_the_first_roster_are_dotted_and_meet_the_line() -> None:
    drawn = charts.line_chart(months([600, 610, 620, 630], known_from=2), None)
    assert drawn.unknown.split("L")[-1] == drawn.known.removeprefix("M").split("L")[0]


def test_nothing_known_yet_is_all_dotted() -> None:
    drawn = charts.line_chart(months([600, 610], known_from=9), None)
    assert (drawn.known, drawn.unknown.count("L")) == ("", 1)


def test_the_forecast_opens_from_today_to_the_goals_date() -> None:
    drawn = charts.line_chart(months([600, 610, 620]), pace(Forecast(660, 640, 680)))
    tip, high, low = drawn.cone.removeprefix("M").removesuffix("Z").split("L")
    assert tuple(map(float, tip.split())) == drawn.dot
    assert high.split()[0] == low.split()[0] == str(float(charts.WIDTH - charts.RIGHT))
    assert float(high.split()[1]) < float(low.split()[1])


def test_a_goal_far_away_is_drawn_for_a_year_or_so() -> None:
    far = pace(Forecast(1000, 900, 1100), by_date=date(2035, 12, 31))
    drawn = charts.line_chart(months([600, 610, 620]), far)
    assert drawn.days[-1].day == date(2026, 1, 1)


def test_an_empty_branch_has_a_picture_too() -> None:
    drawn = charts.line_chart(months([0, 0, 0]), None)
    assert (drawn.dot_value, drawn.ticks[0].value) == (0, 0)


def test_bars_stand_on_one_line_and_on_one_scale() -> None:
    drawn = charts.bar_chart(months([600, 610, 605]))
    rose, fell = drawn.months[1], drawn.months[2]
    assert rose.came.y + rose.came.height == drawn.zero == fell.left.y
    assert round(rose.came.height / fell.left.height, 1) == 2
    assert max(bar.left.y + bar.left.height for bar in drawn.months) < charts.HEIGHT - charts.BOTTOM


def test_a_year_without_a_change_has_bars_without_height() -> None:
    drawn = charts.bar_chart(months([600, 600]))
    assert [(bar.came.height, bar.left.height) for bar in drawn.months] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("closings", "line", "bars"),
    [([0, 0, 0], True, True), ([600, 600], False, True), ([0, 1, 0], False, False)],
)
def test_a_picture_of_nothing_is_known(closings: list[int], line: bool, bars: bool) -> None:
    told = months(closings)
    assert (charts.line_chart(told, None).is_empty, charts.bar_chart(told).is_empty) == (line, bars)


@pytest.mark.parametrize(("goal", "beside"), [(1000, 20), (99_999, -10)])
def test_todays_number_never_stands_among_the_days_of_the_axis(goal: int, beside: float) -> None:
    """A goal far above presses the line down on the axis."""
    pace = Pace(610, goal, date(2026, 12, 31), 20, 4, 1.5, Forecast(660, 640, 690))
    chart = charts.line_chart(months([607, 640, 655]), pace)
    assert chart.dot_label_y == pytest.approx(chart.dot[1] + beside)
    assert chart.dot_label_y <= charts.TOP + charts.PLOT_HEIGHT
