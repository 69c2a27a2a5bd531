"""A plan through random years: its goals keep their words, its counts add up, and no order of deeds breaks it."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crm.figures.months import years_later
from crm.people.models import User
from crm.plan import notes, plans, proposing
from crm.plan.measuring import counts, measure_plan
from crm.plan.models import Goal, Note, Plan, Status
from crm.plan.outline import OutlinedArea, read_outline
from tests.factories import BranchFactory

YEAR = 2026
DAYS = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40)
TITLES = st.lists(WORDS, min_size=3, max_size=6).map(" ".join)


def as_text(areas: list[tuple[str, list[str]]]) -> str:
    return "\n\n".join(f"## {title}\n\n" + "\n".join(f"- {goal}" for goal in goals) for title, goals in areas)


@given(st.lists(st.tuples(TITLES, st.lists(WORDS, min_size=1, max_size=5)), min_size=1, max_size=5))
def test_what_is_written_with_headings_and_dashes_is_read_back(areas: list[tuple[str, list[str]]]) -> None:
    found = [(area.title, area.goals) for area in read_outline(as_text(areas))]
    assert found == [(title[:200].rstrip(" .:"), goals) for title, goals in areas]


@given(st.lists(st.tuples(TITLES, st.lists(WORDS, min_size=1, max_size=5)), min_size=1, max_size=4))
def test_reading_what_was_read_changes_nothing(areas: list[tuple[str, list[str]]]) -> None:
    once = [(area.title, area.goals) for area in read_outline(as_text(areas))]
    assert [(area.title, area.goals) for area in read_outline(as_text(once))] == once


class PlanOfAYear(RuleBasedStateMachine):
    """The board works on its plan in any order; what it did is kept in plain Python beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.by = User.objects.console()
        outline = [OutlinedArea("Studier", ["En S1:a", "En S2:a"]), OutlinedArea("Värvning", ["Torgmöten"])]
        self.plan = plans.create(branch=BranchFactory.create(), year=YEAR, areas=outline, by=self.by)
        self.noted: dict[int, set[UUID]] = {goal.pk: set() for goal in self.goals()}
        self.struck: set[int] = set()

    def goals(self) -> list[Goal]:
        return list(Goal.objects.filter(area__plan=self.plan).select_related("area__plan__branch"))

    def a_goal(self, number: int) -> Goal:
        goals = self.goals()
        return goals[number % len(goals)]

    @rule(number=st.integers(0, 9), day=DAYS, again=st.booleans())
    @precondition(lambda self: self.noted)
    def note(self, number: int, day: date, again: bool) -> None:
        goal, token = self.a_goal(number), uuid4()
        for _sent in range(2 if again else 1):
            notes.note(goal=goal, happened_on=min(day, self.latest()), text="Gjort", token=token, by=self.by)
        self.noted[goal.pk].add(token)

    def latest(self) -> date:
        return min(timezone.localdate(), date(YEAR, 12, 31))

    @rule(number=st.integers(0, 9))
    def remove_a_note(self, number: int) -> None:
        kept = list(Note.objects.filter(goal__area__plan=self.plan, removed_at=None).select_related("goal"))
        if kept:
            note = kept[number % len(kept)]
            assert notes.remove(note=note, by=self.by)
            self.noted[note.goal_id].discard(note.token)

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: self.plan.adopted_on is not None)
    def strike(self, number: int) -> None:
        goal = self.a_goal(number)
        assert plans.strike(goal=goal, reason="Ändrat", by=self.by) is (goal.pk not in self.struck)
        self.struck.add(goal.pk)

    @rule(number=st.integers(0, 9))
    def restore(self, number: int) -> None:
        goal = self.a_goal(number)
        plans.restore(goal=goal, by=self.by)
        self.struck.discard(goal.pk)

    @rule(day=DAYS)
    def adopt(self, day: date) -> None:
        plans.adopt(plan=self.plan, adopted_on=day, by=self.by)

    @rule()
    def an_adopted_plan_is_not_thrown_away(self) -> None:
        if self.plan.adopted_on:
            try:
                plans.delete(plan=self.plan, by=self.by)
            except ValidationError:
                return
            raise AssertionError("an adopted plan was deleted")

    @invariant()
    def the_counts_are_those_of_the_notes(self) -> None:
        measured = [goal for area in measure_plan(self.plan, date(YEAR, 12, 31)) for goal in area.goals]
        assert {goal.goal.pk: goal.value for goal in measured} == {
            key: len(tokens) for key, tokens in self.noted.items()
        }

    @invariant()
    def every_goal_is_in_one_status(self) -> None:
        measured = [goal for area in measure_plan(self.plan, date(YEAR, 12, 31)) for goal in area.goals]
        found = counts(measured)
        assert sum(found.values()) == 3
        assert found[Status.STRUCK] == len(self.struck)

    @invariant()
    def next_years_draft_has_what_still_counts(self) -> None:
        draft = proposing.propose(plan=self.plan, by=self.by, on=date(YEAR, 11, 15))
        kept = Goal.objects.filter(area__plan=draft).values_list("continues_id", flat=True)
        assert set(kept) == set(self.noted) - self.struck
        Plan.objects.filter(pk=draft.pk).delete()


def test_a_plan_of_a_year_in_any_order(db: None) -> None:
    run_state_machine_as_test(
        PlanOfAYear,
        settings=settings(max_examples=15, stateful_step_count=15, suppress_health_check=list(HealthCheck)),
    )


class TestNextYear(TestCase):
    @settings(max_examples=40)
    @given(DAYS, st.integers(0, 300))
    def test_a_goal_keeps_its_length_and_place_in_the_year(self, first: date, length: int) -> None:
        last = min(first + timedelta(days=length), date(YEAR, 12, 31))
        moved = years_later(first), years_later(last)
        assert moved[0] <= moved[1]
        assert [day.year for day in moved] == [YEAR + 1] * 2
        assert (moved[1] - moved[0] - (last - first)).days in {-1, 0, 1}
