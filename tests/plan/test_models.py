from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.people.models import Branch
from crm.plan.models import Area, CalendarLink, CentralDate, Goal, Plan
from tests.factories import UserFactory
from tests.plan.making import make_goal, make_plan, noted

pytestmark = pytest.mark.django_db


def refused(**fields: Any) -> str:
    """The name of the constraint that stops a goal of these fields in the database."""
    plan = make_plan(Branch.objects.create(name="B", slug="b", place="B"))
    area = Area.objects.create(plan=plan, title="A")
    with pytest.raises(IntegrityError) as stopped, transaction.atomic():
        make_goal(area, **fields)
    return str(stopped.value)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"wanted": 0}, "plan_goal_wants_something"),
        ({"measure": "figure"}, "plan_goal_has_a_figure_if_measured_by_one"),
        ({"measure": "notes", "of_figure": "members"}, "plan_goal_has_a_figure_if_measured_by_one"),
        ({"figure": "members", "of_figure": "members"}, "plan_goal_percentage_of_another_figure"),
        ({"due_on": date(2025, 12, 31)}, "plan_goal_due_on_not_before_starts_on"),
        ({"struck_at": timezone.now()}, "plan_goal_struck_at_and_by"),
    ],
)
def test_the_database_refuses_a_goal_that_makes_no_sense(fields: dict[str, Any], constraint: str) -> None:
    assert constraint in refused(**fields)


def test_one_plan_a_year(branch: Branch) -> None:
    make_plan(branch)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_plan(branch)
    make_plan(branch, year=2027)
    make_plan(Branch.objects.create(name="Annan", slug="annan", place="Annan"))


def test_a_second_plan_for_the_year_is_refused_in_words(plan: Plan) -> None:
    second = Plan(branch=plan.branch, year=2026, created_at=timezone.now(), created_by=plan.created_by)
    with pytest.raises(ValidationError) as refusal:
        second.full_clean()
    assert refusal.value.messages == ["Arbetarekommunen har redan en plan för det året."]


def test_a_note_is_sent_once(goal: Goal) -> None:
    first = noted(goal, date(2026, 3, 1))
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_a_branch_has_one_open_calendar_address(branch: Branch) -> None:
    by = UserFactory.create()
    made = {"branch": branch, "made_at": timezone.now(), "made_by": by}
    CalendarLink.objects.create(token="a", closed_at=timezone.now(), closed_by=by, **made)
    CalendarLink.objects.create(token="b", **made)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarLink.objects.create(token="c", **made)


def test_a_central_date_ends_after_it_begins(branch: Branch) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CentralDate.objects.create(
            branch=branch,
            uid="a",
            title="Kongress",
            first=date(2026, 5, 2),
            last=date(2026, 5, 1),
            imported_at=timezone.now(),
            imported_by=UserFactory.create(),
        )


def test_callers_and_the_district_are_responsible_for_no_goal() -> None:
    assert [kind for kind, _label in Goal.RESPONSIBLE] == [
        "call_leader",
        "member_officer",
        "register_officer",
        "board",
        "admin",
    ]


def test_a_plans_year_is_a_calendar_year(plan: Plan) -> None:
    assert (plan.first_day, plan.last_day) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_struck_goal_does_not_vanish_with_the_one_it_continues(goal: Goal, area: Area) -> None:
    later = make_goal(area, continues=goal)
    goal.delete()
    later.refresh_from_db()
    assert later.continues is None
