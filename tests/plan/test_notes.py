"""Noting what was done for a goal."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from crm.people.models import Branch, User
from crm.plan import notes
from crm.plan.models import Area, Goal, Note
from tests.factories import give_role, user_with
from tests.plan.making import make_goal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def july() -> Iterator[None]:
    with time_machine.travel(date(2026, 7, 1)):
        yield


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch)


def note_it(goal: Goal, by: User, day: date = date(2026, 6, 1)) -> Note:
    return notes.note(goal=goal, happened_on=day, text="Torgmöte", token=uuid4(), by=by)


def test_who_did_it_and_when_is_kept(goal: Goal, board: User) -> None:
    note = note_it(goal, board)
    assert (note.happened_on, note.text, note.noted_by) == (date(2026, 6, 1), "Torgmöte", board)


def test_the_same_form_twice_is_one_note(goal: Goal, board: User) -> None:
    token = uuid4()
    for text in ("Torgmöte", "Torgmöte igen"):
        notes.note(goal=goal, happened_on=date(2026, 6, 1), text=text, token=token, by=board)
    assert [note.text for note in Note.objects.all()] == ["Torgmöte"]


@pytest.mark.parametrize("day", [date(2026, 7, 2), date(2025, 12, 31)])
def test_a_day_to_come_or_of_another_year_is_refused(goal: Goal, board: User, day: date) -> None:
    with pytest.raises(ValidationError):
        note_it(goal, board, day)
    assert not Note.objects.exists()


def test_whoever_is_responsible_may_note(area: Area, branch: Branch) -> None:
    leader = user_with("call_leader", branch)
    note_it(make_goal(area, responsible="call_leader"), leader)
    with pytest.raises(PermissionDenied):
        note_it(make_goal(area, responsible="admin"), leader)


def test_a_role_that_is_over_notes_nothing(area: Area, branch: Branch) -> None:
    goal = make_goal(area, responsible="call_leader")
    former = user_with("caller", branch)
    give_role(former, "call_leader", branch, ends_on=date(2026, 6, 30))
    assert not notes.may_note(goal, former)


def test_the_same_role_in_another_branch_notes_nothing(area: Area) -> None:
    goal = make_goal(area, responsible="call_leader")
    other = Branch.objects.create(name="Annan", slug="annan", place="Annan")
    assert not notes.may_note(goal, user_with("call_leader", other))


def test_a_note_that_is_removed_says_by_whom(goal: Goal, board: User) -> None:
    note = note_it(goal, board)
    assert [notes.remove(note=note, by=board), notes.remove(note=note, by=board)] == [True, False]
    note.refresh_from_db()
    assert note.removed_by == board


def test_a_stranger_removes_nothing(goal: Goal, branch: Branch, board: User) -> None:
    note = note_it(goal, board)
    with pytest.raises(PermissionDenied):
        notes.remove(note=note, by=user_with("admin", branch))
