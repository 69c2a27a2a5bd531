"""Whom a member has asked in and who has paid: told of quarters, never by day."""

from datetime import date, timedelta

import pytest

from crm.figures import reading
from crm.outreach import crediting
from crm.people.models import Branch, Member, Membership
from tests.factories import BranchFactory
from tests.outreach.making import newcomer

pytestmark = pytest.mark.django_db
# The second quarter is told three months after it.
JOINED, TOLD = date(2026, 5, 20), date(2026, 9, 30)


def asked_in(branch: Branch, number: int, paid: date | None = JOINED, joined: date = JOINED) -> list[Member]:
    friend = newcomer(BranchFactory.create())
    return [
        newcomer(branch, joined, "recruiter", recruiter=friend, credited_on=paid) for _each in range(number)
    ]


def others(branch: Branch, number: int, joined: date = JOINED) -> None:
    for _each in range(number):
        newcomer(branch, joined)


def figure(branch: Branch, on: date = TOLD) -> int | float | None:
    return reading.read(branch, on, {"recruiters_credited"})["recruiters_credited"].value


def test_of_an_empty_branch_nothing_is_told(branch: Branch) -> None:
    assert (figure(branch), list(crediting.who_is_credited(branch, TOLD))) == (None, [])


@pytest.mark.parametrize(
    ("credited", "rest", "told"),
    [(0, 9, 0), (5, 5, 5), (4, 9, None), (9, 4, None), (9, 0, None), (1, 30, None), (12, 8, 10), (13, 8, 15)],
)
def test_groups_of_one_to_four_and_all_of_one_are_not_told(
    branch: Branch, credited: int, rest: int, told: int | None
) -> None:
    asked_in(branch, credited)
    others(branch, rest)
    assert figure(branch) == told
    assert len(crediting.who_is_credited(branch, TOLD)) == (credited if told is not None else 0)


@pytest.mark.parametrize(
    ("paid", "counts"),
    [
        (None, 0),
        (JOINED - timedelta(days=1), 0),
        (JOINED, 5),
        (date(2026, 9, 30), 5),
        (date(2026, 10, 1), 0),
    ],
)
def test_a_fee_counts_from_the_day_of_joining_until_three_months_after_the_quarter(
    branch: Branch, paid: date | None, counts: int
) -> None:
    asked_in(branch, 5, paid)
    others(branch, 5)
    assert figure(branch, date(2026, 11, 21)) == counts


def test_who_came_without_a_recruiter_is_among_the_rest(branch: Branch) -> None:
    asked_in(branch, 5)
    for _each in range(5):
        newcomer(branch, JOINED, "web", credited_on=JOINED)
    assert figure(branch) == 5


@pytest.mark.parametrize(("day", "told"), [(date(2026, 9, 29), None), (TOLD, 5), (date(2027, 2, 1), 5)])
def test_a_quarter_is_told_when_the_fees_have_had_their_time(
    branch: Branch, day: date, told: int | None
) -> None:
    asked_in(branch, 6)
    others(branch, 6)
    assert figure(branch, day) == told


def test_one_more_who_pays_moves_no_day(branch: Branch) -> None:
    asked_in(branch, 6)
    others(branch, 6)
    asked_in(branch, 1, date(2026, 10, 9), date(2026, 10, 9))
    assert {figure(branch, date(2026, 10, day)) for day in range(1, 32)} == {5}


def test_small_quarters_wait_for_the_next(branch: Branch) -> None:
    asked_in(branch, 3)
    others(branch, 9)
    later = date(2026, 8, 2)
    asked_in(branch, 3, later, later)
    others(branch, 9, later)
    assert [figure(branch, day) for day in (TOLD, date(2026, 12, 31))] == [None, 5]


def test_who_joined_before_the_branch_knew_of_anybody_is_left_out(branch: Branch) -> None:
    asked_in(branch, 6)
    others(branch, 6)
    early = asked_in(branch, 7, date(2024, 5, 1), date(2024, 5, 1))
    Member.objects.filter(pk__in=[one.pk for one in early]).update(learnt_on=JOINED)
    assert figure(branch) == 5


def test_who_comes_back_is_credited_for_the_first_time_alone(branch: Branch) -> None:
    back = asked_in(branch, 6)
    others(branch, 6)
    for member in back:
        Membership.objects.filter(member=member).update(ended_on=date(2026, 6, 10), end_reason="left")
        Membership.objects.create(member=member, branch=branch, started_on=date(2026, 6, 20))
    assert figure(branch) == 5


def test_the_list_is_of_those_counted(branch: Branch) -> None:
    paid = asked_in(branch, 6)
    asked_in(branch, 2, None)
    others(branch, 6)
    assert sorted(filter(None, crediting.who_is_credited(branch, TOLD))) == [member.pk for member in paid]


def test_another_branch_is_not_counted(branch: Branch) -> None:
    asked_in(branch, 6)
    others(branch, 6)
    asked_in(BranchFactory.create(), 20)
    assert figure(branch) == 5


def test_it_costs_the_same_for_few_and_many(
    branch: Branch, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    """Of a block that has been told."""
    for number in (6, 20):
        asked_in(branch, number)
        others(branch, number)
        figure(branch)
        fresh = Branch.objects.get(pk=branch.pk)
        with django_assert_num_queries(4):  # type: ignore[operator]
            crediting.credited(fresh, TOLD)


def test_blocks_are_rounded_one_by_one(branch: Branch) -> None:
    """Rounded together, the sum of two less one of them would narrow the other."""
    later = date(2026, 8, 2)
    for joined in (JOINED, later):
        asked_in(branch, 7, joined, joined)
        others(branch, 8, joined)
    assert figure(branch, date(2026, 12, 31)) == 5 + 5


def test_it_is_not_kept_from_day_to_day() -> None:
    """A breakdown: what stands of its quarters is kept by the blocks."""
    assert "recruiters_credited" not in reading.kept_apart() | reading.kept_names()
