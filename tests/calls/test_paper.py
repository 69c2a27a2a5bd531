"""The list as it comes out of the printer, read back."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from calls import lists, paper, rounds, scripts, sheets
from calls.models import Attempt, CallList, CallRound, PrintedSheet, Script
from crm.people import memberships, wishes
from crm.people.models import Branch, Member, User
from tests.factories import PHONES as NUMBERS
from tests.factories import MemberFactory

TODAY = date(2027, 3, 9)


def printed(call_list: CallList, by: User, *, at_most: int = 15) -> PrintedSheet:
    sheet = sheets.print_sheet(
        call_list=call_list,
        at_most=at_most,
        last_day=TODAY + timedelta(days=14),
        client_id=uuid4(),
        by=by,
        at=timezone.now(),
    )
    assert sheet is not None
    return sheet


def pages(sheet: PrintedSheet) -> list[str]:
    with translation.override("sv"):
        content = paper.draw(sheet, on=TODAY).as_bytes()
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.fixture
def sheet(call_round: CallRound, branch: Branch, leader: User) -> PrintedSheet:
    """Seven people: two pages of them."""
    names = ("Åke Åström", "Bo Ek", "Östen Öhman", "Zoë Łukasz")
    for name in names:
        first, last = name.split()
        MemberFactory.create(branch=branch, first_name=first, last_name=last, street="Ågatan 2")
    call_list = CallList.objects.get()
    call_round.calls.update(call_list=call_list)
    rounds.top_up(branch=branch, on=TODAY)
    lists.share_out(call_round=call_round, among=[call_list.caller], by=leader, at=timezone.now())
    return printed(call_list, leader)


def test_everybody_stands_on_the_sheet_with_name_and_number(sheet: PrintedSheet) -> None:
    text = "\n".join(pages(sheet))
    for row in sheet.rows.select_related("call__member"):
        assert f"{row.number:02}" in text
        assert row.call.member.name in text
        assert row.call.member.phones.get().number.as_national in text
    assert sheet.rows.count() == 7


def test_five_people_stand_on_a_page(sheet: PrintedSheet) -> None:
    assert list(sheet.rows.values_list("page", flat=True)) == [2, 2, 2, 2, 2, 3, 3]
    assert len(pages(sheet)) == sheet.pages == 4


def test_each_page_tells_its_number_its_code_and_when_to_destroy_it(sheet: PrintedSheet) -> None:
    for number, text in enumerate(pages(sheet), start=1):
        assert f"Sida {number} av 4" in text
        assert f"Blad {sheet.code}. Förstör senast 2027-03-23." in text


def test_the_first_page_tells_how_to_be_safe(sheet: PrintedSheet) -> None:
    first = " ".join(pages(sheet)[0].split())
    assert "Ringlista för Rut Ringare" in first
    assert "Fråga aldrig efter personnummer, BankID, kortnummer eller pengar." in first
    assert sheet.call_list.round.branch.office_phone in first


def test_the_last_page_tells_what_to_say(sheet: PrintedSheet, branch: Branch, leader: User) -> None:
    scripts.write(branch=branch, kind=Script.Kind.NORMAL, text="Hej [förnamn], [ringare] här!", by=leader)
    assert "1. Hej [förnamn], Rut här!" in " ".join(pages(sheet)[-1].split())


def test_each_outcome_has_a_letter_of_its_own() -> None:
    assert set(paper.LETTERS) == set(Attempt.Outcome.values)
    assert len(paper.BY_LETTER) == len(paper.LETTERS)


def test_a_row_has_eight_boxes_in_words(sheet: PrintedSheet) -> None:
    text = pages(sheet)[1]
    for letter, words in paper.box_words():
        with translation.override("sv"):
            assert text.count(f"{letter} {words}".strip()) == 5, words


def test_nothing_but_page_numbers_is_smaller_than_14_points(sheet: PrintedSheet) -> None:
    content = paper.draw(sheet, on=TODAY).as_bytes()
    sizes = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(
            visitor_text=lambda text, _cm, _tm, _font, size: sizes.add(round(size)) if text.strip() else None
        )
    assert sizes == {9, 14, 18, 24}


def test_the_square_of_a_page_leads_to_its_first_row(sheet: PrintedSheet, branch: Branch) -> None:
    row = sheet.rows.get(number=6)
    assert paper.entry_address(sheet, row).endswith(f"/{branch.slug}/ringa/papper/{sheet.pk}/#rad-6")


def test_two_numbers_stand_beside_each_other(call_round: CallRound, leader: User) -> None:
    member = Member.objects.order_by("pk")[0]
    another = next(number for number in NUMBERS if not member.phones.filter(number=number).exists())
    member.phones.create(number=another, kind="mobile", position=1)
    numbers = [phone.number.as_national for phone in member.phones.all()]
    assert " / ".join(numbers) in pages(printed(CallList.objects.get(), leader))[1]


def test_a_very_long_name_is_cut(call_round: CallRound, leader: User) -> None:
    Member.objects.update(first_name="Anna-Kristina Margareta", last_name="von Silfverhielm-Ankarcrona")
    text = pages(printed(CallList.objects.get(), leader))[1]
    assert text.count("Anna-Kristina Marg") == text.count("…") == 3


def test_who_said_no_since_is_struck_out_of_a_new_print(sheet: PrintedSheet, leader: User) -> None:
    said_no, left = (row.call.member for row in sheet.rows.all()[:2])
    wishes.change(member=said_no, wish="no_calls", is_on=True, by=leader)
    memberships.end(member=left, on=TODAY, reason="left", by=leader)
    text = "\n".join(pages(sheet))
    assert [name in text for name in (said_no.name, left.name)] == [False, False]
    assert text.count("Struken: ring inte") == 2


def test_new_members_are_marked_and_have_their_own_words(
    call_round: CallRound, branch: Branch, leader: User
) -> None:
    Member.objects.filter(pk=Member.objects.order_by("pk")[0].pk).update(learnt_on=TODAY, joined_on=TODAY)
    texts = pages(printed(CallList.objects.get(), leader))
    assert texts[1].count("NY  Ärla") == 1
    assert "Det här säger du till nya medlemmar" in texts[-1]
