"""Up to three short questions: set by the leader, asked in talks, counted without names, forgotten with the person."""

import random
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, departures, disclosures, forgetting, questions, telling
from calls.models import Answer, Attempt, Call, CallRound, Question
from calls.question_form import QuestionForm
from calls.telling import Learnt
from crm.figures.small_groups import SMALLEST
from crm.people.models import Branch, Member, Role, User
from tests.calls.conftest import OPENING
from tests.calls.test_telling import send, shown
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as

Kind, Outcome = Question.Kind, Attempt.Outcome


@pytest.fixture
def call(call_round: CallRound, branch: Branch, caller: User) -> Call:
    found = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert found is not None
    return found


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


@pytest.fixture
def desk(leader: User) -> Client:
    client = Client()
    log_in(client, leader)
    return client


@pytest.fixture
def three(branch: Branch, leader: User) -> list[Question]:
    """One of each kind."""
    return [
        questions.ask(branch=branch, text="Vill du ha medlemsbrevet?", kind=Kind.YES_NO, by=leader),
        questions.ask(
            branch=branch, text="När passar möten?", kind=Kind.CHOICE, choices=["Vardag", "Helg"], by=leader
        ),
        questions.ask(branch=branch, text="Viktigaste frågan?", kind=Kind.TEXT, by=leader),
    ]


def field(question: Question) -> str:
    return f"question_{question.pk}"


def talk(member: Member, by: User, **learnt: object) -> Attempt:
    """A talk with that member in a round of its own kind, whatever has been said before."""
    call_round, _new = CallRound.objects.get_or_create(
        branch=member.branch,
        kind="check_in",
        period="frågor",
        defaults={
            "opens_on": OPENING,
            "closes_on": date(2027, 12, 20),
            "opened_at": timezone.now(),
            "opened_by": by,
        },
    )
    call, _new = Call.objects.get_or_create(round=call_round, member=member)
    told = telling.tell(
        call=call,
        by=by,
        client_id=uuid4(),
        outcome=Outcome.REACHED,
        learnt=Learnt(**learnt),  # type: ignore[arg-type]
    )
    return told.attempt


def answered(attempt: Attempt) -> list[tuple[str, str]]:
    found = Answer.objects.filter(attempt=attempt).order_by("question__place")
    return list(found.values_list("question__text", "value"))


# --- the leader's page ----------------------------------------------------------------------------------


def ask(desk: Client, branch: Branch, **form: str) -> int:
    return desk.post(f"/{branch.slug}/ringa/omgangar/fragor/", form).status_code


def test_a_leader_asks_a_question_and_callers_meet_it(
    desk: Client, phone: Client, branch: Branch, call: Call
) -> None:
    choices = "Vardag\n\n  Helg \nVardag"
    assert ask(desk, branch, text="När passar möten?", kind="choice", choices=choices) == 302
    (asked,) = questions.asked_by(branch)
    assert asked.options == [("Vardag", "Vardag"), ("Helg", "Helg")]
    html = shown(phone, branch, call)
    for words in ("När passar möten?", "Vardag", "Helg"):
        assert words in html


@pytest.mark.parametrize(
    "form",
    [
        {"text": "", "kind": "yes_no"},
        {"text": "Vill du?", "kind": ""},
        {"text": "Vill du?", "kind": "poem"},
        {"text": "Vill du?", "kind": "choice", "choices": ""},
        {"text": "Vill du?", "kind": "choice", "choices": "Ja\nJa"},
        {"text": "Vill du?", "kind": "choice", "choices": "\n".join("abcdefghi")},
        {"text": "x" * 121, "kind": "yes_no"},
    ],
)
def test_a_question_that_can_not_be_asked_is_shown_again(
    desk: Client, branch: Branch, form: dict[str, str]
) -> None:
    assert (ask(desk, branch, **form), Question.objects.count()) == (422, 0)


@pytest.mark.parametrize("number", [2, 8])
def test_from_two_to_eight_choices(number: int) -> None:
    form = QuestionForm({"text": "Vad?", "kind": "choice", "choices": "\n".join("abcdefgh"[:number])})
    assert form.is_valid()


def test_choices_belong_to_their_kind_alone(desk: Client, branch: Branch) -> None:
    assert ask(desk, branch, text="Vill du?", kind="yes_no", choices="Kanske") == 302
    assert Question.objects.get().choices == ""


def test_a_fourth_question_has_no_room(desk: Client, branch: Branch, three: list[Question]) -> None:
    assert ask(desk, branch, text="En till?", kind="yes_no") == 422
    html = desk.get(f"/{branch.slug}/ringa/omgangar/fragor/").content.decode()
    assert "Tre frågor ställs redan. Sluta med en av dem först." in html
    questions.retire(question=three[1], by=three[1].asked_by)
    assert ask(desk, branch, text="En till?", kind="yes_no") == 302
    assert [one.text for one in questions.asked_by(branch)] == [three[0].text, three[2].text, "En till?"]


def test_the_database_holds_three(branch: Branch, three: list[Question], leader: User) -> None:
    for slot in (1, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.create(
                branch=branch, text="?", kind="yes_no", slot=slot, asked_at=timezone.now(), asked_by=leader
            )
    other = BranchFactory.create()
    assert questions.ask(branch=other, text="Hos oss?", kind=Kind.YES_NO, by=leader).slot == 1


def test_the_leader_changes_the_order(desk: Client, branch: Branch, three: list[Question]) -> None:
    def press(question: Question) -> list[int]:
        desk.post(f"/{branch.slug}/ringa/omgangar/fragor/{question.pk}/tidigare/")
        return [three.index(one) for one in questions.asked_by(branch)]

    assert [press(three[2]), press(three[2]), press(three[2]), press(three[1])] == [
        [0, 2, 1],
        [2, 0, 1],
        [2, 0, 1],
        [2, 1, 0],
    ]


def test_a_question_is_retired_once_and_asked_no_more(
    desk: Client, phone: Client, branch: Branch, call: Call, three: list[Question]
) -> None:
    for _twice in range(2):
        desk.post(f"/{branch.slug}/ringa/omgangar/fragor/{three[0].pk}/sluta/")
    assert three[0].text not in shown(phone, branch, call)
    assert Question.objects.filter(retired_at__isnull=False).count() == 1
    assert questions.retire(question=three[0], by=three[0].asked_by) is False


@pytest.mark.parametrize("path", ["", "1/sluta/", "1/tidigare/"])
@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.MEMBER_OFFICER])
def test_only_leaders_set_questions(client: Client, branch: Branch, path: str, kind: str) -> None:
    log_in_as(client, kind, branch)
    assert client.post(f"/{branch.slug}/ringa/omgangar/fragor/{path}").status_code == 403


def test_another_branchs_question_is_not_there(desk: Client, branch: Branch, leader: User) -> None:
    theirs = questions.ask(branch=BranchFactory.create(), text="Hemligt?", kind=Kind.YES_NO, by=leader)
    for path in ("sluta", "tidigare"):
        assert desk.post(f"/{branch.slug}/ringa/omgangar/fragor/{theirs.pk}/{path}/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.retired_at is None


# --- in the call -------------------------------------------------------------------------------------------


def test_answers_are_kept_with_the_attempt(
    phone: Client, branch: Branch, call: Call, three: list[Question]
) -> None:
    said = {field(three[0]): "yes", field(three[1]): "Helg", field(three[2]): "Bussen till skolan"}
    assert send(phone, branch, call, outcome="reached", **said)[0] == 302
    assert answered(Attempt.objects.get()) == [
        ("Vill du ha medlemsbrevet?", "yes"),
        ("När passar möten?", "Helg"),
        ("Viktigaste frågan?", "Bussen till skolan"),
    ]


def test_what_did_not_come_up_is_no_answer(
    phone: Client, branch: Branch, call: Call, three: list[Question]
) -> None:
    send(phone, branch, call, outcome="reached", **{field(three[0]): "", field(three[1]): "Vardag"})
    assert answered(Attempt.objects.get()) == [("När passar möten?", "Vardag")]


@pytest.mark.parametrize("outcome", ["no_answer", "left_message", "other_answered", "deceased"])
def test_nobody_answers_without_a_talk(
    phone: Client, branch: Branch, call: Call, three: list[Question], outcome: str
) -> None:
    send(phone, branch, call, outcome=outcome, **{field(three[0]): "yes"})
    assert (Attempt.objects.count(), Answer.objects.count()) == (1, 0)


@pytest.mark.parametrize(("place", "value"), [(0, "perhaps"), (1, "Natt"), (2, "x" * 201)])
def test_what_is_no_answer_is_asked_for_again(
    phone: Client, branch: Branch, call: Call, three: list[Question], *, place: int, value: str
) -> None:
    status, _form = send(phone, branch, call, outcome="reached", **{field(three[place]): value})
    assert (status, Attempt.objects.count()) == (422, 0)


def test_a_report_sent_twice_answers_once(
    phone: Client, branch: Branch, call: Call, three: list[Question]
) -> None:
    _status, form = send(phone, branch, call, outcome="reached", **{field(three[0]): "yes"})
    phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form)
    assert Answer.objects.count() == 1


def test_a_question_that_is_asked_no_more_does_not_stop_a_report_under_way(
    phone: Client, branch: Branch, call: Call, three: list[Question], leader: User
) -> None:
    asked = {field(three[0]): "yes", field(three[1]): "Helg"}
    form = {"client_id": str(uuid4()), "ticket": "", "outcome": "reached"} | asked
    html = shown(phone, branch, call)
    form["ticket"] = html.split('name="ticket" value="')[1].split('"')[0]
    questions.retire(question=three[0], by=leader)
    assert phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form).status_code == 302
    assert answered(Attempt.objects.get()) == [("När passar möten?", "Helg")]


# --- counts without names -------------------------------------------------------------------------------------


def counts(branch: Branch, question: Question) -> tuple[int | None, dict[str, int], int | None]:
    (found,) = [one for one in questions.counted(branch) if one.question == question]
    return found.answered, found.cells.shown, found.cells.merged


def test_the_counts_are_those_of_a_slow_and_plain_way(
    branch: Branch, caller: User, three: list[Question]
) -> None:
    luck, members = random.Random(7), MemberFactory.create_batch(24, branch=branch)
    said: dict[int, str] = {}
    for member in [*members, *luck.sample(members, 8)]:
        said[member.pk] = luck.choice(["yes", "no"])
        talk(member, caller, answers={three[0].pk: said[member.pk]})
    plain = Counter(said.values())
    assert min(plain.values()) >= SMALLEST
    assert counts(branch, three[0]) == (24, {"yes": plain["yes"], "no": plain["no"]}, None)


@pytest.mark.parametrize(
    ("yes", "no", "shown_counts"),
    [
        (5, 0, (5, {"yes": 5, "no": 0}, None)),
        (5, 5, (10, {"yes": 5, "no": 5}, None)),
        (4, 0, (None, {}, None)),
        (2, 2, (None, {}, None)),
        (8, 1, (9, {}, None)),  # one of nine could be told from the total
        (0, 0, (0, {"yes": 0, "no": 0}, None)),
    ],
)
def test_small_groups_can_not_be_told(
    branch: Branch, caller: User, three: list[Question], *, yes: int, no: int, shown_counts: object
) -> None:
    for value in ["yes"] * yes + ["no"] * no:
        talk(MemberFactory.create(branch=branch), caller, answers={three[0].pk: value})
    assert counts(branch, three[0]) == shown_counts


def test_a_report_taken_back_is_not_counted(branch: Branch, caller: User, three: list[Question]) -> None:
    attempts = [
        talk(member, caller, answers={three[0].pk: "yes"})
        for member in MemberFactory.create_batch(6, branch=branch)
    ]
    telling.undo(attempt=attempts[-1], by=caller, now=timezone.now())
    assert counts(branch, three[0])[0] == 5


@pytest.mark.parametrize(
    ("kind", "status"),
    [("board", 200), ("call_leader", 200), ("member_officer", 200), ("caller", 403), ("admin", 403)],
)
def test_who_reads_the_counts(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get(f"/{branch.slug}/ringa/svar/").status_code == status


def test_the_board_reads_counts_and_neither_names_nor_words(
    client: Client, branch: Branch, caller: User, three: list[Question]
) -> None:
    for member in MemberFactory.create_batch(6, branch=branch, last_name="Hemligsson"):
        talk(member, caller, answers={three[0].pk: "yes", three[2].pk: "Bussen till Lillberga"})
    log_in_as(client, Role.Kind.BOARD, branch)
    html = client.get(f"/{branch.slug}/ringa/svar/").content.decode()
    assert html.count("6 medlemmar har svarat.") == 2
    for hidden in ("Hemligsson", "Lillberga"):
        assert hidden not in html


def test_a_branch_that_asks_nothing_is_told_so(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.BOARD, branch)
    assert "Inga frågor har ställts" in client.get(f"/{branch.slug}/ringa/svar/").content.decode()


def test_as_many_queries_for_many_answers(branch: Branch, caller: User, three: list[Question]) -> None:
    counted = []
    for members in (1, 6):
        for member in MemberFactory.create_batch(members, branch=branch):
            talk(member, caller, answers={three[0].pk: "yes", three[1].pk: "Helg"})
        with CaptureQueriesContext(connection) as queries:
            questions.counted(branch)
        counted.append(len(queries))
    assert counted == [2, 2]


# --- the person's own data ------------------------------------------------------------------------------------


def test_the_person_reads_all_their_answers(branch: Branch, caller: User, three: list[Question]) -> None:
    member = MemberFactory.create(branch=branch)
    talk(member, caller, answers={three[0].pk: "no", three[2].pk: "Bussen"})
    now = timezone.now()
    assert list(disclosures.answers(member=member)) == [
        (now, "Vill du ha medlemsbrevet?", "Nej", None),
        (now, "Viktigaste frågan?", "Bussen", None),
    ]


def test_an_erased_persons_words_go_and_the_count_stays(
    branch: Branch, caller: User, three: list[Question]
) -> None:
    members = MemberFactory.create_batch(5, branch=branch)
    for member in members:
        talk(member, caller, answers={three[0].pk: "yes", three[2].pk: "Bussen"})
    departures.forget_words(member=members[0], by=caller)
    assert (counts(branch, three[0])[0], counts(branch, three[2])[0]) == (5, None)
    assert Answer.objects.filter(value="Bussen").count() == 4


def test_old_words_are_forgotten_with_the_notes(
    branch: Branch, caller: User, three: list[Question], this_evening: time_machine.Traveller
) -> None:
    member = MemberFactory.create(branch=branch)
    talk(member, caller, answers={three[0].pk: "yes", three[2].pk: "Bussen"})
    this_evening.shift(timedelta(days=367))
    forgetting.forget_old_notes(branch=branch, on=timezone.localdate())
    assert list(Answer.objects.values_list("value", flat=True)) == ["yes"]


def test_words_of_this_year_stay(branch: Branch, caller: User, three: list[Question]) -> None:
    talk(MemberFactory.create(branch=branch), caller, answers={three[2].pk: "Bussen"})
    forgetting.forget_old_notes(branch=branch, on=timezone.localdate())
    assert Answer.objects.count() == 1


def test_another_leader_of_another_branch_counts_nothing_of_ours(
    client: Client, branch: Branch, caller: User, three: list[Question]
) -> None:
    other = BranchFactory.create()
    log_in(client, user_with(Role.Kind.CALL_LEADER, other))
    assert client.get(f"/{branch.slug}/ringa/svar/").status_code == 404
    assert questions.counted(other) == []
