from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.figures import membership
from crm.people.models import Branch, Member, Membership
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
JAN_1, MAR_1, MAR_15, APR_1 = date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 15), date(2026, 4, 1)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create()


def test_a_member_counts_from_the_first_day_until_the_day_before_the_end(branch: Branch) -> None:
    period(branch, MAR_1, MAR_15)
    days = [MAR_1 - timedelta(days=1), MAR_1, MAR_15 - timedelta(days=1), MAR_15]
    assert [membership.members_on(branch, day) for day in days] == [0, 1, 1, 0]


def test_a_missing_member_counts_until_the_rosters_date(branch: Branch) -> None:
    period(branch, JAN_1, missing_since=MAR_15)
    assert membership.members_on(branch, MAR_15 - timedelta(days=1)) == 1
    assert membership.members_on(branch, MAR_15) == 0
    assert membership.left_between(branch, MAR_1, APR_1) == 1


def test_confirming_a_leaving_moves_no_figure(branch: Branch) -> None:
    gone = period(branch, JAN_1, missing_since=MAR_15)
    before = membership.months_until(branch, APR_1, count=5, known_since=JAN_1)
    gone.ended_on, gone.end_reason = MAR_15, "left"
    gone.save()
    assert membership.months_until(branch, APR_1, count=5, known_since=JAN_1) == before


def test_learning_the_reason_moves_the_leaver_from_term_to_term(branch: Branch) -> None:
    gone = period(branch, JAN_1, missing_since=MAR_15)
    before = membership.months_until(branch, APR_1, count=5, known_since=JAN_1)[-2]
    gone.ended_on, gone.end_reason = MAR_15, "moved"
    gone.save()
    after = membership.months_until(branch, APR_1, count=5, known_since=JAN_1)[-2]
    assert after == replace(before, moved_out=1)
    assert (before.moved_out, after.moved_out, before.left, after.left) == (0, 1, 1, 1)


def test_another_branch_is_not_counted(branch: Branch) -> None:
    period(BranchFactory.create(), JAN_1)
    assert membership.members_on(branch, APR_1) == 0
    assert membership.joined_between(branch, JAN_1, APR_1) == 0


def test_someone_who_comes_back_is_told_apart_from_someone_new(branch: Branch) -> None:
    first = period(branch, JAN_1, date(2026, 2, 1))
    Membership.objects.create(member=first.member, branch=branch, started_on=MAR_15)
    march = membership.months_until(branch, date(2026, 3, 31), count=0, known_since=JAN_1)[0]
    assert (march.joined, march.returned, march.opening, march.closing) == (0, 1, 0, 1)


def test_a_period_that_ends_on_its_first_day_never_counted(branch: Branch) -> None:
    period(branch, MAR_15, MAR_15)
    assert membership.joined_between(branch, MAR_1, APR_1) == 0
    assert membership.left_between(branch, MAR_1, APR_1) == 0


def test_the_running_month_is_marked_until_its_last_day(branch: Branch) -> None:
    running = membership.months_until(branch, date(2026, 3, 30), count=1, known_since=JAN_1)
    whole = membership.months_until(branch, date(2026, 3, 31), count=1, known_since=JAN_1)
    assert [month.running for month in running] == [False, True]
    assert [month.running for month in whole] == [False, False]


def test_months_before_the_first_roster_are_marked_as_not_known(branch: Branch) -> None:
    found = membership.months_until(branch, APR_1, count=3, known_since=date(2026, 2, 28))
    assert [month.known for month in found] == [False, True, True, True]


def test_reasons_for_leaving(branch: Branch) -> None:
    for _ in range(2):
        period(branch, JAN_1, MAR_15, reason="moved")
    period(branch, JAN_1, missing_since=MAR_15)
    period(branch, JAN_1, date(2026, 5, 1))
    assert membership.ends_by_month(branch, APR_1) == {(MAR_1, "moved"): 2, (MAR_1, ""): 1}
    assert membership.ends_by_month(branch, APR_1, since=MAR_15 + timedelta(days=1)) == {}


def applied_roster(branch: Branch, roster_date: date | None, *, is_full: bool = True) -> None:
    RosterImport.objects.create(
        branch=branch,
        filename="x.csv",
        sha256="",
        is_full=is_full,
        roster_date=roster_date,
        uploaded_at=timezone.now(),
        uploaded_by=UserFactory.create(),
        state=RosterImport.State.APPLIED,
        applied_at=timezone.now(),
    )


def test_roster_dates_are_those_of_full_applied_rosters(branch: Branch) -> None:
    applied_roster(branch, MAR_1)
    applied_roster(branch, MAR_15)
    applied_roster(branch, JAN_1, is_full=False)
    applied_roster(BranchFactory.create(), date(2020, 1, 1))
    assert membership.roster_dates(branch, APR_1) == membership.RosterDates(first=MAR_1, latest=MAR_15)
    assert membership.roster_dates(branch, date(2026, 3, 2)).latest == MAR_1


def test_a_branch_without_a_roster_knows_no_date(branch: Branch) -> None:
    assert membership.roster_dates(branch, APR_1) == membership.RosterDates(first=None, latest=None)


days = st.dates(date(2025, 6, 1), date(2026, 6, 30))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[date, date | None, date | None]]:
    """One person's periods one after another: (started, ended, missing since), the last perhaps open."""
    cuts = sorted(draw(st.lists(days, min_size=1, max_size=6)))
    periods: list[tuple[date, date | None, date | None]] = []
    for started, ended in zip(cuts[::2], [*cuts[1::2], None], strict=False):
        missing = draw(st.none() | st.dates(started, ended or date(2026, 7, 31)))
        periods.append((started, ended, missing))
    return periods


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(people=st.lists(histories(), max_size=6), on=st.dates(date(2026, 1, 1), date(2026, 8, 1)))
def test_whatever_the_history_every_month_adds_up(
    branch: Branch, people: list[list[tuple[date, date | None, date | None]]], on: date
) -> None:
    Member.objects.all().delete()
    for periods in people:
        member = MemberFactory.create(branch=branch, phone="")
        member.memberships.all().delete()
        for started, ended, missing in periods:
            member.memberships.create(
                branch=branch,
                started_on=started,
                ended_on=ended,
                missing_since=missing,
                end_reason="left" if ended else "",
            )
    found = membership.months_until(branch, on, count=14, known_since=None)
    assert [month.closing for month in found] == [
        membership.members_on(branch, month.last) for month in found
    ]
    assert [month.opening for month in found[1:]] == [month.closing for month in found[:-1]]
    members = membership.members_on(branch, on)
    assert membership.months_until(branch, on, count=14, known_since=None, members=members) == found
