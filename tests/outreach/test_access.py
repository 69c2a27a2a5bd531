"""Where the queries start: a branch's own, in their order, and nobody else's."""

from datetime import date

import pytest
from django.http import Http404
from django.utils import timezone

from crm.outreach import access
from crm.people import erasing, merging
from crm.people.models import Branch, User
from tests.factories import BranchFactory
from tests.outreach.making import TODAY, activity, newcomer, planned

pytestmark = pytest.mark.django_db
YEAR_AGO = date(2025, 11, 21)


def test_activities_come_latest_first(branch: Branch) -> None:
    first = activity(branch, date(2026, 3, 1))
    last = activity(branch, date(2026, 9, 1))
    same_day = activity(branch, date(2026, 9, 1))
    assert list(access.activities_of(branch)) == [same_day, last, first]


def test_another_branchs_activity_is_not_there(branch: Branch) -> None:
    theirs = activity(BranchFactory.create())
    assert list(access.activities_of(branch)) == []
    with pytest.raises(Http404):
        access.activity_of(branch, theirs.pk)


def test_one_that_was_removed_is_not_there(branch: Branch, board: User) -> None:
    gone = activity(branch, removed_at=timezone.now(), removed_by=board)
    assert list(access.activities_of(branch)) == []
    with pytest.raises(Http404):
        access.activity_of(branch, gone.pk)


def test_planned_ones_are_asked_for_oldest_first(branch: Branch, board: User) -> None:
    later, earlier = planned(branch, date(2026, 11, 19)), planned(branch, date(2026, 10, 1))
    planned(branch, date(2026, 12, 24))
    planned(branch, date(2026, 10, 2), removed_at=timezone.now(), removed_by=board)
    planned(BranchFactory.create(), date(2026, 10, 3))
    assert list(access.unnoted(branch, TODAY)) == [earlier, later]


def test_clubs_are_in_swedish_order(branch: Branch) -> None:
    for name in ("Östra", "Ängen", "Västra", "Åby", "abborren"):
        branch.clubs.create(name=name)
    assert [club.name for club in access.clubs_of(branch)] == ["abborren", "Västra", "Åby", "Ängen", "Östra"]


def test_a_branch_without_an_address_has_none(branch: Branch) -> None:
    assert access.sign_up_of(branch) is None


def test_who_came_without_a_word_is_asked_about(branch: Branch) -> None:
    silent = newcomer(branch)
    newcomer(branch, source="web")
    assert list(access.without_origin(branch, YEAR_AGO)) == [silent]


def test_the_latest_are_asked_about_first(branch: Branch) -> None:
    first, last = newcomer(branch, date(2026, 2, 1)), newcomer(branch, date(2026, 9, 1))
    assert list(access.without_origin(branch, YEAR_AGO)) == [last, first]


def test_who_has_left_is_asked_nothing(branch: Branch) -> None:
    gone = newcomer(branch)
    gone.memberships.update(missing_since=TODAY)
    assert list(access.without_origin(branch, YEAR_AGO)) == []


def test_who_came_back_stands_there_once(branch: Branch, officer: User) -> None:
    back = newcomer(branch, date(2026, 2, 1))
    back.memberships.update(
        ended_on=date(2026, 3, 1), end_reason="left", ended_at=timezone.now(), ended_by=officer
    )
    back.memberships.create(branch=branch, started_on=date(2026, 6, 1))
    assert list(access.without_origin(branch, YEAR_AGO)) == [back]


def test_an_erased_member_has_no_page(branch: Branch, officer: User) -> None:
    member = newcomer(branch, source="web")
    erasing.erase(member=member, by=officer, on=TODAY)
    with pytest.raises(Http404):
        access.member_of(branch, member.pk)


def test_a_merged_row_has_no_page(branch: Branch, officer: User) -> None:
    kept, merged = newcomer(branch), newcomer(branch)
    merging.merge(kept=kept, merged=merged, values={}, by=officer)
    assert access.member_of(branch, kept.pk) == kept
    with pytest.raises(Http404):
        access.member_of(branch, merged.pk)


def test_erased_recruiters_are_not_thanked(branch: Branch, officer: User) -> None:
    friend = newcomer(branch)
    newcomer(branch, source="recruiter", recruiter=friend)
    assert list(access.recruiters_of(branch)) == [friend]
    erasing.erase(member=friend, by=officer, on=TODAY)
    assert list(access.recruiters_of(branch)) == []


def test_of_recruiters_those_whose_new_ones_have_paid_come_first(branch: Branch) -> None:
    eager, lucky = newcomer(branch), newcomer(branch)
    for _each in range(3):
        newcomer(branch, source="recruiter", recruiter=eager)
    newcomer(branch, source="recruiter", recruiter=lucky, credited_on=TODAY)
    assert list(access.recruiters_of(branch)) == [lucky, eager]


@pytest.mark.parametrize("text", ["", " ", "finns inte", "0"])
def test_nobody_is_found_by_what_nobody_has(branch: Branch, text: str) -> None:
    assert access.members_matching(branch, text) == []


def test_two_are_enough_to_know_that_it_is_not_one(branch: Branch) -> None:
    for _each in range(4):
        newcomer(branch)
    assert len(access.members_matching(branch, "öberg")) == 2


def test_another_branchs_member_is_not_found(branch: Branch) -> None:
    theirs = newcomer(BranchFactory.create())
    assert access.members_matching(branch, theirs.member_number) == []
    assert access.members_matching(theirs.branch, theirs.member_number) == [theirs]


def test_how_one_came_is_read_with_whom_and_where(branch: Branch) -> None:
    friend, held = newcomer(branch), activity(branch)
    member = newcomer(branch, source="activity", activity=held, recruiter=friend)
    found = access.origin_of(member)
    assert found is not None
    assert (found.activity, found.recruiter) == (held, friend)
    assert access.origin_of(friend) is None
