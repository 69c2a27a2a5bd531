"""An officer's decision about a preview, taken once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from crm.people.models import Branch, Role, User
from crm.rosters import accepting, importing, working
from crm.rosters.accepting import AlreadyDecided, NotUnderstood
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, OCTOBER, bring_in, figures, many, roster

State = RosterImport.State
Decide = Callable[[RosterImport, User], Any]


def take(made: RosterImport, by: User) -> None:
    accepting.take_as(made, by=by, roster_date=OCTOBER, is_full=True)


def accept(made: RosterImport, by: User) -> None:
    accepting.accept(made, by=by)


def discard(made: RosterImport, by: User) -> None:
    accepting.discard(made, by=by)


DECISIONS = [accept, discard, take]


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


def staged(branch: Branch, officer: User, *lines: str) -> RosterImport:
    content = roster(*(lines or (ANNA, BO)))
    made = importing.upload(branch=branch, content=content, filename="r.csv", by=officer)
    working.work_through()
    made.refresh_from_db()
    return made


def test_who_accepted_and_when_and_what_was_understood_is_kept(branch: Branch, officer: User) -> None:
    lines = many(20)
    bring_in(branch, *lines)
    made = staged(branch, officer, *lines[:10])
    before = timezone.now()
    accepting.accept(made, by=officer, understood=["missing", "date"])
    made.refresh_from_db()
    assert (made.state, made.accepted_by, made.accepted_stops) == (State.ACCEPTED, officer, ["missing"])
    assert made.accepted_at is not None
    assert before <= made.accepted_at <= timezone.now()


def test_a_stop_that_was_not_ticked_is_told_and_decides_nothing(branch: Branch, officer: User) -> None:
    lines = many(20)
    bring_in(branch, *lines)
    made = staged(branch, officer, *lines[:10])
    with pytest.raises(NotUnderstood) as told:
        accepting.accept(made, by=officer, understood=["date"])
    assert [stop.code for stop in told.value.left] == ["missing"]
    made.refresh_from_db()
    assert (made.state, made.accepted_by) == (State.STAGED, None)


def test_a_preview_that_was_made_anew_is_not_the_one_looked_at(branch: Branch, officer: User) -> None:
    made = staged(branch, officer)
    with pytest.raises(AlreadyDecided):
        accepting.accept(made, by=officer, digest="of another preview")
    made.refresh_from_db()
    assert made.state == State.STAGED


@pytest.mark.parametrize("second", DECISIONS)
@pytest.mark.parametrize("first", DECISIONS)
def test_of_two_decisions_the_first_holds(
    branch: Branch, officer: User, first: Decide, second: Decide
) -> None:
    made = staged(branch, officer)
    for_the_other = RosterImport.objects.get(pk=made.pk)
    first(made, officer)
    state = made.state
    with pytest.raises(AlreadyDecided):
        second(for_the_other, user_with(Role.Kind.REGISTER_OFFICER, branch))
    made.refresh_from_db()
    assert made.state == state


@pytest.mark.parametrize("decide", DECISIONS)
@pytest.mark.parametrize("state", ["uploaded", "accepted", "applied", "unreadable", "failed", "discarded"])
def test_only_a_preview_can_be_decided(branch: Branch, officer: User, state: str, decide: Decide) -> None:
    made = staged(branch, officer)
    applied_at = timezone.now() if state == "applied" else None
    RosterImport.objects.update(state=state, staged=None, content=None, applied_at=applied_at)
    with pytest.raises(AlreadyDecided):
        decide(made, officer)
    assert RosterImport.objects.get().state == state


@pytest.mark.parametrize("decide", DECISIONS)
@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.CALL_LEADER])
def test_who_may_not_decides_nothing(branch: Branch, officer: User, kind: str, decide: Decide) -> None:
    made = staged(branch, officer)
    with pytest.raises(PermissionDenied):
        decide(made, user_with(kind, branch))
    with pytest.raises(PermissionDenied):
        decide(made, user_with(Role.Kind.MEMBER_OFFICER, BranchFactory.create()))
    assert RosterImport.objects.get().state == State.STAGED


def test_thrown_away_its_contents_go_and_the_counts_stay(branch: Branch, officer: User) -> None:
    bring_in(branch, "9;Nils;Ny;;;;;;")
    made = staged(branch, officer)
    accepting.discard(made, by=officer)
    made.refresh_from_db()
    assert (made.staged, figures(made), made.rows.count()) == (None, {"new": 2, "missing": 1}, 3)
    assert {(row.member_number, row.member_id, str(row.values)) for row in made.rows.all()} == {
        ("", None, "{}")
    }
    assert not made.missing_members.exists()


def test_taken_another_way_it_waits_for_a_new_preview(branch: Branch, officer: User) -> None:
    made = staged(branch, officer)
    digest, day = made.digest, date(2026, 10, 1)
    accepting.take_as(made, by=officer, roster_date=day, is_full=False)
    assert (made.state, made.roster_date, made.is_full) == (State.UPLOADED, day, False)
    working.work_through()
    made.refresh_from_db()
    assert (made.state, made.digest == digest) == (State.STAGED, False)


def test_as_a_part_nobody_is_missing_any_longer(branch: Branch, officer: User) -> None:
    bring_in(branch, "9;Nils;Ny;;;;;;")
    made = staged(branch, officer)
    assert figures(made) == {"new": 2, "missing": 1}
    accepting.take_as(made, by=officer, roster_date=OCTOBER, is_full=False)
    working.work_through()
    made.refresh_from_db()
    assert (figures(made), made.missing_members.count()) == ({"new": 2}, 0)
