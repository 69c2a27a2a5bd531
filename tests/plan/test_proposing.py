from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from crm.figures.months import years_later
from crm.people.models import Branch, User
from crm.plan import proposing
from crm.plan.models import Area, Goal, Plan
from tests.board.making import applied_roster
from tests.factories import UserFactory, user_with
from tests.figures.histories import period
from tests.plan.making import make_area, make_goal, make_plan

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 15)


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch)


def proposed(plan: Plan, by: User) -> list[Goal]:
    draft = proposing.propose(plan=plan, by=by, on=ON)
    return list(Goal.objects.filter(area__plan=draft))


def test_a_goal_comes_back_a_year_later(area: Area, board: User) -> None:
    goal = make_goal(
        area,
        "Sex torgmöten",
        wanted=6,
        starts_on=date(2026, 4, 1),
        due_on=date(2026, 9, 30),
        responsible="board",
    )
    (found,) = proposed(area.plan, board)
    assert (found.text, found.wanted, found.responsible, found.continues) == (
        "Sex torgmöten",
        6,
        "board",
        goal,
    )
    assert (found.starts_on, found.due_on) == (date(2027, 4, 1), date(2027, 9, 30))


def test_the_draft_is_not_adopted_and_keeps_the_areas_in_order(plan: Plan, board: User) -> None:
    for title in ("Studier", "Värvning"):
        make_goal(make_area(plan, title))
    draft = proposing.propose(plan=plan, by=board, on=ON)
    assert (draft.year, draft.adopted_on, [area.title for area in draft.areas.all()]) == (
        2027,
        None,
        ["Studier", "Värvning"],
    )


def test_what_was_struck_out_does_not_come_back(area: Area, board: User) -> None:
    make_goal(area, "kvar")
    make_goal(area, "struken", struck_at=timezone.now(), struck_by=UserFactory.create())
    make_goal(make_area(area.plan, "tom"), struck_at=timezone.now(), struck_by=UserFactory.create())
    assert [goal.text for goal in proposed(area.plan, board)] == ["kvar"]


def test_the_year_in_the_words_moves_along(area: Area, board: User) -> None:
    make_goal(area, "Vi ska nå 1 000 medlemmar under 2026")
    assert [goal.text for goal in proposed(area.plan, board)] == ["Vi ska nå 1 000 medlemmar under 2027"]


def test_a_year_that_has_its_plan_gets_no_second(area: Area, board: User) -> None:
    make_goal(area)
    make_plan(area.plan.branch, year=2027)
    with pytest.raises(ValidationError, match="2027"):
        proposed(area.plan, board)


def test_only_those_who_write_plans_propose(plan: Plan, branch: Branch) -> None:
    with pytest.raises(PermissionDenied):
        proposed(plan, user_with("admin", branch))


def grow(branch: Branch, each_month: int) -> None:
    """A roster a year ago, and since then as many new members each month."""
    applied_roster(branch, date(2025, 9, 30))
    for month in range(14):
        year, number = divmod(2025 * 12 + 9 + month, 12)
        for day in range(each_month):
            period(branch, date(year, number + 1, day + 1))


def test_the_goal_for_members_is_what_the_branch_can_reach(area: Area, board: User) -> None:
    grow(area.plan.branch, each_month=3)
    make_goal(area, figure="members", wanted=20)
    (found,) = proposed(area.plan, board)
    assert (found.wanted % 10, 70 <= found.wanted <= 100) == (0, True)


def test_the_goal_for_members_is_never_lowered(area: Area, board: User) -> None:
    grow(area.plan.branch, each_month=1)
    make_goal(area, figure="members", wanted=1000)
    assert [goal.wanted for goal in proposed(area.plan, board)] == [1000]


def test_without_history_the_goal_stays(area: Area, board: User) -> None:
    make_goal(area, figure="members", wanted=120)
    assert [goal.wanted for goal in proposed(area.plan, board)] == [120]


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_year_later_also_from_a_leap_day(day: date, later: date) -> None:
    assert years_later(day) == later
