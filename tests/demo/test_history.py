"""The days on which the demo's past happened."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.people.models import Branch, Club, Membership, Role, User
from demo import calling, cast, history, meetings
from demo.clock import moment

any_day = st.dates(date(2024, 1, 1), date(2040, 12, 31))


@given(any_day)
def test_roster_days_are_25_ends_of_months_before_today(today: date) -> None:
    days = history.roster_days(today)
    assert len(days) == 25
    assert [day for day in days if (day + timedelta(days=1)).day != 1] == []
    assert days == sorted(days)
    assert timedelta() < today - days[-1] <= timedelta(days=31)


@given(any_day)
def test_callers_evenings_are_tuesdays_and_thursdays_before_today(today: date) -> None:
    opens_on = date(today.year, 2, 1)
    found = calling.evenings(opens_on, today)
    assert [day for day in found if day.weekday() not in calling.CALLING_DAYS] == []
    assert [day for day in found if not opens_on < day < today] == []
    assert 7 not in {day.month for day in found}


@given(any_day)
def test_the_coming_meeting_is_near_enough_to_be_invited_to(today: date) -> None:
    coming = meetings.coming_on(today)
    assert timedelta(days=14) < coming - today < timedelta(days=meetings.INVITED_FOR)
    assert coming - timedelta(days=meetings.PLANNED_BEFORE) < today


def test_reasons_are_those_of_a_membership() -> None:
    assert set(history.REASONS) < set(Membership.EndReason.values)


def test_outcomes_add_up_to_a_hundred() -> None:
    assert sum(calling.WEIGHTS.values()) == pytest.approx(100, abs=0.5)
    assert set(calling.NOTES) | set(calling.MESSAGES) <= set(calling.WEIGHTS)


def test_everybody_in_the_cast_has_an_address_of_their_own() -> None:
    addresses = [part.email for part in cast.EVERYBODY]
    assert len(set(addresses)) == len(addresses)
    assert [address for address in addresses if not address.isascii()] == []


@pytest.mark.parametrize(
    ("club", "kind"),
    [
        ("Metalls s-förening", "union"),
        ("S-kvinnor Storköping", "women"),
        ("Ungdomens s-förening Åby", "youth"),
        ("Ryds s-förening", "geographic"),
    ],
)
def test_clubs_have_their_kind(club: str, kind: str) -> None:
    assert cast.kind_of(club) == kind


@pytest.fixture
def stage(db: None) -> cast.Stage:
    since = date(2024, 10, 31)
    return cast.set_up(since=since, now=moment(since, 9), today=date(2026, 11, 21))


def test_both_branches_are_marked_as_fictitious(stage: cast.Stage) -> None:
    assert set(Branch.objects.values_list("slug", "is_fictitious")) == {
        ("storkoping", True),
        ("lillberga", True),
    }
    assert stage.branch.district == stage.small.district


def test_clubs_of_the_files_are_there(stage: cast.Stage) -> None:
    assert Club.objects.filter(branch=stage.branch).count() == 7
    assert not Club.objects.filter(branch=stage.small).exists()


def test_roles_hold_since_the_first_roster_and_do_not_end(stage: cast.Stage) -> None:
    roles = Role.objects.filter(branch=stage.branch)
    assert set(roles.values_list("starts_on", "ends_on")) == {(date(2024, 10, 31), None)}
    assert roles.filter(kind=Role.Kind.CALLER).count() == len(cast.CALLERS)


def test_nobody_in_the_cast_has_a_password(stage: cast.Stage) -> None:
    in_cast = User.objects.filter(email__in=stage.users)
    assert [user.email for user in in_cast if user.has_usable_password()] == []


def test_the_superuser_has_no_role_in_a_branch(stage: cast.Stage) -> None:
    user = stage.user(cast.SUPERUSER)
    assert user.is_superuser
    assert not user.roles.exists()


def test_the_last_meeting_was_the_half_years(stage: cast.Stage) -> None:
    found = [
        meetings.held_on(stage, day) for day in (date(2026, 3, 12), date(2026, 3, 13), date(2026, 11, 21))
    ]
    assert found == [date(2025, 9, 11), date(2026, 3, 12), date(2026, 9, 10)]


@pytest.mark.parametrize(("today", "year"), [(date(2027, 1, 31), 2026), (date(2027, 2, 1), 2027)])
def test_the_round_is_the_latest_that_has_opened(stage: cast.Stage, today: date, year: int) -> None:
    assert calling.year_of(today, stage) == year


@pytest.mark.parametrize("today", [date(2026, 2, 20), date(2026, 6, 1), date(2026, 12, 28)])
def test_an_evening_has_some_dials_and_not_too_many(stage: cast.Stage, today: date) -> None:
    evenings = calling.Evenings(stage, today=today)
    assert 1 <= evenings.in_an_evening <= calling.MOST_IN_AN_EVENING
    assert max(evenings.days) < min(today, date(2026, 12, 21))
