"""A file from upload to applied, by workers who may be killed and officers who may be two."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from crm.people.models import Branch, Member, Role, User
from crm.rosters import applying, importing, staging, working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, figures, roster, sample

State = RosterImport.State


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


def uploaded(branch: Branch, officer: User, *lines: str) -> RosterImport:
    content = roster(*(lines or (ANNA, BO)))
    return importing.upload(branch=branch, content=content, filename="r.csv", by=officer)


def staged(branch: Branch, officer: User, *lines: str) -> RosterImport:
    roster_import = uploaded(branch, officer, *lines)
    assert working.work_through() == 1
    roster_import.refresh_from_db()
    return roster_import


def test_upload_stage_accept_apply(branch: Branch, officer: User) -> None:
    roster_import = uploaded(branch, officer)
    assert working.work_through() == 1
    roster_import.refresh_from_db()
    assert (roster_import.state, figures(roster_import)) == (State.STAGED, {"new": 2})
    assert not Member.objects.exists()
    importing.accept(roster_import, by=officer)
    assert working.work_through() == 1
    roster_import.refresh_from_db()
    assert (roster_import.state, roster_import.accepted_by) == (State.APPLIED, officer)
    assert (roster_import.content, roster_import.staged, roster_import.readable_until) == (None, None, None)
    assert Member.objects.count() == 2
    assert set(roster_import.rows.values_list("member__member_number", flat=True)) == {"1", "2", None}


def test_the_figures_of_the_preview_are_those_after_applying(branch: Branch, officer: User) -> None:
    content = sample("storkoping-2026-09.csv")
    roster_import = importing.upload(
        branch=branch, content=content, filename="storkoping-2026-09.csv", by=officer
    )
    working.work_through()
    roster_import.refresh_from_db()
    previewed = figures(roster_import)
    importing.accept(roster_import, by=officer)
    working.work_through()
    roster_import.refresh_from_db()
    assert previewed == figures(roster_import) == {"new": 601, "repeated": 11, "rejected": 4, "protected": 3}
    assert Member.objects.count() == 601
    assert roster_import.rows.count() == roster_import.lines == 624


def test_a_file_without_names_says_so(branch: Branch, officer: User) -> None:
    content = b"Ort;Postnr\nRyd;58222\n"
    broken = importing.upload(branch=branch, content=content, filename="x.csv", by=officer)
    working.work_through()
    broken.refresh_from_db()
    assert (broken.state, broken.problem) == (State.UNREADABLE, "no_name_column")


def test_a_worker_killed_while_reading_is_followed_by_another(branch: Branch, officer: User) -> None:
    roster_import = uploaded(branch, officer)
    with (
        mock.patch.object(staging, "_close", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        working.work_through()
    assert working.work_through() == 0  # the lease still holds
    RosterImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert working.work_through() == 1
    roster_import.refresh_from_db()
    assert (roster_import.state, roster_import.rows.count()) == (State.STAGED, 3)


def test_a_worker_killed_while_applying_leaves_nothing_half_done(branch: Branch, officer: User) -> None:
    roster_import = staged(branch, officer)
    importing.accept(roster_import, by=officer)
    with (
        mock.patch.object(applying, "_erase_protected", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        working.work_through()
    assert not Member.objects.exists()
    RosterImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert working.work_through() == 1
    assert Member.objects.count() == 2


def test_only_one_of_two_workers_gets_the_row(branch: Branch, officer: User) -> None:
    roster_import = uploaded(branch, officer)
    RosterImport.objects.update(lease_until=timezone.now() + timedelta(minutes=1), attempts=1)
    assert not working.claim_and_work(roster_import.pk)


def test_what_fails_three_times_comes_back_to_a_persons_eyes(branch: Branch, officer: User) -> None:
    accepted, reading = staged(branch, officer), uploaded(branch, officer)
    importing.accept(accepted, by=officer)
    RosterImport.objects.update(attempts=3)
    working.work_through()
    states = dict(RosterImport.objects.values_list("pk", "state"))
    assert states == {reading.pk: State.FAILED, accepted.pk: State.STAGED}
    assert set(RosterImport.objects.values_list("problem", flat=True)) == {"interrupted"}


def test_of_two_officers_one_wins_and_the_other_is_told(branch: Branch, officer: User) -> None:
    roster_import = staged(branch, officer)
    same_for_the_other = RosterImport.objects.get(pk=roster_import.pk)
    importing.accept(roster_import, by=officer)
    with pytest.raises(importing.AlreadyDecided) as told:
        importing.accept(same_for_the_other, by=user_with(Role.Kind.REGISTER_OFFICER, branch))
    assert told.value.roster_import.accepted_by == officer


def test_of_two_previews_the_second_is_made_anew(branch: Branch, officer: User) -> None:
    first, second = staged(branch, officer), staged(branch, officer, ANNA, BO, "3;Cia;Ek;;;;;;")
    importing.accept(first, by=officer)
    importing.accept(second, by=officer)
    working.work_through()
    second.refresh_from_db()
    assert (second.state, second.problem, second.accepted_by) == (State.STAGED, "branch_changed", None)
    assert figures(second) == {"new": 1, "unchanged": 2}
    importing.accept(second, by=officer)
    working.work_through()
    assert Member.objects.count() == 3


def test_a_change_that_alters_nothing_does_not_stop_it(branch: Branch, officer: User) -> None:
    roster_import = staged(branch, officer, ANNA)
    importing.accept(roster_import, by=officer)
    branch.reply_email = "other@example.org"
    branch.save()
    working.work_through()
    roster_import.refresh_from_db()
    assert roster_import.state == State.APPLIED


def test_another_date_makes_the_preview_anew_without_the_file(branch: Branch, officer: User) -> None:
    roster_import = staged(branch, officer)
    day = timezone.localdate() - timedelta(days=40)
    importing.take_as(roster_import, by=officer, roster_date=day, is_full=False)
    working.work_through()
    roster_import.refresh_from_db()
    assert (roster_import.state, roster_import.roster_date, roster_import.is_full) == (
        State.STAGED,
        day,
        False,
    )
    assert roster_import.rows.count() == 3


def test_what_is_thrown_away_leaves_no_values(branch: Branch, officer: User) -> None:
    roster_import = staged(branch, officer)
    importing.discard(roster_import, by=officer)
    assert set(roster_import.rows.values_list("member_number", flat=True)) == {""}
    assert [row.values for row in roster_import.rows.all()] == [{}, {}, {}]
    with pytest.raises(importing.AlreadyDecided):
        importing.accept(RosterImport.objects.get(), by=officer)
