"""What leaves a branch: nothing that 1-4 people could be computed from, whatever is added up or divided."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.district.coarse import (
    FEW,
    NOT_SHARED,
    UNKNOWN,
    Cell,
    between,
    coarse,
    exact,
    part_of,
    percent,
    together,
)
from crm.figures.small_groups import nearest_five

COUNTS = st.integers(min_value=0, max_value=2_000_000)
CELLS = st.one_of(st.just(NOT_SHARED), st.just(UNKNOWN), COUNTS.map(coarse))


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        (None, UNKNOWN),
        (0, FEW),
        (1, FEW),
        (4, FEW),
        (5, Cell(5)),
        (7, Cell(5)),
        (8, Cell(10)),
        (12, Cell(10)),
        (13, Cell(15)),
        (613, Cell(615)),
        (999_998, Cell(1_000_000)),
    ],
)
def test_people_are_told_to_the_nearest_five_and_few_are_hidden(number: int | None, cell: Cell) -> None:
    assert coarse(number) == cell


def test_nobody_looks_like_somebody() -> None:
    assert len({coarse(number) for number in range(5)}) == 1


@given(COUNTS)
def test_no_cell_is_further_off_than_two_and_none_is_below_five(number: int) -> None:
    cell = coarse(number)
    assert cell.weight is not None
    assert abs(cell.weight - number) <= 2
    assert cell.number is None or cell.number >= 5


@pytest.mark.parametrize(
    ("more", "fewer", "cell"),
    [
        (4, 0, FEW),
        (5, 0, Cell(5)),
        (9, 0, Cell(5)),
        (9, 5, FEW),
        (10, 9, Cell(5)),
        (614, 0, Cell(610)),
        (614, 609, Cell(5)),
        (613, 14, Cell(600)),
        (11, 9, Cell(5)),
    ],
)
def test_between_two_counts_stand_the_fives_that_were_reached(more: int, fewer: int, cell: Cell) -> None:
    assert between(more, fewer) == cell


@given(COUNTS, COUNTS)
def test_between_two_counts_it_is_off_by_four_at_most(one: int, other: int) -> None:
    cell = between(max(one, other), min(one, other))
    assert abs((cell.number or 0) - abs(one - other)) <= 4
    assert cell.few == (cell.number is None)


@given(st.lists(COUNTS, min_size=2).map(sorted))
def test_what_stands_between_counts_adds_up(counts: list[int]) -> None:
    steps = [between(more, fewer).number or 0 for fewer, more in pairwise(counts)]
    assert sum(steps) == (between(counts[-1], counts[0]).number or 0)


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (Cell(10), Cell(15), Cell(10)),
        (Cell(20), Cell(15), Cell(15)),
        (Cell(5), FEW, FEW),
        (FEW, FEW, FEW),
        (FEW, Cell(5), FEW),
        (Cell(5), UNKNOWN, Cell(5)),
        (UNKNOWN, Cell(5), UNKNOWN),
        (NOT_SHARED, NOT_SHARED, NOT_SHARED),
    ],
)
def test_a_part_is_never_told_to_be_more_than_its_whole(part: Cell, whole: Cell, told: Cell) -> None:
    assert part_of(part, whole) == told


@given(COUNTS)
def test_each_cell_is_that_of_at_least_three_numbers(number: int) -> None:
    near = {other for other in range(max(number - 4, 0), number + 5) if coarse(other) == coarse(number)}
    assert len(near) >= 3
    assert number > 4 or near == {0, 1, 2, 3, 4}


@given(st.integers(min_value=0, max_value=10**6))
def test_the_nearest_five_is_one(number: int) -> None:
    assert nearest_five(number) % 5 == 0
    assert abs(nearest_five(number) - number) <= 2


@pytest.mark.parametrize(("number", "told"), [(None, None), (0, 0), (3, 3), (1000, 1000)])
def test_what_is_not_people_is_told_as_it_is(number: int | None, told: int | None) -> None:
    assert exact(number) == Cell(told)


@pytest.mark.parametrize(
    ("cells", "sum_"),
    [
        ([], NOT_SHARED),
        ([NOT_SHARED, NOT_SHARED], NOT_SHARED),
        ([NOT_SHARED, UNKNOWN], UNKNOWN),
        ([FEW], FEW),
        ([FEW, FEW], FEW),
        ([FEW, FEW, FEW], Cell(5)),
        ([Cell(5), FEW], Cell(5)),
        ([Cell(10), Cell(5), NOT_SHARED], Cell(15)),
    ],
)
def test_a_sum_is_of_what_is_shown(cells: list[Cell], sum_: Cell) -> None:
    assert together(cells) == sum_


@given(st.lists(CELLS), st.randoms())
def test_the_order_of_the_cells_does_not_matter(cells: list[Cell], chance: object) -> None:
    assert together(cells) == together(sorted(cells, key=str))


@given(st.lists(COUNTS, min_size=1, max_size=49))
def test_a_sum_is_off_by_two_a_branch_at_most(counts: list[int]) -> None:
    told = together(map(coarse, counts)).weight
    assert told is not None
    assert abs(told - sum(counts)) <= 2 * len(counts) + 2


@given(st.lists(st.integers(min_value=0, max_value=4), min_size=2, max_size=9), st.lists(COUNTS, max_size=5))
def test_no_hidden_number_changes_a_sum(hidden: list[int], others: list[int]) -> None:
    """Four and four look like nought and nought: the sum is no way to what a cell hides."""
    none = [0] * len(hidden)
    assert together(map(coarse, hidden + others)) == together(map(coarse, none + others))


@pytest.mark.parametrize(
    ("part", "whole", "found"),
    [
        (Cell(50), Cell(100), 50),
        (Cell(65), Cell(65), 95),
        (Cell(600), Cell(600), 100),
        (Cell(105), Cell(100), 95),
        (Cell(45), Cell(65), 70),
        (Cell(205), Cell(200), 100),
        (Cell(5), Cell(1000), 0),
        (FEW, Cell(100), None),
        (FEW, FEW, None),
        (Cell(5), FEW, None),
        (UNKNOWN, Cell(100), None),
        (NOT_SHARED, NOT_SHARED, None),
    ],
)
def test_a_share_is_of_what_is_shown(part: Cell, whole: Cell, found: int | None) -> None:
    assert percent(part, whole) == found


@given(COUNTS, COUNTS)
def test_a_share_is_never_more_than_all(part: int, whole: int) -> None:
    found = percent(coarse(part), coarse(whole))
    assert found is None or 0 <= found <= 100
