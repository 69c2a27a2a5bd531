"""What a migration does to goals that were tied before it."""

from importlib import import_module

import pytest
from django.apps import apps

from crm.plan.models import Area
from tests.plan.making import make_goal

pytestmark = pytest.mark.django_db
HALF_YEARS = ("new_welcomed_and_heard", "new_members")


@pytest.mark.parametrize(
    ("figure", "of_figure", "after"),
    [
        (*HALF_YEARS, ("year_welcomed_and_heard", "year_new_members")),
        ("new_welcomed_and_heard", "", ("year_welcomed_and_heard", "")),
        ("new_welcomed_and_heard", "members", ("year_welcomed_and_heard", "members")),
        ("new_welcomed", "new_members", ("new_welcomed", "new_members")),
    ],
)
def test_a_goal_to_welcome_follows_the_year(
    area: Area, figure: str, of_figure: str, after: tuple[str, str]
) -> None:
    goal = make_goal(area, figure=figure, of_figure=of_figure)
    import_module("crm.plan.migrations.0006_goals_of_the_year").follow_the_year(apps, None)
    goal.refresh_from_db()
    assert (goal.figure, goal.of_figure) == after
