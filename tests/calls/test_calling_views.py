"""The caller's pages: what is shown, what is logged, who is kept out."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import lists, rounds
from calls.models import CLAIM, UNDO, Attempt, Call, CallList, CallRound, FollowUp
from crm.people.models import AccessLog, Branch, Role, User
from tests.calls.conftest import OPENING
from tests.factories import MemberFactory, user_with
from tests.logins import log_in, log_in_as

State = Call.State


@pytest.fixture
def phone(client: Client, call_round: CallRound, caller: User) -> Client:
    """The caller's telephone, logged in with an e-mailed code alone."""
    log_in(client, caller, two_factors=False)
    return client


def start(phone: Client, branch: Branch) -> Call:
    """Press "Next"; who is on the screen."""
    answer = phone.post(f"/{branch.slug}/ringa/nasta/")
    call = Call.objects.get(pk=int(answer["Location"].split("/")[-2]))
    assert phone.get(answer["Location"]).status_code == 200
    return call


def page(phone: Client, branch: Branch, call: Call) -> str:
    answer = phone.get(f"/{branch.slug}/ringa/samtal/{call.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def fields(html: str) -> dict[str, str]:
    """The hidden fields of the report's form."""
    form = html[html.index("/rapport/") :]
    return {name: found_in(form, name) for name in ("client_id", "ticket")}


def found_in(form: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', form)
    assert found
    return found[1]


def send(phone: Client, branch: Branch, call: Call, form: dict[str, str], **more: str) -> str:
    """Send a report; where it leads."""
    answer = phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form | more)
    assert answer.status_code == 302
    return str(answer["Location"])


def told(client: Client, branch: Branch) -> list[str]:
    return [str(message) for message in get_messages(client.get(f"/{branch.slug}/ringa/").wsgi_request)]


# --- my list ----------------------------------------------------------------------------------------


def test_my_list_shows_given_name_and_town_alone(phone: Client, branch: Branch) -> None:
    member = MemberFactory.create(
        branch=branch, first_name="Åke", last_name="Hemligsson", town="LILLBERGA", street="Tysta gatan 1"
    )
    rounds.top_up(branch=branch, on=timezone.localdate())
    html = phone.get(f"/{branch.slug}/ringa/").content.decode()
    assert ("Åke" in html, "LILLBERGA" in html) == (True, True)
    for secret in ("Hemligsson", "Tysta", member.email, member.member_number):
        assert secret not in html


def test_my_list_is_logged(phone: Client, branch: Branch, caller: User) -> None:
    phone.get(f"/{branch.slug}/ringa/")
    rows = AccessLog.objects.filter(user=caller, purpose=AccessLog.Purpose.CALL_LIST)
    assert set(rows.values_list("member", flat=True)) == set(Call.objects.values_list("member", flat=True))


def test_another_callers_list_is_not_mine(client: Client, call_round: CallRound, branch: Branch) -> None:
    log_in_as(client, Role.Kind.CALLER, branch, two_factors=False)
    assert "Ärla" not in client.get(f"/{branch.slug}/ringa/").content.decode()


@pytest.mark.parametrize("change", ["wish", "left", "taken back", "closed"])
def test_who_is_not_to_be_called_is_gone_at_once(
    phone: Client, branch: Branch, leader: User, change: str
) -> None:
    for call in Call.objects.select_related("member"):
        if change == "wish":
            call.member.no_calls = True
            call.member.save()
        if change == "left":
            call.member.memberships.update(ended_on=timezone.localdate(), end_reason="left")
    if change == "taken back":
        lists.take_back(call_list=CallList.objects.get(), by=leader, at=timezone.now())
    if change == "closed":
        CallRound.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    assert "Ärla" not in phone.get(f"/{branch.slug}/ringa/").content.decode()


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("closed", "Ingen ringomgång är öppen"),
        ("later", "Ingen att ringa just nu"),
        ("no list", "Du har ingen lista än"),
        ("done", "Din lista är klar"),
    ],
)
def test_an_empty_list_says_why(phone: Client, branch: Branch, case: str, sentence: str) -> None:
    match case:
        case "closed":
            CallRound.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
        case "later":
            Call.objects.update(due_at=timezone.now() + timedelta(hours=1))
        case "no list":
            Call.objects.all().delete()
        case "done":
            for _ in range(3):
                call = start(phone, branch)
                send(phone, branch, call, fields(page(phone, branch, call)), outcome="reached")
    assert sentence in phone.get(f"/{branch.slug}/ringa/").content.decode()


def test_talks_are_praised(phone: Client, branch: Branch) -> None:
    for outcome in ("reached", "reached", "no_answer"):
        call = start(phone, branch)
        send(phone, branch, call, fields(page(phone, branch, call)), outcome=outcome)
    html = phone.get(f"/{branch.slug}/ringa/").content.decode()
    assert "Du har pratat med 2 partivänner i dag" in html


# --- one person at a time ------------------------------------------------------------------------------


def test_the_person_in_hand_is_shown_with_what_the_call_needs(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    html = page(phone, branch, call)
    number = call.member.phones.get().number
    assert f'href="tel:{number.as_e164}"' in html
    assert number.as_national in html
    assert "Hej Ärla! Jag heter Rut och ringer från Socialdemokraterna i Påhitta" in html
    assert "08-46500400" in html
    for secret in (call.member.email, call.member.member_number, "Storgatan", "1960"):
        assert secret not in html


def test_the_person_in_hand_is_logged(phone: Client, branch: Branch, caller: User) -> None:
    call = start(phone, branch)
    rows = AccessLog.objects.filter(user=caller, purpose=AccessLog.Purpose.CALL)
    assert list(rows.values_list("member", flat=True)) == [call.member_id]


def test_what_was_said_before_is_shown(phone: Client, branch: Branch, leader: User) -> None:
    call = start(phone, branch)
    Attempt.objects.create(
        call=call,
        outcome="no_answer",
        note="Ring på kvällen.",
        reported_at=timezone.now(),
        reported_by=leader,
    )
    assert "Ring på kvällen." in page(phone, branch, call)


def test_a_script_with_markup_is_shown_as_text(phone: Client, branch: Branch, leader: User) -> None:
    branch.scripts.create(
        text="<b>Hej</b> [förnamn] {0.member}", changed_at=timezone.now(), changed_by=leader
    )
    html = page(phone, branch, start(phone, branch))
    assert "&lt;b&gt;Hej&lt;/b&gt; Ärla {0.member}" in html


def test_the_page_renews_the_half_hour(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    for _ in range(3):
        this_evening.shift(timedelta(minutes=25))
        page(phone, branch, call)
    call.refresh_from_db()
    assert call.claimed_until == timezone.now() + CLAIM


def test_after_the_half_hour_the_page_says_so(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    this_evening.shift(CLAIM)
    answer = phone.get(f"/{branch.slug}/ringa/samtal/{call.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/{branch.slug}/ringa/", 302)]
    assert "Du har inte kvar den personen" in answer.content.decode()


@pytest.mark.parametrize("where", ["", "rapport/", "slapp/", "valj/"])
def test_nobody_gets_at_anothers_person(phone: Client, branch: Branch, where: str) -> None:
    call = start(phone, branch)
    other = Client()
    log_in_as(other, Role.Kind.CALLER, branch, two_factors=False)
    address = f"/{branch.slug}/ringa/samtal/{call.pk}/{where}"
    answer = other.post(address, {"outcome": "reached"}) if where else other.get(address)
    assert "Öberg" not in answer.content.decode()
    assert answer.status_code == (404 if where in {"rapport/", "valj/"} else 302)
    call.refresh_from_db()
    assert (call.state, call.claimed_by_id) == (State.WAITING, CallList.objects.get().caller_id)


def test_letting_go_frees_the_person(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/slapp/")
    call.refresh_from_db()
    assert call.claimed_by is None


def test_choosing_a_person_of_my_list(phone: Client, branch: Branch, caller: User) -> None:
    last = Call.objects.order_by("-pk")[0]
    answer = phone.post(f"/{branch.slug}/ringa/samtal/{last.pk}/valj/")
    assert answer["Location"] == f"/{branch.slug}/ringa/samtal/{last.pk}/"
    last.refresh_from_db()
    assert last.claimed_by == caller


def test_a_person_whom_another_has_can_not_be_chosen(phone: Client, branch: Branch, leader: User) -> None:
    call = Call.objects.order_by("pk")[0]
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(claimed_by=leader, claimed_at=now, claimed_until=now + CLAIM)
    phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/valj/")
    assert told(phone, branch) == ["Någon annan ringer den personen just nu. Välj en annan."]


# --- how it went ------------------------------------------------------------------------------------------


def test_after_a_report_the_next_person_comes(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    led_to = send(phone, branch, call, fields(page(phone, branch, call)), outcome="reached", note="Glad!")
    call.refresh_from_db()
    held = Call.objects.get(claimed_by__isnull=False)
    assert (call.state, led_to) == (State.REACHED, f"/{branch.slug}/ringa/samtal/{held.pk}/")
    assert Attempt.objects.get().note == "Glad!"


def test_the_last_report_leads_to_my_list(phone: Client, branch: Branch) -> None:
    Call.objects.exclude(pk=Call.objects.order_by("pk")[0].pk).delete()
    call = start(phone, branch)
    led_to = send(phone, branch, call, fields(page(phone, branch, call)), outcome="no_answer")
    assert led_to == f"/{branch.slug}/ringa/"


def test_a_report_without_an_outcome_is_asked_for_again(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call)) | {"note": "Ska finnas kvar"}
    answer = phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form)
    html = answer.content.decode()
    assert (answer.status_code, Attempt.objects.count()) == (422, 0)
    assert ("Tryck på en av knapparna" in html, "Ska finnas kvar" in html) == (True, True)
    assert fields(html)["client_id"] == form["client_id"]


def test_the_same_page_sent_twice_counts_once(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call))
    assert send(phone, branch, call, form, outcome="reached") == send(
        phone, branch, call, form, outcome="reached"
    )
    assert Attempt.objects.count() == 1


def test_the_back_button_and_another_answer_are_told_apart(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call))
    send(phone, branch, call, form, outcome="no_answer")
    send(phone, branch, call, form, outcome="reached")
    assert "Du hade redan rapporterat det samtalet. Ångra den första rapporten om den var fel." in told(
        phone, branch
    )
    assert Attempt.objects.get().outcome == "no_answer"


def test_a_report_that_comes_late_is_kept(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call))
    this_evening.shift(timedelta(hours=3))
    send(phone, branch, call, form, outcome="reached")
    call.refresh_from_db()
    assert call.state == State.REACHED


@pytest.mark.parametrize("ticket", ["", "made:up:ticket", "another's"])
def test_a_report_needs_its_pages_ticket(phone: Client, branch: Branch, ticket: str) -> None:
    call = start(phone, branch)
    other = Call.objects.exclude(pk=call.pk)[0]
    form = fields(page(phone, branch, call)) if ticket == "another's" else {"ticket": ticket}
    answer = phone.post(
        f"/{branch.slug}/ringa/samtal/{other.pk}/rapport/",
        {"client_id": str(uuid4()), "outcome": "reached"} | form,
    )
    assert (answer.status_code, Attempt.objects.count()) == (404, 0)


def test_a_message_goes_to_the_officer(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call))
    send(phone, branch, call, form, outcome="reached", message="Vill ha skjuts till mötet.")
    assert FollowUp.objects.get(call=call).message == "Vill ha skjuts till mötet."


@pytest.mark.parametrize(
    ("choice", "due"),
    [
        ("hours", "2027-03-09 20:30"),
        ("morning", "2027-03-10 10:00"),
        ("evening", "2027-03-10 17:00"),
        ("week", "2027-03-16 18:30"),
        ("month", "2027-04-06 19:30"),
        ("", "2027-03-10 10:00"),
    ],
)
def test_call_later_at_a_time(phone: Client, branch: Branch, choice: str, due: str) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call))
    send(phone, branch, call, form, outcome="call_later", call_back=choice)
    call.refresh_from_db()
    assert call.due_at is not None
    assert f"{timezone.localtime(call.due_at):%Y-%m-%d %H:%M}" == due


# --- undo and recent calls ----------------------------------------------------------------------------------


def test_undo_brings_the_person_back(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    send(phone, branch, call, fields(page(phone, branch, call)), outcome="deceased")
    html = phone.get(f"/{branch.slug}/ringa/").content.decode()
    attempt = Attempt.objects.get()
    assert f"/{branch.slug}/ringa/rapport/{attempt.pk}/angra/" in html
    answer = phone.post(f"/{branch.slug}/ringa/rapport/{attempt.pk}/angra/")
    assert answer["Location"] == f"/{branch.slug}/ringa/samtal/{call.pk}/"
    call.member.refresh_from_db()
    assert call.member.no_calls is False


def test_undo_after_ten_minutes_says_whom_to_ask(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    send(phone, branch, call, fields(page(phone, branch, call)), outcome="reached")
    this_evening.shift(UNDO)
    attempt = Attempt.objects.get()
    assert "angra" not in phone.get(f"/{branch.slug}/ringa/").content.decode()
    phone.post(f"/{branch.slug}/ringa/rapport/{attempt.pk}/angra/")
    assert told(phone, branch)[-1].startswith("Det går inte att ångra längre.")
    assert Attempt.objects.standing().count() == 1


def test_nobody_undoes_anothers_report(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    send(phone, branch, call, fields(page(phone, branch, call)), outcome="reached")
    other = Client()
    log_in_as(other, Role.Kind.CALLER, branch, two_factors=False)
    attempt = Attempt.objects.get()
    assert other.post(f"/{branch.slug}/ringa/rapport/{attempt.pk}/angra/").status_code == 404


def test_recent_calls_are_mine_for_14_days(
    phone: Client, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    send(phone, branch, call, fields(page(phone, branch, call)), outcome="reached", message="Om vägen.")
    FollowUp.objects.update(handled_at=timezone.now(), handled_by=caller, answer="Kommunen lagar den.")
    html = phone.get(f"/{branch.slug}/ringa/mina-samtal/").content.decode()
    for shown in (call.member.name, "Om vägen.", "Kommunen lagar den."):
        assert shown in html
    this_evening.shift(timedelta(days=14, seconds=1))
    log_in(phone, caller, two_factors=False)
    assert call.member.name not in phone.get(f"/{branch.slug}/ringa/mina-samtal/").content.decode()


# --- the door and the number of queries -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "mina-samtal/"])
@pytest.mark.parametrize(
    ("who", "status"), [("caller", 200), ("call_leader", 200), ("board", 403), ("stranger", 404)]
)
def test_who_may_call(client: Client, branch: Branch, who: str, status: int, path: str) -> None:
    kind = Role.Kind.CALLER if who == "stranger" else who
    elsewhere = MemberFactory.create().branch
    log_in_as(client, kind, elsewhere if who == "stranger" else branch)
    assert client.get(f"/{branch.slug}/ringa/{path}").status_code == status


@pytest.mark.parametrize("path", ["", "samtal/", "mina-samtal/"])
def test_the_callers_pages_take_at_most_12_queries_whatever_the_size(
    client: Client, branch: Branch, path: str
) -> None:
    counted = [queries_of(client, members, path) for members in (3, 40)]
    assert counted[0] == counted[1] <= 12


def queries_of(client: Client, members: int, path: str) -> int:
    branch = MemberFactory.create().branch
    caller = user_with(Role.Kind.CALLER, branch)
    MemberFactory.create_batch(members, branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    log_in(client, caller, two_factors=False)
    for call in Call.objects.filter(round__branch=branch)[: members // 2]:
        Attempt.objects.create(call=call, outcome="no_answer", reported_at=timezone.now(), reported_by=caller)
    address = f"/{branch.slug}/ringa/{path}"
    if path == "samtal/":
        address = client.post(f"/{branch.slug}/ringa/nasta/")["Location"]
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
