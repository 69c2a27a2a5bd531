"""Noting activities and ways in: once, by those who may, and credited when the fee is paid."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.outreach import activities, origins
from crm.outreach.models import Activity, Origin
from crm.people import erasing, merging
from crm.people.disclosing import disclose
from crm.people.models import Branch, Member, Role, User
from tests.factories import BranchFactory, user_with
from tests.outreach.making import TODAY, activity, newcomer, origin

pytestmark = pytest.mark.django_db

NUMBERS: dict[str, Any] = {"helpers": 2, "conversations": 14, "new_members": 1}
WHAT: dict[str, Any] = {"kind": "cafe", "held_on": date(2026, 11, 20), "place": "Folkets hus", **NUMBERS}


def test_an_activity_is_noted_with_who_and_when(branch: Branch, board: User) -> None:
    noted = activities.note(branch=branch, token=uuid.uuid4(), by=board, **WHAT)
    assert (noted.branch, noted.kind, noted.noted_by, noted.asked) == (branch, "cafe", board, True)


def test_the_same_form_twice_is_one(branch: Branch, board: User) -> None:
    token = uuid.uuid4()
    first = activities.note(branch=branch, token=token, by=board, **WHAT)
    assert activities.note(branch=branch, token=token, by=board, **WHAT | {"place": "Torget"}) == first
    assert Activity.objects.get().place == "Folkets hus"


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.ADMIN])
def test_who_has_no_part_in_it_notes_nothing(branch: Branch, kind: str) -> None:
    with pytest.raises(PermissionDenied):
        activities.note(branch=branch, token=uuid.uuid4(), by=user_with(kind, branch), **WHAT)


def test_another_branchs_board_notes_nothing_here(branch: Branch) -> None:
    stranger = user_with(Role.Kind.BOARD, BranchFactory.create())
    with pytest.raises(PermissionDenied):
        activities.remove(activity=activity(branch), by=stranger)


def test_what_is_removed_is_removed_once(branch: Branch, board: User, officer: User) -> None:
    held = activity(branch)
    assert (activities.remove(activity=held, by=board), activities.remove(activity=held, by=officer)) == (
        True,
        False,
    )
    held.refresh_from_db()
    assert held.removed_by == board


def test_an_activity_by_which_somebody_came_stays(branch: Branch, board: User) -> None:
    held = activity(branch)
    newcomer(branch, source="activity", activity=held)
    assert activities.remove(activity=held, by=board) is False


def test_a_later_word_of_how_somebody_came_replaces_the_first(branch: Branch, officer: User) -> None:
    member, held = newcomer(branch), activity(branch)
    origins.note(member=member, source="activity", activity=held, recruiter=None, by=officer)
    origins.note(member=member, source="web", activity=held, recruiter=None, by=officer)
    found = Origin.objects.get()
    assert (found.source, found.activity, found.noted_by) == ("web", None, officer)


def test_somebody_can_have_come_by_both(branch: Branch, officer: User) -> None:
    held, friend = activity(branch), newcomer(branch)
    found = origins.note(
        member=newcomer(branch), source="activity", activity=held, recruiter=friend, by=officer
    )
    assert (found.activity, found.recruiter) == (held, friend)


def test_an_activity_without_one_is_refused_in_words(branch: Branch, officer: User) -> None:
    with pytest.raises(ValidationError, match="Välj aktiviteten"):
        origins.note(member=newcomer(branch), source="activity", activity=None, recruiter=None, by=officer)


def test_the_board_writes_nothing_of_a_member(branch: Branch, board: User) -> None:
    with pytest.raises(PermissionDenied):
        origins.note(member=newcomer(branch), source="web", activity=None, recruiter=None, by=board)


def test_credit_comes_with_the_fee_and_only_once(branch: Branch) -> None:
    paid, unpaid = newcomer(branch, source="web"), newcomer(branch, source="web")
    Member.objects.filter(pk=paid.pk).update(paid_until=date(2027, 5, 1))
    assert origins.credit(branch=branch, on=TODAY) == {"credited": 1}
    assert origins.credit(branch=branch, on=date(2026, 11, 22)) == {"credited": 0}
    assert [Origin.objects.get(member=member).credited_on for member in (paid, unpaid)] == [TODAY, None]


def test_another_branchs_members_are_not_credited(branch: Branch) -> None:
    stranger = newcomer(BranchFactory.create(), source="web")
    Member.objects.filter(pk=stranger.pk).update(paid_until=date(2027, 5, 1))
    assert origins.credit(branch=branch, on=TODAY) == {"credited": 0}


def test_an_erased_recruiter_has_recruited_all_the_same(branch: Branch, officer: User) -> None:
    friend = newcomer(branch)
    newcomer(branch, source="recruiter", recruiter=friend, credited_on=TODAY)
    erasing.erase(member=friend, by=officer, on=TODAY)
    found = Origin.objects.get()
    assert (found.credited_on, str(found.recruiter)) == (TODAY, "Raderad medlem")


def rows_of(member: Member, key: str, by: User) -> list[tuple[object, ...]]:
    return [
        row
        for part in disclose(member=member, by=by, reason="Begäran")
        if part.key == key
        for row in part.rows
    ]


def test_what_is_told_of_one_names_nobody_else(branch: Branch, officer: User) -> None:
    friend = newcomer(branch)
    member = newcomer(branch, source="recruiter", recruiter=friend)
    told = rows_of(member, "origin", officer)
    assert [row[:3] for row in told] == [("tillfrågad av en medlem", "", True)]
    assert [row[1] for row in rows_of(friend, "recruited", officer)] == [None]
    assert member.name not in str(rows_of(friend, "recruited", officer))


def test_a_merge_keeps_how_one_came_and_whom_one_recruited(branch: Branch, officer: User) -> None:
    kept, merged = newcomer(branch), newcomer(branch, source="web")
    recruit = newcomer(branch, source="recruiter", recruiter=merged)
    merge = merging.merge(kept=kept, merged=merged, values={}, by=officer)
    assert (Origin.objects.get(source="web").member, recruit_of(recruit)) == (kept, kept)
    merging.undo(merge=merge, by=officer)
    assert (Origin.objects.get(source="web").member, recruit_of(recruit)) == (merged, merged)


def test_of_two_ways_in_the_keepers_stays(branch: Branch, officer: User) -> None:
    kept, merged = newcomer(branch, source="web"), newcomer(branch, source="recruiter")
    merge = merging.merge(kept=kept, merged=merged, values={}, by=officer)
    assert Origin.objects.get(member=kept).source == "web"
    merging.undo(merge=merge, by=officer)
    assert Origin.objects.get(member=merged).source == "recruiter"


@pytest.mark.parametrize("recruit_is_kept", [True, False])
def test_two_rows_of_one_person_do_not_recruit_each_other(
    branch: Branch, officer: User, recruit_is_kept: bool
) -> None:
    friend = newcomer(branch)
    member = newcomer(branch)
    origin(member, "recruiter", recruiter=friend)
    kept, merged = (member, friend) if recruit_is_kept else (friend, member)
    merge = merging.merge(kept=kept, merged=merged, values={}, by=officer)
    merging.undo(merge=merge, by=officer)
    found = Origin.objects.get()
    assert (found.member, found.recruiter) == (member, friend)


def recruit_of(member: Member) -> Member | None:
    return Origin.objects.get(member=member).recruiter
