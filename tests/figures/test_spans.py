"""Reasons for leaving in blocks of quarters."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from crm.figures import spans
from crm.figures.membership import ENDS, Ends
from crm.figures.months import months_between
from crm.figures.small_groups import protect
from crm.figures.spans import Block, Span

Q1, Q2, Q3, Q4 = (date(2025, month, 1) for month in (1, 4, 7, 10))
END = date(2025, 12, 31)


def told_until(left: Ends, on: date) -> Span | None:
    return spans.latest_year(spans.blocks_until(left, on, ENDS))


def ends(*left: tuple[date, str, int]) -> Ends:
    return Counter({(month, reason): number for month, reason, number in left})


def ends_by_chance(seed: int) -> Ends:
    chance = Random(seed)
    return Counter(
        {
            (month, reason): chance.choice((0, 0, 0, 1, 2, 4))
            for month in months_between(date(2022, 1, 1), date(2026, 12, 1))
            for reason in ENDS
        }
    )


def test_when_nobody_has_left_there_is_nothing_to_tell() -> None:
    assert told_until(Counter(), END) is None
    assert told_until(ends((Q1, "left", 0)), END) is None


def test_a_quarter_is_told_when_it_is_over() -> None:
    left = ends((Q1, "left", 5), (Q1, "moved", 6))
    assert told_until(left, date(2025, 3, 30)) is None
    told = told_until(left, date(2025, 3, 31))
    assert told is not None
    assert (told.first, told.last, told.others) == (Q1, date(2025, 3, 31), None)
    assert {reason: number for reason, number in told.told.items() if number} == {"left": 5, "moved": 6}


@pytest.mark.parametrize(
    ("left", "may_be_told"),
    [
        ([("left", 5), ("moved", 5)], True),
        ([("left", 5), ("moved", 2), ("deceased", 3)], True),  # the two are merged
        ([("left", 50)], False),  # then of each month's number the reason would be known
        ([("left", 9), ("moved", 1)], False),
        ([("left", 5), ("moved", 3), ("deceased", 3)], False),  # more than half would be merged
        ([("moved", 2), ("deceased", 2)], False),
        ([], False),
    ],
)
def test_two_groups_at_least(left: list[tuple[str, int]], may_be_told: bool) -> None:
    assert spans.may_be_told(ends(*((Q1, *some) for some in left)), ENDS, frozenset(), [Q1]) is may_be_told


def test_small_quarters_are_merged_forwards() -> None:
    left = ends((Q1, "left", 3), (Q2, "left", 3), (Q2, "moved", 4), (Q3, "moved", 1), (Q4, "left", 9))
    (block,) = spans.blocks_until(left, END, ENDS)
    assert (block.first, block.last, block.quarters) == (Q1, date(2025, 9, 30), 3)
    assert (block.groups.shown["left"], block.groups.shown["moved"]) == (6, 5)


def test_no_more_than_a_year_is_told_and_no_less() -> None:
    quarters = [Q1, Q2, Q3, Q4, date(2026, 1, 1)]
    left = ends(*((first, reason, 5) for first in quarters for reason in ("left", "moved")))
    told = told_until(left, date(2026, 3, 31))
    assert told is not None
    assert (told.first, len(told.blocks), told.told["left"]) == (Q2, 4, 20)


def a_block(first: date, **cells: int) -> Block:
    return Block(first, first + timedelta(days=89), 1, protect(dict.fromkeys(ENDS, 0) | cells))


def test_a_reason_that_one_block_merges_is_among_the_others_of_them_all() -> None:
    one, other = a_block(Q1, left=8, moved=7), a_block(Q2, left=6, moved=2, deceased=4)
    span = Span([one, other])
    assert (span.told["left"], "moved" in span.told, span.others) == (14, False, 13)


def test_where_they_have_few_reasons_in_common_the_last_block_is_told() -> None:
    left = ends((Q1, "left", 6), (Q1, "moved", 2), (Q1, "unpaid", 3))
    left += ends((Q2, "moved", 7), (Q2, "left", 2), (Q2, "deceased", 3))
    told = told_until(left, date(2025, 6, 30))
    assert told is not None
    assert (told.first, told.told["moved"], told.others) == (Q2, 7, 5)


@pytest.mark.parametrize("seed", range(8))
def test_what_comes_later_changes_no_block(seed: int) -> None:
    left = ends_by_chance(seed)
    whole = spans.blocks_until(left, date(2026, 12, 31), ENDS)
    assert len(whole) > 2
    for on in months_between(date(2022, 1, 1), date(2026, 12, 1)):
        until = Counter({key: number for key, number in left.items() if key[0] < on})
        found = spans.blocks_until(until, on - timedelta(days=1), ENDS)
        assert found == whole[: len(found)]


@pytest.mark.parametrize("seed", range(8))
def test_what_is_told_adds_up_and_nothing_of_it_is_small(seed: int) -> None:
    left = ends_by_chance(seed)
    told = told_until(left, date(2026, 12, 31))
    assert told is not None
    inside = sum(number for (month, _), number in left.items() if told.first <= month <= told.last)
    numbers = [*told.told.values(), told.others or 0]
    assert sum(numbers) == inside
    assert [number for number in numbers if 0 < number < 5] == []
