"""Members, joined, left, goal and who can be reached, of all branches in one pass, beside a walk over the rows."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from crm.figures import membership, own, reading
from crm.people.models import Branch, Member, Membership, MembershipGoal
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
DAYS = (date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 15), date(2026, 12, 31))


def first_day_out(row: Membership) -> date | None:
    ends = [day for day in (row.ended_on, row.missing_since) if day is not None]
    return min(ends, default=None)


def ever_counted(row: Membership) -> bool:
    out = first_day_out(row)
    return out is None or out > row.started_on


def plainly(branch: Branch, on: date) -> tuple[int, int, int]:
    """Members, joined and left, period by period."""
    members = joined = left = 0
    for row in Membership.objects.filter(branch=branch):
        out = first_day_out(row)
        if ever_counted(row):
            members += row.started_on <= on and (out is None or out > on)
            joined += date(on.year, 1, 1) <= row.started_on <= on
            left += out is not None and date(on.year, 1, 1) <= out <= on
    return members, joined, left


def random_branch(chance: Random) -> Branch:
    branch: Branch = BranchFactory.create()
    for _ in range(chance.randint(0, 8)):
        started = date(2024, 6, 1) + timedelta(days=chance.randint(0, 900))
        missing = started + timedelta(days=chance.randint(0, 300)) if chance.random() < 0.4 else None
        ended = started + timedelta(days=chance.randint(0, 300)) if chance.random() < 0.5 else None
        if missing and ended:
            missing = min(missing, ended)
        period(branch, started, ended, missing_since=missing)
    return branch


@pytest.mark.parametrize("seed", range(5))
def test_members_joined_and_left_are_those_of_a_walk_over_the_periods(seed: int) -> None:
    branches = [random_branch(Random(f"{seed} {number}")) for number in range(3)]
    for on in DAYS:
        each = membership.of_each(None, on)
        for branch in branches:
            found = tuple(each[name].get(branch.pk, 0) for name in ("members", "joined", "left"))
            assert found == plainly(branch, on)


def test_a_pass_over_some_branches_names_no_other() -> None:
    one, other = BranchFactory.create(), BranchFactory.create()
    for branch in (one, other):
        MemberFactory.create(branch=branch)
    assert membership.of_each([one.pk], DAYS[-1])["members"] == {one.pk: 1}


@pytest.mark.parametrize(
    ("on", "wanted"),
    [(date(2025, 1, 1), 500), (date(2025, 12, 31), 500), (date(2026, 1, 1), 800), (date(2030, 1, 1), 1000)],
)
def test_the_goal_of_a_day_is_the_next_one_and_then_the_last(on: date, wanted: int) -> None:
    branch = BranchFactory.create()
    for year, number in ((2027, 1000), (2025, 500), (2026, 800)):
        MembershipGoal.objects.create(branch=branch, members_wanted=number, by_date=date(year, 12, 31))
    assert own.goals_of_each(None, on)["goal"] == {branch.pk: wanted}
    assert own.goals_of_each([branch.pk], on)["goal"][branch.pk] == own.members_wanted(branch, on)


def test_a_branch_without_a_goal_is_not_named() -> None:
    assert own.goals_of_each([BranchFactory.create().pk], DAYS[0]) == {"goal": {}, "goal_in_days": {}}


@pytest.mark.parametrize(
    ("phone", "email", "found"), [("", "", (1, 1)), (None, "", (0, 1)), ("", "a@example.org", (1, 0))]
)
def test_who_lacks_a_number_or_an_address(phone: str | None, email: str, found: tuple[int, int]) -> None:
    branch, empty = BranchFactory.create(), BranchFactory.create()
    MemberFactory.create(branch=branch, phone=phone, email=email)
    each = reading.read_each([branch.pk, empty.pk], timezone.localdate())
    assert (each["without_phone"][branch.pk], each["without_email"][branch.pk]) == found
    assert (each["without_phone"][empty.pk], each["without_email"][empty.pk]) == (0, 0)


def test_who_has_left_lacks_nothing() -> None:
    branch = BranchFactory.create()
    member: Member = MemberFactory.create(branch=branch, phone="", email="")
    member.memberships.update(missing_since=timezone.localdate())
    assert reading.read_each([branch.pk], timezone.localdate())["without_phone"] == {branch.pk: 0}


def test_of_another_day_nobody_knows_who_could_be_reached() -> None:
    branch = MemberFactory.create(phone="").branch
    each = reading.read_each([branch.pk], timezone.localdate() - timedelta(days=1))
    assert (each["without_phone"], each["without_email"]) == ({branch.pk: None}, {branch.pk: None})
