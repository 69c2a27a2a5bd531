"""What each answer leads to: the leader's page, and what callers read of it on theirs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from calls.consequences import RULES, Again
from calls.models import (
    Attempt,
    Call,
    CallRound,
    CallRules,
    Unit,
)
from calls.outcome_rules_form import OutcomeRulesForm
from crm.people.models import Branch, Role, User
from tests.calls.test_branch_hours import local
from tests.calls.test_outcome_rules import AS_EVER, CAN_BE_FINAL, SETTLED, Pick
from tests.calls.test_telling import send, shown, told
from tests.factories import BranchFactory
from tests.logins import log_in, log_in_as

Outcome = Attempt.Outcome


@pytest.fixture
def call(call_round: CallRound, caller: User) -> Call:
    now = timezone.now()
    found = Call.objects.filter(round=call_round).order_by("pk")[0]
    Call.objects.filter(pk=found.pk).update(
        claimed_by=caller, claimed_at=now, claimed_until=now + timedelta(minutes=30)
    )
    return found


# --- what the caller reads -------------------------------------------------------------------------------------------


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


@pytest.fixture
def reading(phone: Client, branch: Branch, call: Call) -> Callable[[], str]:
    """The caller's page as it is then."""
    return lambda: shown(phone, branch, call)


def hint(html: str, outcome: str) -> str:
    """The line under one of the big buttons."""
    found = re.search(rf'value="{outcome}".*?choice__hint">(.*?)<', html, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (None, "Vi ringer inte igen. Ett brev eller ett meddelande är nästa steg."),
        (Again(1), "Vi ringer igen om 1 dag, på en annan tid på dagen."),
        (Again(5, other_part=False), "Vi ringer igen om 5 dagar."),
        (Again(1, Unit.HOURS, other_part=False), "Vi ringer igen om 1 timme."),
        (Again(4, Unit.HOURS), "Vi ringer igen om 4 timmar, på en annan tid på dagen."),
        (Again(15, Unit.MINUTES, other_part=False), "Vi ringer igen om 15 minuter."),
    ],
)
def test_the_button_says_what_the_branch_has_chosen(
    reading: Callable[[], str], pick: Pick, again: Again | None, words: str
) -> None:
    pick(busy=again)
    html = reading()
    assert hint(html, "busy") == words
    assert hint(html, "no_answer") == AS_EVER[Outcome.NO_ANSWER][2]


def test_the_buttons_say_as_ever_without_a_choice(phone: Client, call: Call, branch: Branch) -> None:
    html = shown(phone, branch, call)
    assert {outcome: hint(html, outcome) for outcome in AS_EVER} == {
        outcome: words for outcome, (_days, _minutes, words) in AS_EVER.items()
    }


def test_what_was_told_is_confirmed_with_the_branchs_rule(
    phone: Client, call: Call, branch: Branch, pick: Pick
) -> None:
    pick(no_answer=Again(6))
    assert send(phone, branch, call, outcome="no_answer")[0] == 302
    html = phone.get(f"/{branch.slug}/ringa/").content.decode()
    assert "Inget svar. Vi ringer igen om 6 dagar, på en annan tid på dagen." in html


@pytest.mark.parametrize(
    ("again", "first"),
    [
        (None, "I morgon, på en annan tid på dagen"),
        (Again(2), "Om 2 dagar, på en annan tid på dagen"),
        (Again(3, Unit.HOURS, other_part=False), "Om 3 timmar"),
    ],
)
def test_where_no_time_is_agreed_on_the_choice_says_when(
    reading: Callable[[], str], pick: Pick, again: Again | None, first: str
) -> None:
    if again:
        pick(call_later=again)
    html = reading()
    assert re.findall(r'<option value="" selected>(.*?)</option>\s*<option value="hours">(.*?)<', html) == [
        (first, "Senare i dag")
    ]


@pytest.mark.parametrize("said", [{}, {"call_back": "evening"}])
def test_a_time_that_is_agreed_on_goes_before_the_rule(
    phone: Client, call: Call, branch: Branch, pick: Pick, said: dict[str, str]
) -> None:
    pick(call_later=Again(2, other_part=False))
    assert send(phone, branch, call, outcome="call_later", **said)[0] == 302
    call.refresh_from_db()
    assert local(call.due_at) == ("2027-03-10 17:00" if said else "2027-03-11 18:30")


def test_the_page_that_a_telephone_keeps_has_the_branchs_rules(
    phone: Client, call: Call, branch: Branch, pick: Pick
) -> None:
    pick(left_message=None)
    kept = phone.get(f"/{branch.slug}/ringa/samtal/{call.pk}/?keep").content.decode()
    assert hint(kept, "left_message").startswith("Vi ringer inte igen.")


def test_own_rules_cost_the_callers_page_no_query(
    phone: Client, call: Call, branch: Branch, leader: User, pick: Pick
) -> None:
    counted = []
    for chosen in ({}, {"busy": None}, dict.fromkeys(CAN_BE_FINAL)):
        pick(**chosen)
        shown(phone, branch, call)
        with CaptureQueriesContext(connection) as queries:
            shown(phone, branch, call)
        counted.append(len(queries))
    assert len(set(counted)) == 1
    assert counted[0] <= 12


# --- the leader's page ---------------------------------------------------------------------------------------------

FORM = {
    "no_answer_retried": "on", "no_answer_after": "3", "no_answer_unit": "days", "no_answer_other_part": "on",
    "busy_retried": "on", "busy_after": "30", "busy_unit": "minutes",
    "left_message_retried": "on", "left_message_after": "4", "left_message_unit": "days",
    "left_message_other_part": "on",
    "other_answered_retried": "on", "other_answered_after": "2", "other_answered_unit": "days",
    "other_answered_other_part": "on",
    "call_later_after": "1", "call_later_unit": "days", "call_later_other_part": "on",
}  # fmt: skip
Save = Callable[..., tuple[int, str]]


def address(branch: Branch) -> str:
    return f"/{branch.slug}/ringa/omgangar/regler/svar/"


@pytest.fixture
def save(client: Client, leader: User, branch: Branch) -> Save:
    log_in(client, leader)

    def post(*without: str, **fields: str) -> tuple[int, str]:
        form = {name: value for name, value in (FORM | fields).items() if name not in without}
        answer = client.post(address(branch), form)
        return answer.status_code, answer.content.decode()

    return post


def own_rules() -> dict[str, Any]:
    found = CallRules.objects.first()
    return found.outcome_rules if found else {}


def test_the_form_as_it_stands_changes_nothing(save: Save) -> None:
    assert (save()[0], own_rules(), CallRules.objects.count()) == (302, {}, 0)


def test_the_fresh_form_holds_the_usual_rules() -> None:
    form = OutcomeRulesForm(rules=CallRules())
    shown_values = {name: form[name].value() for name in form.fields}
    assert shown_values == {
        name: {"on": True}.get(FORM.get(name, ""), FORM.get(name, False)) if not name.endswith("_after")
        else int(FORM[name])
        for name in form.fields
    }  # fmt: skip


def test_the_leader_chooses(save: Save, leader: User) -> None:
    assert save("no_answer_retried", "left_message_other_part", busy_after="2", busy_unit="hours")[0] == 302
    assert own_rules() == {
        "no_answer": None,
        "busy": {"after": 2, "unit": "hours", "other_part": False},
        "left_message": {"after": 4, "unit": "days", "other_part": False},
    }
    assert CallRules.objects.get().outcomes_changed_by == leader


def test_the_page_shows_what_has_been_chosen_by_whom(client: Client, save: Save, branch: Branch) -> None:
    save("busy_retried", no_answer_after="9")
    html = client.get(address(branch)).content.decode()
    assert "Ändrades senast 2027-03-09 av Leo Ledare." in html
    assert html.count("eget val") == 2
    assert re.search(r'name="no_answer_after" value="9"', html)
    assert not re.search(r'name="busy_retried"[^>]*checked', html)
    assert "Från början: om 3 dagar, på en annan tid på dagen" in html


def test_the_page_says_what_always_holds(client: Client, leader: User, branch: Branch) -> None:
    log_in(client, leader)
    html = client.get(address(branch)).content.decode()
    said = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    with translation.override("sv"):
        expected = [(str(Outcome(one).label), str(RULES[one].consequence)) for one in RULES if one in SETTLED]
    assert said == expected
    assert "hanteras likadant i alla arbetarekommuner" in html


def test_the_page_tells_the_branchs_most_attempts(client: Client, leader: User, branch: Branch) -> None:
    log_in(client, leader)
    assert "Högst 4 försök i en omgång, på olika dagar" in client.get(address(branch)).content.decode()
    CallRules.objects.create(branch=branch, max_attempts=1)
    assert "Högst 1 försök i en omgång, se" in client.get(address(branch)).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"no_answer_after": ""}, "Inget svar: efter hur lång tid: Skriv från 1 till 60 dagar."),
        ({"no_answer_after": "0"}, "Skriv från 1 till 60 dagar."),
        ({"no_answer_after": "61"}, "Skriv från 1 till 60 dagar."),
        ({"no_answer_after": "-3"}, "Skriv från 1 till 60 dagar."),
        ({"no_answer_after": "9" * 40}, "Skriv från 1 till 60 dagar."),
        ({"no_answer_after": "2,5"}, "Inget svar: efter hur lång tid: "),
        ({"no_answer_after": "tre"}, "Inget svar: efter hur lång tid: "),
        ({"no_answer_after": "3\x00"}, "Inget svar: efter hur lång tid: "),
        ({"busy_after": "9"}, "Skriv från 10 till 180 minuter."),
        ({"busy_after": "181"}, "Skriv från 10 till 180 minuter."),
        ({"busy_after": "73", "busy_unit": "hours"}, "Skriv från 1 till 72 timmar."),
        ({"busy_unit": "weeks"}, "Upptaget: minuter, timmar eller dagar: "),
        ({"busy_unit": ""}, "Upptaget: minuter, timmar eller dagar: "),
        ({"call_later_after": ""}, "Skriv från 1 till 60 dagar."),
    ],
)
def test_what_can_not_be_is_told(save: Save, fields: dict[str, str], sentence: str) -> None:
    status, html = save(**fields)
    assert (status, sentence in html, CallRules.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("fields", [{"busy_after": ""}, {"busy_after": "x"}, {"busy_unit": "weeks"}])
def test_what_is_not_called_again_needs_no_time(save: Save, fields: dict[str, str]) -> None:
    assert (save("busy_retried", **fields)[0], own_rules()) == (302, {"busy": None})


@pytest.mark.parametrize("outcome", [*SETTLED, "call_later"])
def test_a_forged_form_changes_nothing_of_what_needs_care(save: Save, outcome: str) -> None:
    forged = {f"{outcome}_retried": "", f"{outcome}_after": "5", f"{outcome}_unit": "days"}
    assert save(**{**forged, f"{outcome}_other_part": "on"})[0] == 302
    expected = {"after": 5, "unit": "days", "other_part": True}
    assert own_rules() == ({"call_later": expected} if outcome == "call_later" else {})


def test_an_empty_form_is_no_choice(client: Client, leader: User, branch: Branch) -> None:
    log_in(client, leader)
    assert client.post(address(branch)).status_code == 422
    assert client.post(address(branch), {"anything": "else"}).status_code == 422
    assert not CallRules.objects.exists()


def test_the_leader_goes_back_to_the_start(client: Client, save: Save, branch: Branch) -> None:
    assert "Som från början" not in client.get(address(branch)).content.decode()
    save("busy_retried")
    assert "Som från början" in client.get(address(branch)).content.decode()
    answer = client.post(f"{address(branch)}fran-borjan/", follow=True)
    html = answer.content.decode()
    assert (answer.redirect_chain, own_rules()) == ([(address(branch), 302)], {})
    assert "Som från början igen, för det ringarna rapporterar från och med nu." in html


def test_going_back_is_no_link_that_a_reader_follows(client: Client, save: Save, branch: Branch) -> None:
    save("busy_retried")
    assert client.get(f"{address(branch)}fran-borjan/").status_code == 405
    assert own_rules() == {"busy": None}


def test_the_page_of_the_rounds_leads_there(client: Client, leader: User, branch: Branch) -> None:
    log_in(client, leader)
    html = client.get(f"/{branch.slug}/ringa/omgangar/").content.decode()
    assert f'<a href="{address(branch)}">Vad varje svar leder till</a>' in html


@pytest.mark.parametrize(
    ("who", "status"),
    [("call_leader", 302), ("caller", 403), ("member_officer", 403), ("board", 403), ("stranger", 404)],
)
def test_leaders_alone_choose(client: Client, branch: Branch, pick: Pick, who: str, status: int) -> None:
    pick(busy=Again(5))
    kind = Role.Kind.CALL_LEADER if who == "stranger" else who
    log_in_as(client, kind, BranchFactory.create() if who == "stranger" else branch)
    assert client.get(address(branch)).status_code == (200 if status == 302 else status)
    for where, form in ((address(branch), FORM), (f"{address(branch)}fran-borjan/", {})):
        assert client.post(where, form).status_code == status
        assert (own_rules() == {}) is (status == 302)


def test_whoever_is_not_logged_in_chooses_nothing(client: Client, branch: Branch) -> None:
    for where in (address(branch), f"{address(branch)}fran-borjan/"):
        answer = client.post(where, FORM)
        assert (answer.status_code, "/konto/" in answer["Location"]) == (302, True)
    assert not CallRules.objects.exists()


def test_the_rules_page_and_this_one_leave_each_other_alone(
    client: Client, save: Save, branch: Branch
) -> None:
    save("busy_retried")
    form = {"opens_month": 3, "opens_day": 1, "closes_month": 11, "closes_day": 15, "max_attempts": 5}
    hours_of = {"weekdays_from": "16:00", "weekdays_to": "20:00", "pause_weeks": ""}
    assert client.post(f"/{branch.slug}/ringa/omgangar/regler/", form | hours_of).status_code == 302
    save("busy_retried", no_answer_after="5")
    own = CallRules.objects.get()
    assert (own.max_attempts, set(own.outcome_rules)) == (5, {"busy", "no_answer"})


@pytest.mark.parametrize(
    ("used", "words"),
    [(0, "Inget svar. Vi ringer igen"), (3, "Inget svar. Vi ringer inte igen. Ett brev")],
    ids=["one of four", "the last"],
)
def test_after_the_last_attempt_the_caller_is_not_told_that_we_call_again(
    phone: Client, branch: Branch, call: Call, used: int, words: str
) -> None:
    Call.objects.filter(pk=call.pk).update(attempts_used=used)
    assert send(phone, branch, call, outcome="no_answer")[0] == 302
    (said, *_rest) = told(phone, branch)
    assert said.startswith(words)
