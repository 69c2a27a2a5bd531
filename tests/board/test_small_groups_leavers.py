"""Why members left, beside who stays and how many joined and left in each month: read together, no group of 1-4.

A block of joining quarters tells exactly how many of those who joined left within a year, and the months how many left
at all. Each cell is those who joined in a quarter, or long ago, and left in a month for a reason, or not yet.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from random import Random

import pytest

from crm.board import overview as board
from crm.board.overview import Overview
from crm.figures import blocks
from crm.figures.blocks import last_of_quarter, quarter_of, quarters_between
from crm.figures.membership import ENDS, periods
from crm.figures.months import last_of_month, months_between
from crm.figures.staying import YEAR
from crm.people.models import Branch
from tests.board.making import applied_roster
from tests.board.reckoning import Reckoner
from tests.board.test_small_groups_reasons import a_period
from tests.board.test_small_groups_staying import ends
from tests.factories import BranchFactory

SINCE, ON = date(2023, 1, 1), date(2026, 6, 30)
QUARTERS, MONTHS = list(quarters_between(SINCE, ON)), list(months_between(SINCE, ON))
LONG_AGO, NOT_YET = date(2020, 1, 1), date.max
BRANCHES = [(65, 0), (65, 1), (600, 0)]
Cell = tuple[date, date, str, bool]  # joining quarter, month of leaving, reason, member a year after joining
Sum = frozenset[Cell]


def branch_of(size: int, seed: int) -> Branch:
    """A fifth of its size joins in a year. Half of all leave within two years, for reasons of uneven likelihood."""
    chance = Random(f"leavers {size} {seed}")
    branch: Branch = BranchFactory.create()
    applied_roster(branch, SINCE)
    likely = [chance.choice((1, 3, 9)) for _ in ENDS]
    came = [LONG_AGO] * size + [
        quarter + timedelta(days=chance.randrange(90)) for quarter in QUARTERS for _ in range(size // 20)
    ]
    for number, began in enumerate(came):
        day = max(began, SINCE) + timedelta(days=chance.randrange(20, 700))
        gone = day if day <= ON and chance.random() < 0.5 else None
        a_period(branch, f"{number}", began, gone, chance.choices(ENDS, likely)[0])
    return branch


def people_of(branch: Branch) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for held in periods(branch):
        until: date | None = held.until  # type: ignore[attr-defined]
        began = held.started_on
        joined = LONG_AGO if began < SINCE else quarter_of(began)
        stays = until is None or until > began + YEAR
        found[joined, until.replace(day=1) if until else NOT_YET, held.end_reason, stays] += 1
    return found


@cache
def cells() -> list[Cell]:
    """All that can be: nobody leaves before joining, or is a member after having left."""
    found = [(joined, NOT_YET, "", True) for joined in (LONG_AGO, *QUARTERS)]
    for joined in (LONG_AGO, *QUARTERS):
        last = last_of_quarter(joined)
        for month in MONTHS:
            if month < joined:
                continue
            fates = [False] if month <= last + YEAR else []
            if last_of_month(month) > joined + YEAR:
                fates.append(True)
            found += [(joined, month, reason, stays) for reason in ENDS for stays in fates]
    return found


def those(where: Callable[[Cell], bool]) -> Sum:
    return frozenset(cell for cell in cells() if where(cell))


def who_left(first: date, last: date, *reasons: str) -> Sum:
    return those(lambda cell: first <= cell[1] <= last and cell[2] in reasons)


def who_joined(first: date, last: date, *, stays: bool | None = None) -> Sum:
    return those(lambda cell: first <= cell[0] <= last and stays in {None, cell[3]})


def published(branch: Branch) -> Iterator[Sum]:
    """What the pages of all months' ends tell."""
    yield those(lambda cell: cell[0] == LONG_AGO)
    yield from (who_joined(quarter, quarter) for quarter in QUARTERS)
    yield from (who_left(month, month, *ENDS) for month in MONTHS)
    for month in MONTHS:
        page = board.overview(branch, last_of_month(month))
        yield from of_reasons(page)
        yield from of_those_who_stay(page)


def of_reasons(page: Overview) -> Iterator[Sum]:
    leaving, balance = page.leaving, page.balance
    if leaving.first and leaving.last:
        yield from (who_left(leaving.first, leaving.last, reason) for reason in leaving.shown)
    for reason, number in (("moved", balance.moved_out), ("deceased", balance.deceased)):
        if number is not None:
            yield who_left(balance.first, balance.last, reason)


def of_those_who_stay(page: Overview) -> Iterator[Sum]:
    names = {blocks.label(quarter, quarter): quarter for quarter in QUARTERS}
    for row in page.staying.everybody.rows:
        first, last = (names[name] for name in ends(row.label))
        yield who_joined(first, last, stays=True)


def wishes() -> Iterator[Sum]:
    """Of up to a year: one or two reasons; who left within a year of joining, for all reasons, and for one or two."""
    some = [(reason,) for reason in ENDS] + [*combinations(ENDS, 2)]
    for place, month in enumerate(MONTHS):
        for last in MONTHS[place : place + 12]:
            yield from (who_left(month, last, *reasons) for reasons in some)
    for place, quarter in enumerate(QUARTERS):
        for last in QUARTERS[place : place + 4]:
            gone = who_joined(quarter, last, stays=False)
            yield gone
            yield from (frozenset(cell for cell in gone if cell[2] in reasons) for reasons in some)


def told(branch: Branch, known: set[Sum]) -> list[Sum]:
    """Groups of 1-4 that can be reckoned. What is a sum of nobody is known of each of its cells."""
    people = people_of(branch)
    assert set(people) <= set(cells())
    nobody = frozenset(cell for found in known if not any(people[one] for one in found) for cell in found)
    reckoner = Reckoner(found - nobody for found in known)
    few = [wish for wish in wishes() if 0 < sum(people[cell] for cell in wish) < 5]
    assert len(few) > 100
    return [wish for wish in few if reckoner.tells(wish - nobody)]


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_no_group_of_one_to_four_who_left_can_be_reckoned(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    known = set(published(branch))
    assert len(known) > len(QUARTERS) + len(MONTHS) + 3
    assert told(branch, known) == []


@pytest.mark.django_db
def test_with_the_reasons_of_each_quarter_it_could_be() -> None:
    branch = branch_of(600, 0)
    known = set(published(branch))
    small = {who_left(quarter, last_of_quarter(quarter), reason) for quarter in QUARTERS for reason in ENDS}
    assert len(told(branch, known | small)) > 10
