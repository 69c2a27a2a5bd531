"""The pages of the paper: who opens which, what is shown and logged, and the grid's rows."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Attempt, Call, CallList, CallRound, PrintedSheet, TypedResult
from crm.people import erasing, wishes
from crm.people.models import AccessLog, Branch, Role, User
from tests.calls.test_paper import TODAY, printed
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in

State = Call.State


@pytest.fixture
def call_list(call_round: CallRound) -> CallList:
    return CallList.objects.get()


@pytest.fixture
def sheet(call_list: CallList, leader: User) -> PrintedSheet:
    made = printed(call_list, leader)
    AccessLog.objects.all().delete()
    return made


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


@pytest.fixture
def lap(client: Client, caller: User) -> Client:
    """The caller's own computer at home."""
    log_in(client, caller, two_factors=False)
    return client


def of(branch: Branch, sheet: PrintedSheet, what: str = "") -> str:
    return f"/{branch.slug}/ringa/omgangar/papper/{sheet.pk}/{what}"


def filled(letters: dict[int, str], *, notes: dict[int, str] | None = None, **more: Any) -> dict[str, str]:
    """What the grid sends: each row with an id, some with a letter."""
    rows = {f"r{number}-client_id": str(UUID(int=number)) for number in (1, 2, 3)}
    rows |= {f"r{number}-letter": letter for number, letter in letters.items()}
    rows |= {f"r{number}-note": note for number, note in (notes or {}).items()}
    return {"on": TODAY.isoformat(), "part": "evening"} | rows | more


def outcomes_of(sheet: PrintedSheet) -> dict[int, str]:
    found = TypedResult.objects.filter(attempt__undone_at=None)
    return dict(found.values_list("row__number", "attempt__outcome"))


# --- the leader ------------------------------------------------------------------------------------


def test_a_leader_puts_a_list_on_paper(desk: Client, call_list: CallList, branch: Branch) -> None:
    before = f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/"
    assert "3 personer som kan skrivas ut nu" in desk.get(f"{before}papper/").content.decode()
    told = {"at_most": 2, "last_day": "2027-03-20", "client_id": uuid4()}
    answers = [desk.post(f"{before}skriv-ut/", told) for _ in range(2)]
    sheet = PrintedSheet.objects.get()
    assert {answer["Location"] for answer in answers} == {of(branch, sheet)}
    assert (sheet.rows.count(), sheet.last_day.isoformat()) == (2, "2027-03-20")


@pytest.mark.parametrize("last_day", ["2027-03-08", "2027-04-07", "", "snart"])
def test_a_sheet_lies_at_home_for_four_weeks_at_most(
    desk: Client, call_list: CallList, branch: Branch, last_day: str
) -> None:
    told = {"at_most": 2, "last_day": last_day, "client_id": uuid4()}
    answer = desk.post(f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/skriv-ut/", told)
    assert (answer.status_code, PrintedSheet.objects.count()) == (422, 0)


def test_an_empty_list_is_not_printed(desk: Client, call_list: CallList, branch: Branch) -> None:
    Call.objects.update(state=State.UNREACHABLE)
    before = f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/"
    assert "Ingen att skriva ut nu" in desk.get(f"{before}papper/").content.decode()
    told = {"at_most": 2, "last_day": TODAY.isoformat(), "client_id": uuid4()}
    assert desk.post(f"{before}skriv-ut/", told)["Location"] == before


def test_the_document_is_a_pdf_and_each_fetching_is_logged(
    desk: Client, sheet: PrintedSheet, branch: Branch, leader: User
) -> None:
    answer = desk.get(of(branch, sheet, "pdf/"))
    assert (answer["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    logged = AccessLog.objects.filter(user=leader, purpose=AccessLog.Purpose.PRINT)
    assert logged.count() == sheet.rows.count() == 3


@pytest.mark.parametrize("deed", ["tillbaka/", "forstort/"])
def test_a_sheet_that_is_back_is_not_printed_again(
    desk: Client, sheet: PrintedSheet, branch: Branch, deed: str
) -> None:
    assert desk.post(of(branch, sheet, deed)).status_code == 302
    assert desk.get(of(branch, sheet, "pdf/")).status_code == 404


def test_a_sheet_that_is_overdue_is_not_printed_again(
    desk: Client, sheet: PrintedSheet, branch: Branch
) -> None:
    PrintedSheet.objects.update(last_day=TODAY - timedelta(days=1))
    assert desk.get(of(branch, sheet, "pdf/")).status_code == 404


def test_whom_to_strike_out_is_shown_and_logged(
    desk: Client, sheet: PrintedSheet, branch: Branch, leader: User
) -> None:
    assert "Inga: alla på bladet får ringas" in desk.get(of(branch, sheet)).content.decode()
    AccessLog.objects.all().delete()
    row = sheet.rows.get(number=2)
    wishes.change(member=row.call.member, wish="no_calls", is_on=True, by=leader)
    answer = desk.get(of(branch, sheet))
    assert [(one.number, one.why) for one in answer.context["page"].strikes] == [
        (2, "vill inte bli uppringd")
    ]
    assert row.call.member.name in answer.content.decode()
    assert AccessLog.objects.get().member_id == row.call.member_id


def test_overdue_sheets_are_pointed_out(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/papper/"
    assert "skulle ha varit" not in desk.get(page).content.decode()
    PrintedSheet.objects.update(last_day=TODAY - timedelta(days=1))
    assert "1 blad skulle ha varit förstört nu" in desk.get(page).content.decode()
    desk.post(of(branch, sheet, "forstort/"))
    html = desk.get(page).content.decode()
    assert "Inget blad är ute" in html
    assert "1 blad har förstörts" in html


def test_the_code_on_the_paper_leads_to_the_sheet(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/papper/"
    assert desk.get(page, {"blad": f" {sheet.code.lower()} "})["Location"] == of(branch, sheet)
    unknown = desk.get(page, {"blad": "QQQQ"})
    assert (unknown.status_code, "inget blad QQQQ" in unknown.content.decode()) == (422, True)


def test_pages_ask_as_much_for_one_sheet_as_for_three(
    desk: Client, call_list: CallList, leader: User, branch: Branch
) -> None:
    asked = []
    for _ in range(3):
        printed(call_list, leader, at_most=1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.get(f"/{branch.slug}/ringa/omgangar/papper/")
        asked.append(len(queries))
    assert asked[0] == asked[2]


# --- the grid --------------------------------------------------------------------------------------


def test_results_are_typed_with_letters(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    sent = filled({1: "p", 3: " i"}, notes={3: "Ring efter sju"})
    answer = desk.post(of(branch, sheet, "resultat/"), sent)
    assert answer["Location"] == of(branch, sheet, "resultat/")
    assert outcomes_of(sheet) == {1: "reached", 3: "no_answer"}
    assert Attempt.objects.get(outcome="no_answer").note == "Ring efter sju"


def test_a_grid_sent_twice_counts_once(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    for _ in range(2):
        desk.post(of(branch, sheet, "resultat/"), filled({1: "P", 2: "I"}))
    assert Attempt.objects.count() == 2


def test_an_empty_grid_changes_nothing(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    assert desk.post(of(branch, sheet, "resultat/"), filled({})).status_code == 302
    assert Attempt.objects.count() == 0


def test_a_wrong_letter_stands_at_its_row_and_the_others_are_saved(
    desk: Client, sheet: PrintedSheet, branch: Branch
) -> None:
    answer = desk.post(of(branch, sheet, "resultat/"), filled({1: "P", 2: "X"}, notes={2: "Hm"}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "X finns inte bland bokstäverna" in html
    assert 'value="X"' in html
    assert 'value="Hm"' in html
    assert outcomes_of(sheet) == {1: "reached"}


def test_a_note_without_a_letter_is_not_lost(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    answer = desk.post(of(branch, sheet, "resultat/"), filled({}, notes={2: "Flyttat"}))
    assert answer.status_code == 422
    assert "Det finns en anteckning men ingen bokstav" in answer.content.decode()
    assert 'value="Flyttat"' in answer.content.decode()


@pytest.mark.parametrize("on", ["2027-03-08", "2027-03-10", "", "i tisdags"])
def test_a_day_outside_the_sheets_time_saves_nothing(
    desk: Client, sheet: PrintedSheet, branch: Branch, on: str
) -> None:
    answer = desk.post(of(branch, sheet, "resultat/"), filled({1: "P"}, on=on))
    assert (answer.status_code, Attempt.objects.count()) == (422, 0)


def test_an_empty_id_is_an_error_and_no_report(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    sent = filled({1: "P"}) | {"r1-client_id": "nej"}
    assert desk.post(of(branch, sheet, "resultat/"), sent).status_code == 422
    assert Attempt.objects.count() == 0


def test_who_is_reached_can_not_be_typed_again(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    desk.post(of(branch, sheet, "resultat/"), filled({1: "P"}))
    answer = desk.get(of(branch, sheet, "resultat/"))
    assert [line.form is None for line in answer.context["page"].rows] == [True, False, False]
    html = answer.content.decode()
    assert "1 av 3 rader inskrivna" in html
    assert "Vi pratade 9 mars" in html


def test_a_slip_is_undone_on_the_page(desk: Client, sheet: PrintedSheet, branch: Branch) -> None:
    desk.post(of(branch, sheet, "resultat/"), filled({1: "D"}))
    result = TypedResult.objects.get()
    assert "Ångra rad 1" in desk.get(of(branch, sheet, "resultat/")).content.decode()
    answer = desk.post(f"/{branch.slug}/ringa/papper/rad/{result.pk}/angra/")
    assert answer["Location"] == f"/{branch.slug}/ringa/papper/{sheet.pk}/"
    assert outcomes_of(sheet) == {}
    assert "Ångra rad 1" not in desk.get(of(branch, sheet, "resultat/")).content.decode()


def test_what_others_have_gone_on_with_is_not_undone(
    desk: Client, sheet: PrintedSheet, branch: Branch
) -> None:
    desk.post(of(branch, sheet, "resultat/"), filled({1: "M"}))
    Call.objects.filter(attempts_used=1).update(state=State.PARKED, due_at=None)
    desk.post(f"/{branch.slug}/ringa/papper/rad/{TypedResult.objects.get().pk}/angra/")
    assert outcomes_of(sheet) == {1: "left_message"}


def test_leaders_type_for_thirty_days_after_closing(
    desk: Client, sheet: PrintedSheet, branch: Branch, leader: User
) -> None:
    for day, status in (("2028-01-19", 200), ("2028-01-20", 302)):
        with time_machine.travel(f"{day} 12:00", tick=False):
            log_in(desk, leader)
            assert desk.get(of(branch, sheet, "resultat/")).status_code == status


def test_a_late_result_is_dated_within_the_round(
    desk: Client, sheet: PrintedSheet, branch: Branch, leader: User
) -> None:
    with time_machine.travel("2028-01-10 12:00", tick=False):
        log_in(desk, leader)
        late = desk.post(of(branch, sheet, "resultat/"), filled({1: "P"}, on="2027-12-21"))
        last = desk.post(of(branch, sheet, "resultat/"), filled({1: "P"}, on="2027-12-20"))
    assert (late.status_code, last.status_code) == (422, 302)
    assert timezone.localdate(Call.objects.get(state=State.REACHED).reached_at) == date(2027, 12, 20)


def test_the_grid_asks_as_much_for_one_row_as_for_three(
    desk: Client, call_list: CallList, branch: Branch, leader: User
) -> None:
    asked = []
    for number in (1, 3):
        sheet = printed(call_list, leader, at_most=number)
        desk.post(of(branch, sheet, "resultat/"), filled({1: "I"}))
        with CaptureQueriesContext(connection) as queries:
            desk.get(of(branch, sheet, "resultat/"))
        asked.append(len(queries))
        PrintedSheet.objects.all().delete()
        Call.objects.update(due_at=None)
    assert asked[0] == asked[1]


# --- the caller ------------------------------------------------------------------------------------


def own(branch: Branch, sheet: PrintedSheet) -> str:
    return f"/{branch.slug}/ringa/papper/{sheet.pk}/"


def test_a_caller_types_an_own_sheet(lap: Client, sheet: PrintedSheet, branch: Branch, caller: User) -> None:
    answer = lap.get(own(branch, sheet))
    member = sheet.rows.get(number=1).call.member
    html = answer.content.decode()
    assert (member.first_name in html, member.last_name in html) == (True, False)
    assert {row.purpose for row in AccessLog.objects.filter(user=caller)} == {AccessLog.Purpose.CALL_LIST}
    assert lap.post(own(branch, sheet), filled({2: "P"}))["Location"] == own(branch, sheet)
    assert outcomes_of(sheet) == {2: "reached"}


def test_another_callers_sheet_does_not_exist(client: Client, sheet: PrintedSheet, branch: Branch) -> None:
    log_in(client, user_with(Role.Kind.CALLER, branch))
    assert client.get(own(branch, sheet)).status_code == 404
    assert client.post(own(branch, sheet), filled({2: "P"})).status_code == 404
    assert Attempt.objects.count() == 0


def test_a_callers_sheet_closes_with_the_round(
    lap: Client, sheet: PrintedSheet, branch: Branch, caller: User
) -> None:
    for day, status in (("2027-12-20", 200), ("2027-12-21", 404)):
        with time_machine.travel(f"{day} 12:00", tick=False):
            log_in(lap, caller)
            assert lap.get(own(branch, sheet)).status_code == status


def test_the_square_leads_a_leader_to_the_leaders_grid(
    desk: Client, sheet: PrintedSheet, branch: Branch
) -> None:
    assert desk.get(own(branch, sheet))["Location"] == of(branch, sheet, "resultat/")


@pytest.mark.parametrize("what", ["", "pdf/", "resultat/"])
def test_callers_do_not_open_the_leaders_pages(
    lap: Client, sheet: PrintedSheet, branch: Branch, what: str
) -> None:
    assert lap.get(of(branch, sheet, what)).status_code == 403


@pytest.mark.parametrize("what", ["", "pdf/", "resultat/"])
def test_a_leader_elsewhere_finds_no_sheet(client: Client, sheet: PrintedSheet, what: str) -> None:
    elsewhere = BranchFactory.create()
    log_in(client, user_with(Role.Kind.CALL_LEADER, elsewhere))
    assert client.get(of(elsewhere, sheet, what)).status_code == 404


def test_an_erased_person_stands_without_a_name(
    desk: Client, sheet: PrintedSheet, branch: Branch, leader: User
) -> None:
    member = sheet.rows.get(number=1).call.member
    name = member.last_name
    erasing.erase(member=member, by=leader, on=TODAY)
    answer = desk.get(of(branch, sheet, "resultat/"))
    assert answer.context["page"].rows[0].struck == "raderad"
    assert name not in answer.content.decode()


def test_a_person_on_paper_is_told_on_the_list(desk: Client, call_list: CallList, branch: Branch) -> None:
    MemberFactory.create(branch=branch)
    html = desk.get(f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/").content.decode()
    assert f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/papper/" in html
