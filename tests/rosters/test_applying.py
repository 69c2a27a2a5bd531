"""Doing what the preview said: one transaction that happened or did not."""

from datetime import date
from typing import Any
from unittest import mock

import pytest

from crm import extensions
from crm.people import erasing, memberships
from crm.people.models import Branch, Club, Member, Membership, Phone, Role, User
from crm.rosters import accepting, applying, bulk, importing, stops, working, writing
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in, figures, roster

State = RosterImport.State


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


def accepted(branch: Branch, officer: User, *lines: str) -> RosterImport:
    content = roster(*(lines or (ANNA, BO)))
    made = importing.upload(branch=branch, content=content, filename="r.csv", by=officer)
    working.work_through()
    made.refresh_from_db()
    accepting.accept(made, by=officer)
    return made


def whole_branch() -> list[Any]:
    models = (Member, Phone, Membership, Club)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_applied_twice_it_is_applied_once(branch: Branch, officer: User) -> None:
    made = accepted(branch, officer)
    same = RosterImport.objects.get(pk=made.pk)
    assert applying.apply(made, by=officer)
    before = whole_branch()
    assert not applying.apply(same, by=officer)
    assert (made.state, whole_branch() == before) == (State.APPLIED, True)


@pytest.mark.parametrize("state", ["staged", "discarded", "uploaded"])
def test_what_no_longer_waits_is_not_applied(branch: Branch, officer: User, state: str) -> None:
    made = accepted(branch, officer)
    RosterImport.objects.update(state=state, staged=None, content=None)
    assert not applying.apply(made, by=officer)
    assert not Member.objects.exists()


def test_what_was_staged_goes_when_it_is_applied(branch: Branch, officer: User) -> None:
    made = accepted(branch, officer)
    applying.apply(made, by=officer)
    made.refresh_from_db()
    assert (made.staged, made.content, made.lease_until, made.problem) == (None, None, None, "")
    assert made.applied_at is not None


STEPS = [
    (bulk, "insert"),
    (writing, "_insert_phones"),
    (writing, "_insert_clubs"),
    (writing, "_write_changed"),
    (writing, "_write_standing"),
    (writing, "_tie_rows"),
    (memberships, "mark_missing"),
    (applying, "_erase_protected"),
]


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_cut_off_at_any_step_nothing_is_half_done(
    branch: Branch, officer: User, module: Any, step: str
) -> None:
    bring_in(branch, ANNA, CECILIA)
    made, before = accepted(branch, officer, ANNA.replace("ÅBY", "Ryd"), BO), whole_branch()
    with mock.patch.object(module, step, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        applying.apply(made, by=officer)
    again = RosterImport.objects.get(pk=made.pk)
    assert (again.state, whole_branch() == before) == (State.ACCEPTED, True)
    assert applying.apply(again, by=officer)
    assert figures(again) == {"new": 1, "changed": 1, "missing": 1}
    assert Member.objects.get(member_number="1").town == "Ryd"


def arrival(branch: Branch) -> None:
    MemberFactory.create(branch=branch, member_number="2")


def departure(branch: Branch, number: str = "3") -> None:
    memberships.end(
        member=Member.objects.get(branch=branch, member_number=number),
        on=OCTOBER,
        reason="left",
        by=User.objects.console(),
    )


def erasure(branch: Branch) -> None:
    erasing.erase(member=Member.objects.get(member_number="1"), by=User.objects.console(), on=OCTOBER)


def edit(branch: Branch) -> None:
    Member.objects.filter(member_number="1").update(town="Näs")


@pytest.mark.parametrize("change", [arrival, departure, edit])
def test_refused_if_the_branch_changed_in_a_way_that_alters_it(
    branch: Branch, officer: User, change: Any
) -> None:
    bring_in(branch, ANNA, CECILIA)
    made = accepted(branch, officer, ANNA.replace("ÅBY", "Ryd"), BO)
    change(branch)
    before = whole_branch()
    assert not applying.apply(made, by=officer)
    assert (made.state, made.problem, made.accepted_by) == (State.UPLOADED, "branch_changed", None)
    assert whole_branch() == before


def test_an_erased_member_is_not_brought_back(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, CECILIA)
    made = accepted(branch, officer, ANNA.replace("ÅBY", "Ryd"), CECILIA)
    erasure(branch)
    assert not applying.apply(RosterImport.objects.get(pk=made.pk), by=officer)
    working.work_through()
    assert not Member.objects.filter(first_name="Anna").exists()


def wishes(branch: Branch) -> None:
    Member.objects.update(no_calls=True, channel="letter")


def other_branch(branch: Branch) -> None:
    bring_in(BranchFactory.create(), ANNA, BO)


def departure_of_one_in_the_file(branch: Branch) -> None:
    """Ended by hand: the roster does not take that back, before or after."""
    departure(branch, "1")


@pytest.mark.parametrize("change", [wishes, other_branch, departure_of_one_in_the_file])
def test_applied_if_what_changed_does_not_matter(branch: Branch, officer: User, change: Any) -> None:
    bring_in(branch, ANNA, CECILIA)
    made = accepted(branch, officer, ANNA, CECILIA, BO)
    change(branch)
    assert applying.apply(made, by=officer)
    assert Member.objects.filter(branch=branch).count() == 3


def test_a_stop_that_came_up_meanwhile_has_to_be_understood(branch: Branch, officer: User) -> None:
    made = accepted(branch, officer)
    with mock.patch.object(stops, "find", return_value=[mock.Mock(code="wrong_branch")]):
        assert not applying.apply(made, by=officer)
    assert made.problem == "branch_changed"


def test_values_locked_with_another_key_come_back_to_a_persons_eyes(
    branch: Branch, officer: User, settings: Any
) -> None:
    made = accepted(branch, officer)
    settings.SECRET_KEY = "another"
    working.work_through()
    made.refresh_from_db()
    assert (made.state, made.problem, made.staged) == (State.UNREADABLE, "locked", None)
    assert not Member.objects.exists()


def test_the_apps_above_let_go_of_the_missing_in_the_same_transaction(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, CECILIA)
    let_go = mock.Mock()
    made = accepted(branch, officer, ANNA)
    with mock.patch.object(extensions.leaving, "all", return_value=[let_go]):
        applying.apply(made, by=officer)
    cecilia = Member.objects.get(member_number="3")
    let_go.assert_called_once_with(branch=branch, member_ids=[cecilia.pk], by=officer)


def test_a_hook_that_fails_takes_everything_back(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, CECILIA)
    made, before = accepted(branch, officer, ANNA), whole_branch()
    with (
        mock.patch.object(extensions.leaving, "all", return_value=[mock.Mock(side_effect=ValueError)]),
        pytest.raises(ValueError, match=r"^$"),
    ):
        applying.apply(made, by=officer)
    assert whole_branch() == before


def test_a_roster_applied_meanwhile_with_the_same_outcome_is_still_a_change(
    branch: Branch, officer: User
) -> None:
    made = accepted(branch, officer, ANNA)
    bring_in(branch, ANNA, on=date(2026, 11, 1))
    assert not applying.apply(made, by=officer)
    assert Member.objects.count() == 1
