"""Counting in the database beside counting by hand, over made-up histories of many kinds."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from crm.outreach import counting, figures
from crm.outreach.counting import SOURCES, Window
from crm.outreach.models import Activity, Origin
from crm.people.models import Branch, Club, ClubMembership, Member, Membership, User
from tests.factories import BranchFactory
from tests.outreach.making import TODAY, activity, newcomer, planned

pytestmark = pytest.mark.django_db
SEEDS = range(4)
KINDS = Activity.Kind.values


def days(chance: Random) -> date:
    """Some day of the last two years."""
    return TODAY - timedelta(days=chance.randint(-5, 730))


def go_out(branch: Branch, board: User, chance: Random) -> None:
    """A score of activities: noted, planned, removed, at the edges of months."""
    clubs = [Club.objects.create(branch=branch, name=f"Förening {n}") for n in range(3)]
    for _each in range(20):
        day, kind = days(chance), chance.choice(KINDS)
        club = chance.choice([*clubs, None])
        numbers = {"helpers": chance.randint(1, 9), "conversations": chance.randint(0, 90)}
        numbers["new_members"] = chance.choice([0, 0, 1, 2, 7])
        state = chance.random()
        if state < 0.15:
            planned(branch, day, kind=kind)
        elif state < 0.3:
            activity(branch, day, kind, club=club, removed_at=board.date_joined, removed_by=board, **numbers)
        else:
            activity(branch, day, kind, club=club, asked=chance.random() < 0.7, **numbers)


def join(branch: Branch, chance: Random) -> None:
    """Two score of members: some left again, some came back, some of each source."""
    held = activity(branch)
    clubs = [Club.objects.create(branch=branch, name=f"Medlemsförening {n}") for n in range(3)]
    for _each in range(40):
        source = chance.choice(["", "web", "web", "recruiter", "activity"])
        fields = {"activity": held} if source == "activity" else {}
        member = newcomer(branch, days(chance), source=source, **fields)
        if chance.random() < 0.7:
            ClubMembership.objects.create(member=member, club=chance.choice(clubs), is_primary=True)
        if chance.random() < 0.2:
            member.memberships.update(missing_since=TODAY - timedelta(days=chance.randint(0, 400)))


@pytest.fixture(params=SEEDS)
def lively(request: pytest.FixtureRequest, branch: Branch, board: User) -> Branch:
    """A branch with a history, and another one that must not be counted."""
    chance = Random(f"outreach-{request.param}")
    other = BranchFactory.create()
    for one in (branch, other):
        go_out(one, board, chance)
        join(one, chance)
    return branch


def held(branch: Branch, first: date, last: date) -> list[Activity]:
    """By hand: what was noted and not removed on these days."""
    return [
        one
        for one in Activity.objects.filter(branch=branch)
        if first <= one.held_on <= last and one.helpers is not None and one.removed_at is None
    ]


def recruiting(found: list[Activity]) -> list[Activity]:
    return [one for one in found if one.asked or (one.new_members or 0) > 0]


def ever_counted(period: Membership) -> bool:
    ends = [day for day in (period.missing_since, period.ended_on) if day]
    return not ends or min(ends) > period.started_on


def began(branch: Branch, window: Window) -> list[Member]:
    """By hand: whose membership began in the window, and ever counted."""
    return [
        period.member
        for period in Membership.objects.filter(branch=branch).select_related("member")
        if window.first <= period.started_on <= window.last and ever_counted(period)
    ]


def test_sources_are_those_counted_by_hand(lively: Branch) -> None:
    span = counting.by_source(lively, TODAY)
    assert span is not None
    ways = Counter(
        getattr(Origin.objects.filter(member=member).first(), "source", "")
        for member in began(lively, Window(span.first, span.last))
    )
    assert span.told == {source: ways[source] for source in SOURCES if source in span.told}
    assert sum(span.told.values()) + (span.others or 0) == ways.total()
    assert [number for number in (*span.told.values(), span.others or 0) if 0 < number < 5] == []


def test_clubs_are_those_counted_by_hand(lively: Branch) -> None:
    window = counting.whole_months(TODAY)
    found = counting.by_club(lively, window)
    assert found.is_hidden or found.total == len(began(lively, window))


def test_no_club_of_few_is_told(lively: Branch) -> None:
    found = counting.by_club(lively, counting.whole_months(TODAY))
    assert [row for row in found.rows if 0 < row.number < 5] == []
    assert found.merged is None or found.merged >= 5


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), TODAY),
        (date(2025, 1, 1), date(2025, 12, 31)),
        (TODAY, TODAY),
        (date(2024, 1, 1), date(2030, 1, 1)),
    ],
)
def test_what_was_done_is_what_is_counted_by_hand(lively: Branch, first: date, last: date) -> None:
    found, plain = counting.done(lively, first, last), held(lively, first, last)
    assert found.activities == len(plain)
    assert found.recruiting == len(recruiting(plain))
    assert found.helpers == sum(one.helpers or 0 for one in plain)
    assert found.conversations == sum(one.conversations or 0 for one in plain)
    assert found.new_members == sum(one.new_members or 0 for one in plain)


def test_kinds_add_up_to_what_was_done(lively: Branch) -> None:
    kinds = counting.by_kind(lively, TODAY)
    whole, rows = counting.done(lively, kinds.window.first, kinds.window.last), kinds.rows
    assert sum(row.numbers.activities for row in rows) == whole.activities
    assert sum(row.numbers.conversations for row in rows) == whole.conversations
    assert sum(row.numbers.helpers for row in rows) == whole.helpers


def test_no_kind_that_brought_few_is_told(lively: Branch) -> None:
    found = counting.by_kind(lively, TODAY)
    assert [row for row in found.rows if row.new_members is not None and 0 < row.new_members < 5] == []


def test_kinds_come_with_most_activities_first(lively: Branch) -> None:
    numbers = [row.numbers.activities for row in counting.by_kind(lively, TODAY).rows]
    assert numbers == sorted(numbers, reverse=True)
    assert 0 not in numbers


def test_months_are_those_counted_by_hand(lively: Branch) -> None:
    for month in counting.by_month(lively, TODAY):
        last = min((month.first + timedelta(days=31)).replace(day=1) - timedelta(days=1), TODAY)
        plain = held(lively, month.first, last)
        assert (month.numbers.activities, month.numbers.recruiting) == (len(plain), len(recruiting(plain)))
        assert month.joined == len(began(lively, Window(month.first, last)))


@pytest.mark.parametrize("on", [TODAY, date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 28)])
def test_the_years_figures_are_those_counted_by_hand(lively: Branch, on: date) -> None:
    plain = held(lively, date(on.year, 1, 1), on)
    assert figures.activities(lively, on) == len(plain)
    assert figures.with_recruiting(lively, on) == len(recruiting(plain))
    assert counting.of_the_year(counting.by_month(lively, on), on) == counting.done(
        lively, date(on.year, 1, 1), on
    )
    assert figures.conversations(lively, on) == sum(one.conversations or 0 for one in plain)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kinds_figure_is_the_one_counted_by_hand(lively: Branch, kind: str) -> None:
    plain = [one for one in held(lively, date(2026, 1, 1), TODAY) if one.kind == kind]
    assert figures.of_kind(kind, lively, TODAY) == len(plain)


def test_busy_clubs_are_those_counted_by_hand(lively: Branch) -> None:
    plain = {one.club_id for one in recruiting(held(lively, date(2026, 1, 1), TODAY))} - {None}
    assert figures.clubs_with_outreach(lively, TODAY) == len(plain)


def test_what_is_noted_later_moves_no_other_year(lively: Branch) -> None:
    before = [figures.activities(lively, date(year, 12, 31)) for year in (2024, 2025)]
    activity(lively, date(2026, 3, 3))
    assert [figures.activities(lively, date(year, 12, 31)) for year in (2024, 2025)] == before


def test_a_way_in_noted_later_moves_one_from_the_unknown(branch: Branch) -> None:
    members = [newcomer(branch) for _each in range(12)]
    before = counting.by_source(branch, TODAY)
    assert before
    assert before.told == {"activity": 0, "recruiter": 0, "web": 0, "": 12}
    for member in members[:6]:
        Origin.objects.create(
            member=member, source="web", noted_at=member.branch.created_at, noted_by=User.objects.console()
        )
    after = counting.by_source(branch, TODAY)
    assert after
    assert after.told == {"activity": 0, "recruiter": 0, "web": 6, "": 6}
