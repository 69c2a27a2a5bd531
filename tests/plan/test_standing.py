"""How each goal stood when it was measured last: what the board's page reads instead of measuring."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from crm.extensions import jobs
from crm.people.models import Branch, User
from crm.plan import notes, plans, standing
from crm.plan.measuring import measure_plan
from crm.plan.models import Area, Goal, GoalStanding, Plan, Status
from tests.factories import BranchFactory, user_with
from tests.plan.making import make_area, make_goal, make_plan, noted

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch)


def measured_each_morning(branch: Branch, on: date = JULY) -> int:
    job = jobs.get("measure_goals")
    assert job
    return job.run(branch=branch, on=on)["changed"]


def told(branch: Branch, on: date = JULY) -> dict[str, str]:
    return {row.goal.text: str(row.status) for row in standing.kept(branch, on)}


def test_each_goal_stands_as_it_was_measured(branch: Branch, area: Area) -> None:
    make_goal(area, "Sent", due_on=JULY - timedelta(days=1))
    noted(make_goal(area, "Nått"), date(2026, 5, 1))
    make_goal(area, "Kan inte räknas", figure="no_such_figure", wanted=3)
    assert measured_each_morning(branch) == 3
    assert told(branch) == {"Sent": "late", "Nått": "reached", "Kan inte räknas": "unknown"}


def test_a_second_morning_writes_only_what_has_changed(branch: Branch, goal: Goal) -> None:
    other = make_goal(goal.area, "Torgmöten")
    assert measured_each_morning(branch) == 2
    noted(other, JULY)
    assert measured_each_morning(branch, JULY + timedelta(days=1)) == 1
    assert GoalStanding.objects.count() == 3


def test_a_day_set_back_to_tells_what_was_told_on_it(branch: Branch, goal: Goal) -> None:
    measured_each_morning(branch, date(2026, 6, 1))
    noted(goal, JULY)
    measured_each_morning(branch)
    days = (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), JULY, date(2026, 12, 31))
    assert [list(told(branch, day).values()) for day in days] == [
        [], ["on_the_way"], ["on_the_way"], ["reached"], ["reached"],
    ]  # fmt: skip


def test_the_plan_is_read_by_one_query(
    branch: Branch, goal: Goal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_goal(goal.area, "Torgmöten")
    measured_each_morning(branch)
    with django_assert_num_queries(1):
        assert [row.goal.area.plan.year for row in standing.kept(branch, JULY)] == [2026, 2026]


def test_goals_come_in_the_plans_order(branch: Branch, plan: Plan) -> None:
    first, second = make_area(plan, "Val"), make_area(plan, "Studier")
    for area, text, position in ((second, "d", 1), (first, "b", 1), (second, "c", 0), (first, "a", 0)):
        make_goal(area, text, position=position)
    measured_each_morning(branch)
    assert "".join(told(branch)) == "abcd"


@pytest.mark.usefixtures("goal")
def test_until_the_years_plan_is_adopted_the_one_before_is_followed(branch: Branch) -> None:
    make_goal(make_area(make_plan(branch, year=2027, adopted_on=None)), "Nästa års")
    january = date(2027, 1, 15)
    measured_each_morning(branch, january)
    assert told(branch, january) == {"Hålla öppna möten": "late"}
    Plan.objects.filter(year=2027).update(adopted_on=date(2027, 3, 20))
    for day, text in ((date(2027, 3, 19), "Hålla öppna möten"), (date(2027, 3, 20), "Nästa års")):
        measured_each_morning(branch, day)
        assert list(told(branch, day)) == [text]


@pytest.mark.parametrize("adopted_on", [None, JULY + timedelta(days=1)])
def test_a_draft_stands_nowhere(branch: Branch, adopted_on: date | None) -> None:
    make_goal(make_area(make_plan(branch, adopted_on=adopted_on)))
    assert (measured_each_morning(branch), told(branch)) == (0, {})


def test_a_draft_again_is_not_told_of(branch: Branch, goal: Goal, board: User) -> None:
    measured_each_morning(branch)
    plans.reopen(plan=goal.area.plan, by=board)
    assert told(branch) == {}


@pytest.mark.usefixtures("goal")
def test_another_branchs_plan_is_not_told_of(branch: Branch) -> None:
    measured_each_morning(branch)
    assert told(BranchFactory.create()) == {}


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_what_is_noted_is_told_at_once_and_taken_back_at_once(
    branch: Branch, goal: Goal, board: User
) -> None:
    measured_each_morning(branch, JULY - timedelta(days=1))
    note = notes.note(goal=goal, happened_on=JULY, text="Torgmöte", token=uuid4(), by=board)
    assert told(branch) == {goal.text: "reached"}
    notes.remove(note=note, by=board)
    assert told(branch) == {goal.text: "on_the_way"}
    assert GoalStanding.objects.count() == 1


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_what_is_changed_in_an_adopted_plan_is_told_at_once(branch: Branch, area: Area, board: User) -> None:
    days = {"starts_on": date(2026, 1, 1), "due_on": date(2026, 12, 31)}
    goal = plans.add_goal(area=area, by=board, text="Torgmöten", wanted=1, **days)
    assert told(branch) == {"Torgmöten": "on_the_way"}
    goal.due_on = JULY - timedelta(days=1)
    plans.change_goal(goal=goal, by=board)
    assert told(branch) == {"Torgmöten": "late"}
    plans.strike(goal=goal, reason="Hinns inte", by=board)
    assert told(branch) == {"Torgmöten": "struck"}
    plans.restore(goal=goal, by=board)
    assert told(branch) == {"Torgmöten": "late"}


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_adopting_tells_of_every_goal(branch: Branch, board: User) -> None:
    plan = make_plan(branch, adopted_on=None)
    make_goal(make_area(plan))
    plans.adopt(plan=plan, adopted_on=JULY, by=board)
    assert told(branch) == {"Hålla öppna möten": "on_the_way"}


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_adopted_some_days_ago_it_is_told_of_since_then(branch: Branch, board: User) -> None:
    plan = make_plan(branch, adopted_on=None)
    noted(make_goal(make_area(plan)), date(2026, 6, 20))
    plans.adopt(plan=plan, adopted_on=date(2026, 6, 10), by=board)
    days = (date(2026, 6, 9), date(2026, 6, 10), JULY)
    assert [list(told(branch, day).values()) for day in days] == [[], ["on_the_way"], ["reached"]]


DAYS = st.integers(0, 60)


class KeptEachDay(TestCase):
    @settings(deadline=None, max_examples=25)
    @given(
        goals=st.lists(st.tuples(st.integers(1, 3), DAYS), min_size=1, max_size=3),
        deeds=st.lists(st.tuples(st.integers(0, 2), DAYS), max_size=6),
        mornings=st.sets(DAYS, min_size=1, max_size=10),
    )
    def test_each_morning_tells_later_what_was_measured_on_it(
        self, goals: list[tuple[int, int]], deeds: list[tuple[int, int]], mornings: set[int]
    ) -> None:
        """Kept are changes alone; read again they are every morning's statuses."""
        branch = BranchFactory.create()
        plan = make_plan(branch, adopted_on=date(2026, 1, 1))
        area = make_area(plan)
        made = [
            make_goal(area, f"{place}", wanted=wanted, due_on=JULY + timedelta(days=due))
            for place, (wanted, due) in enumerate(goals)
        ]
        then: dict[date, dict[str, Status]] = {}
        for day in range(61):
            on = JULY + timedelta(days=day)
            for place, deed in deeds:
                if deed == day and place < len(made):
                    noted(made[place], on)
            if day in mornings:
                measured_each_morning(branch, on)
                (measured,) = measure_plan(plan, on)
                then[on] = {one.goal.text: one.status for one in measured.goals}
        assert {on: told(branch, on) for on in then} == then
