"""All that is told, read together: the tables of the page, the files, the link, and what other pages tell beside them.

Two ways. Sums of people are tried in all linear combinations at once: by way in, by club and by who stays, with the
exact number who joined in each quarter. What is told to the nearest five, or as too few, is tried against every branch
that would be told of in the same words: none of them may leave a single answer of 1-4.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from itertools import product
from random import Random

import pytest
from django.utils import translation

from crm.board import overview as board
from crm.board import telling
from crm.board.overview import Overview
from crm.figures.blocks import last_of_quarter, quarter_of, quarters_between
from crm.figures.club_goals import part
from crm.figures.months import last_of_month, months_between
from crm.figures.small_groups import nearest_five
from crm.outreach import board as recruiting
from crm.outreach import counting
from crm.outreach.counting import NO_CLUB, SOURCES, UNKNOWN
from crm.people.models import Branch, Club, ClubMembership, Member, Membership
from tests.board.making import applied_roster
from tests.board.reckoning import Reckoner, told_exactly
from tests.factories import BranchFactory
from tests.outreach.making import activity, newcomer

SINCE, ON = date(2023, 1, 1), date(2026, 6, 30)
QUARTERS = list(quarters_between(SINCE, ON))
WAYS, CLUBS = tuple(SOURCES), ("Norra", "Södra", "Östra", NO_CLUB)
SIZES = [(65, 1), (65, 3), (600, 1)]
Cell = tuple[date, str, str, bool]  # joining quarter, way in, club, member a year later
Sum = frozenset[Cell]


def branch_of(size: int, seed: int) -> Branch:
    """A fifth of its size joins in a year, of whom a third leaves within another."""
    chance = Random(f"{size} {seed}")
    branch: Branch = BranchFactory.create()
    applied_roster(branch, SINCE)
    clubs = {name: Club.objects.create(branch=branch, name=name) for name in CLUBS if name}
    held = activity(branch, SINCE)
    for quarter, _each in product(QUARTERS, range(size // 20)):
        way = chance.choices(WAYS, (6, 3, 2, 5))[0]
        began = quarter.replace(day=chance.randint(1, 28))
        member = newcomer(branch, began, way, **({"activity": held} if way == "activity" else {}))
        if club := clubs.get(chance.choices(CLUBS, (6, 3, 2, 5))[0]):
            ClubMembership.objects.create(member=member, club=club, is_primary=True)
        if chance.random() < 1 / 3:
            ended = date.fromordinal(began.toordinal() + chance.randint(20, 350))
            Membership.objects.filter(member=member).update(ended_on=ended, end_reason="left")
    return branch


def cell_of(period: Membership) -> Cell:
    member: Member = period.member
    origin = getattr(member, "origin", None)
    club = member.club_memberships.filter(is_primary=True).select_related("club").first()
    stays = period.ended_on is None
    return (
        quarter_of(period.started_on),
        origin.source if origin else UNKNOWN,
        club.club.name if club else NO_CLUB,
        stays,
    )


def sum_of(first: date, last: date, way: str = "*", club: str = "*", stays: bool | None = None) -> Sum:
    return frozenset(
        product(
            [quarter for quarter in QUARTERS if first <= quarter <= last],
            WAYS if way == "*" else (way,),
            CLUBS if club == "*" else (club,),
            (True, False) if stays is None else (stays,),
        )
    )


def published(branch: Branch) -> Iterator[Sum]:
    """What the pages of all months' ends tell of who joined, and how many joined in each quarter."""
    yield from (sum_of(quarter, quarter) for quarter in QUARTERS)
    for month in months_between(SINCE, ON):
        on = last_of_month(month)
        page, whole = board.overview(branch, on), recruiting.whole_page(branch, on)
        yield from sums_of_staying(page)
        year = counting.whole_year(on)
        for row in whole.clubs.rows:
            label = str(row.label)
            yield sum_of(year.first, year.last, club=label if label in CLUBS else NO_CLUB)
        if span := counting.by_source(branch, on):
            yield from (sum_of(span.first, span.last, way=way) for way in span.told)


def sums_of_staying(page: Overview) -> Iterator[Sum]:
    names = {f"{quarter:%Y} kv {(quarter.month + 2) // 3}": quarter for quarter in QUARTERS}
    for row in page.staying.everybody.rows:
        first, _dash, last = (name.strip() for name in row.label.partition("–"))
        end = last or first
        yield sum_of(
            names[first], last_of_quarter(names[end if end[0] == "2" else f"{first[:4]} {end}"]), stays=True
        )


def wishes() -> Iterator[Sum]:
    """Of a quarter, or of up to a year: each way, club and fate, alone and with another."""
    for place, first in enumerate(QUARTERS):
        for last in QUARTERS[place : place + 4]:
            for way, club, stays in product(("*", *WAYS), ("*", *CLUBS), (None, True, False)):
                if (way, club, stays) != ("*", "*", None):
                    yield sum_of(first, last_of_quarter(last), way, club, stays)


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "seed"), SIZES)
def test_no_group_of_one_to_four_can_be_reckoned_from_all_tables_together(size: int, seed: int) -> None:
    branch = branch_of(size, seed)
    people = Counter(map(cell_of, branch.memberships.select_related("member__origin")))
    with translation.override("sv"):
        known = set(published(branch))
    assert len(known) > len(QUARTERS)
    nobody = [found for found in known if not any(people[cell] for cell in found)]
    reckoner = Reckoner(known | {frozenset([cell]) for found in nobody for cell in found})
    few = [wish for wish in wishes() if 0 < sum(people[cell] for cell in wish) < 5]
    assert len(few) > 100
    assert [wish for wish in few if reckoner.tells(wish)] == []


@pytest.mark.django_db
def test_with_one_small_number_more_it_could_be() -> None:
    branch = branch_of(600, 1)
    with translation.override("sv"):
        known = set(published(branch))
    small = sum_of(QUARTERS[3], QUARTERS[3], "web", "Norra", True)
    assert not Reckoner(known).tells(small)
    assert Reckoner({*known, small}).tells(small)


def clubs_of(members: int) -> Iterator[tuple[Hashable, dict[str, int]]]:
    """Two clubs and those of none, of so many members, whose number is told exactly."""
    for one in range(members + 1):
        for other in range(members + 1 - one):
            page = (part("A", 20, one), part("B", 20, other))
            yield page, {"one": one, "other": other, "none": members - one - other, "both": one + other}


@pytest.mark.parametrize("members", [*range(60, 71), 600])
def test_the_clubs_goals_beside_the_members_tell_no_group_of_one_to_four(members: int) -> None:
    assert told_exactly(clubs_of(members)) == []


def asked(tell: Callable[[int], Hashable]) -> Iterator[tuple[Hashable, dict[str, int]]]:
    """A block of quarters: those whom a member asked in, told exactly, and those whose fee has been seen."""
    for number in (0, *range(5, 40)):
        for paid in range(number + 1):
            if paid == 0 or paid >= 5:
                yield (number, tell(paid)), {"unpaid": number - paid}


def test_who_was_asked_in_and_has_not_paid_cannot_be_reckoned() -> None:
    assert told_exactly(asked(nearest_five)) == []
    assert told_exactly(asked(int))


@pytest.mark.django_db
def test_the_figure_of_who_has_paid_is_told_so() -> None:
    """Nine asked in by a member, of whom one has not paid: the table tells nine, the figure ten."""
    branch: Branch = BranchFactory.create()
    joined, on = date(2026, 2, 3), date(2026, 7, 31)
    friend = newcomer(BranchFactory.create())
    for number in range(9):
        paid = {"credited_on": joined} if number else {}
        newcomer(branch, joined, "recruiter", recruiter=friend, **paid)
    for _each in range(9):
        newcomer(branch, joined, "web")
    data = {name: figure for name, figure in board_figures(branch, on).items() if "recruiter" in name}
    assert data == {"joined_by_recruiter": 9, "recruiters_credited": 10}


def board_figures(branch: Branch, on: date) -> dict[str, float | None]:
    figures: dict[str, float | None] = telling.as_data(branch, on, may=bool)["figures"]
    return figures
