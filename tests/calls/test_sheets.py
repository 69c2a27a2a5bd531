"""Printing, typing and destroying: what each does to the calls, and that it is done once."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls import claims, lists, outcomes, sheets
from calls.models import Attempt, Call, CallList, CallRound, FollowUp, PrintedSheet, SheetRow, TypedResult
from crm.people.models import AccessLog, Branch, Role, User
from tests.calls.test_paper import TODAY, printed
from tests.factories import MemberFactory, user_with

Outcome, State = Attempt.Outcome, Call.State


@pytest.fixture
def call_list(call_round: CallRound) -> CallList:
    return CallList.objects.get()


@pytest.fixture
def sheet(call_list: CallList, leader: User) -> PrintedSheet:
    return printed(call_list, leader)


def ticked(sheet: PrintedSheet, *outcomes_of: str, note: str = "") -> list[sheets.Result]:
    rows = sheet.rows.select_related("call")
    return [
        sheets.Result(row, uuid4(), outcome, note) for row, outcome in zip(rows, outcomes_of, strict=False)
    ]


def typed(sheet: PrintedSheet, results: list[sheets.Result], by: User, *, on: date = TODAY) -> list[Attempt]:
    now = timezone.now()
    return sheets.type_results(sheet=sheet, results=results, on=on, in_the_evening=True, by=by, at=now)


def states(sheet: PrintedSheet) -> list[str]:
    return [row.call.state for row in sheet.rows.select_related("call")]


# --- printing --------------------------------------------------------------------------------------


def test_each_person_gets_a_row(sheet: PrintedSheet, call_list: CallList, leader: User) -> None:
    assert list(sheet.rows.values_list("number", flat=True)) == [1, 2, 3]
    assert {row.call_id for row in sheet.rows.all()} == set(call_list.calls.values_list("pk", flat=True))
    assert (sheet.printed_by, sheet.printed_at, len(sheet.code)) == (leader, timezone.now(), 4)


def test_every_printed_name_is_logged(sheet: PrintedSheet, leader: User) -> None:
    rows = AccessLog.objects.filter(user=leader, purpose=AccessLog.Purpose.PRINT)
    assert {row.member_id for row in rows} == set(sheet.rows.values_list("call__member_id", flat=True))
    assert {row.reason for row in rows} == {f"paper {sheet.code}"}


def test_printing_twice_prints_once(call_list: CallList, leader: User) -> None:
    same = UUID(int=7)
    made = [
        sheets.print_sheet(
            call_list=call_list, at_most=2, last_day=TODAY, client_id=same, by=leader, at=timezone.now()
        )
        for _ in range(2)
    ]
    assert made == [PrintedSheet.objects.get()] * 2


def test_the_next_sheet_has_the_others(call_list: CallList, leader: User) -> None:
    first, second = printed(call_list, leader, at_most=2), printed(call_list, leader)
    assert [first.rows.count(), second.rows.count()] == [2, 1]
    assert not first.rows.filter(call__in=second.rows.values("call")).exists()


def test_nobody_is_printed_when_nobody_is_due(call_list: CallList, leader: User) -> None:
    Call.objects.update(due_at=timezone.now() + timedelta(days=3))
    made = sheets.print_sheet(
        call_list=call_list, at_most=9, last_day=TODAY, client_id=uuid4(), by=leader, at=timezone.now()
    )
    assert (made, PrintedSheet.objects.count()) == (None, 0)


def test_who_is_on_a_screen_is_not_printed(call_list: CallList, leader: User) -> None:
    held = call_list.calls.order_by("pk")[0]
    assert claims.claim(call=held, caller=call_list.caller, now=timezone.now())
    assert held.pk not in printed(call_list, leader).rows.values_list("call_id", flat=True)


# --- what is on paper stays on its list --------------------------------------------------------------


def test_calls_on_paper_are_not_taken_back(sheet: PrintedSheet, call_list: CallList, leader: User) -> None:
    assert lists.take_back(call_list=call_list, by=leader, at=timezone.now()) == 0
    assert lists.take_back_all(call_round=call_list.round, by=leader, at=timezone.now()) == 0
    call_list.refresh_from_db()
    assert (call_list.taken_back_at, call_list.calls.count()) == (None, 3)


def test_only_what_is_not_on_paper_moves(call_list: CallList, branch: Branch, leader: User) -> None:
    printed(call_list, leader, at_most=1)
    other = user_with(Role.Kind.CALLER, branch)
    assert lists.move(call_list=call_list, to=other, by=leader, at=timezone.now()) == 2
    call_list.refresh_from_db()
    assert (call_list.taken_back_at, call_list.calls.count()) == (None, 1)


def test_other_lists_are_taken_back_meanwhile(
    sheet: PrintedSheet, branch: Branch, call_list: CallList, leader: User
) -> None:
    other = lists.list_of(leader, call_round=call_list.round, by=leader, at=timezone.now())
    lists.take_back_all(call_round=call_list.round, by=leader, at=timezone.now())
    assert list(lists.open_lists(call_list.round)) == [call_list]
    assert CallList.objects.get(pk=other.pk).taken_back_by == leader


def test_nobody_else_is_offered_who_stands_on_paper(sheet: PrintedSheet, branch: Branch) -> None:
    other = user_with(Role.Kind.CALLER, branch)
    assert claims.claim_next(caller=other, branch=branch, now=timezone.now()) is None


def test_a_sheet_that_is_back_holds_nothing(sheet: PrintedSheet, call_list: CallList, leader: User) -> None:
    assert sheets.mark_returned(sheet=sheet, by=leader, at=timezone.now())
    assert lists.take_back(call_list=call_list, by=leader, at=timezone.now()) == 3


def test_a_sheet_that_is_lost_holds_nothing_after_its_last_day(
    sheet: PrintedSheet, call_list: CallList, leader: User
) -> None:
    for days, left in ((14, 0), (15, 3)):
        at = timezone.now() + timedelta(days=days)
        assert lists.take_back(call_list=call_list, by=leader, at=at) == left


# --- typing ----------------------------------------------------------------------------------------


def test_what_was_ticked_has_its_consequences(sheet: PrintedSheet, leader: User) -> None:
    results = ticked(sheet, Outcome.REACHED, Outcome.NO_ANSWER, Outcome.DECLINES_CALLS)
    attempts = typed(sheet, results, leader)
    assert states(sheet) == [State.REACHED, State.WAITING, State.EXEMPT]
    assert {attempt.reported_by for attempt in attempts} == {sheet.call_list.caller}
    assert {result.typed_by for result in TypedResult.objects.all()} == {leader}
    assert sheet.rows.get(number=3).call.member.no_calls


def test_a_talk_counts_on_the_day_of_the_talk(sheet: PrintedSheet, leader: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        typed(sheet, ticked(sheet, Outcome.REACHED), leader, on=TODAY)
    call = sheet.rows.get(number=1).call
    assert call.reached_at is not None
    assert timezone.localtime(call.reached_at).strftime("%Y-%m-%d %H:%M") == "2027-03-09 18:30"


def test_a_dial_is_never_in_the_future(sheet: PrintedSheet, leader: User) -> None:
    now = timezone.now().replace(hour=9)
    with time_machine.travel(now, tick=False):
        attempt = typed(sheet, ticked(sheet, Outcome.NO_ANSWER), leader)[0]
    assert attempt.reported_at == now


@pytest.mark.parametrize("times", [1, 2, 3])
def test_the_same_results_sent_again_do_nothing(sheet: PrintedSheet, leader: User, times: int) -> None:
    results = ticked(sheet, Outcome.NO_ANSWER, Outcome.MOVED, note="Ny gata")
    for _ in range(times):
        typed(sheet, results, leader)
    assert [Attempt.objects.count(), TypedResult.objects.count(), FollowUp.objects.count()] == [2, 2, 1]
    assert sheet.rows.get(number=1).call.attempts_used == 1
    assert FollowUp.objects.get().message == "Ny gata"


def test_what_is_written_is_for_whoever_comes_next(sheet: PrintedSheet, leader: User) -> None:
    typed(sheet, ticked(sheet, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER, note="Prova sonen"), leader)
    assert [attempt.note for attempt in Attempt.objects.order_by("pk")] == ["Prova sonen", ""]
    assert FollowUp.objects.get().message == "Prova sonen"


def test_a_row_can_be_typed_for_each_day_that_was_dialled(sheet: PrintedSheet, leader: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        typed(sheet, ticked(sheet, Outcome.NO_ANSWER), leader, on=TODAY)
        typed(sheet, ticked(sheet, Outcome.REACHED), leader, on=TODAY + timedelta(days=3))
    call = sheet.rows.get(number=1).call
    assert (call.state, call.attempts.count()) == (State.REACHED, 2)


def test_an_old_dial_does_not_overtake_a_newer_one(sheet: PrintedSheet, branch: Branch, leader: User) -> None:
    call = sheet.rows.get(number=1).call
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        outcomes.report(call=call, by=leader, outcome=Outcome.WRONG_NUMBER, client_id=uuid4())
        typed(sheet, ticked(sheet, Outcome.NO_ANSWER), leader, on=TODAY)
    call.refresh_from_db()
    assert (call.state, call.attempts.count()) == (State.PARKED, 2)


def test_whoever_has_the_person_on_the_screen_keeps_them(
    sheet: PrintedSheet, branch: Branch, leader: User
) -> None:
    call, now = sheet.rows.get(number=1).call, timezone.now()
    assert claims.claim(call=call, caller=leader, now=now)
    typed(sheet, ticked(sheet, Outcome.NO_ANSWER), leader)
    call.refresh_from_db()
    assert call.is_held_by(leader, now)


def test_a_claim_of_long_ago_is_in_nobodys_way(sheet: PrintedSheet, leader: User) -> None:
    call = sheet.rows.get(number=1).call
    assert claims.claim(call=call, caller=leader, now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        typed(sheet, ticked(sheet, Outcome.NO_ANSWER), leader, on=TODAY)
    assert Call.objects.get(pk=call.pk).attempts_used == 1


def test_who_has_left_since_can_still_have_been_reached(sheet: PrintedSheet, leader: User) -> None:
    Call.objects.update(state=State.EXEMPT, reason=Call.Reason.LEFT)
    typed(sheet, ticked(sheet, Outcome.REACHED, Outcome.NO_ANSWER), leader)
    assert states(sheet) == [State.REACHED, State.EXEMPT, State.EXEMPT]


# --- undo ------------------------------------------------------------------------------------------


def test_a_slip_is_undone_by_whoever_typed_it(sheet: PrintedSheet, leader: User) -> None:
    typed(sheet, ticked(sheet, Outcome.DECEASED), leader, on=TODAY)
    call = sheets.undo(typed=TypedResult.objects.get(), by=leader, at=timezone.now())
    call.refresh_from_db()
    assert (call.state, call.reason, call.attempts_used) == (State.WAITING, "", 0)
    assert (call.member.no_calls, call.claimed_by, FollowUp.objects.count()) == (False, None, 0)


def test_after_an_undo_the_row_is_typed_again(sheet: PrintedSheet, leader: User) -> None:
    typed(sheet, ticked(sheet, Outcome.DECEASED), leader)
    sheets.undo(typed=TypedResult.objects.get(), by=leader, at=timezone.now())
    typed(sheet, ticked(sheet, Outcome.REACHED), leader)
    assert states(sheet)[0] == State.REACHED


def test_ten_minutes_later_nothing_is_undone(sheet: PrintedSheet, leader: User) -> None:
    typed(sheet, ticked(sheet, Outcome.REACHED), leader)
    with pytest.raises(outcomes.CannotUndo):
        sheets.undo(typed=TypedResult.objects.get(), by=leader, at=timezone.now() + timedelta(minutes=11))
    assert states(sheet)[0] == State.REACHED


def test_nobody_undoes_what_another_has_typed(sheet: PrintedSheet, branch: Branch, leader: User) -> None:
    typed(sheet, ticked(sheet, Outcome.REACHED), leader)
    with pytest.raises(outcomes.CannotUndo):
        sheets.undo(
            typed=TypedResult.objects.get(), by=user_with(Role.Kind.CALLER, branch), at=timezone.now()
        )


# --- where the paper is ----------------------------------------------------------------------------


def test_a_sheet_comes_back_once_and_is_destroyed_once(
    sheet: PrintedSheet, leader: User, caller: User
) -> None:
    now = timezone.now()
    for deed in (sheets.mark_returned, sheets.mark_destroyed):
        assert [deed(sheet=sheet, by=by, at=now) for by in (leader, caller)] == [True, False]
    sheet.refresh_from_db()
    assert (sheet.returned_by, sheet.destroyed_by, sheet.is_out) == (leader, leader, False)


def test_a_sheet_is_overdue_until_it_is_destroyed(sheet: PrintedSheet, leader: User) -> None:
    days = [sheet.last_day, sheet.last_day + timedelta(days=1)]
    sheets.mark_returned(sheet=sheet, by=leader, at=timezone.now())
    sheet.refresh_from_db()
    assert [sheet.is_overdue(day) for day in days] == [False, True]
    sheets.mark_destroyed(sheet=sheet, by=leader, at=timezone.now())
    sheet.refresh_from_db()
    assert not sheet.is_overdue(days[1])


def test_dials_of_a_sheet_lie_between_printing_and_closing(sheet: PrintedSheet) -> None:
    assert sheets.days_of_calling(sheet, TODAY + timedelta(days=3)) == (TODAY, TODAY + timedelta(days=3))
    assert sheets.days_of_calling(sheet, date(2028, 1, 9)) == (TODAY, date(2027, 12, 20))
    assert sheets.last_day_of_typing(sheet) == date(2028, 1, 19)


def test_neighbours_follow_each_other(call_list: CallList, branch: Branch, leader: User) -> None:
    for street in ("Ågatan 2", "Byvägen 1", "Ågatan 2"):
        member = MemberFactory.create(branch=branch, street=street)
        Call.objects.create(round=call_list.round, member=member, call_list=call_list)
    rows = printed(call_list, leader).rows.select_related("call__member")
    streets = [row.call.member.street for row in rows]
    assert streets == sorted(streets, key=streets.index)
    assert abs(streets.index("Ågatan 2") - len(streets) + 1 + streets[::-1].index("Ågatan 2")) == 1


# --- what the database itself refuses ----------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"returned_at": None, "destroyed_at": None, "returned_by_id": 1},
        {"destroyed_at": timezone.now()},
        {"pages": None},
    ],
)
def test_a_sheet_is_never_half_returned(sheet: PrintedSheet, wrong: dict[str, object]) -> None:
    if "returned_by_id" in wrong:
        wrong = wrong | {"returned_by_id": sheet.printed_by_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintedSheet.objects.filter(pk=sheet.pk).update(**wrong)


def test_nobody_stands_twice_on_a_sheet(sheet: PrintedSheet) -> None:
    row = sheet.rows.get(number=1)
    for number in (1, 0, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            SheetRow.objects.create(sheet=sheet, number=number, page=2, call=row.call)


def test_two_sheets_have_different_codes(call_list: CallList, leader: User) -> None:
    codes = {printed(call_list, leader, at_most=1).code for _ in range(3)}
    assert len(codes) == 3
    assert {letter for code in codes for letter in code} <= set(sheets.ALPHABET)
