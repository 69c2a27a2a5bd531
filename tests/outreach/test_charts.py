"""The geometry of outreach's pictures: bars inside the picture, as long as their numbers, one below the other."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.outreach.charts import EDGE, LINE, NUMBER, TOP, WIDTH, ZERO, month_chart, source_chart
from crm.outreach.counting import MonthRow, Numbers, Row, Told

CELLS = st.lists(st.integers(0, 500), min_size=1, max_size=6)
FLOWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=13)


def told(numbers: list[int], merged: int | None = None) -> Told:
    return Told(
        rows=[Row(f"väg {n}", number) for n, number in enumerate(numbers)], merged=merged, is_hidden=False
    )


def months(flows: list[tuple[int, int]]) -> list[MonthRow]:
    """(with recruiting, without) for each month of a year."""
    return [
        MonthRow(
            first=date(2025 + place // 12, place % 12 + 1, 1),
            numbers=Numbers(activities=asked + rest, recruiting=asked),
            joined=0,
            running=False,
        )
        for place, (asked, rest) in enumerate(flows)
    ]


@given(CELLS)
def test_each_bar_ends_where_its_number_still_has_room(numbers: list[int]) -> None:
    for bar in source_chart(told(numbers)).bars:
        assert 0 <= bar.width <= WIDTH - 2 * EDGE - NUMBER
        assert EDGE + bar.width < bar.number_x <= WIDTH - NUMBER


@given(CELLS)
def test_a_greater_number_has_no_shorter_bar(numbers: list[int]) -> None:
    bars = sorted(source_chart(told(numbers)).bars, key=lambda bar: bar.number)
    assert [bar.width for bar in bars] == sorted(bar.width for bar in bars)


@given(CELLS)
def test_the_picture_is_as_high_as_its_bars(numbers: list[int]) -> None:
    chart = source_chart(told(numbers))
    assert chart.bars[-1].y + 16 < chart.height
    assert [bar.y - bar.label_y for bar in chart.bars] == [6] * len(numbers)


@given(CELLS)
def test_bars_keep_their_order_and_never_touch(numbers: list[int]) -> None:
    ys = [bar.y for bar in source_chart(told(numbers)).bars]
    assert [later - earlier for earlier, later in pairwise(ys)] == [LINE] * (len(numbers) - 1)


def test_what_is_merged_has_the_last_bar() -> None:
    chart = source_chart(told([9, 20], merged=6))
    assert [(str(bar.label), bar.number) for bar in chart.bars] == [
        ("väg 0", 9),
        ("väg 1", 20),
        ("de andra sätten tillsammans", 6),
    ]


def test_the_merged_can_be_the_longest() -> None:
    chart = source_chart(told([5], merged=50))
    assert chart.bars[-1].width == WIDTH - 2 * EDGE - NUMBER


@pytest.mark.parametrize("merged", [None, 0])
def test_nothing_merged_has_no_bar(merged: int | None) -> None:
    assert len(source_chart(told([5, 6], merged=merged)).bars) == 2


def test_nobody_is_drawn_as_nothing() -> None:
    assert [bar.width for bar in source_chart(told([0, 0])).bars] == [0, 0]


@given(FLOWS)
def test_both_parts_of_a_month_stand_on_each_other(flows: list[tuple[int, int]]) -> None:
    for bar in month_chart(months(flows)).months:
        assert bar.asked_y + bar.asked_height == pytest.approx(ZERO, abs=0.11)
        assert bar.rest_y + bar.rest_height == pytest.approx(bar.asked_y, abs=0.21)


@given(FLOWS)
def test_the_highest_month_reaches_the_top_and_none_goes_over(flows: list[tuple[int, int]]) -> None:
    tops = [bar.rest_y for bar in month_chart(months(flows)).months]
    assert min(tops) >= TOP - 0.21
    if any(asked + rest for asked, rest in flows):
        assert min(tops) == pytest.approx(TOP, abs=0.21)


@given(FLOWS)
def test_months_stand_beside_each_other_inside_the_picture(flows: list[tuple[int, int]]) -> None:
    chart = month_chart(months(flows))
    xs = [bar.x for bar in chart.months]
    assert xs == sorted(xs)
    assert xs[0] >= EDGE
    assert xs[-1] + chart.width <= WIDTH - EDGE
    assert all(later - earlier >= chart.width for earlier, later in pairwise(xs))


@given(FLOWS)
def test_the_last_month_has_its_name_and_every_third_before_it(flows: list[tuple[int, int]]) -> None:
    named = [bar.has_label for bar in month_chart(months(flows)).months][::-1]
    assert named == [place % 3 == 0 for place in range(len(flows))]


def test_a_month_of_both_is_split_as_it_was() -> None:
    bar = month_chart(months([(3, 1)])).months[0]
    assert bar.asked_height == pytest.approx(3 * bar.rest_height, abs=0.2)


def test_an_empty_year_has_bars_of_no_height() -> None:
    chart = month_chart(months([(0, 0)] * 13))
    assert {(bar.asked_height, bar.rest_height) for bar in chart.months} == {(0, 0)}


def test_no_months_are_no_error() -> None:
    assert month_chart([]).months == []


@pytest.mark.parametrize(
    ("numbers", "merged", "total", "most"),
    [([], None, 0, 1), ([5, 7], None, 12, 7), ([5, 7], 9, 21, 9), ([0], None, 0, 1), ([0, 30], 5, 35, 30)],
)
def test_a_breakdown_adds_up(numbers: list[int], merged: int | None, total: int, most: int) -> None:
    found = told(numbers, merged)
    assert (found.total, found.most) == (total, most)
