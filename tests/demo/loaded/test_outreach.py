"""The demo's outreach and offices look like a branch's: every kind, every way in, and nobody real."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm.figures import reading
from crm.offices.models import Office, Training
from crm.outreach import counting
from crm.outreach.models import Activity, Origin, SignUp
from crm.people.models import Branch
from demo import offices, outreach
from tests.demo.loaded.conftest import TODAY


def value(branch: Branch, name: str, on: date = TODAY) -> float:
    found = reading.read(branch, on, {name})[name].value
    assert found is not None
    return found


@pytest.mark.parametrize("kind", sorted(set(Activity.Kind.values) - {"other"}))
def test_every_kind_is_done_in_both_years(branch: Branch, kind: str) -> None:
    done = Activity.objects.filter(branch=branch, kind=kind, helpers__isnull=False)
    assert {one.held_on.year for one in done} >= {2025, 2026}


def test_what_is_told_was_held(branch: Branch, loaded: list[str]) -> None:
    held = Activity.objects.filter(branch=branch, helpers__isnull=False)
    assert f"{held.count()} outreach activities of two years, and how new members came." in loaded
    assert not held.filter(held_on__gte=TODAY).exists()


def test_one_is_planned_so_that_its_code_can_be_printed(branch: Branch) -> None:
    planned = Activity.objects.get(branch=branch, helpers=None)
    assert (planned.held_on, planned.place) == (TODAY + timedelta(days=9), "Stora torget")


def test_the_first_of_may_is_the_first_of_may(branch: Branch) -> None:
    days = Activity.objects.filter(branch=branch, kind="first_of_may").order_by("held_on")
    assert [one.held_on for one in days] == [date(2025, 5, 1), date(2026, 5, 1)]


def test_no_activity_is_noted_before_it_was_held(branch: Branch) -> None:
    held = Activity.objects.filter(branch=branch, helpers__isnull=False)
    assert [one for one in held if timezone.localdate(one.noted_at) < one.held_on] == []


def test_every_way_in_is_there(branch: Branch) -> None:
    assert set(Origin.objects.values_list("source", flat=True)) == set(Origin.Source.values)


def test_nobody_came_at_an_activity_before_it(branch: Branch) -> None:
    came = Origin.objects.filter(source="activity").select_related("activity", "member")
    assert came.count() > 5
    for origin in came:
        assert origin.activity is not None
        days = origin.member.learnt_on - origin.activity.held_on
        assert timedelta() <= days <= outreach.NEAR
        assert origin.activity.asked


def test_recruiters_have_long_been_members(branch: Branch) -> None:
    asked = Origin.objects.filter(recruiter__isnull=False).select_related("recruiter", "member")
    for origin in asked:
        assert origin.recruiter is not None
        assert origin.recruiter.joined_on is not None
        assert origin.recruiter.joined_on < origin.member.learnt_on - timedelta(days=300)


def test_who_has_paid_is_credited_and_nobody_else(branch: Branch) -> None:
    for origin in Origin.objects.select_related("member"):
        assert (origin.credited_on is not None) == (origin.member.paid_until is not None)


def test_the_board_sees_ways_in_that_are_not_all_hidden(branch: Branch) -> None:
    span = counting.by_source(branch, TODAY)
    assert span
    assert len([number for number in (*span.told.values(), span.others) if number]) >= 3


def test_the_address_is_nobodys(branch: Branch) -> None:
    assert SignUp.objects.get(branch=branch).address.startswith("https://example.org/")


@pytest.mark.parametrize(
    "name", ["outreach_activities", "cafes", "open_meetings", "workplace_visits", "clubs_with_outreach"]
)
def test_figures_of_both_years_are_there(branch: Branch, name: str) -> None:
    assert value(branch, name) >= 1
    assert value(branch, name, date(2025, 12, 31)) >= 1


def test_a_part_of_the_outreach_is_without_recruiting(branch: Branch) -> None:
    assert 0.7 <= value(branch, "outreach_with_recruiting") / value(branch, "outreach_activities") < 1


def test_most_with_a_municipal_office_were_offered_training(branch: Branch) -> None:
    holders, offered = value(branch, "municipal_officers"), value(branch, "municipal_officers_offered")
    assert holders - 2 <= offered <= holders
    assert holders >= 10


def test_offices_are_held_by_so_many(branch: Branch, loaded: list[str]) -> None:
    holders = Office.objects.filter(member__branch=branch).values("member").distinct().count()
    assert holders == offices.HOLDERS
    assert f"{holders} members with an office." in loaded


def test_half_of_those_offered_have_taken_it(branch: Branch) -> None:
    trainings = Training.objects.filter(name=offices.TRAINING)
    assert trainings.filter(taken_on__isnull=False).count() * 2 == trainings.count()
    assert [one for one in trainings if one.taken_on and one.taken_on < one.offered_on] == []


def test_the_other_branch_has_nothing_of_it(branch: Branch) -> None:
    other = Branch.objects.exclude(pk=branch.pk)
    assert not Activity.objects.filter(branch__in=other).exists()
    assert not Office.objects.filter(member__branch__in=other).exists()
