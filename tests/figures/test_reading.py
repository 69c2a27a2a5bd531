from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.figures import reading
from crm.people.models import MembershipGoal
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db


def test_the_figures_of_membership_are_registered() -> None:
    branch = BranchFactory.create()
    MembershipGoal.objects.create(branch=branch, members_wanted=1000, by_date=date(2026, 12, 31))
    period(branch, date(2020, 1, 1))
    period(branch, date(2026, 2, 1))
    period(branch, date(2026, 1, 1), date(2026, 3, 1))
    found = reading.read(branch, date(2026, 6, 30))
    values = {name: found[name].value for name in ("members", "joined", "left", "goal")}
    assert values == {"members": 2, "joined": 2, "left": 1, "goal": 1000}


def test_every_registered_figure_can_be_read_for_an_empty_branch_and_says_how_it_is_counted() -> None:
    found = reading.read(BranchFactory.create(), date(2026, 6, 30))
    assert [
        name for name, read in found.items() if not read.figure.explanation or not read.figure.label
    ] == []


def test_who_cannot_be_reached_is_known_today_only() -> None:
    branch, today = BranchFactory.create(), timezone.localdate()
    MemberFactory.create(branch=branch, phone="")
    MemberFactory.create(branch=branch, email="")
    MemberFactory.create(branch=branch)
    names = ("without_phone", "without_email")
    assert [reading.read(branch, today)[name].value for name in names] == [1, 1]
    yesterday = today - timedelta(days=1)
    assert [reading.read(branch, yesterday)[name].value for name in names] == [None, None]


def test_only_the_named_figures_are_counted_and_in_their_own_order() -> None:
    branch = BranchFactory.create()
    found = reading.read(branch, date(2026, 6, 30), ["left", "members", "unheard_of"])
    assert list(found) == ["members", "left"]


def test_who_is_new_and_has_not_paid() -> None:
    branch, today = BranchFactory.create(), timezone.localdate()
    joined = {"branch": branch, "joined_on": today}
    MemberFactory.create(**joined, paid_until=None)
    MemberFactory.create(**joined, paid_until=today - timedelta(days=1))
    MemberFactory.create(branch=branch, joined_on=None, paid_until=None)
    found = [reading.read(branch, on)["unpaid_new"].value for on in (today, today - timedelta(days=1))]
    assert found == [1, None]


def test_what_is_known_already_is_not_asked_for_again() -> None:
    """It stands in its place among the others."""
    branch, day = BranchFactory.create(), date(2026, 6, 30)
    with CaptureQueriesContext(connection) as queries:
        found = reading.read(branch, day, {"members", "goal"}, known={"goal": 7})
    assert {name: told.value for name, told in found.items()} == {"members": 0, "goal": 7}
    assert list(found) == list(reading.read(branch, day, {"members", "goal"}))
    assert len(queries) == 1
