"""Who had a contact and who had not: exact numbers, or ranges that point nobody out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from crm.figures.splitting import VALUES, Part, left_between
from crm.figures.staying import Cohort, Fate

DAY = date(2025, 1, 1)
FEW = range(1, 5)
# Of a block: how many stayed, how many left, how many had the contact; none of them few, nor those who had not.
SIZES = [
    (stayed, gone, had)
    for stayed, gone, had in product((0, *range(5, 17)), (0, *range(5, 17)), range(33))
    if had <= stayed + gone and had not in FEW and stayed + gone - had not in FEW
]


def possible(stayed: int, gone: int, had: int) -> range:
    """Of those who had the contact, how many can have left."""
    return range(max(0, had - stayed), min(gone, had) + 1)


def cells(left: int, stayed: int, gone: int, had: int) -> tuple[int, int, int, int]:
    return left, had - left, gone - left, stayed - had + left


def answers() -> Iterator[tuple[tuple[int, int, int, int], dict[int, tuple[int, int]]]]:
    """What is told of each number that is possible, with the cells of the first."""
    for stayed, gone, had in SIZES:
        told = {
            left: left_between(left, had=had, stayed=stayed, gone=gone)
            for left in possible(stayed, gone, had)
        }
        yield (stayed, gone, had, 0), told


def test_a_number_that_would_point_somebody_out_is_one_of_four_or_more() -> None:
    for (stayed, gone, had, _none), told in answers():
        for left, (low, high) in told.items():
            if set(cells(left, stayed, gone, had)) & set(FEW):
                assert high - low + 1 >= VALUES


def test_every_number_of_a_range_is_told_by_that_range() -> None:
    """So that nobody can know which of them it is, who knows how it is reckoned."""
    for _sizes, told in answers():
        for low, high in told.values():
            assert {told[number] for number in range(low, high + 1)} == {(low, high)}


def test_what_points_nobody_out_is_told_exactly() -> None:
    for (stayed, gone, had, _none), told in answers():
        for left, (low, high) in told.items():
            if not set(cells(left, stayed, gone, had)) & set(FEW):
                assert (low, high) == (left, left)


@pytest.mark.parametrize(
    ("left", "gone", "told"),
    [
        (0, 5, (0, 0)),
        (1, 5, (1, 4)),
        (4, 5, (1, 4)),
        (5, 5, (5, 5)),
        (4, 9, (1, 4)),
        (5, 9, (5, 8)),
        (6, 12, (6, 6)),
    ],
)
def test_ranges_are_no_wider_than_they_must(left: int, gone: int, told: tuple[int, int]) -> None:
    assert left_between(left, had=40, stayed=60, gone=gone) == told


def people_of(stayed_with: int, left_with: int, stayed_without: int, left_without: int) -> Cohort:
    """With the contact or without; some had another one, and some left within six months."""
    numbers = {("call", True): stayed_with, ("call", False): left_with}
    numbers |= {("", True): stayed_without, ("", False): left_without}
    people: dict[Fate, int] = {}
    for (met, whole), number in numbers.items():
        for place in range(number):
            names = frozenset(filter(None, (met, "meeting" if place % 3 == 0 else "")))
            fate = Fate(whole or place % 2 == 0, whole, names)
            people[fate] = people.get(fate, 0) + 1
    return Cohort(DAY, DAY, people)


def swapped(block: Cohort) -> Cohort | None:
    """One who had the call and left, and one who had none and stayed, change calls; all else is as it was."""
    people = dict(block.people)
    with_it = next(
        (fate for fate in people if "call" in fate.met and not fate.after_a_year and people[fate]), None
    )
    without = next(
        (fate for fate in people if "call" not in fate.met and fate.after_a_year and people[fate]), None
    )
    if not with_it or not without:
        return None
    for fate, met in ((with_it, with_it.met - {"call"}), (without, without.met | {"call"})):
        people[fate] -= 1
        other = replace(fate, met=met)
        people[other] = people.get(other, 0) + 1
    return Cohort(block.first, block.last, {fate: number for fate, number in people.items() if number})


def published(block: Cohort) -> tuple[object, ...]:
    return (
        *(block.joined, block.after_six_months, block.after_a_year),
        *(block.split_by("call"), block.split_by("meeting")),
    )


@pytest.mark.parametrize(
    "numbers", [(22, 4, 15, 1), (30, 4, 9, 5), (12, 7, 3, 6), (50, 3, 70, 30), (5, 4, 4, 12), (40, 8, 20, 1)]
)
def test_a_few_people_more_or_fewer_give_the_same_page(numbers: tuple[int, int, int, int]) -> None:
    block = people_of(*numbers)
    low, high = left_between(
        numbers[1], had=sum(numbers[:2]), stayed=numbers[0] + numbers[2], gone=numbers[1] + numbers[3]
    )
    assert high - low >= 3
    fewer: Cohort | None = people_of(numbers[0], numbers[1], numbers[2], numbers[3])
    pages = set()
    left = numbers[1]
    while fewer and left >= low:
        pages.add(published(fewer))
        fewer, left = swapped(fewer), left - 1
    assert pages == {published(block)}


def test_parts_together_are_as_uncertain_as_each_of_them() -> None:
    one, other = Part(DAY, DAY, 26, 22, 25), Part(date(2025, 4, 1), date(2025, 6, 30), 14, 9, 9)
    assert Part.of([one, other]) == Part(DAY, date(2025, 6, 30), 40, 31, 34)


def test_the_percentage_is_the_middle_of_the_range() -> None:
    assert Part(DAY, DAY, 20, 15, 18).percent == 82.5
