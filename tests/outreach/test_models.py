"""What the database refuses."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.outreach.models import Activity, SignUp
from crm.people.models import Branch, User
from tests.outreach.making import TODAY, activity, newcomer, origin, planned

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "numbers",
    [
        {"helpers": 0},
        {"helpers": None},
        {"conversations": None},
        {"new_members": None},
        {"helpers": None, "conversations": None},
    ],
)
def test_numbers_are_all_there_or_none_is(branch: Branch, numbers: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="numbers_together"), transaction.atomic():
        activity(branch, **numbers)


def test_a_form_is_one_activity_in_a_branch(branch: Branch) -> None:
    first = activity(branch)
    with pytest.raises(IntegrityError), transaction.atomic():
        activity(branch, token=first.token)


@pytest.mark.parametrize("source", ["web", "recruiter"])
def test_an_activity_belongs_to_that_way_in_alone(branch: Branch, source: str) -> None:
    held = activity(branch)
    with pytest.raises(IntegrityError, match="activity_if_that_is_the_source"), transaction.atomic():
        newcomer(branch, source=source, activity=held)


def test_who_came_at_an_activity_came_at_one(branch: Branch) -> None:
    with pytest.raises(IntegrityError, match="activity_if_that_is_the_source"), transaction.atomic():
        newcomer(branch, source="activity")


def test_nobody_recruits_themselves(branch: Branch) -> None:
    member = newcomer(branch)
    with pytest.raises(IntegrityError, match="nobody_recruits_themselves"), transaction.atomic():
        origin(member, "recruiter", recruiter=member)


def test_who_removed_it_and_when_travel_together(branch: Branch, board: User) -> None:
    with pytest.raises(IntegrityError, match="removed_at_and_by"), transaction.atomic():
        activity(branch, removed_at=timezone.now())
    assert activity(branch, removed_at=timezone.now(), removed_by=board).removed_by == board


def test_what_was_planned_or_removed_was_not_held(branch: Branch, board: User) -> None:
    held = activity(branch, date(2026, 5, 1))
    planned(branch, date(2026, 5, 2))
    activity(branch, date(2026, 5, 3), removed_at=timezone.now(), removed_by=board)
    assert list(Activity.objects.held(date(2026, 5, 1), date(2026, 5, 31))) == [held]


@pytest.mark.parametrize(("first", "last", "found"), [(9, 9, 1), (10, 31, 0), (1, 8, 0), (1, 9, 1)])
def test_both_days_belong_to_the_time(branch: Branch, first: int, last: int, found: int) -> None:
    activity(branch, date(2026, 5, 9))
    assert Activity.objects.held(date(2026, 5, first), date(2026, 5, last)).count() == found


def test_what_is_planned_for_today_is_not_asked_for_yet(branch: Branch) -> None:
    yesterday = planned(branch, date(2026, 11, 20))
    planned(branch, TODAY)
    assert list(Activity.objects.unnoted(TODAY)) == [yesterday]


@pytest.mark.parametrize(
    ("asked", "new_members", "recruiting"), [(True, 0, 1), (False, 1, 1), (False, 0, 0), (True, 2, 1)]
)
def test_where_somebody_joined_people_were_asked(
    branch: Branch, asked: bool, new_members: int, recruiting: int
) -> None:
    activity(branch, asked=asked, new_members=new_members)
    assert Activity.objects.all().recruiting().count() == recruiting


def test_an_activity_is_called_by_what_where_and_when(branch: Branch) -> None:
    assert str(activity(branch, place="Stora torget")) == "Torgmöte, Stora torget 2026-05-09"


def test_a_clubs_activity_stays_without_the_club(branch: Branch) -> None:
    held = activity(branch, club=branch.clubs.create(name="Norra"))
    branch.clubs.get().delete()
    held.refresh_from_db()
    assert held.club is None


def test_a_branch_has_one_address(branch: Branch) -> None:
    SignUp.objects.create(branch=branch, address="https://example.org/bli-medlem")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.create(branch=branch, address="https://example.org/annan")


def test_an_activity_is_named_with_its_day_and_without() -> None:
    activity = Activity(kind=Activity.Kind.CAFE, place="Folkets hus", held_on=date(2026, 3, 4))
    assert (activity.what, str(activity)) == ("Kafé, Folkets hus", "Kafé, Folkets hus 2026-03-04")
