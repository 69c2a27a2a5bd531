"""The branch's questions on paper: printed as they were asked that day, typed by a letter, a number or words."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from calls import grid, paper, questions, sheets
from calls.models import Answer, Attempt, CallList, CallRound, PrintedSheet, Question, SheetQuestion
from crm.people.models import Branch, User
from tests.calls.test_paper import TODAY, pages, printed
from tests.calls.test_paper_views import filled
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in

Kind, Outcome = Question.Kind, Attempt.Outcome
YES, WHEN, WORDS = "Vill du ha medlemsbrevet?", "När passar möten?", "Viktigaste frågan?"


@pytest.fixture
def three(branch: Branch, leader: User) -> list[Question]:
    """One of each kind."""
    choices = ["Vardag", "Lördag", "Söndag"]
    return [
        questions.ask(branch=branch, text=YES, kind=Kind.YES_NO, by=leader),
        questions.ask(branch=branch, text=WHEN, kind=Kind.CHOICE, choices=choices, by=leader),
        questions.ask(branch=branch, text=WORDS, kind=Kind.TEXT, by=leader),
    ]


@pytest.fixture
def sheet(three: list[Question], call_round: CallRound, leader: User) -> PrintedSheet:
    return printed(CallList.objects.get(), leader)


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


def form(sheet: PrintedSheet, letter: str = "P", **said: str) -> grid.RowForm:
    data = {"r1-letter": letter, "r1-client_id": str(uuid4())} | {
        f"r1-{key}": text for key, text in said.items()
    }
    return grid.RowForm(data, number=1, name="Ärla", asked=list(sheet.asked.select_related("question")))


def answers() -> list[tuple[int, str, str]]:
    found = Answer.objects.order_by("attempt__typed__row__number", "question__place")
    return list(found.values_list("attempt__typed__row__number", "question__text", "value"))


def send(desk: Client, branch: Branch, sheet: PrintedSheet, letters: dict[int, str], **said: Any) -> int:
    address = f"/{branch.slug}/ringa/omgangar/papper/{sheet.pk}/resultat/"
    return desk.post(address, filled(letters, **said)).status_code


# --- on the sheet --------------------------------------------------------------------------------------


def test_each_page_of_people_has_the_questions_at_its_head(sheet: PrintedSheet) -> None:
    first, people, last = pages(sheet)
    assert [YES in first, WHEN in first] == [False, False]
    for text in (people, last):
        lines = [" ".join(line.split()) for line in text.splitlines()]
        for line in (f"1: {YES}", f"2: {WHEN}", "1 Vardag 2 Lördag 3 Söndag", f"3: {WORDS}"):
            assert lines.count(line) == 1, line


def test_each_row_has_a_place_for_each_answer(sheet: PrintedSheet) -> None:
    words = pages(sheet)[1].split()
    assert [words.count(word) for word in ("siffra", "J", "N")] == [3, 3, 3]


def test_with_questions_four_people_stand_on_a_page(
    three: list[Question], call_round: CallRound, branch: Branch, leader: User
) -> None:
    call_list = CallList.objects.get()
    for member in MemberFactory.create_batch(6, branch=branch):
        call_round.calls.create(member=member, call_list=call_list)
    sheet = printed(call_list, leader)
    assert list(sheet.rows.values_list("page", flat=True)) == [2, 2, 2, 2, 3, 3, 3, 3, 4]
    texts = pages(sheet)
    assert len(texts) == sheet.pages == 5
    assert [text.count("Pratade") for text in texts] == [0, 4, 4, 1, 0]


def test_three_long_questions_with_eight_choices_still_fit(
    call_round: CallRound, branch: Branch, leader: User
) -> None:
    for _n in range(3):
        choices = [f"Val nummer {n} av många" for n in range(8)]
        questions.ask(branch=branch, text="Å" * 120, kind=Kind.CHOICE, choices=choices, by=leader)
    call_list = CallList.objects.get()
    call_round.calls.create(member=MemberFactory.create(branch=branch), call_list=call_list)
    texts = pages(printed(call_list, leader))
    assert len(texts) == 3
    assert [text.count("siffra") for text in texts] == [0, 12, 0]
    assert texts[2].replace("\n", " ").count("8 Val nummer 7 av många") == 3


def test_a_sheet_without_questions_is_as_it_was(call_round: CallRound, leader: User) -> None:
    sheet = printed(CallList.objects.get(), leader)
    assert (sheet.asked.count(), [text.count("siffra") for text in pages(sheet)]) == (0, [0, 0, 0])


def test_the_sheet_says_what_was_asked_when_it_was_printed(
    sheet: PrintedSheet, branch: Branch, three: list[Question], leader: User
) -> None:
    questions.retire(question=three[0], by=leader)
    questions.ask_earlier(question=three[2], by=leader)
    questions.ask(branch=branch, text="Nytt?", kind=Kind.YES_NO, by=leader)
    with translation.override("sv"):
        shown = grid.of(sheet, leader, timezone.now())
    assert [one.question.text for one in shown.asked] == [YES, WHEN, WORDS]
    assert [f"{n}: {text}" in pages(sheet)[1] for n, text in enumerate((YES, WHEN, WORDS), 1)] == [True] * 3
    newer = (
        printed(CallList.objects.get(), leader)
        if sheets.mark_returned(sheet=sheet, by=leader, at=timezone.now())
        else sheet
    )
    assert [one.question.text for one in newer.asked.all()] == [WORDS, WHEN, "Nytt?"]


def test_another_branchs_questions_are_not_printed(call_round: CallRound, leader: User) -> None:
    questions.ask(branch=BranchFactory.create(), text="Hos dem?", kind=Kind.YES_NO, by=leader)
    assert printed(CallList.objects.get(), leader).asked.count() == 0


def test_a_sheet_has_a_question_and_a_number_once(sheet: PrintedSheet, three: list[Question]) -> None:
    for number, question in ((1, three[2]), (4, three[0])):
        with pytest.raises(IntegrityError), transaction.atomic():
            SheetQuestion.objects.create(sheet=sheet, number=number, question=question)


# --- one row ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [("j", "yes"), ("J", "yes"), (" n ", "no"), ("", "")],
)
def test_yes_and_no_are_a_letter(sheet: PrintedSheet, three: list[Question], written: str, kept: str) -> None:
    row = form(sheet, q1=written)
    assert row.is_valid()
    assert row.said(row.cleaned_data) == ({three[0].pk: kept} if kept else {})


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_letters_are_the_same_in_every_language(sheet: PrintedSheet, language: str) -> None:
    with translation.override(language):
        assert [sign for sign, _label in sheet.asked.get(number=1).question.signed_options] == ["J", "N"]


@pytest.mark.parametrize(("written", "kept"), [("1", "Vardag"), ("3", "Söndag")])
def test_a_choice_is_a_number(sheet: PrintedSheet, three: list[Question], written: str, kept: str) -> None:
    row = form(sheet, q2=written, q3="Bussen")
    assert row.is_valid()
    assert row.said(row.cleaned_data) == {three[1].pk: kept, three[2].pk: "Bussen"}


@pytest.mark.parametrize(
    ("field", "written", "sentence"),
    [
        ("q1", "y", "y är inget svar här. Skriv något av det här: J N."),
        ("q2", "4", "4 är inget svar här. Skriv något av det här: 1 2 3."),
        ("q2", "0", "0 är inget svar här. Skriv något av det här: 1 2 3."),
    ],
)
def test_a_sign_that_is_no_answer_gets_a_sentence(
    sheet: PrintedSheet, field: str, written: str, sentence: str
) -> None:
    with translation.override("sv"):
        row = form(sheet, **{field: written})
        assert row.errors == {field: [sentence]}
    assert row[field].field.widget.attrs["aria-invalid"] == "true"


@given(sign=st.characters(exclude_categories=("Cs", "Cc")))
def test_any_sign_is_one_of_the_numbers_or_refused(sign: str) -> None:
    question = Question(kind=Kind.CHOICE, choices="Vardag\nLördag")
    asked = [SheetQuestion(number=1, question=question)]
    data = {"r1-letter": "P", "r1-client_id": str(uuid4()), "r1-q1": sign}
    row = grid.RowForm(data, number=1, name="Ärla", asked=asked)
    assert row.is_valid() == (sign.strip() in {"", "1", "2"})


@pytest.mark.parametrize(("length", "valid"), [(Answer.LENGTH, True), (Answer.LENGTH + 1, False)])
def test_words_have_the_room_of_an_answer(sheet: PrintedSheet, length: int, valid: bool) -> None:
    assert form(sheet, q3="å" * length).is_valid() is valid


@pytest.mark.parametrize("letter", [*sorted(set(paper.LETTERS.values()) - {"P", "R"}), ""])
def test_answers_belong_to_talks(sheet: PrintedSheet, letter: str) -> None:
    with translation.override("sv"):
        (sentence,) = form(sheet, letter, q1="j").errors["letter"]
    assert sentence == "Svar sparas bara från samtal: skriv bokstaven P eller R, eller ta bort svaren."


# --- the page ----------------------------------------------------------------------------------------------


def test_answers_are_typed_with_the_letters(desk: Client, branch: Branch, sheet: PrintedSheet) -> None:
    said = {"r1-q1": "j", "r1-q2": "2", "r1-q3": "Bussen till skolan", "r3-q1": "n"}
    assert send(desk, branch, sheet, {1: "P", 2: "I", 3: "R"}, **said) == 302
    assert answers() == [
        (1, YES, "yes"), (1, WHEN, "Lördag"), (1, WORDS, "Bussen till skolan"), (3, YES, "no"),
    ]  # fmt: skip


def test_answers_sent_twice_are_kept_once(desk: Client, branch: Branch, sheet: PrintedSheet) -> None:
    for _twice in range(2):
        send(desk, branch, sheet, {1: "R"}, **{"r1-q1": "j"})
    assert answers() == [(1, YES, "yes")]


def test_a_wrong_answer_stands_at_its_row_and_the_others_are_saved(
    desk: Client, branch: Branch, sheet: PrintedSheet
) -> None:
    address = f"/{branch.slug}/ringa/omgangar/papper/{sheet.pk}/resultat/"
    said: dict[str, Any] = {"r1-q2": "9", "r2-q2": "1"}
    answer = desk.post(address, filled({1: "P", 2: "P"}, **said))
    assert (answer.status_code, answers()) == (422, [(2, WHEN, "Vardag")])
    assert "9 är inget svar här. Skriv något av det här: 1 2 3." in answer.content.decode()


def test_answers_from_paper_are_counted_with_the_others(
    desk: Client, branch: Branch, sheet: PrintedSheet
) -> None:
    for row in (1, 2, 3):
        send(desk, branch, sheet, {row: "P"}, **{f"r{row}-q2": "1"})
    (_yes, when, _words) = questions.counted(branch)
    assert (when.question.text, when.answered) == (WHEN, None)  # three are too few to be told
    assert Answer.objects.filter(question=when.question, value="Vardag").count() == 3


def test_an_undone_row_gives_no_answer(desk: Client, branch: Branch, sheet: PrintedSheet) -> None:
    send(desk, branch, sheet, {1: "P"}, **{"r1-q1": "j"})
    typed = Attempt.objects.get().typed
    desk.post(f"/{branch.slug}/ringa/papper/rad/{typed.pk}/angra/")
    assert [Attempt.objects.get().undone_at is None, questions.counted(branch)[0].answered] == [False, 0]


def test_a_report_of_the_callers_own_page_gets_no_answers_from_a_grid(
    sheet: PrintedSheet, leader: User, three: list[Question]
) -> None:
    row = sheet.rows.select_related("call")[0]
    results = [
        sheets.Result(row, UUID(int=5), Outcome.CALL_LATER, answers={three[0].pk: value})
        for value in ("yes", "no")
    ]
    for result in results:
        sheets.type_results(
            sheet=sheet, results=[result], on=TODAY, in_the_evening=True, by=leader, at=timezone.now()
        )
    assert answers() == [(1, YES, "yes")]


def test_the_grid_shows_the_questions_with_their_signs(
    desk: Client, branch: Branch, sheet: PrintedSheet
) -> None:
    html = desk.get(f"/{branch.slug}/ringa/omgangar/papper/{sheet.pk}/resultat/").content.decode()
    for words in (
        YES,
        WHEN,
        WORDS,
        "<strong>3</strong> Söndag",
        'aria-label="Fråga 2, rad 3, ',
        "Fråga 3</th>",
    ):
        assert words in html, words


@pytest.mark.parametrize("number", [1, 3])
def test_questions_cost_one_query_however_many(
    call_round: CallRound, branch: Branch, leader: User, number: int
) -> None:
    for n in range(number):
        questions.ask(branch=branch, text=f"Fråga {n}?", kind=Kind.YES_NO, by=leader)
    sheet = printed(CallList.objects.get(), leader)
    with CaptureQueriesContext(connection) as queries:
        shown = grid.of(sheet, leader, timezone.now())
    assert ([len(line.form.answers()) for line in shown.rows if line.form], len(queries)) == ([number] * 3, 5)
