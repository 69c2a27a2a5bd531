"""How new members came: whatever pages of whatever days are read, no group of 1-4 can be reckoned from them.

Each cell is those who joined in half a month in a way, or of a club, or who are noted at a kind of activity. How many
joined in each half is told exactly. What is a sum of nobody is known of each of its cells.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest

from crm.figures import membership, reading
from crm.figures.months import last_of_month, months_between
from crm.figures.small_groups import protect
from crm.outreach import board as pages
from crm.outreach import counting
from crm.outreach.counting import NO_CLUB, SOURCES, UNKNOWN
from crm.outreach.figures import SOURCES as FIGURES
from crm.people.models import Branch, Club, ClubMembership, Member
from tests.board.reckoning import Reckoner
from tests.factories import BranchFactory, MemberFactory
from tests.outreach.making import activity, newcomer

pytestmark = pytest.mark.django_db
SINCE, ON = date(2023, 1, 1), date(2026, 6, 30)
HALVES = [month.replace(day=day) for month in months_between(SINCE, ON) for day in (1, 16)]
ENDS = [half.replace(day=15) if half.day == 1 else last_of_month(half) for half in HALVES]
BRANCHES = [(65, 0), (65, 2), (600, 0), (600, 2)]
WAYS = tuple(SOURCES)
CLUBS = ("Norra", "Södra", "Östra", "Västra", NO_CLUB)
Cell = tuple[date, str]
Sum = frozenset[Cell]
Cells = Counter[Cell]


def half_of(day: date) -> date:
    return day.replace(day=1 if day.day < 16 else 16)


def branch_of(size: int, seed: int) -> Branch:
    """A sixth of its size joins in a year, in ways and clubs of uneven likelihood."""
    chance = Random(f"{size} {seed}")
    branch: Branch = BranchFactory.create()
    MemberFactory.create(branch=branch, since=date(2001, 1, 1), learnt_on=SINCE, phone="")
    clubs = [Club.objects.create(branch=branch, name=name) for name in CLUBS if name]
    likely, liked = ([chance.choice((1, 3, 9)) for _ in names] for names in (WAYS, CLUBS))
    held = activity(branch, SINCE)
    for _each in range(round(size * 3.5 / 6)):
        way = chance.choices(WAYS, likely)[0]
        fields = {"activity": held} if way == "activity" else {}
        member = newcomer(branch, SINCE + timedelta(days=chance.randrange(1275)), way, **fields)
        club = chance.choices([*clubs, None], liked)[0]
        if club:
            ClubMembership.objects.create(member=member, club=club, is_primary=True)
    return branch


def way_of(member: Member) -> str:
    return member.origin.source if hasattr(member, "origin") else UNKNOWN


def club_of(member: Member) -> str:
    held = member.club_memberships.filter(is_primary=True).select_related("club").first()
    return held.club.name if held else NO_CLUB


def cells_of(branch: Branch, group_of: Callable[[Member], str]) -> Cells:
    """What is to be kept."""
    began = membership.periods(branch).filter(started_on__range=(SINCE, ON)).select_related("member__origin")
    return Counter((half_of(held.started_on), group_of(held.member)) for held in began)


def sum_of(first: date, last: date, *names: str) -> Sum:
    return frozenset((half, name) for half in HALVES if first <= half <= last for name in names)


def sums_of_ways(branch: Branch) -> Iterator[Sum]:
    for on in ENDS:
        span = counting.by_source(branch, on)
        if span is not None:
            yield from (sum_of(span.first, span.last, way) for way in span.told)


def sums_of_clubs(branch: Branch) -> Iterator[Sum]:
    for on in ENDS:
        page, year = pages.whole_page(branch, on), counting.whole_year(on)
        for row in page.clubs.rows:
            name = NO_CLUB if str(row.label) == "ingen förening" else str(row.label)
            yield sum_of(year.first, year.last, name)


def sliding(cells: Cells, names: Sequence[str]) -> Iterator[Sum]:
    """What twelve whole months would tell that move on with every month, from the first."""
    for on in ENDS[1::2]:
        window = counting.whole_months(on)
        found = {name: sum(cells[cell] for cell in sum_of(window.first, window.last, name)) for name in names}
        yield from (sum_of(window.first, window.last, name) for name in protect(found).shown)


def reckoned(cells: Cells, names: Sequence[str], sums: Iterator[Sum]) -> list[Sum]:
    """Groups of 1-4, one or two of the names in up to half a year, that can be reckoned."""
    known = {sum_of(half, half, *names) for half in HALVES} | set(sums)
    known |= {
        frozenset([cell]) for found in known if not any(cells[cell] for cell in found) for cell in found
    }
    wishes = [
        sum_of(first, last, *some)
        for place, first in enumerate(HALVES)
        for last in HALVES[place : place + 12]
        for count in (1, 2)
        for some in combinations(names, count)
    ]
    few = [wish for wish in wishes if 0 < sum(cells[cell] for cell in wish) < 5]
    assert len(few) > 100
    reckoner = Reckoner(known)
    return [wish for wish in few if reckoner.tells(wish)]


@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_no_way_in_of_one_to_four_can_be_reckoned(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    assert reckoned(cells_of(branch, way_of), WAYS, sums_of_ways(branch)) == []


@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_no_club_of_one_to_four_can_be_reckoned(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    assert reckoned(cells_of(branch, club_of), CLUBS, sums_of_clubs(branch)) == []


@pytest.mark.parametrize(("group_of", "names"), [(way_of, WAYS), (club_of, CLUBS)])
def test_months_that_move_would_tell(group_of: Callable[[Member], str], names: Sequence[str]) -> None:
    cells = cells_of(branch_of(600, 0), group_of)
    assert len(reckoned(cells, names, sliding(cells, names))) > 10


@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_every_branch_is_told_how_they_came_all_the_same(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    page = pages.whole_page(branch, ON)
    assert (page.sources.is_hidden, page.sources.total >= 10) == (False, True)
    assert [row.number for row in page.sources.rows if 0 < row.number < 5] == []


@pytest.mark.parametrize(("size", "seed"), BRANCHES)
def test_page_table_and_figures_tell_the_same_of_every_way(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    page, read = pages.recruitment(branch, ON), reading.read(branch, ON, set(FIGURES))
    shown = {str(row.label): row.number for row in page.sources.rows}
    labels = {name: str(SOURCES[source]) for name, (source, _label) in FIGURES.items()}
    assert {labels[name]: found.value for name, found in read.items() if found.value is not None} == shown
    table = pages.tables(branch, ON)[0]
    assert [row[1] for row in table.rows] == [*shown.values(), *filter(None, [page.sources.merged])]


def test_the_same_quarters_say_the_same_on_every_day() -> None:
    branch = branch_of(600, 0)
    found = {
        (page.quarters, page.source_sentence, page.source_note)
        for day in range(91)
        for page in [pages.recruitment(branch, date(2026, 5, 1) + timedelta(days=day))]
    }
    assert len(found) == 1


def kinds_by_chance(branch: Branch, seed: int) -> None:
    chance = Random(seed)
    for _each in range(200):
        day = SINCE + timedelta(days=chance.randrange(1275))
        activity(
            branch, day, chance.choice(("doors", "cafe", "square")), new_members=chance.choice((0, 0, 1, 3))
        )


@pytest.mark.parametrize("seed", range(3))
def test_kinds_are_told_of_quarters_that_stay_and_none_of_few(seed: int) -> None:
    branch: Branch = BranchFactory.create()
    kinds_by_chance(branch, seed)
    told = [counting.by_kind(branch, date(2026, 5, 1) + timedelta(days=day)) for day in (0, 40, 90)]
    assert told[0] == told[1] == told[2]
    numbers = [row.new_members for row in told[0].rows]
    assert not told[0].is_hidden
    assert [number for number in numbers if number is not None and 0 < number < 5] == []
    window = told[0].window
    whole = counting.done(branch, window.first, window.last).new_members
    assert sum(number or 0 for number in numbers) + (told[0].merged or 0) == whole


def test_kinds_that_brought_nobody_say_so_at_once() -> None:
    branch: Branch = BranchFactory.create()
    activity(branch, date(2026, 5, 5), "doors")
    told = counting.by_kind(branch, ON)
    assert ([(row.numbers.activities, row.new_members) for row in told.rows], told.is_hidden) == (
        [(1, 0)],
        False,
    )


def test_kinds_wait_until_a_month_after_the_quarter() -> None:
    branch: Branch = BranchFactory.create()
    activity(branch, date(2026, 5, 5), "doors", new_members=30)
    assert counting.by_kind(branch, date(2026, 7, 30)).is_hidden
    told = counting.by_kind(branch, date(2026, 7, 31))
    assert [row.new_members for row in told.rows] == [30]
