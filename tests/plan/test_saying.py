"""How far a goal has come is never a bare number: it says of what."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from crm import extensions, units
from crm.extensions import Figure
from crm.people.models import Branch
from crm.plan.measuring import Measured, measure_one
from crm.plan.models import Area, Goal
from crm.plan.saying import how_far
from crm.units import Unit
from tests.factories import ClubFactory, MemberFactory
from tests.logins import log_in_as
from tests.plan.making import make_goal, noted

JULY = date(2026, 7, 1)
Tell = Callable[[str, Unit], None]


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Tell:
    known: extensions.Registry[Figure] = extensions.Registry()
    monkeypatch.setattr(extensions, "figures", known)

    def tell(name: str, unit: Unit) -> None:
        known.register(name, Figure(name, name, unit, "", lambda _branch, _on: None))

    return tell


def of(
    value: float | None, wanted: int, *, number: int | None = None, whole: int | None = None, **fields: Any
) -> str:
    goal = Goal(wanted=wanted, starts_on=date(2026, 1, 1), due_on=date(2026, 12, 31), **fields)
    return how_far(Measured(goal, JULY, value, 0, (), number, whole))


def of_figure(value: float | None, wanted: int) -> str:
    return of(value, wanted, measure=Goal.Measure.FIGURE, figure="told")


def of_share(value: float, wanted: int, number: int | None, whole: int | None) -> str:
    return of(
        value,
        wanted,
        number=number,
        whole=whole,
        measure=Goal.Measure.FIGURE,
        figure="told",
        of_figure="whole",
    )


@pytest.mark.parametrize(
    ("unit", "value", "wanted", "said"),
    [
        (units.MEETINGS, 3, 4, "3 av 4 träffar"),
        (units.MEETINGS, 0, 1, "0 av 1 träff"),
        (units.MEETINGS, 1, 1, "1 av 1 träff"),
        (units.MEETINGS, 1, 2, "1 av 2 träffar"),
        (units.MEETINGS, 2, 1, "2 träffar, över målet 1"),
        (units.ACTIVITIES, 29, 20, "29 aktiviteter, över målet 20"),
        (units.ACTIVITIES, 20, 20, "20 av 20 aktiviteter"),
        (units.MEMBERS, 627, 1000, "627 av 1\xa0000 medlemmar"),
        (units.MEMBERS, 99999, 1000, "99\xa0999 medlemmar, över målet 1\xa0000"),
        (units.MEMBERS, 7.9, 8, "7 av 8 medlemmar"),
        (units.COURSES, 0, 1, "0 av 1 kurs"),
        (units.LETTERS, 1, 1, "1 av 1 brev"),
        (units.PERCENT, 36.5, 50, "36 %, målet är 50 %"),
        (units.PERCENT, 60, 50, "60 %, målet är 50 %"),
        (units.MEETINGS, None, 4, "målet är 4 träffar"),
        (units.MEETINGS, None, 1, "målet är 1 träff"),
        (units.MEMBERS, None, 99999, "målet är 99\xa0999 medlemmar"),
        (units.PERCENT, None, 50, "målet är 50 %"),
    ],
)
def test_a_number_says_what_it_counts(
    figures: Tell, unit: Unit, value: float | None, wanted: int, said: str
) -> None:
    figures("told", unit)
    assert of_figure(value, wanted) == said


@pytest.mark.parametrize(
    ("value", "number", "whole", "said"),
    [
        (36.2, 227, 628, "227 av 628 medlemmar (36 %), målet är 100 %"),
        (99.9, 1999, 2000, "1\xa0999 av 2\xa0000 medlemmar (99 %), målet är 100 %"),
        (0, 0, 1, "0 av 1 medlem (0 %), målet är 100 %"),
        (36.2, None, 628, "36 %, målet är 100 %"),
        (36.2, 227, None, "36 %, målet är 100 %"),
        (36.2, 227, 0, "36 %, målet är 100 %"),
    ],
)
def test_a_share_says_of_how_many(
    figures: Tell, value: float, number: int | None, whole: int | None, said: str
) -> None:
    figures("told", units.ACTIVITIES)
    figures("whole", units.MEMBERS)
    assert of_share(value, 100, number, whole) == said


def test_a_share_of_what_is_not_registered_any_more_is_a_share(figures: Tell) -> None:
    figures("told", units.ACTIVITIES)
    assert of_share(36.2, 100, 227, 628) == "36 %, målet är 100 %"


@pytest.mark.parametrize(
    ("done", "wanted", "said"),
    [
        (0, 1, "0 gånger av 1"),
        (1, 1, "1 gång av 1"),
        (1, 2, "1 gång av 2"),
        (2, 2, "2 gånger av 2"),
        (2, 1, "2 gånger, över målet 1"),
        (13, 4, "13 gånger, över målet 4"),
    ],
)
def test_what_is_noted_is_said_in_times(done: int, wanted: int, said: str) -> None:
    assert of(done, wanted, measure=Goal.Measure.NOTES) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(3, "3 of 4 meetings"), (5, "5 meetings, over the goal of 4"), (None, "the goal is 4 meetings")],
)
def test_it_is_said_in_english_too(figures: Tell, value: int | None, said: str) -> None:
    figures("told", units.MEETINGS)
    with translation.override("en"):
        assert of_figure(value, 4) == said


@pytest.mark.django_db
def test_a_measured_share_keeps_what_it_is_of(area: Area) -> None:
    """Two of three clubs have an election plan."""
    for adopted_on in (date(2026, 2, 1), date(2026, 2, 2), None):
        ClubFactory.create(branch=area.plan.branch, election_plan_on=adopted_on)
    goal = make_goal(area, figure="clubs_with_election_plan", of_figure="clubs_active", wanted=100)
    measured = measure_one(goal, JULY)
    assert (measured.number, measured.whole) == (2, 3)
    assert how_far(measured) == "2 av 3 föreningar (66 %), målet är 100 %"


@pytest.mark.django_db
def test_what_is_no_share_has_no_parts(area: Area) -> None:
    goal = make_goal(area, figure="members", wanted=2)
    MemberFactory.create(branch=area.plan.branch)
    measured = measure_one(goal, JULY)
    assert (measured.number, measured.whole) == (None, None)


@pytest.mark.django_db
def test_before_it_begins_a_share_has_no_parts(area: Area) -> None:
    goal = make_goal(
        area,
        figure="clubs_with_election_plan",
        of_figure="clubs_active",
        wanted=100,
        starts_on=date(2026, 9, 1),
    )
    measured = measure_one(goal, JULY)
    assert (measured.number, measured.whole, how_far(measured)) == (None, None, "målet är 100 %")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["plan", "goal"])
def test_the_pages_say_it(client: Client, area: Area, page: str) -> None:
    goal = make_goal(area, "Vi ska bli fler", figure="outreach_activities", wanted=3)
    branch: Branch = area.plan.branch
    log_in_as(client, "board", branch)
    path = f"/{branch.slug}/plan/{2026 if page == 'plan' else f'mal/{goal.pk}'}/"
    assert ">0 av 3 aktiviteter<" in client.get(path).content.decode()


@pytest.mark.django_db
def test_the_goals_page_says_notes_over_the_goal(client: Client, area: Area) -> None:
    goal = make_goal(area, wanted=1)
    for day in (1, 2):
        noted(goal, date(2026, 3, day))
    log_in_as(client, "board", area.plan.branch)
    page = client.get(f"/{area.plan.branch.slug}/plan/mal/{goal.pk}/").content.decode()
    assert ">2 gånger, över målet 1<" in page


@pytest.mark.parametrize(("wanted", "said"), [(1, "målet är 1 gång"), (4, "målet är 4 gånger")])
def test_what_is_to_be_noted_later_says_how_often(wanted: int, said: str) -> None:
    assert of(None, wanted, measure=Goal.Measure.NOTES) == said


def test_a_figure_that_is_gone_leaves_the_number_wanted(figures: Tell) -> None:
    figures("another", units.MEETINGS)
    assert of_figure(None, 4) == "målet är 4"


@pytest.mark.django_db
def test_a_draft_for_next_year_shows_what_it_wants(client: Client, area: Area) -> None:
    goal = make_goal(
        area, figure="cafes", wanted=8, starts_on=date(2099, 1, 1), due_on=date(2099, 12, 31), text="Kaféer"
    )
    log_in_as(client, "board", area.plan.branch)
    plan, own = (
        client.get(f"/{area.plan.branch.slug}/plan/{page}/").content.decode()
        for page in ("2026", f"mal/{goal.pk}")
    )
    assert ">målet är 8 aktiviteter<" in plan
    assert "<strong>Målet är 8 aktiviteter</strong>" in own
