"""A figure of a past date stays what it was (promise 13), whatever happens to the people afterwards."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crm.figures import membership, own
from crm.people import erasing, memberships
from crm.people.models import Branch, Member, Membership, User
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
BEFORE, DAY, AFTER = date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)
Deed = Callable[[Branch, Member], object]


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create()
    for number in range(5):
        period(found, date(2020 + number, 1, 1))
    period(found, date(2020, 1, 1), date(2025, 1, 1))
    return found


def told(branch: Branch) -> list[tuple[int, int, int]]:
    """What the board was told of the months until ``BEFORE``."""
    found = membership.months_until(branch, BEFORE, count=24, known_since=date(2024, 1, 1))
    return [(month.came, month.left, month.closing) for month in found]


def end(branch: Branch, member: Member) -> object:
    return memberships.end(member=member, on=DAY, reason="left", by=User.objects.console())


def go_missing(branch: Branch, member: Member) -> object:
    memberships.mark_missing(branch=branch, member_ids=[member.pk], on=DAY, by=User.objects.console())
    return None


def confirm(branch: Branch, member: Member) -> object:
    go_missing(branch, member)
    memberships.confirm_leaving(branch=branch, member_ids=[member.pk], by=User.objects.console())
    return None


def erase(branch: Branch, member: Member) -> object:
    erasing.erase(member=member, by=User.objects.console(), on=DAY)
    return None


def leave_and_be_erased(branch: Branch, member: Member) -> object:
    end(branch, member)
    return erase(branch, member)


def come_back(branch: Branch, member: Member) -> object:
    end(branch, member)
    return Membership.objects.create(member=member, branch=branch, started_on=AFTER)


def join(branch: Branch, member: Member) -> object:
    return MemberFactory.create(branch=branch, since=DAY)


@pytest.mark.parametrize("deed", [end, go_missing, confirm, erase, leave_and_be_erased, come_back, join])
def test_what_happens_later_moves_no_earlier_figure(branch: Branch, deed: Deed) -> None:
    before = told(branch)
    member = branch.members.current().order_by("pk")[0]
    deed(branch, member)
    assert told(branch) == before


@pytest.mark.parametrize("deed", [end, go_missing, confirm, erase, leave_and_be_erased])
def test_who_leaves_is_counted_until_the_day_before(branch: Branch, deed: Deed) -> None:
    deed(branch, branch.members.current().order_by("pk")[0])
    eve = DAY - timedelta(days=1)
    assert [membership.members_on(branch, day) for day in (eve, DAY, AFTER)] == [5, 4, 4]
    assert membership.left_between(branch, DAY, AFTER) == 1


def test_erasing_somebody_who_left_moves_nothing_at_all(branch: Branch) -> None:
    member = branch.members.current().order_by("pk")[0]
    end(branch, member)
    before = membership.months_until(branch, AFTER, count=24, known_since=None)
    reasons = membership.ends_by_month(branch, AFTER, since=DAY)
    erase(branch, member)
    assert membership.months_until(branch, AFTER, count=24, known_since=None) == before
    assert membership.ends_by_month(branch, AFTER, since=DAY) == reasons == {(DAY.replace(day=1), "left"): 1}


def test_who_was_missing_by_mistake_was_a_member_all_along(branch: Branch) -> None:
    member = branch.members.current().order_by("pk")[0]
    go_missing(branch, member)
    assert membership.members_on(branch, AFTER) == 4
    memberships.take_back(member_ids=[member.pk])
    assert membership.members_on(branch, AFTER) == 5
    assert membership.left_between(branch, DAY, AFTER) == 0


def test_who_comes_back_has_left_and_returned(branch: Branch) -> None:
    come_back(branch, branch.members.current().order_by("pk")[0])
    april, may = membership.months_until(branch, AFTER, count=1, known_since=None)
    assert (april.left, april.closing) == (1, 4)
    assert (may.joined, may.returned, may.closing) == (0, 1, 5)


def test_the_year_begins_on_the_first_of_january(branch: Branch) -> None:
    period(branch, date(2025, 12, 31))
    period(branch, date(2026, 1, 1))
    period(branch, date(2026, 2, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    assert [own.joined_this_year(branch, day) for day in days] == [1, 1, 1, 2]


def test_who_left_last_year_is_not_counted_this_year(branch: Branch) -> None:
    assert own.left_this_year(branch, date(2025, 1, 1)) == 1
    assert own.left_this_year(branch, BEFORE) == 0


def test_without_a_goal_there_is_no_number(branch: Branch) -> None:
    assert own.members_wanted(branch, DAY) is None
