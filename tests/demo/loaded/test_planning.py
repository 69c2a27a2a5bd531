from datetime import date

from crm.people.models import Branch
from crm.plan.measuring import Measured, Status, counts, measure_plan
from crm.plan.models import Plan
from demo import planning
from tests.demo.loaded.conftest import TODAY


def measured(branch: Branch, year: int) -> list[Measured]:
    plan = Plan.objects.select_related("branch").get(branch=branch, year=year)
    return [goal for area in measure_plan(plan, TODAY) for goal in area.goals]


def test_both_plans_are_there_each_goal_a_row(branch: Branch) -> None:
    assert [len(measured(branch, year)) for year in (2025, 2026)] == [14, 35]


def test_every_tie_meets_one_goal(branch: Branch) -> None:
    tied = [goal.pk for plan in Plan.objects.filter(branch=branch) for goal, _tie in planning.tied(plan)]
    assert (len(tied), len(set(tied))) == (len(planning.TIES), len(planning.TIES))


def test_the_plans_were_adopted_in_march(branch: Branch) -> None:
    adopted = list(Plan.objects.filter(branch=branch).values_list("adopted_on", flat=True))
    assert adopted == [date(2026, 3, 19), date(2025, 3, 19)]


def test_every_goal_can_be_told(branch: Branch) -> None:
    for year in (2025, 2026):
        assert counts(measured(branch, year))[Status.UNKNOWN] == 0


def test_this_year_some_goals_are_reached_and_some_are_not(branch: Branch) -> None:
    found = counts(measured(branch, 2026))
    assert min(found[Status.REACHED], found[Status.ON_THE_WAY], found[Status.AT_RISK]) >= 1


def test_calling_every_member_is_counted_from_the_round(branch: Branch) -> None:
    (goal,) = [one for one in measured(branch, 2026) if one.goal.text.startswith("ringa alla medlemmar")]
    assert (goal.goal.of_figure, goal.value is not None and 20 < goal.value < 80) == ("calls_of", True)


def test_nothing_is_noted_for_a_day_to_come(branch: Branch) -> None:
    days = [note.happened_on for goal in measured(branch, 2026) for note in goal.notes]
    assert (max(days) < TODAY, len(days) > 5) == (True, True)
