from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from crm.people.models import Branch, User
from crm.plan import plans
from crm.plan.models import Area, Goal, Plan
from crm.plan.outline import OutlinedArea
from tests.factories import user_with
from tests.plan.making import make_plan, noted

pytestmark = pytest.mark.django_db
AREAS = [OutlinedArea("Studier", ["En S1:a", "En S2:a"]), OutlinedArea("Värvning", ["1 000 medlemmar"])]


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch)


def test_a_draft_has_the_outlines_areas_and_goals(branch: Branch, board: User) -> None:
    made = plans.create(branch=branch, year=2027, areas=AREAS, by=board)
    found = [(area.title, [goal.text for goal in area.goals.all()]) for area in made.areas.all()]
    assert found == [("Studier", ["En S1:a", "En S2:a"]), ("Värvning", ["1 000 medlemmar"])]
    assert (made.adopted_on, made.created_by) == (None, board)


def test_a_new_goal_is_noted_once_within_the_year(branch: Branch, board: User) -> None:
    plans.create(branch=branch, year=2027, areas=AREAS, by=board)
    goal = Goal.objects.first()
    assert goal is not None
    assert (goal.measure, goal.wanted, goal.starts_on, goal.due_on) == (
        "notes",
        1,
        date(2027, 1, 1),
        date(2027, 12, 31),
    )


def test_a_year_has_one_plan(branch: Branch, board: User) -> None:
    plans.create(branch=branch, year=2027, areas=AREAS, by=board)
    with pytest.raises(ValidationError, match="redan en plan"):
        plans.create(branch=branch, year=2027, areas=[], by=board)
    assert Goal.objects.count() == 3


@pytest.mark.parametrize("kind", ["register_officer", "call_leader", "admin", "caller"])
def test_only_the_board_and_the_member_officer_write_plans(branch: Branch, kind: str) -> None:
    with pytest.raises(PermissionDenied):
        plans.create(branch=branch, year=2027, areas=AREAS, by=user_with(kind, branch))


def test_another_branchs_board_writes_none(branch: Branch) -> None:
    with pytest.raises(PermissionDenied):
        plans.create(
            branch=branch, year=2027, areas=AREAS, by=user_with("board", Branch.objects.create(slug="x"))
        )


def test_adopting_keeps_the_day_of_the_meeting(goal: Goal, board: User) -> None:
    plan = goal.area.plan
    plans.adopt(plan=plan, adopted_on=date(2026, 2, 28), by=board)
    plan.refresh_from_db()
    assert plan.adopted_on == date(2026, 2, 28)


def test_an_empty_plan_is_not_adopted(branch: Branch, board: User) -> None:
    plan = make_plan(branch, adopted_on=None)
    with pytest.raises(ValidationError, match="utan mål"):
        plans.adopt(plan=plan, adopted_on=date(2026, 2, 28), by=board)


def test_an_adoption_noted_by_mistake_is_taken_back(plan: Plan, board: User) -> None:
    plans.reopen(plan=plan, by=board)
    plan.refresh_from_db()
    assert plan.adopted_on is None


def test_a_draft_can_be_thrown_away(branch: Branch, board: User) -> None:
    draft = plans.create(branch=branch, year=2027, areas=AREAS, by=board)
    plans.delete(plan=draft, by=board)
    assert (Plan.objects.count(), Goal.objects.count()) == (0, 0)


def test_an_adopted_plan_stays(plan: Plan, board: User) -> None:
    with pytest.raises(ValidationError):
        plans.delete(plan=plan, by=board)


def test_a_draft_on_which_something_is_noted_stays(branch: Branch, board: User) -> None:
    draft = plans.create(branch=branch, year=2026, areas=AREAS, by=board)
    noted(Goal.objects.all()[0], date(2026, 1, 5))
    with pytest.raises(ValidationError):
        plans.delete(plan=draft, by=board)


def test_areas_are_added_last(plan: Plan, board: User) -> None:
    titles = ["Studier", "Värvning", "Facket"]
    for title in titles:
        plans.add_area(plan=plan, title=title, by=board)
    assert list(plan.areas.values_list("title", "position")) == list(zip(titles, range(3), strict=True))


def test_goals_are_added_last(area: Area, board: User) -> None:
    days = {"starts_on": date(2026, 1, 1), "due_on": date(2026, 12, 31)}
    for text in ("ett", "två"):
        plans.add_goal(area=area, by=board, text=text, **days)
    assert list(area.goals.values_list("text", "position")) == [("ett", 0), ("två", 1)]


def test_a_goal_that_breaks_a_rule_is_not_added(area: Area, board: User) -> None:
    with pytest.raises(ValidationError):
        plans.add_goal(area=area, by=board, text="Fel", starts_on=date(2026, 5, 1), due_on=date(2026, 4, 1))
    assert not area.goals.exists()


def test_only_an_empty_area_is_removed(area: Area, goal: Goal, board: User) -> None:
    with pytest.raises(ValidationError):
        plans.remove_area(area=area, by=board)
    goal.delete()
    plans.remove_area(area=area, by=board)
    assert not Area.objects.exists()


def test_a_drafts_goal_is_deleted(branch: Branch, board: User) -> None:
    plans.create(branch=branch, year=2027, areas=AREAS, by=board)
    plans.strike(goal=Goal.objects.all()[0], reason="Dubbelt", by=board)
    assert Goal.objects.count() == 2


def test_an_adopted_goal_is_struck_out_with_its_reason(goal: Goal, board: User) -> None:
    assert plans.strike(goal=goal, reason="Lokalen är såld", by=board)
    goal.refresh_from_db()
    assert (goal.struck_reason, goal.struck_by, goal.struck_at is None) == ("Lokalen är såld", board, False)


def test_striking_twice_keeps_the_first_reason(goal: Goal, board: User) -> None:
    done = [plans.strike(goal=goal, reason=reason, by=board) for reason in ("ett", "två")]
    goal.refresh_from_db()
    assert (done, goal.struck_reason) == ([True, False], "ett")


def test_a_struck_goal_counts_again(goal: Goal, board: User) -> None:
    plans.strike(goal=goal, reason="Av misstag", by=board)
    plans.restore(goal=goal, by=board)
    goal.refresh_from_db()
    assert (goal.struck_at, goal.struck_by, goal.struck_reason) == (None, None, "")


def test_a_plan_half_written_is_not_written(branch: Branch, board: User) -> None:
    broken = [*AREAS, OutlinedArea("Fel", [None])]  # type: ignore[list-item]
    with pytest.raises(IntegrityError):
        plans.create(branch=branch, year=2027, areas=broken, by=board)
    assert not Plan.objects.exists()
