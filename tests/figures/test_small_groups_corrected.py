"""Before a correction and after it: no group of 1-4 can be reckoned from what is told of closed quarters on any day.

Each cell is those who left (or joined) in half a month, as they were known at first and are known since: in a group, in
another one since, or not known at first. How many there are in each half-month is told exactly, before and after.
What is a sum of nobody is known of each of its cells.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from random import Random

import pytest

from crm.figures import spans, told
from crm.figures.membership import ENDS
from crm.figures.models import ToldBlock
from crm.figures.months import first_of_month, last_of_month, months_between
from crm.figures.spans import Block, Cells, Span
from crm.outreach.counting import NOTHING_SAID, SOURCES
from crm.people.models import Branch
from tests.board.reckoning import Reckoner
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db
SINCE, ON = date(2024, 1, 1), date(2026, 6, 30)
HALVES = [month.replace(day=day) for month in months_between(SINCE, ON) for day in (1, 16)]
DAYS = [half.replace(day=15) if half.day == 1 else last_of_month(half) for half in HALVES]
BEFORE, AFTER = 0, 1
ABSENT = "absent"  # not known before the correction
WAYS = tuple(SOURCES)
Cell = tuple[date, str, str]  # half-month, group before, group after
People = Counter[Cell]
Sum = frozenset[Cell]
Told = list[tuple[int, Span]]  # when a page was read, and what it told


def people_of(size: int, seed: int, names: Sequence[str], *, late: int, renoted: int) -> People:
    """A seventh of the size in a year, in groups of uneven likelihood; some in closed quarters are corrected."""
    chance = Random(f"{size} {seed} {names}")
    likely = [chance.choice((1, 3, 9)) for _ in names]
    found: People = Counter()
    for _each in range(round(size * 2.5 / 7)):
        group = chance.choices(names, likely)[0]
        found[chance.choice(HALVES), group, group] += 1
    closed = HALVES[:-8]
    for _each in range(late):
        found[chance.choice(closed), ABSENT, chance.choices(names, likely)[0]] += 1
    for cell in chance.sample(sorted(found), min(renoted, len(found))):
        half, before, after = cell
        if before == after and half in closed:
            found[cell] -= 1
            found[half, before, chance.choice([name for name in names if name != before])] += 1
    return +found


def cells_at(people: People, when: int) -> Cells:
    cells: Cells = Counter()
    for (half, *groups), number in people.items():
        if groups[when] != ABSENT:
            cells[first_of_month(half), groups[when]] += number
    return cells


def possible(people: People, names: Sequence[str]) -> list[tuple[str, str]]:
    """What can have become of somebody: where nothing was noted anew, it is known that nothing was."""
    renoted = any(before not in (after, ABSENT) for _half, before, after in people)
    same = [(name, name) for name in names]
    return [*(product(names, names) if renoted else same), *((ABSENT, name) for name in names)]


class Halves:
    """The sums of a branch's cells."""

    def __init__(self, people: People, names: Sequence[str]) -> None:
        self.people, self.names, self.kinds = people, names, possible(people, names)

    def sum_of(self, first: date, last: date, when: int, *some: str) -> Sum:
        """Those of some groups, as they were known at a time."""
        kinds = [pair for pair in self.kinds if pair[when] in some]
        return frozenset((half, *pair) for half in HALVES if first <= half <= last for pair in kinds)

    def totals(self) -> set[Sum]:
        return {self.sum_of(half, half, when, *self.names) for half in HALVES for when in (BEFORE, AFTER)}

    def sums_of(self, read: Told) -> Iterator[Sum]:
        known = told_first(read)
        for _when, span in read:
            for name in span.told:
                yield frozenset().union(
                    *(
                        self.sum_of(block.first, block.last, known[key_of(block)], name)
                        for block in span.blocks
                    )
                )

    def wishes(self) -> Iterator[dict[Cell, int]]:
        """Of up to half a year a group before, after, those who came to it late, and what it grew by; who changed."""
        for place, first in enumerate(HALVES):
            for last in HALVES[place : place + 12]:
                for name in self.names:
                    before, after = (self.sum_of(first, last, when, name) for when in (BEFORE, AFTER))
                    yield dict.fromkeys(before, 1)
                    yield dict.fromkeys(after, 1)
                    yield dict.fromkeys(after - before, 1) | dict.fromkeys(before - after, -1)
                for pair in self.kinds:
                    yield {
                        (half, *pair): 1 for half in HALVES if first <= half <= last and pair[0] != pair[1]
                    }

    def reckoned(self, read: Told) -> list[dict[Cell, int]]:
        known = self.totals() | set(self.sums_of(read))
        nobody = [found for found in known if not any(self.people[cell] for cell in found)]
        few = [wish for wish in self.wishes() if 0 < abs(self.number(wish)) < 5]
        assert len(few) > 40
        reckoner = Reckoner(known | {frozenset([cell]) for found in nobody for cell in found})
        return [wish for wish in few if reckoner.tells(wish)]

    def number(self, wish: dict[Cell, int]) -> int:
        return sum(factor * self.people[cell] for cell, factor in wish.items())


def pages(branch: Branch, people: People, names: Sequence[str], alone: frozenset[str]) -> Told:
    """All days before the correction, and all days after it, each read by another request."""
    return [
        (when, span)
        for when in (BEFORE, AFTER)
        for on in DAYS
        if (
            span := told.span(
                Branch.objects.get(pk=branch.pk), "any", cells_at(people, when), on, names, alone=alone
            )
        )
    ]


def counted_anew(people: People, names: Sequence[str], alone: frozenset[str]) -> Told:
    """What the pages would tell if they kept nothing."""
    return [
        (when, span)
        for when in (BEFORE, AFTER)
        for on in DAYS
        if (span := spans.latest_year(spans.blocks_until(cells_at(people, when), on, names, alone=alone)))
    ]


def told_first(read: Told) -> dict[tuple[date, tuple[tuple[str, int], ...]], int]:
    """When each block was told with these numbers first: it is of those who were known then."""
    found: dict[tuple[date, tuple[tuple[str, int], ...]], int] = {}
    for when, span in read:
        for block in span.blocks:
            found.setdefault(key_of(block), when)
    return found


def key_of(block: Block) -> tuple[date, tuple[tuple[str, int], ...]]:
    return block.first, tuple(sorted(block.groups.shown.items()))


BRANCHES = [(65, 0), (65, 1), (600, 0), (600, 1)]
GROUPS = {"reasons": (ENDS, frozenset[str]()), "ways in": (WAYS, NOTHING_SAID)}
CORRECTIONS = [(1, 0), (0, 1), (3, 0), (3, 4), (40, 25)]


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize(("size", "seed"), BRANCHES)
@pytest.mark.parametrize("corrected", CORRECTIONS)
def test_no_group_of_one_to_four_can_be_reckoned(
    size: int, seed: int, groups: str, corrected: tuple[int, int]
) -> None:
    (names, alone), (late, renoted) = GROUPS[groups], corrected
    people = people_of(size, seed, names, late=late, renoted=renoted)
    read = pages(BranchFactory.create(), people, names, alone)
    assert {when for when, _span in read} == {BEFORE, AFTER}
    assert Halves(people, names).reckoned(read) == []


@pytest.mark.parametrize("corrected", [(1, 0), (0, 1)])
@pytest.mark.parametrize("seed", range(2))
def test_counted_anew_a_correction_would_tell_whom_it_is_about(seed: int, corrected: tuple[int, int]) -> None:
    people = people_of(600, seed, ENDS, late=corrected[0], renoted=corrected[1])
    assert Halves(people, ENDS).reckoned(counted_anew(people, ENDS, frozenset()))


def test_many_corrections_are_told_all_the_same() -> None:
    people = people_of(600, 0, WAYS, late=0, renoted=0)
    for cell in [cell for cell in people if cell[1] == ""]:
        people[cell[0], "", "web"] = people.pop(cell)
    pages(BranchFactory.create(), people, WAYS, NOTHING_SAID)
    assert ToldBlock.objects.filter(version=2).exists()
