"""From goal to goal: whoever writes a draft, or goes through a plan, keeps their place in it."""

from typing import Any

import pytest
from django.test import Client

from crm.people.models import Branch
from crm.plan.models import Goal
from tests.logins import log_in_as
from tests.plan.making import make_area, make_goal, make_plan
from tests.plan.test_views import form, url

pytestmark = pytest.mark.django_db


def saved(client: Client, goal: Goal, **changes: Any) -> str:
    """Where saving the goal leads."""
    answer = client.post(url(goal.area.plan.branch, f"mal/{goal.pk}/andra/"), form(goal.area, **changes))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_whoever_writes_a_draft_goes_on_with_the_next_goal(client: Client, branch: Branch) -> None:
    area = make_area(make_plan(branch, adopted_on=None))
    goal = make_goal(area)
    log_in_as(client, "board", branch)
    assert saved(client, goal) == url(branch, f"2026/#goal-{goal.pk}")
    page = client.get(url(branch, "2026/")).content.decode()
    assert f'id="goal-{goal.pk}"' in page
    assert f'href="{url(branch, f"mal/{goal.pk}/andra/")}"' in page


@pytest.mark.parametrize("page", ["mal/{goal}/", "mal/{goal}/andra/"])
def test_the_way_back_leads_to_the_goal_among_the_others(client: Client, goal: Goal, page: str) -> None:
    branch = goal.area.plan.branch
    log_in_as(client, "board", branch)
    html = client.get(url(branch, page.format(goal=goal.pk))).content.decode()
    assert f'href="{url(branch, f"2026/#goal-{goal.pk}")}">‹' in html


def test_an_adopted_goal_is_shown_after_the_change_and_changed_from_its_own_page(
    client: Client, goal: Goal
) -> None:
    branch = goal.area.plan.branch
    log_in_as(client, "board", branch)
    assert saved(client, goal) == url(branch, f"mal/{goal.pk}/")
    assert f"mal/{goal.pk}/andra/" not in client.get(url(branch, "2026/")).content.decode()
