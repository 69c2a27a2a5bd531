from datetime import date, timedelta
from typing import Any

import pytest

from crm.extensions import jobs
from crm.outbox.models import Message
from crm.people.models import Branch, User
from crm.plan.models import Area, Plan
from crm.plan.reminding import remind_of_goals
from tests.factories import BranchFactory, give_role, user_with
from tests.plan.making import make_area, make_goal, make_plan, noted

pytestmark = pytest.mark.django_db
DUE = date(2026, 5, 1)


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch, name="Siv Styrelse", email="siv@example.org")


def remind(branch: Branch, on: date) -> int:
    return remind_of_goals(branch=branch, on=on)["reminded"]


def sent() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("address", flat=True))


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("on", "reminded"),
    [
        (DUE - timedelta(days=15), 0),
        (DUE - timedelta(days=14), 1),
        (DUE, 1),
        (DUE + timedelta(days=14), 1),
        (DUE + timedelta(days=15), 0),
    ],
)
def test_a_goal_is_recalled_two_weeks_before_and_when_the_job_was_late(
    area: Area, on: date, reminded: int
) -> None:
    make_goal(area, due_on=DUE, responsible="board")
    assert (remind(area.plan.branch, on), len(sent())) == (reminded, reminded)


@pytest.mark.usefixtures("board")
def test_one_mail_however_often_the_job_runs(area: Area) -> None:
    make_goal(area, due_on=DUE, responsible="board")
    for days in range(14, -3, -1):
        remind(area.plan.branch, DUE - timedelta(days=days))
    assert sent() == ["siv@example.org"]


@pytest.mark.usefixtures("board")
def test_a_moved_goal_is_recalled_anew(area: Area) -> None:
    goal = make_goal(area, due_on=DUE, responsible="board")
    remind(area.plan.branch, DUE)
    goal.due_on = date(2026, 6, 1)
    goal.save()
    remind(area.plan.branch, date(2026, 5, 25))
    assert len(sent()) == 2


@pytest.mark.usefixtures("board")
def test_a_goal_that_is_reached_or_nobodys_is_not_recalled(area: Area) -> None:
    noted(make_goal(area, due_on=DUE, responsible="board"), date(2026, 4, 2))
    make_goal(area, due_on=DUE)
    assert (remind(area.plan.branch, DUE), sent()) == (0, [])


@pytest.mark.usefixtures("board")
def test_a_draft_is_nobodys_duty(branch: Branch) -> None:
    draft = make_plan(branch, adopted_on=None)
    make_goal(make_area(draft), due_on=DUE, responsible="board")
    assert (remind(branch, DUE), sent()) == (0, [])


def test_everybody_with_the_role_is_told_and_nobody_else(area: Area, branch: Branch) -> None:
    people = [user_with("board", branch, email=f"b{number}@example.org") for number in range(2)]
    user_with("member_officer", branch)
    user_with("board", BranchFactory.create())
    give_role(user_with("caller", branch), "board", branch, ends_on=date(2026, 4, 1))
    people[0].is_active = True
    make_goal(area, due_on=DUE, responsible="board")
    assert (remind(branch, DUE), sent()) == (2, ["b0@example.org", "b1@example.org"])


@pytest.mark.usefixtures("board")
def test_the_mail_says_which_goal_how_far_and_where(area: Area) -> None:
    goal = make_goal(area, "Sex torgmöten", wanted=6, due_on=DUE, responsible="board")
    noted(goal, date(2026, 3, 1))
    remind(area.plan.branch, DUE - timedelta(days=10))
    mail = Message.objects.get()
    assert mail.subject == "Ett mål i planen ska vara nått 2026-05-01"
    assert "Hej Siv," in mail.text
    assert "Sex torgmöten\n" in mail.text
    assert "senast 2026-05-01. Hittills: 1 av 6." in mail.text
    assert f"/{area.plan.branch.slug}/plan/mal/{goal.pk}/" in mail.text


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"figure": "members", "of_figure": "goal", "wanted": 100}, "kan inte räknas ännu"),
        ({"figure": "clubs_active", "of_figure": "clubs_active_", "wanted": 100}, "kan inte räknas ännu"),
        ({"figure": "members", "wanted": 10}, "Hittills: 0 av 10."),
    ],
)
def test_the_mail_of_a_figure(area: Area, fields: dict[str, Any], words: str) -> None:
    make_goal(area, due_on=DUE, responsible="board", **fields)
    remind(area.plan.branch, DUE)
    assert words in Message.objects.get().text


def test_the_job_is_one_of_the_daily_ones() -> None:
    job = jobs.get("remind_of_goals")
    assert job is not None
    assert (job.run, job.daily, job.atomic) == (remind_of_goals, True, True)


def test_only_the_running_years_plan_is_followed(plan: Plan, branch: Branch) -> None:
    user_with("board", branch)
    make_goal(make_area(plan), due_on=date(2026, 12, 31), responsible="board")
    assert [remind(branch, date(2026, 12, 30)), remind(branch, date(2027, 1, 2))] == [1, 0]
