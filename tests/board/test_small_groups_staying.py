"""Who stays: whatever page of whatever day is read, no group of 1-4 people can be reckoned from them together.

Each cell is those of a joining quarter with one fate. What the tables publish are sums of cells; a sum that can
be reckoned from them is one of their linear combinations. All that an attacker might want is tried.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import product
from random import Random

import pytest

from crm.board import overview as board
from crm.board import tables
from crm.board.staying import StayingTable
from crm.figures import blocks, staying
from crm.figures.months import last_of_month, months_between
from crm.people.models import Branch, Membership
from tests.board.making import applied_roster
from tests.board.reckoning import Reckoner
from tests.factories import BranchFactory
from tests.figures.histories import period
from tests.figures.test_cohorts import meet, talk

pytestmark = pytest.mark.django_db
SINCE, ON = date(2023, 1, 1), date(2026, 6, 30)
QUARTERS = [quarter for quarter in blocks.quarters_between(SINCE, ON) if quarter + timedelta(days=456) <= ON]
Cell = tuple[date, bool, bool, bool, bool]  # quarter; member after six months, after a year; called, met
Sum = frozenset[Cell]


def branch_of(size: int, seed: int) -> Branch:
    """A tenth of its size joins in a year; some leave, are called and come, as chance has it."""
    chance = Random(f"{size} {seed}")
    branch: Branch = BranchFactory.create()
    applied_roster(branch, SINCE)
    for quarter in QUARTERS:
        for _ in range(round(size / 40 * chance.uniform(0.5, 1.5))):
            began = quarter + timedelta(chance.randrange(80))
            gone = began + timedelta(chance.randrange(1, 400)) if chance.random() < 0.35 else None
            member = period(branch, began, gone).member
            if chance.random() < 0.5:
                talk(member, began + timedelta(chance.randrange(300)))
            if chance.random() < 0.4:
                meet(member, began + timedelta(chance.randrange(150)))
    return branch


def everybody(branch: Branch) -> dict[Cell, int]:
    """What is to be kept: all cells."""
    found = staying.cohorts(branch, ON, known_since=SINCE)
    began = Membership.objects.filter(branch=branch).annotate(
        half=staying.stayed(staying.SIX_MONTHS), whole=staying.stayed(staying.YEAR)
    )
    assert found.told or found.waiting
    cells: dict[Cell, int] = {}
    for held in began:
        talks, came = held.member.calls.exists(), held.member.invitations.exists()
        cell = (blocks.quarter_of(held.started_on), held.half, held.whole, talks, came)  # type: ignore[attr-defined]
        cells[cell] = cells.get(cell, 0) + 1
    return cells


def sum_of(first: str, last: str, *fate: bool | None) -> Sum:
    """The cells of some quarters, by their names: half, whole, call, meeting; ``None`` is both."""
    names = [blocks.label(quarter, quarter) for quarter in QUARTERS]
    quarters = QUARTERS[names.index(first) : names.index(last) + 1]
    wanted = [(True, False) if asked is None else (asked,) for asked in fate]
    return frozenset(product(quarters, *wanted))  # type: ignore[arg-type]


def ends(label: str) -> tuple[str, str]:
    """The names of the first and the last quarter of a block."""
    first, _dash, last = label.partition("–")
    first, last = first.strip(), last.strip() or first.strip()
    return first, last if last[0] == "2" else f"{first[:4]} {last}"


def published(branch: Branch) -> set[Sum]:
    """All sums that the pages of all month ends tell, in three years."""
    found = {sum_of(name, name, None, None, None, None) for name in map(blocks.label, QUARTERS, QUARTERS)}
    for month in months_between(SINCE, ON):
        page = board.overview(branch, last_of_month(month))
        for row in page.staying.everybody.rows:
            found.add(sum_of(*ends(row.label), None, True, None, None))
            if row.after_six_months is not None:
                found.add(sum_of(*ends(row.label), True, None, None, None))
        for place, table in enumerate(page.staying.splits):
            found |= set(sums_of_split(table, place))
    return found


def sums_of_split(table: StayingTable, place: int) -> Iterator[Sum]:
    """How many had the contact, and how many stayed where that is no range (``tests/figures/test_splitting.py``)."""
    for row, had in product(table.rows, (True, False)):
        met = (had, None) if place == 0 else (None, had)
        yield sum_of(*ends(row.label), None, None, *met)
        if row.groups[0].is_exact:
            yield sum_of(*ends(row.label), None, True, *met)


@cache
def wishes() -> list[Sum]:
    """Each fate in part or in whole, of up to four quarters in a row; how many joined may be known."""
    names = [blocks.label(quarter, quarter) for quarter in QUARTERS]
    fates = [
        fate for fate in product((None, True, False), repeat=4) if any(part is not None for part in fate)
    ]
    return [
        sum_of(names[start], names[end], *fate)
        for start in range(len(names))
        for end in range(start, min(start + 4, len(names)))
        for fate in fates
    ]


@pytest.mark.parametrize(("size", "seed"), [(65, 0), (65, 1), (600, 0), (600, 1)])
def test_no_group_of_one_to_four_can_be_reckoned(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    cells, reckoner = everybody(branch), Reckoner(published(branch))
    few = [wish for wish in wishes() if 0 < sum(cells.get(cell, 0) for cell in wish) < 5]
    assert len(few) > 100
    assert [wish for wish in few if reckoner.tells(wish)] == []


def test_the_reckoner_finds_what_can_be_reckoned() -> None:
    name = blocks.label(QUARTERS[0], QUARTERS[0])
    all_of_it, kept = sum_of(name, name, *[None] * 4), sum_of(name, name, None, True, None, None)
    reckoner = Reckoner({all_of_it, kept})
    assert reckoner.tells(sum_of(name, name, None, False, None, None))
    assert not reckoner.tells(sum_of(name, name, None, True, True, None))


def test_a_branch_of_600_is_told_of_all_the_same() -> None:
    page = board.overview(branch_of(600, 0), ON)
    assert [len(table.rows) > 1 for table in page.staying.tables] == [True] * 3
    assert len(tables.staying(page)) == 3
