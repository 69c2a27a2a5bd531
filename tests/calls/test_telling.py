"""The caller's form: what is offered in a call, which number was wrong, and when to call again."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from calls import claims, departures, disclosures, telling
from calls.models import Attempt, Call, CallRound, FollowUp
from calls.telling import Learnt
from crm import extensions
from crm.extensions import Offer
from crm.people.models import Branch, Member, Phone, Role, User
from tests.logins import log_in, log_in_as

Outcome = Attempt.Outcome


class Evening:
    """An app that offers a study evening, and remembers who has answered what."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str, str, User]] = []
        self.taken_back: list[tuple[int, str, dict[str, object], User]] = []
        self.answered = ""
        self.is_open = True

    def open_for(self, *, member: Member, on: date) -> list[Offer]:
        choices = (("yes", "Ja, kommer"), ("no", "Nej, kan inte"))
        return [Offer("7", "Studiekväll 19 mars: kommer du?", choices, self.answered)]

    def coming(self, *, member_ids: list[int], on: date) -> set[int]:
        return {key for key, _offer, value, _by in self.said if value == "yes" and key in member_ids}

    def answer(self, *, member: Member, key: str, value: str, by: User) -> dict[str, object]:
        if not self.is_open:
            raise ValueError(key)
        self.said.append((member.pk, key, value, by))
        return {"was": self.answered}

    def take_back(self, *, member: Member, key: str, before: dict[str, object], by: User) -> None:
        self.taken_back.append((member.pk, key, before, by))


@pytest.fixture
def evening() -> Iterator[Evening]:
    kept = dict(extensions.offers._hooks)
    extensions.offers._hooks.clear()
    app = Evening()
    extensions.offers.register("evening", app)
    yield app
    extensions.offers._hooks.clear()
    extensions.offers._hooks.update(kept)


@pytest.fixture
def call(call_round: CallRound, branch: Branch, caller: User) -> Call:
    found = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert found is not None
    return found


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


def address(branch: Branch, call: Call) -> str:
    return f"/{branch.slug}/ringa/samtal/{call.pk}/"


def shown(phone: Client, branch: Branch, call: Call) -> str:
    return str(phone.get(address(branch, call)).content.decode())


def send(phone: Client, branch: Branch, call: Call, **said: str) -> tuple[int, dict[str, str]]:
    """Fill in the page's form; the status, and what was sent."""
    html = shown(phone, branch, call)
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', html) for name in ("client_id", "ticket")}
    form = {name: found[1] for name, found in hidden.items() if found} | said
    return phone.post(f"{address(branch, call)}rapport/", form).status_code, form


def told(phone: Client, branch: Branch) -> list[str]:
    return [str(message) for message in get_messages(phone.get(f"/{branch.slug}/ringa/").wsgi_request)]


FIELD = "offer:evening:7"


# --- what is offered --------------------------------------------------------------------------------


def test_the_next_meeting_is_offered_in_the_form(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    html = shown(phone, branch, call)
    for text in ("Studiekväll 19 mars: kommer du?", "Ja, kommer", "Nej, kan inte", "Kom inte på tal"):
        assert text in html


def test_an_answer_goes_to_the_app_that_asked(
    phone: Client, branch: Branch, call: Call, caller: User, evening: Evening
) -> None:
    assert send(phone, branch, call, outcome="reached", **{FIELD: "yes"})[0] == 302
    assert evening.said == [(call.member_id, "7", "yes", caller)]


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "left_message", "wrong_number", "deceased"])
def test_without_a_talk_there_is_no_answer(
    phone: Client, branch: Branch, call: Call, evening: Evening, outcome: str
) -> None:
    send(phone, branch, call, outcome=outcome, **{FIELD: "yes"})
    assert (evening.said, Attempt.objects.get().outcome) == ([], outcome)


@pytest.mark.parametrize("case", [("yes", "yes"), ("yes", ""), ("", "")])
def test_what_was_said_before_is_not_said_again(
    phone: Client, branch: Branch, call: Call, evening: Evening, case: tuple[str, str]
) -> None:
    evening.answered, said = case
    send(phone, branch, call, outcome="reached", **{FIELD: said})
    assert evening.said == []


def test_an_answer_sent_twice_is_one_answer(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    _status, form = send(phone, branch, call, outcome="reached", **{FIELD: "no"})
    phone.post(f"{address(branch, call)}rapport/", form)
    assert (len(evening.said), Attempt.objects.count()) == (1, 1)


def test_an_offer_that_has_closed_leaves_the_report(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    evening.is_open = False
    send(phone, branch, call, outcome="reached", **{FIELD: "yes"})
    assert Attempt.objects.get().outcome == "reached"
    assert "För sent att svara: Studiekväll 19 mars: kommer du?" in told(phone, branch)


def test_an_answer_that_is_no_choice_is_asked_for_again(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    assert send(phone, branch, call, outcome="reached", **{FIELD: "perhaps"})[0] == 422
    assert (evening.said, Attempt.objects.count()) == ([], 0)


def test_an_app_that_has_gone_takes_no_answer(call: Call, caller: User, evening: Evening) -> None:
    answers = {FIELD: "yes", "offer:gone:7": "yes"}
    done = telling.tell(
        call=call, by=caller, client_id=uuid4(), outcome=Outcome.REACHED, learnt=Learnt(offers=answers)
    )
    assert (done.refused, len(evening.said)) == (["offer:gone:7"], 1)


def test_without_offers_the_form_has_no_question(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    extensions.offers._hooks.clear()
    assert "Kom inte på tal" not in shown(phone, branch, call)
    assert telling.offers_for(call.member, timezone.localdate()) == {}


# --- which number was wrong ----------------------------------------------------------------------------


def test_of_several_numbers_the_caller_says_which_was_wrong(
    phone: Client, branch: Branch, call: Call
) -> None:
    Phone.objects.create(
        member=call.member, number="+4684650 0404".replace(" ", ""), kind="landline", position=1
    )
    assert "Om ett nummer är fel: vilket?" in shown(phone, branch, call)
    send(phone, branch, call, outcome="wrong_number", wrong_number="08-465 004 04")
    assert Attempt.objects.get().wrong_number == "08-465 004 04"
    officer = Client()
    log_in_as(officer, Role.Kind.MEMBER_OFFICER, branch)
    page = officer.get(f"/{branch.slug}/ringa/uppfoljningar/{FollowUp.objects.get().pk}/").content.decode()
    assert "08-465 004 04" in page


def test_one_number_needs_no_question(phone: Client, branch: Branch, call: Call) -> None:
    assert "Om ett nummer är fel: vilket?" not in shown(phone, branch, call)


def test_another_members_number_is_refused(phone: Client, branch: Branch, call: Call) -> None:
    assert send(phone, branch, call, outcome="wrong_number", wrong_number="070-1")[0] == 422


def test_a_talk_leaves_no_wrong_number(call: Call, caller: User) -> None:
    telling.tell(
        call=call,
        by=caller,
        client_id=uuid4(),
        outcome=Outcome.REACHED,
        learnt=Learnt(),
        wrong_number="070-1",
    )
    assert Attempt.objects.get().wrong_number == ""


def test_a_wrong_number_is_told_to_the_person_and_forgotten_with_them(call: Call, caller: User) -> None:
    telling.tell(
        call=call,
        by=caller,
        client_id=uuid4(),
        outcome=Outcome.WRONG_NUMBER,
        learnt=Learnt(),
        wrong_number="070-174 06 05",
    )
    assert [row[3] for row in disclosures.attempts(member=call.member)] == ["070-174 06 05"]
    departures.forget_words(member=call.member, by=caller)
    assert Attempt.objects.get().wrong_number == ""


# --- when to call again -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2027-03-19T16:15", "2027-03-19 16:15"),
        ("2027-03-19T22:00", "2027-03-20 11:00"),  # too late in the evening
        ("2027-03-21T12:00", "2027-03-22 10:00"),  # a Sunday
    ],
)
def test_call_later_at_an_agreed_time(
    phone: Client, branch: Branch, call: Call, asked: str, due: str
) -> None:
    assert send(phone, branch, call, outcome="call_later", call_back_on=asked, call_back="week")[0] == 302
    call.refresh_from_db()
    assert call.due_at is not None
    assert f"{timezone.localtime(call.due_at):%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("2027-03-09T18:00", "Välj en tid från nu till 20 december, då ringomgången stänger."),
        ("2027-12-21T12:00", "Välj en tid från nu till 20 december, då ringomgången stänger."),
        ("i morgon", "Skriv en dag och en tid, till exempel 2027-03-19 18:30."),
    ],
)
def test_a_time_that_can_not_be_kept_is_asked_for_again(
    phone: Client, branch: Branch, call: Call, asked: str, sentence: str
) -> None:
    status, form = send(phone, branch, call, outcome="call_later", call_back_on=asked)
    assert (status, Attempt.objects.count()) == (422, 0)
    assert sentence in phone.post(f"{address(branch, call)}rapport/", form).content.decode()


# --- the page ------------------------------------------------------------------------------------------


def test_a_digit_presses_the_common_outcomes_only(phone: Client, branch: Branch, call: Call) -> None:
    html = shown(phone, branch, call)
    keys = re.findall(r'value="(\w+)" data-key="(\d)"', html)
    assert keys == [
        ("reached", "1"),
        ("call_later", "2"),
        ("no_answer", "3"),
        ("busy", "4"),
        ("left_message", "5"),
        ("other_answered", "6"),
    ]
    assert "js/calling" in html


def test_both_notes_warn_about_health(phone: Client, branch: Branch, call: Call) -> None:
    html = shown(phone, branch, call)
    assert "Skriv inget om hälsa här heller" in html
