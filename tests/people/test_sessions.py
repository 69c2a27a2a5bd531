"""How long a login lasts: a caller's evening, or a working day for those who see more."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.people.accounts import EVENING, WORKING_DAY, session_ends_at
from crm.people.models import Branch, User
from tests.factories import UserFactory, give_role, user_with

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TODAY, YESTERDAY, TOMORROW = (date(2026, 11, day) for day in (21, 20, 22))


def lasts(user: User, now: datetime = NOW) -> timedelta:
    return session_ends_at(user, now=now) - now


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("caller", EVENING),
        ("call_leader", WORKING_DAY),
        ("member_officer", WORKING_DAY),
        ("register_officer", WORKING_DAY),
        ("board", WORKING_DAY),
        ("admin", WORKING_DAY),
    ],
)
def test_each_role_has_its_time(branch: Branch, kind: str, expected: timedelta) -> None:
    assert lasts(user_with(kind, branch)) == expected


def test_a_caller_in_two_branches_is_a_caller(branch: Branch, other_branch: Branch) -> None:
    caller = user_with("caller", branch)
    give_role(caller, "caller", other_branch)
    assert lasts(caller) == EVENING


def test_a_caller_who_is_an_officer_elsewhere_works_all_day(branch: Branch, other_branch: Branch) -> None:
    caller = user_with("caller", branch)
    give_role(caller, "member_officer", other_branch)
    assert lasts(caller) == WORKING_DAY


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (None, YESTERDAY, EVENING),
        (None, TODAY, WORKING_DAY),
        (TODAY, None, WORKING_DAY),
        (TOMORROW, None, EVENING),
    ],
)
def test_only_the_roles_of_today_count(
    branch: Branch, starts_on: date | None, ends_on: date | None, expected: timedelta
) -> None:
    caller = user_with("caller", branch)
    give_role(caller, "board", branch, starts_on=starts_on, ends_on=ends_on)
    assert lasts(caller) == expected


def test_the_day_is_swedens(branch: Branch) -> None:
    """Half past eleven in the evening in London is tomorrow here."""
    caller = user_with("caller", branch)
    give_role(caller, "board", branch, starts_on=TOMORROW)
    late = datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert [lasts(caller, late - timedelta(seconds=1)), lasts(caller, late)] == [EVENING, WORKING_DAY]


def test_a_superuser_who_also_calls_works_all_day(branch: Branch) -> None:
    assert lasts(user_with("caller", branch, is_superuser=True)) == WORKING_DAY


def test_who_has_no_role_at_all_is_no_caller() -> None:
    assert lasts(UserFactory.create()) == WORKING_DAY
