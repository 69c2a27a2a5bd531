"""What each figure of outreach and of clubs counts, one by one."""

from datetime import date

import pytest

from crm import extensions
from crm.figures import clubs
from crm.outreach import figures
from crm.outreach.year import year_marks
from crm.people.models import Branch
from tests.factories import BranchFactory, ClubFactory
from tests.outreach.making import activity, planned

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 21)
LISTED = [figure.name for figure in (*figures.FIGURES, *clubs.FIGURES) if figure.lines]


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create()


@pytest.fixture
def year(branch: Branch) -> Branch:
    """Something of everything, in this year and in others, here and in another branch."""
    for where in (branch, BranchFactory.create()):
        club = ClubFactory.create(branch=where, election_plan_on=date(2026, 3, 1))
        ClubFactory.create(branch=where, started_on=date(2026, 2, 1))
        ClubFactory.create(branch=where, resting_since=date(2026, 2, 1))
        for kind in ("square", "doors", "workplace", "open_meeting", "cafe", "first_of_may", "neighbourhood"):
            activity(where, kind=kind, place="Biblioteket", club=club)
            activity(where, kind=kind, place="bibliotekET ", asked=False)
            activity(where, date(2025, 5, 1), kind=kind, place="Parken")
            planned(where, date(2026, 12, 1), kind=kind, place="Gården")
    return branch


def read(name: str, branch: Branch) -> tuple[object, int]:
    figure = extensions.figures.get(name)
    assert figure is not None
    assert figure.lines is not None
    return figure.read(branch, ON), len(list(figure.lines(branch, ON)))


@pytest.mark.parametrize("name", LISTED)
def test_a_figure_lists_as_many_as_it_counts(year: Branch, name: str) -> None:
    number, listed = read(name, year)
    assert number == listed
    assert listed > 0


def test_there_are_so_many_that_list_their_rows() -> None:
    assert len(LISTED) == 15


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("open_meeting_places", 1),
        ("activities_with_clubs", 7),
        ("outreach_activities", 14),
        ("outreach_with_recruiting", 7),
        ("cafes", 2),
        ("clubs_with_outreach", 1),
        ("clubs_active", 2),
    ],
)
def test_the_year_has_so_many(year: Branch, name: str, number: int) -> None:
    assert read(name, year)[0] == number


@pytest.mark.parametrize(
    ("places", "number"),
    [
        ([], 0),
        (["Folkets hus"], 1),
        (["Folkets hus", "folkets  hus", " FOLKETS HUS"], 1),
        (["Folkets hus", "Biblioteket", "Riddarhyttan"], 3),
    ],
)
def test_places_are_counted_once_however_they_are_spelled(
    branch: Branch, places: list[str], number: int
) -> None:
    for place in places:
        activity(branch, kind="open_meeting", place=place)
    assert figures.open_meeting_places(branch, ON) == number


def test_an_activity_leads_to_its_page(branch: Branch) -> None:
    shown = activity(branch, kind="cafe", place="Bygdegården")
    (line,) = figures.lines_of_kind("cafe", branch, ON)
    assert (line.label, line.on, line.url) == (
        "Kafé, Bygdegården",
        date(2026, 5, 9),
        f"/{branch.slug}/varvning/{shown.pk}/",
    )


@pytest.mark.parametrize(
    ("kind", "is_noted", "found"),
    [
        ("open_meeting", True, [True]),
        ("first_of_may", True, [True]),
        ("cafe", True, []),
        ("cafe", False, [False]),
        ("open_meeting", False, [False]),
    ],
)
def test_the_year_wheel_has_meetings_and_what_is_not_noted(
    branch: Branch, kind: str, is_noted: bool, found: list[bool]
) -> None:
    make = activity if is_noted else planned
    make(branch, date(2026, 5, 1), kind=kind)
    assert [mark.is_done for mark in year_marks(branch=branch, year=2026, on=ON)] == found
    assert list(year_marks(branch=branch, year=2027, on=ON)) == []
