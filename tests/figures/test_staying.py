"""Of those who joined one to two years ago: who is still a member."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.board import staying as page
from crm.figures import reading, staying
from crm.figures.months import last_month_end, last_of_month
from crm.people.models import Branch, Member, Membership
from crm.plan.forms import figure_choices
from tests.board.making import applied_roster
from tests.factories import BranchFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
ON = date(2026, 10, 31)
IN_TIME = date(2025, 3, 1)


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create()
    applied_roster(found, date(2022, 1, 1))
    return found


def kept(branch: Branch, on: date) -> int | None:
    """The percentage of what one pass counts for the branch, where no group is one to four."""
    found = staying.kept_of_each([branch.pk], on)
    everybody, stayed = (found[name].get(branch.pk, 0) for name in ("joiners", "joiners_kept"))
    small = {1, 2, 3, 4}
    return None if not everybody or {stayed, everybody - stayed} & small else round(100 * stayed / everybody)


def joined(branch: Branch, stayed: int, gone: int = 0, on: date = IN_TIME) -> None:
    for _ in range(stayed):
        period(branch, on)
    for _ in range(gone):
        period(branch, on, on + timedelta(days=200))


@pytest.mark.parametrize(
    ("stayed", "gone", "percent"),
    [
        (15, 5, 75),
        (5, 0, 100),
        (0, 5, 0),
        (6, 5, 55),
        (20, 4, None),
        (4, 20, None),
        (4, 0, None),
        (0, 0, None),
    ],
)
def test_the_share_of_those_who_joined_who_are_members(
    branch: Branch, stayed: int, gone: int, percent: int | None
) -> None:
    joined(branch, stayed, gone)
    assert kept(branch, ON) == percent


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2024, 10, 31), False),
        (date(2024, 11, 1), True),
        (date(2025, 10, 31), True),
        (date(2025, 11, 1), False),
    ],
)
def test_they_joined_twelve_to_twenty_four_months_before(branch: Branch, day: date, counts: bool) -> None:
    joined(branch, 5, on=day)
    assert kept(branch, ON) == (100 if counts else None)


@pytest.mark.parametrize(
    ("on", "end"),
    [
        (ON, ON),
        (date(2026, 11, 1), ON),
        (date(2026, 11, 29), ON),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2028, 2, 28), date(2028, 1, 31)),
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_it_is_told_of_the_ends_of_months(on: date, end: date) -> None:
    assert last_month_end(on) == end


def test_who_left_during_the_running_month_is_not_told_of_before_it_ends(branch: Branch) -> None:
    joined(branch, 10, 5)
    Membership.objects.filter(ended_on=None).update(ended_on=date(2026, 11, 3), end_reason="left")
    assert [kept(branch, date(2026, 11, day)) for day in (3, 29, 30)] == [67, 67, 0]


def test_who_joined_before_the_first_roster_is_left_out() -> None:
    branch = BranchFactory.create()
    joined(branch, 9)
    assert kept(branch, ON) is None
    applied_roster(branch, IN_TIME + timedelta(days=1))
    assert kept(branch, ON) is None
    applied_roster(branch, IN_TIME)
    assert kept(branch, ON) == 100


def test_a_part_of_a_roster_makes_nothing_known() -> None:
    branch = BranchFactory.create()
    applied_roster(branch, date(2022, 1, 1), is_full=False)
    joined(branch, 9)
    assert kept(branch, ON) is None


def test_who_comes_back_has_not_joined_then_and_is_a_member_all_the_same(branch: Branch) -> None:
    joined(branch, 5, 5)
    for gone in Membership.objects.exclude(ended_on=None):
        Membership.objects.create(branch=branch, member=gone.member, started_on=date(2025, 10, 20))
    assert kept(branch, ON) == 100
    # A year later those who came back would be among the joiners, were it not for their first period.
    assert kept(branch, date(2026, 12, 31)) == 100
    assert kept(branch, date(2027, 10, 31)) is None


def test_who_is_missing_has_not_stayed(branch: Branch) -> None:
    joined(branch, 10)
    for membership in Membership.objects.all()[:5]:
        membership.missing_since = date(2026, 5, 1)
        membership.save()
    assert [kept(branch, on) for on in (date(2026, 4, 30), ON)] == [100, 50]


def by_hand(branch: Branch, first: date, last: date, end: date) -> int | None:
    """Person by person."""
    stayed = everybody = 0
    for member in Member.objects.filter(branch=branch):
        periods = [
            (held.started_on, min(filter(None, (held.ended_on, held.missing_since)), default=date.max))
            for held in member.memberships.order_by("started_on")
        ]
        began, until = periods[0]
        if first <= began <= last and until > began:
            everybody += 1
            stayed += any(start <= end < stop for start, stop in periods)
    small = {1, 2, 3, 4}
    return None if not everybody or {stayed, everybody - stayed} & small else round(100 * stayed / everybody)


@pytest.mark.parametrize("seed", range(6))
def test_one_pass_finds_what_counting_person_by_person_finds(branch: Branch, seed: int) -> None:
    chance, other = Random(seed), BranchFactory.create()
    applied_roster(other, date(2022, 1, 1))
    for held in (branch, other):
        for _ in range(chance.randint(10, 40)):
            start = date(2024, 6, 1) + timedelta(chance.randrange(600))
            end = chance.choice([None, None, start + timedelta(chance.randrange(500))])
            began = period(held, start, end, missing_since=end if chance.random() < 0.3 else None)
            if end and chance.random() < 0.3:
                Membership.objects.create(member=began.member, branch=held, started_on=end + timedelta(20))
    first, last = date(2024, 11, 1), last_of_month(date(2025, 10, 1))
    found = staying.kept_of_each(None, ON)
    for held in (branch, other):
        assert by_hand(held, first, last, ON) == kept(held, ON)
        assert found["joiners"].get(held.pk) == staying.joined_then(held, ON)
        assert found["joiners_kept"].get(held.pk) == staying.stayed_since(held, ON)


def test_many_branches_cost_two_questions() -> None:
    for number in range(4):
        branch = BranchFactory.create()
        applied_roster(branch, date(2022, 1, 1 + number))
        joined(branch, 5)
    with CaptureQueriesContext(connection) as queries:
        found = staying.kept_of_each(None, ON)
    assert (sorted(found["joiners"].values()), len(queries)) == ([5] * 4, 2)


QUARTER_OF_IT = date(2025, 3, 31)
TOLD = QUARTER_OF_IT + timedelta(days=365)


@pytest.mark.parametrize(
    ("stayed", "gone", "percent"),
    [(15, 5, 75), (5, 0, 100), (0, 5, 0), (20, 4, None), (4, 20, None), (4, 0, None), (0, 0, None)],
)
def test_the_boards_figure_is_of_quarters_that_point_nobody_out(
    branch: Branch, stayed: int, gone: int, percent: int | None
) -> None:
    joined(branch, stayed, gone)
    assert staying.kept(branch, TOLD - timedelta(days=1)) is None
    assert staying.kept(branch, TOLD) == percent


def test_it_is_the_same_until_the_next_quarter_is_told(branch: Branch) -> None:
    joined(branch, 15, 5)
    joined(branch, 5, 5, on=date(2025, 4, 10))
    days = [TOLD + timedelta(days=number) for number in (0, 30, 90, 91, 400)]
    assert [staying.kept(branch, on) for on in days] == [75, 75, 75, 67, 67]


def test_it_is_of_a_year_of_quarters_and_not_of_older_ones(branch: Branch) -> None:
    joined(branch, 0, 40, on=date(2023, 11, 3))
    for month in (2, 5, 8, 11):
        joined(branch, 5, 5, on=date(2024, month, 3))
    assert staying.kept(branch, date(2025, 12, 31)) == 50


def test_what_the_page_tells_of_the_same_quarters_is_the_figure(branch: Branch) -> None:
    joined(branch, 15, 5)
    (row,) = page.staying(branch, TOLD, known_since=date(2022, 1, 1)).everybody.rows
    assert row.groups[0].percent == staying.kept(branch, TOLD)


def test_exact_numbers_of_months_that_move_are_read_by_name_alone(branch: Branch) -> None:
    """With them those who left, one to four, would be a subtraction."""
    joined(branch, 18, 2)
    told = reading.read(branch, ON)
    assert {"joiners", "joiners_kept"} & set(told) == set()
    assert "kept" in told
    named = reading.read(branch, ON, {"joiners", "joiners_kept"})
    assert [found.value for found in named.values()] == [20, 18]


def test_no_goal_of_a_plan_can_be_tied_to_them() -> None:
    named = {name for name, _label in figure_choices()}
    assert {"joiners", "joiners_kept"} & named == set()
    assert "kept" in named
