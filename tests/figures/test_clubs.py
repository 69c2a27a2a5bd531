from datetime import date

import pytest

from crm.extensions import figures
from crm.figures import clubs
from crm.people.models import Branch
from tests.factories import BranchFactory, ClubFactory

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
