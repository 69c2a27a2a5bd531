from datetime import date

import pytest

from crm.extensions import figures
from crm.figures import clubs
from crm.people import branches
from crm.people.models import Branch, Club, ClubPast
from tests.factories import BranchFactory, ClubFactory

AUGUST = date(2026, 8, 20)
pytestmark = pytest.mark.django_db
ON = date(2026, 6, 15)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create()


def test_a_club_that_has_always_been_there_is_active(branch: Branch) -> None:
    ClubFactory.create(branch=branch)
    ClubFactory.create()
    assert clubs.clubs_active(branch, ON) == 1


@pytest.mark.parametrize(("on", "active"), [(date(2026, 6, 14), 0), (ON, 1)])
def test_a_club_is_active_from_the_day_it_started(branch: Branch, on: date, active: int) -> None:
    ClubFactory.create(branch=branch, started_on=ON)
    assert clubs.clubs_active(branch, on) == active


@pytest.mark.parametrize(("on", "active"), [(date(2026, 6, 14), 1), (ON, 0)])
def test_a_club_rests_from_a_day_and_was_active_before(branch: Branch, on: date, active: int) -> None:
    ClubFactory.create(branch=branch, resting_since=ON)
    assert clubs.clubs_active(branch, on) == active


@pytest.mark.parametrize(
    ("adopted_on", "counts"),
    [(None, 0), (ON, 1), (date(2026, 6, 16), 0), (date(2023, 1, 1), 1), (date(2022, 12, 31), 0)],
)
def test_an_election_plan_holds_for_four_years(branch: Branch, adopted_on: date | None, counts: int) -> None:
    ClubFactory.create(branch=branch, election_plan_on=adopted_on)
    assert clubs.clubs_with_election_plan(branch, ON) == counts


def test_a_resting_clubs_election_plan_does_not_count(branch: Branch) -> None:
    ClubFactory.create(branch=branch, election_plan_on=ON, resting_since=date(2026, 6, 1))
    assert clubs.clubs_with_election_plan(branch, ON) == 0


@pytest.mark.parametrize(
    ("kind", "started_on", "new"),
    [
        ("geographic", date(2026, 1, 1), 1),
        ("geographic", ON, 1),
        ("geographic", date(2026, 6, 16), 0),
        ("geographic", date(2025, 12, 31), 0),
        ("geographic", None, 0),
        ("union", ON, 0),
    ],
)
def test_new_clubs_are_geographic_and_of_this_year(
    branch: Branch, kind: str, started_on: date | None, new: int
) -> None:
    ClubFactory.create(branch=branch, kind=kind, started_on=started_on)
    assert clubs.clubs_started(branch, ON) == new


def test_the_figures_are_registered() -> None:
    assert {figure.name for figure in clubs.FIGURES} <= set(figures.names())


# Of past dates, never from what a club is today


def change(club: Club, on: date, **fields: date | None) -> None:
    for name, value in fields.items():
        setattr(club, name, value)
    branches.change_club(club=club, on=on)


def told(branch: Branch) -> list[list[tuple[str, date | None]]]:
    """Active clubs and those with a plan, at each month's beginning."""
    days = [date(year, month, 1) for year in range(2021, 2027) for month in range(1, 13)]
    lists = (clubs.lines_active, clubs.lines_with_election_plan)
    return [
        [(line.label, line.on) for line in lines(branch, day)]
        for day in days
        if day < AUGUST
        for lines in lists
    ]


@pytest.mark.parametrize(
    ("rests", "fields"),
    [
        (date(2024, 2, 3), {"resting_since": None}),
        (date(2024, 2, 3), {"resting_since": None, "election_plan_on": AUGUST}),
        (date(2024, 2, 3), {"election_plan_on": AUGUST}),
        (None, {"election_plan_on": AUGUST, "resting_since": AUGUST}),
    ],
)
def test_what_becomes_of_a_club_changes_no_earlier_day(
    branch: Branch, rests: date | None, fields: dict[str, date | None]
) -> None:
    club = ClubFactory.create(branch=branch, resting_since=rests, election_plan_on=date(2022, 4, 5))
    before = told(branch)
    change(club, AUGUST, **fields)
    assert told(branch) == before
    assert any(before)


def test_a_club_that_wakes_is_active_again_and_its_rest_stays(branch: Branch) -> None:
    club = ClubFactory.create(branch=branch, resting_since=date(2026, 2, 1))
    change(club, AUGUST, resting_since=None)
    found = [clubs.clubs_active(branch, day) for day in (date(2026, 1, 31), date(2026, 2, 1), ON, AUGUST)]
    assert found == [1, 0, 0, 1]
    change(club, date(2026, 9, 1), resting_since=date(2026, 9, 1))
    change(club, date(2026, 10, 1), resting_since=None)
    assert [clubs.clubs_active(branch, date(2026, month, 15)) for month in (3, 8, 9, 10)] == [0, 0, 0, 1]


def test_a_new_plan_takes_the_place_of_the_old_one_from_its_day(branch: Branch) -> None:
    club = ClubFactory.create(branch=branch, election_plan_on=date(2022, 4, 5))
    change(club, AUGUST, election_plan_on=AUGUST)
    days = (date(2022, 4, 4), date(2022, 4, 5), date(2025, 12, 31), ON, AUGUST)
    assert [clubs.clubs_with_election_plan(branch, day) for day in days] == [0, 1, 1, 0, 1]
    (line,) = clubs.lines_with_election_plan(branch, date(2024, 1, 1))
    assert line.on == date(2022, 4, 5)


@pytest.mark.parametrize(
    "fields",
    [
        {"resting_since": date(2026, 2, 2)},
        {"election_plan_on": date(2026, 3, 9)},
        {"election_plan_on": None},
        {"name": "Norra"},
        {},
    ],
)
def test_what_is_corrected_leaves_nothing_behind(branch: Branch, fields: dict[str, date | None]) -> None:
    club = ClubFactory.create(
        branch=branch, resting_since=date(2026, 2, 1), election_plan_on=date(2026, 1, 1)
    )
    change(club, AUGUST, **fields)
    assert not ClubPast.objects.exists()


def test_a_rest_that_was_noted_by_mistake_today_leaves_nothing_behind(branch: Branch) -> None:
    club = ClubFactory.create(branch=branch, resting_since=AUGUST)
    change(club, AUGUST, resting_since=None)
    assert not ClubPast.objects.exists()
    assert clubs.clubs_active(branch, AUGUST) == 1


def test_noted_twice_it_is_kept_once(branch: Branch) -> None:
    club = ClubFactory.create(branch=branch, resting_since=date(2026, 2, 1))
    change(club, AUGUST, resting_since=None)
    change(club, AUGUST, resting_since=date(2026, 2, 1))
    change(club, AUGUST, resting_since=None)
    assert ClubPast.objects.count() == 1
