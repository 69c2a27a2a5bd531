from collections import defaultdict
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from crm.figures.small_groups import SMALLEST, Breakdown, protect


def test_large_groups_and_empty_ones_are_shown_as_they_are() -> None:
    assert protect({"a": 5, "b": 0, "c": 12}) == Breakdown({"a": 5, "b": 0, "c": 12}, (), None)


def test_a_single_small_group_takes_the_next_larger_one_with_it() -> None:
    assert protect({"a": 30, "b": 2, "c": 9}) == Breakdown({"a": 30}, ("b", "c"), 11)


def test_small_groups_are_merged() -> None:
    assert protect({"a": 30, "b": 2, "c": 4}) == Breakdown({"a": 30}, ("b", "c"), 6)


def test_five_groups_of_one_would_be_told_by_their_sum() -> None:
    cells = {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 8, "g": 20}
    assert protect(cells) == Breakdown({"g": 20}, ("a", "b", "c", "d", "e", "f"), 13)


def test_of_two_equal_groups_both_are_merged_or_none() -> None:
    assert protect({"a": 5, "b": 5, "c": 3, "d": 9}) == Breakdown({"d": 9}, ("a", "b", "c"), 13)


def test_a_small_group_alone_is_not_shown_at_all() -> None:
    found = protect({"a": 3, "b": 0})
    assert (found.shown, found.merged, found.is_hidden) == ({}, None, True)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_no_small_group_is_shown_and_nobody_is_lost(cells: dict[str, int]) -> None:
    found = protect(cells)
    assert not [number for number in found.shown.values() if 0 < number < SMALLEST]
    if not found.is_hidden:
        assert sum(found.shown.values()) + (found.merged or 0) == sum(cells.values())
        assert {*found.shown, *found.merged_keys} == set(cells)


def test_no_small_group_can_be_computed_from_what_is_shown_and_the_total() -> None:
    """All tables of three groups of 0-13: each published table fits several values of every small group."""
    tables: dict[str, list[dict[str, int]]] = defaultdict(list)
    for numbers in product(range(14), repeat=3):
        cells = dict(zip("abc", numbers, strict=True))
        found = protect(cells)
        tables[f"{sum(numbers)} {found.shown} {sorted(found.merged_keys)} {found.merged}"].append(cells)
    told = [
        (seen, key)
        for seen, possible in tables.items()
        for key in "abc"
        if len({cells[key] for cells in possible}) == 1 and 0 < possible[0][key] < SMALLEST
    ]
    assert told == []
