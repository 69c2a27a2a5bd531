"""Typing from paper: which letters and days are understood, whom to strike out, what can be taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from calls import grid, sheets, stacks
from calls.models import UNDO, Attempt, Call, CallList, CallRound, PrintedSheet, TypedResult
from calls.paper import BY_LETTER, LETTERS
from crm.people import erasing, memberships, wishes
from crm.people.models import Branch, Member, User
from tests.calls.test_paper import TODAY, printed

Outcome, State = Attempt.Outcome, Call.State


@pytest.fixture
def sheet(call_round: CallRound, leader: User) -> PrintedSheet:
    return printed(CallList.objects.get(), leader)


def row_form(letter: str, note: str = "", client_id: UUID | str | None = None) -> grid.RowForm:
    data = {"r1-letter": letter, "r1-note": note, "r1-client_id": str(client_id or uuid4())}
    return grid.RowForm(data, number=1, name="Ärla")


def typed(sheet: PrintedSheet, by: User, outcome: str = Outcome.NO_ANSWER) -> Attempt:
    row = sheet.rows.select_related("call")[0]
    (made,) = sheets.type_results(
        sheet=sheet,
        results=[sheets.Result(row, uuid4(), outcome, "")],
        on=TODAY,
        in_the_evening=False,
        by=by,
        at=timezone.now(),
    )
    return made


# --- one row ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "letter"), LETTERS.items())
def test_each_letter_is_its_outcome_in_either_case(outcome: str, letter: str) -> None:
    for written in (letter, letter.lower(), f" {letter} "):
        form = row_form(written)
        assert (form.is_valid(), form.cleaned_data["letter"], form.outcome) == (True, letter, outcome)


@given(st.characters(exclude_categories=("Cs", "Cc")))
def test_any_other_sign_is_refused(sign: str) -> None:
    stripped = sign.strip().upper()
    form = row_form(sign)
    if not stripped:
        assert (form.is_valid(), form.cleaned_data["letter"]) == (True, "")
    else:
        assert form.is_valid() == (stripped in BY_LETTER)
        assert set(form.errors) == set() if form.is_valid() else {"letter"}


@pytest.mark.parametrize(
    ("letter", "note", "sentence"),
    [
        ("x", "", "X finns inte bland bokstäverna: P I U M R A F N Y S V L D."),
        ("", "Ring i maj", "Det finns en anteckning men ingen bokstav. Skriv bokstaven också."),
    ],
)
def test_a_slip_of_the_key_gets_a_sentence(letter: str, note: str, sentence: str) -> None:
    with translation.override("sv"):
        assert row_form(letter, note).errors == {"letter": [sentence]}


def test_a_wrong_letter_with_a_note_gets_one_sentence_only() -> None:
    assert len(row_form("x", "Ring i maj").errors["letter"]) == 1


@pytest.mark.parametrize("client_id", ["", "7", "not-a-key"])
def test_without_its_key_a_row_could_be_typed_twice_so_it_is_refused(client_id: str) -> None:
    form = grid.RowForm({"r1-letter": "P", "r1-note": "", "r1-client_id": client_id}, number=1, name="Ärla")
    assert (form.is_valid(), set(form.errors)) == (False, {"client_id"})


@pytest.mark.parametrize(("length", "valid"), [(500, True), (501, False)])
def test_a_note_has_room_for_five_hundred_signs(length: int, valid: bool) -> None:
    assert row_form("P", "å" * length).is_valid() is valid


# --- the day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "valid"),
    [("2027-03-01", False), ("2027-03-02", True), ("2027-03-09", True), ("2027-03-10", False), ("", False)],
)
def test_the_day_lies_among_the_days_of_calling(on: str, valid: bool) -> None:
    form = grid.SheetForm({"on": on, "part": "day"}, first=date(2027, 3, 2), last=date(2027, 3, 9))
    assert (form.is_valid(), set(form.errors)) == (valid, set() if valid else {"on"})


def test_a_day_outside_is_told_which_days_there_are() -> None:
    with translation.override("sv"):
        form = grid.SheetForm(
            {"on": "2027-03-10", "part": "day"}, first=date(2027, 3, 2), last=date(2027, 3, 9)
        )
        (sentence,) = form.errors["on"]
    assert ("2027-03-02" in sentence, "2027-03-09" in sentence) == (True, True)


# --- whom not to call --------------------------------------------------------------------------------


def leave(member: Member) -> None:
    memberships.end(member=member, on=TODAY, reason="left", by=User.objects.console())


def go_missing(member: Member) -> None:
    by = User.objects.console()
    memberships.mark_missing(branch=member.branch, member_ids=[member.pk], on=TODAY, by=by)


def say_no(member: Member) -> None:
    wishes.change(member=member, wish="no_calls", is_on=True, by=User.objects.console())


def be_erased(member: Member) -> None:
    leave(member)
    erasing.erase(member=member, by=User.objects.console(), on=TODAY)


def be_reached_elsewhere(member: Member) -> None:
    member.calls.update(state=State.REACHED, reached_at=timezone.now())


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (leave, "inte längre medlem"),
        (go_missing, "inte längre medlem"),
        (say_no, "vill inte bli uppringd"),
        (be_erased, "raderad"),
        (be_reached_elsewhere, "nådd"),
    ],
)
def test_the_paper_does_not_know_what_has_happened_since(
    sheet: PrintedSheet, branch: Branch, happens: Callable[[Member], None], why: str
) -> None:
    row = sheet.rows.select_related("call__member")[1]
    happens(row.call.member)
    with translation.override("sv"):
        page = stacks.sheet_page(PrintedSheet.objects.get(), TODAY)
    assert [(strike.number, strike.why) for strike in page.strikes] == [(2, why)]
    assert (page.members_shown, page.people) == ([row.call.member_id], 3)


def test_nobody_is_struck_out_for_what_was_typed_from_the_sheet_itself(
    sheet: PrintedSheet, leader: User
) -> None:
    typed(sheet, leader, Outcome.REACHED)
    page = stacks.sheet_page(sheet, TODAY)
    assert (page.strikes, page.typed) == ([], 1)


def test_of_a_destroyed_sheet_nobody_is_named(sheet: PrintedSheet, leader: User) -> None:
    say_no(sheet.rows.select_related("call__member")[0].call.member)
    PrintedSheet.objects.update(
        returned_at=timezone.now(),
        returned_by=leader,
        destroyed_at=timezone.now(),
        destroyed_by=leader,
    )
    page = stacks.sheet_page(PrintedSheet.objects.get(), TODAY)
    assert (page.strikes, page.members_shown, page.can_be_fetched) == ([], [], False)


# --- taking back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "there"), [(UNDO - timedelta(seconds=1), True), (UNDO, False)], ids=["in-time", "too-late"]
)
def test_the_typist_can_take_back_within_ten_minutes(
    sheet: PrintedSheet, leader: User, caller: User, after: timedelta, there: bool
) -> None:
    attempt = typed(sheet, leader)
    for who, expected in ((leader, there), (caller, False)):
        rows = grid.of(sheet, who, timezone.now() + after).undoable
        assert [row.undoable and row.undoable.attempt for row in rows] == [attempt] * expected


def test_callers_read_given_names_and_leaders_whole_ones(sheet: PrintedSheet, leader: User) -> None:
    members = [row.call.member for row in sheet.rows.select_related("call__member")]
    for whole, expected in (
        (False, [member.first_name for member in members]),
        (True, [member.name for member in members]),
    ):
        shown = grid.of(sheet, leader, timezone.now(), whole_names=whole)
        assert [row.name for row in shown.rows] == expected


def test_a_result_taken_back_is_not_among_those_typed(sheet: PrintedSheet, leader: User) -> None:
    attempt = typed(sheet, leader)
    assert grid.of(sheet, leader, timezone.now()).typed == 1
    Attempt.objects.filter(pk=attempt.pk).update(undone_at=timezone.now(), undone_by=leader)
    assert grid.of(sheet, leader, timezone.now()).typed == 0
    assert TypedResult.objects.count() == 1


# --- all sheets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_most", [3, 1])
def test_one_sheet_and_three_are_read_with_as_many_queries(
    call_round: CallRound, branch: Branch, leader: User, at_most: int
) -> None:
    for _sheet in range(3 // at_most):
        printed(CallList.objects.get(), leader, at_most=at_most)
    with CaptureQueriesContext(connection) as queries:
        stack = stacks.of(branch, timezone.now())
    assert [line.people for line in stack.kept] == [at_most] * (3 // at_most)
    assert len(queries) == 2


@pytest.mark.parametrize(("days", "overdue"), [(14, 0), (15, 1)])
def test_a_sheet_is_overdue_the_day_after_its_last(
    sheet: PrintedSheet, branch: Branch, leader: User, days: int, overdue: int
) -> None:
    typed(sheet, leader)
    stack = stacks.of(branch, timezone.now() + timedelta(days=days))
    assert (len(stack.overdue), [(line.people, line.typed) for line in stack.kept]) == (overdue, [(3, 1)])
