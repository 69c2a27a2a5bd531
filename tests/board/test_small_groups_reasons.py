"""Why members left, and who moved here: whatever pages of whatever days are read, no group of 1-4 can be reckoned.

Each cell is those who left in half a month for a reason, or came in it in a way. How many left in it, and how many
joined or moved here, is told exactly. What is a sum of nobody is known of each of its cells.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from random import Random

import pytest

from crm.board import overview as board
from crm.board.overview import Overview
from crm.figures import membership
from crm.figures.membership import ENDS, JOINED, MOVED_IN
from crm.figures.months import last_of_month, months_back, months_between
from crm.figures.small_groups import protect
from crm.people.models import Branch, Member, Membership
from tests.board.making import applied_roster
from tests.board.reckoning import Reckoner
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db
SINCE, ON = date(2023, 1, 1), date(2026, 6, 30)
HALVES = [month.replace(day=day) for month in months_between(SINCE, ON) for day in (1, 16)]
WAYS = (JOINED, MOVED_IN)
BRANCHES = [(65, 0), (65, 2), (600, 0), (600, 2)]
Cell = tuple[date, str]
Sum = frozenset[Cell]
Cells = dict[Cell, int]


def branch_of(size: int, seed: int) -> Branch:
    """A tenth and a half of its size leaves in a year, for reasons of uneven likelihood; as many come."""
    chance = Random(f"{size} {seed}")
    branch: Branch = BranchFactory.create()
    applied_roster(branch, SINCE)
    likely = [chance.choice((1, 3, 9)) for _ in ENDS]
    for number in range(size):
        gone = SINCE + timedelta(days=chance.randrange(1275)) if chance.random() < 0.5 else None
        a_period(branch, f"old {number}", date(2020, 1, 1), gone, chance.choices(ENDS, likely)[0])
    for number in range(size // 3):
        came = SINCE + timedelta(days=chance.randrange(1275))
        a_period(branch, f"new {number}", came, None, "", moved_in=chance.random() < 0.3)
    return branch


def a_period(
    branch: Branch, number: str, began: date, gone: date | None, reason: str, *, moved_in: bool = False
) -> None:
    member = Member.objects.create(branch=branch, member_number=number, name_sort=number, learnt_on=began)
    held = Membership(member=member, branch=branch, started_on=began, moved_in=moved_in)
    if reason:
        held.ended_on, held.end_reason = gone, reason if gone else ""
    else:
        held.missing_since = gone
    held.save()


def cells_of(branch: Branch) -> Cells:
    """What is to be kept."""
    found = dict.fromkeys(((half, name) for half in HALVES for name in (*ENDS, *WAYS)), 0)
    for held in membership.periods(branch):
        until: date | None = held.until  # type: ignore[attr-defined]
        if until and until <= ON:
            found[half_of(until), held.end_reason] += 1
        if SINCE <= held.started_on <= ON:
            found[half_of(held.started_on), MOVED_IN if held.moved_in else JOINED] += 1
    return found


def half_of(day: date) -> date:
    return day.replace(day=1 if day.day < 16 else 16)


def ends_of_halves() -> Iterator[date]:
    """The days to which the page is set back."""
    for half in HALVES:
        yield half.replace(day=15) if half.day == 1 else last_of_month(half)


def sum_of(first: date, last: date, *names: str) -> Sum:
    return frozenset((half, name) for half in HALVES if first <= half <= last for name in names)


def totals() -> set[Sum]:
    """What the numbers of two days tell by their difference."""
    return {sum_of(half, half, *names) for half in HALVES for names in (ENDS, WAYS)}


def sums_of(page: Overview) -> Iterator[Sum]:
    """What a page tells of the reasons and of those who moved here."""
    leaving, balance = page.leaving, page.balance
    for reason in leaving.shown:
        assert leaving.first
        assert leaving.last
        yield sum_of(leaving.first, leaving.last, reason)
    for reason, number in (("moved", balance.moved_out), ("deceased", balance.deceased)):
        if number is not None:
            yield sum_of(balance.first, balance.last, reason)
    if balance.moved_in is not None:
        yield sum_of(balance.first, balance.last, MOVED_IN)


def published(branch: Branch) -> set[Sum]:
    found = totals()
    for on in ends_of_halves():
        found |= set(sums_of(board.overview(branch, on)))
    return found


def sliding(cells: Cells) -> set[Sum]:
    """What the pages would tell of the running month and the twelve before it."""
    found = totals()
    for on in [*ends_of_halves()][24:]:
        first = months_back(on, 12)
        left = {reason: sum(cells[cell] for cell in sum_of(first, on, reason)) for reason in ENDS}
        found |= {sum_of(first, on, reason) for reason in protect(left).shown}
    return found


def reckoner_of(sums: set[Sum], cells: Cells) -> Reckoner:
    nobody = {frozenset([cell]) for found in sums if not any(cells[cell] for cell in found) for cell in found}
    return Reckoner(sums | nobody)


@cache
def wishes() -> list[Sum]:
    """One to three reasons, or who moved here or did not, of up to half a year."""
    names = [some for count in (1, 2, 3) for some in combinations(ENDS, count)] + [(way,) for way in WAYS]
    return [
        sum_of(first, last, *some)
        for place, first in enumerate(HALVES)
        for last in HALVES[place : place + 12]
        for some in names
    ]


def told(cells: Cells, sums: set[Sum]) -> list[Sum]:
    """Groups of 1-4 that can be reckoned."""
    reckoner = reckoner_of(sums, cells)
    few = [wish for wish in wishes() if 0 < sum(cells[cell] for cell in wish) < 5]
    assert len(few) > 100
    return [wish for wish in few if reckoner.tells(wish)]


@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_no_reason_of_one_to_four_can_be_reckoned(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    assert told(cells_of(branch), published(branch)) == []


def test_months_that_move_with_the_day_would_tell() -> None:
    cells = cells_of(branch_of(600, 0))
    assert len(told(cells, sliding(cells))) > 10


@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_every_branch_is_told_of_all_the_same(size: int, seed: int) -> None:
    page = board.overview(branch_of(size, seed), ON)
    assert sum(number for _label, number in page.leaving.reasons) + (page.leaving.merged or 0) >= 10
    assert page.balance.first == page.leaving.first
    assert sum(number for _label, number in page.balance.terms) == page.balance.closing


def test_the_same_quarters_say_the_same_on_every_day() -> None:
    branch = branch_of(600, 0)
    found = {
        (page.leaving.first, page.leaving.last, tuple(page.leaving.reasons), page.leaving.merged)
        for day in range(91)
        for page in [board.overview(branch, date(2026, 5, 1) + timedelta(days=day))]
    }
    assert len(found) == 1
