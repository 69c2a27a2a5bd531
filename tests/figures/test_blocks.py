"""Neighbouring quarters merged until they may be told, the same blocks on every day."""

from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from django.utils import translation

from crm.figures import blocks


def large(block: Sequence[int]) -> bool:
    return sum(block) >= 5


@pytest.mark.parametrize(
    ("numbers", "told", "rest"),
    [
        ([], [], []),
        ([5], [[5]], []),
        ([4], [], [4]),
        ([1, 2, 2, 9, 3], [[1, 2, 2], [9]], [3]),
        ([0, 0, 6], [[0, 0, 6]], []),
    ],
)
def test_neighbours_are_merged_until_they_are_enough(
    numbers: list[int], told: list[list[int]], rest: list[int]
) -> None:
    assert blocks.merged(numbers, large) == (told, rest)


@pytest.mark.parametrize("seed", range(5))
def test_what_comes_later_changes_no_block(seed: int) -> None:
    chance = Random(seed)
    numbers = [chance.randint(0, 6) for _ in range(30)]
    whole, _rest = blocks.merged(numbers, large)
    for end in range(30):
        told, rest = blocks.merged(numbers[:end], large)
        assert told == whole[: len(told)]
        assert [number for block in [*told, rest] for number in block] == numbers[:end]


@pytest.mark.parametrize(
    ("numbers", "told"), [((), True), ((0,), True), ((5, 0), True), ((4,), False), ((1, 9), False)]
)
def test_nobody_and_five_may_be_told(numbers: tuple[int, ...], told: bool) -> None:
    assert blocks.is_large_or_empty(*numbers) is told


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_has_its_quarter(day: date, first: date, last: date) -> None:
    quarter = blocks.quarter_of(day)
    assert (quarter, blocks.last_of_quarter(quarter)) == (first, last)


def test_the_quarters_between_two_days() -> None:
    found = list(blocks.quarters_between(date(2025, 11, 30), date(2026, 4, 1)))
    assert found == [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2025, 4, 1), date(2025, 6, 30), "2025 kv 2"),
        (date(2025, 4, 1), date(2025, 12, 31), "2025 kv 2–kv 4"),
        (date(2024, 10, 1), date(2025, 3, 31), "2024 kv 4 – 2025 kv 1"),
        (date(2024, 1, 1), date(2025, 3, 31), "2024 kv 1 – 2025 kv 1"),
    ],
)
def test_quarters_have_names(first: date, last: date, label: str) -> None:
    with translation.override("sv"):
        assert blocks.label(first, last) == label
