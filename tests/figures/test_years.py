"""The last twelve months beside a plain counting of the periods; the goal and the roster beside their rows."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from crm.figures import reading, years
from crm.people.models import Branch, Membership, MembershipGoal
from crm.rosters.models import RosterImport
from tests.board.making import applied_roster
from tests.factories import BranchFactory
from tests.figures.histories import period

ON = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (date(2026, 10, 31), date(2025, 11, 1)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2025, 2, 28), date(2024, 3, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2024, 2, 28), date(2023, 3, 1)),
        (date(2026, 11, 21), date(2025, 11, 22)),
    ],
)
def test_twelve_months_until_a_day(on: date, first: date) -> None:
    assert years.year_until(on) == (first, on)


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2100, 1, 1)))
def test_a_year_is_a_year_and_the_next_ones_begins_a_day_later(on: date) -> None:
    first, last = years.year_until(on)
    assert last == on
    assert 364 <= (on - first).days <= 366
    assert years.year_until(on + timedelta(days=1))[0] >= first


def random_branch(chance: Random) -> Branch:
    branch: Branch = BranchFactory.create()
    for _ in range(chance.randint(0, 15)):
        started = ON - timedelta(chance.randint(0, 1000))
        ended = chance.choice([None, started + timedelta(chance.randint(0, 900))])
        missing = chance.choice([None, None, started + timedelta(chance.randint(0, 900))])
        period(branch, started, ended, missing_since=min(ended, missing) if ended and missing else missing)
    return branch


def plainly(branch: Branch, on: date) -> dict[str, int]:
    """Period by period, with a loop."""
    first = years.year_until(on)[0]
    found = dict.fromkeys(years.YEARS.names, 0)
    for row in Membership.objects.filter(branch=branch):
        ends = [day for day in (row.ended_on, row.missing_since) if day]
        until = min(ends) if ends else None
        if until is not None and until <= row.started_on:
            continue
        found["joined_12_months"] += first <= row.started_on <= on
        found["left_12_months"] += until is not None and first <= until <= on
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_one_pass_and_each_figure_count_what_plain_counting_counts(seed: int) -> None:
    branches = [random_branch(Random(f"{seed} {place}")) for place in range(3)]
    for on in (ON, ON - timedelta(days=200), date(2026, 2, 28)):
        each = reading.read_each([branch.pk for branch in branches], on, years.YEARS.names)
        few = reading.read_each([branches[0].pk], on, years.YEARS.names, everywhere=False)
        for branch in branches:
            expected = plainly(branch, on)
            assert {name: values[branch.pk] for name, values in each.items()} == expected
        alone = plainly(branches[0], on)
        assert few == {name: {branches[0].pk: number} for name, number in alone.items()}


@pytest.mark.django_db
def test_without_everywhere_only_the_named_branches_are_counted() -> None:
    one, other = BranchFactory.create(), BranchFactory.create()
    period(one, date(2026, 5, 1))
    period(other, date(2026, 5, 1))
    with CaptureQueriesContext(connection) as queries:
        found = reading.read_each([one.pk], ON, ["joined_12_months"], everywhere=False)
    assert found == {"joined_12_months": {one.pk: 1}}
    assert ["IN (" in query["sql"] for query in queries] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize(("by_date", "days"), [(date(2026, 12, 31), 61), (ON, 0), (date(2026, 10, 30), -1)])
def test_days_until_the_goal(by_date: date, days: int) -> None:
    branch = BranchFactory.create()
    MembershipGoal.objects.create(branch=branch, members_wanted=10, by_date=by_date)
    assert reading.read(branch, ON)["goal_in_days"].value == days
    assert reading.read_each([branch.pk], ON, ["goal_in_days"]) == {"goal_in_days": {branch.pk: days}}


@pytest.mark.django_db
def test_the_goal_is_the_next_one_that_lies_ahead_else_the_last() -> None:
    branch = BranchFactory.create()
    for wanted, by_date in ((100, date(2025, 1, 1)), (200, date(2026, 12, 31)), (300, date(2028, 1, 1))):
        MembershipGoal.objects.create(branch=branch, members_wanted=wanted, by_date=by_date)
    for on in (date(2024, 6, 1), ON, date(2027, 6, 1), date(2029, 6, 1)):
        read = reading.read(branch, on, ["goal", "goal_in_days"])
        assert read["goal_in_days"].figure.count(branch, on) == read["goal_in_days"].value
        assert read["goal"].figure.count(branch, on) == read["goal"].value


@pytest.mark.django_db
def test_the_age_of_the_latest_full_roster_that_was_applied() -> None:
    branch, other = BranchFactory.create(), BranchFactory.create()
    applied_roster(branch, date(2026, 8, 31))
    applied_roster(branch, date(2026, 9, 30))
    applied_roster(branch, date(2026, 10, 30))
    RosterImport.objects.filter(roster_date=date(2026, 10, 30)).update(is_full=False)
    for on, age in ((ON, 31), (date(2026, 9, 30), 0), (date(2026, 9, 1), 1), (date(2026, 8, 1), None)):
        found = reading.read_each([branch.pk, other.pk], on, ["roster_age"])
        assert found == {"roster_age": {branch.pk: age, other.pk: None}}
        assert years.roster_age(branch, on) == age
