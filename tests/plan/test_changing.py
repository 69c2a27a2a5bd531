"""A goal that is changed after its plan was adopted, and two who change it at once."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from crm.people.models import Branch, User
from crm.plan import plans
from crm.plan.models import Goal, GoalChange
from tests.factories import user_with
from tests.logins import log_in_as
from tests.plan.making import make_area, make_goal, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch, name="Siv Styrelse")


def change(goal: Goal, by: User, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(goal, name, value)
    plans.change_goal(goal=goal, by=by)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Hålla möten"},
        {"wanted": 2},
        {"due_on": date(2026, 6, 30)},
        {"measure": "figure", "figure": "cafes"},
    ],
)
def test_what_an_adopted_goal_said_is_kept(goal: Goal, board: User, fields: dict[str, Any]) -> None:
    change(goal, board, **fields)
    (kept,) = GoalChange.objects.all()
    assert (kept.goal, kept.changed_by, kept.text) == (goal, board, "Hålla öppna möten")
    assert (kept.figure, kept.wanted, kept.due_on) == ("", 1, date(2026, 12, 31))


@pytest.mark.parametrize("fields", [{}, {"responsible": "board"}, {"starts_on": date(2026, 2, 1)}])
def test_what_the_meeting_did_not_decide_leaves_no_trace(
    goal: Goal, board: User, fields: dict[str, Any]
) -> None:
    change(goal, board, **fields)
    assert not GoalChange.objects.exists()


def test_a_draft_is_changed_freely(branch: Branch, board: User) -> None:
    goal = make_goal(make_area(make_plan(branch, adopted_on=None)))
    change(goal, board, wanted=7)
    assert (Goal.objects.get().wanted, GoalChange.objects.count()) == (7, 0)


def test_each_change_is_kept(goal: Goal, board: User) -> None:
    for wanted in (5, 3, 4):
        change(goal, board, wanted=wanted)
    assert list(GoalChange.objects.values_list("wanted", flat=True)) == [1, 5, 3]


def test_who_only_reads_changes_nothing(goal: Goal, branch: Branch) -> None:
    with pytest.raises(PermissionDenied):
        change(goal, user_with("call_leader", branch), wanted=5)
    assert (Goal.objects.get().wanted, GoalChange.objects.count()) == (1, 0)


def test_the_goals_page_says_what_it_said_before(client: Client, goal: Goal, board: User) -> None:
    change(goal, board, wanted=6)
    change(goal, board, wanted=4, due_on=date(2026, 6, 30))
    log_in_as(client, "board", goal.area.plan.branch)
    answer = client.get(f"/{goal.area.plan.branch.slug}/plan/mal/{goal.pk}/")
    assert [one.wanted for one in answer.context["changes"]] == [6, 1]
    page = answer.content.decode()
    assert "Det stod förut: ”Hålla öppna möten”, 6 senast 31 december." in page
    assert page.count("ändrat av Siv Styrelse") == 2


def test_a_goal_that_nobody_changed_says_nothing_of_it(client: Client, goal: Goal) -> None:
    log_in_as(client, "board", goal.area.plan.branch)
    page = client.get(f"/{goal.area.plan.branch.slug}/plan/mal/{goal.pk}/").content.decode()
    assert "Ändrat sedan planen antogs" not in page


def opened(client: Client, goal: Goal, **changed: Any) -> tuple[str, dict[str, Any]]:
    """The form as a person has it before them, with what they write into it."""
    address = f"/{goal.area.plan.branch.slug}/plan/mal/{goal.pk}/andra/"
    form = client.get(address).context["form"]
    held = {name: form[name].value() for name in form.fields}
    return address, {name: "" if value is None else value for name, value in held.items()} | changed


def test_who_saves_after_another_is_told_and_overwrites_nothing_unseen(client: Client, goal: Goal) -> None:
    log_in_as(client, "board", goal.area.plan.branch)
    (address, mine), (_same, other) = opened(client, goal, wanted=8), opened(client, goal, text="Tio kaféer")
    assert client.post(address, other).status_code == 302
    refused = client.post(address, mine)
    assert (refused.status_code, Goal.objects.get().text) == (422, "Tio kaféer")
    assert "Nu står där ”Tio kaféer”, 1 senast 2026-12-31." in refused.content.decode()
    again = mine | {"seen": refused.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    assert list(Goal.objects.values_list("text", "wanted")) == [("Hålla öppna möten", 8)]


def test_the_same_form_sent_twice_does_nothing_twice(client: Client, goal: Goal) -> None:
    """A double click, or the back button."""
    log_in_as(client, "board", goal.area.plan.branch)
    address, mine = opened(client, goal, wanted=8)
    assert [client.post(address, mine).status_code for _ in range(2)] == [302, 302]
    assert (Goal.objects.get().wanted, GoalChange.objects.count()) == (8, 1)
    assert client.post(address, mine | {"wanted": 9}).status_code == 422


def test_a_new_goal_meets_nobody(client: Client, goal: Goal) -> None:
    branch = goal.area.plan.branch
    log_in_as(client, "board", branch)
    assert client.get(f"/{branch.slug}/plan/2026/mal/").context["form"]["seen"].value() == ""
