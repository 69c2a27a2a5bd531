"""A goal for what one club was part of: “In the village we do it together with the village's club”."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from crm.people import branches
from crm.people.models import Branch, Club
from crm.plan import proposing
from crm.plan.forms import GoalForm
from crm.plan.measuring import measure_one, measure_plan
from crm.plan.models import Area, Goal, Plan
from tests.factories import ClubFactory, user_with
from tests.logins import log_in_as
from tests.outreach.making import activity
from tests.plan.making import make_goal

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


@pytest.fixture
def village(branch: Branch) -> Club:
    return ClubFactory.create(branch=branch, name="Byns s-förening")


@pytest.fixture
def town(branch: Branch) -> Club:
    return ClubFactory.create(branch=branch, name="Centrums s-förening")


@pytest.fixture
def goal(area: Area, village: Club, town: Club) -> Goal:
    """Of four activities two were with the village's club, one of them with recruiting."""
    branch = area.plan.branch
    activity(branch, club=village, place="Bygdegården", asked=False)
    activity(branch, club=village, place="Badplatsen")
    activity(branch, club=town, place="Torget")
    activity(branch, place="Stationen")
    return make_goal(area, figure="activities_with_clubs", wanted=2, club=village)


def test_only_what_the_club_was_part_of_counts(goal: Goal) -> None:
    assert measure_one(goal, JULY).value == 2
    goal.club = None
    goal.save()
    assert measure_one(goal, JULY).value == 3


@pytest.mark.parametrize(("name", "value"), [("Byns s-förening", 50), ("Centrums s-förening", 100)])
def test_a_share_is_of_the_clubs_own(goal: Goal, name: str, value: int) -> None:
    goal.figure, goal.of_figure, goal.wanted = "outreach_with_recruiting", "outreach_activities", 100
    goal.club = Club.objects.get(name=name)
    goal.save()
    found = measure_one(goal, JULY)
    assert (found.value, found.number, found.whole) == (value, 1, 100 // value)


def test_a_club_that_did_nothing_has_nothing(goal: Goal, branch: Branch) -> None:
    goal.club = ClubFactory.create(branch=branch)
    goal.save()
    assert measure_one(goal, JULY).value == 0


def test_a_figure_that_knows_no_clubs_cant_be_told_of_one(area: Area, village: Club) -> None:
    assert measure_one(make_goal(area, figure="members", club=village), JULY).value is None


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_its_page_lists_what_it_counts_and_names_the_club(client: Client, branch: Branch, goal: Goal) -> None:
    log_in_as(client, "board", branch)
    page = client.get(f"/{branch.slug}/plan/mal/{goal.pk}/").content.decode()
    told = re.search(r'aria-labelledby="counted-title">.*?</section>', page, re.DOTALL)
    assert told
    assert re.findall(r"Torgmöte, (\w+) · ([^<]*)<", told[0]) == [
        ("Bygdegården", "Byns s-förening"),
        ("Badplatsen", "Byns s-förening"),
    ]
    assert "Aktiviteter tillsammans med en förening</a> · Byns s-förening" in page


def form(plan: Plan, **values: Any) -> GoalForm:
    area = plan.areas.get()
    days = {"starts_on": "2026-01-01", "due_on": "2026-12-31"}
    common = {"area": area.pk, "text": "Samarbete", "wanted": 2, **days}
    return GoalForm({**common, **values}, plan=plan)


@pytest.mark.usefixtures("goal")
@pytest.mark.parametrize(
    ("figures", "refused"),
    [
        ({"figure": "cafes"}, []),
        ({"figure": "outreach_with_recruiting", "of_figure": "outreach_activities"}, []),
        ({"figure": "members"}, ["club"]),
        ({"figure": "cafes", "of_figure": "members"}, ["club"]),
    ],
)
def test_a_club_goes_with_figures_of_activities(
    plan: Plan, village: Club, figures: dict[str, str], refused: list[str]
) -> None:
    assert list(form(plan, club=village.pk, **figures).errors) == refused


@pytest.mark.usefixtures("goal")
def test_another_branchs_club_cant_be_chosen(plan: Plan) -> None:
    assert list(form(plan, figure="cafes", club=ClubFactory.create().pk).errors) == ["club"]


@pytest.mark.usefixtures("goal")
def test_a_goal_of_notes_has_no_club(plan: Plan, village: Club) -> None:
    ticked = form(plan, club=village.pk)
    assert (ticked.is_valid(), ticked.cleaned_data["club"]) == (True, None)


def test_next_years_draft_asks_for_the_same_club(goal: Goal, plan: Plan, branch: Branch) -> None:
    draft = proposing.propose(plan=plan, by=user_with("board", branch), on=JULY)
    (proposed,) = Goal.objects.filter(area__plan=draft)
    assert (proposed.club, proposed.wanted) == (goal.club, 2)


def test_a_club_that_a_goal_names_stays(goal: Goal, village: Club, town: Club) -> None:
    with pytest.raises(ValidationError, match="Byns s-förening"):
        branches.remove_club(club=village)
    branches.remove_club(club=town)
    assert list(Club.objects.filter(branch=goal.area.plan.branch)) == [village]


def test_the_button_says_why_the_club_stays(
    client: Client, branch: Branch, goal: Goal, village: Club
) -> None:
    log_in_as(client, "admin", branch)
    answer = client.post(f"/{branch.slug}/installningar/foreningar/{village.pk}/ta-bort/", follow=True)
    assert "finns med på annat håll" in answer.content.decode()
    assert Club.objects.filter(pk=village.pk).exists()


@pytest.mark.parametrize("goals", [1, 4])
def test_goals_of_clubs_read_the_rows_once(
    plan: Plan, goal: Goal, town: Club, goals: int, django_assert_num_queries: Any
) -> None:
    for _more in range(1, goals):
        make_goal(goal.area, figure="activities_with_clubs", club=town)
    with django_assert_num_queries(5):  # areas, goals, notes, and the rows today and before the year
        measure_plan(plan, JULY)
