"""What the database itself holds of imports and their lines."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.people.models import Branch, Member, User
from crm.rosters.models import MissingMember, RosterImport, RosterRow
from tests.factories import BranchFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


def make(branch: Branch, **fields: Any) -> RosterImport:
    given = {"filename": "r.csv", "uploaded_at": timezone.now(), "uploaded_by": User.objects.console()}
    return RosterImport.objects.create(branch=branch, **(given | fields))


OUTCOMES = ("new", "changed", "unchanged", "repeated", "rejected", "protected", "not_member_rows")


@pytest.mark.parametrize("state", ["staged", "accepted"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_outcomes_add_up_to_the_lines(branch: Branch, outcome: str, state: str) -> None:
    assert make(branch, state=state, lines=1, **{outcome: 1}).pk
    with pytest.raises(IntegrityError), transaction.atomic():
        make(branch, state=state, lines=2, **{outcome: 1})


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "staged", "content": b"x"},
        {"state": "discarded", "content": b"x"},
        {"state": "discarded", "staged": b"x"},
        {"state": "unreadable", "staged": b"x"},
        {"state": "applied"},
        {"state": "staged", "applied_at": timezone.now()},
        {"state": "accepted", "accepted_at": timezone.now()},
    ],
)
def test_states_that_cannot_be(branch: Branch, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(branch, **fields)


def test_a_form_sent_twice_is_refused_by_the_database_too(branch: Branch) -> None:
    token = uuid4()
    make(branch, token=token)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(branch, token=token)


@pytest.mark.parametrize(
    "row",
    [
        {"outcome": "rejected"},
        {"outcome": "protected", "member_number": "1"},
        {"outcome": "protected", "values": {"town": "ÅBY"}},
        {"outcome": "protected", "changes": {"town": ["a", "b"]}},
        {"outcome": "protected", "remarks": [["town", "too_long"]]},
    ],
)
def test_rows_that_cannot_be(branch: Branch, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterRow.objects.create(roster_import=make(branch), line=1, **row)


def test_a_protected_line_points_at_nobody(branch: Branch) -> None:
    member: Member = MemberFactory.create(branch=branch)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterRow.objects.create(roster_import=make(branch), line=1, outcome="protected", member=member)


def test_a_line_has_one_row(branch: Branch) -> None:
    made = make(branch)
    RosterRow.objects.create(roster_import=made, line=1, outcome="new")
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterRow.objects.create(roster_import=made, line=1, outcome="unchanged")


def test_a_member_is_missing_once_in_a_roster(branch: Branch) -> None:
    made, member = make(branch), MemberFactory.create(branch=branch)
    MissingMember.objects.create(roster_import=made, member=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        MissingMember.objects.create(roster_import=made, member=member, is_leaving=True)


@pytest.mark.parametrize(
    ("state", "is_waiting"),
    [(state, state in ("uploaded", "accepted")) for state in RosterImport.State.values],
)
def test_what_waits_for_a_worker(state: str, is_waiting: bool) -> None:
    assert RosterImport(state=state).is_waiting is is_waiting


def test_rows_and_imports_have_short_names(branch: Branch) -> None:
    made = make(branch)
    assert (str(made), str(RosterRow(line=3, outcome="new"))) == ("r.csv", "3: new")
    assert str(MissingMember(roster_import_id=1, member_id=2)) == "1: 2"
