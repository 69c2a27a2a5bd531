"""Calling with a bad network, seen from the server: who is held, what is handed out, and reports that come again."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, lists, rounds
from calls.access import TICKET_LASTS
from calls.claims import KEPT
from calls.models import CLAIM, Attempt, Call, CallRound
from crm.people.models import AccessLog, Branch, Role, User
from tests.calls.test_calling_views import fields, page, start
from tests.factories import MemberFactory, user_with
from tests.logins import log_in, log_in_as


@pytest.fixture
def seven(call_round: CallRound, branch: Branch, caller: User) -> CallRound:
    """The round with seven members on the caller's list."""
    MemberFactory.create_batch(4, branch=branch)
    rounds.top_up(branch=branch, on=timezone.localdate())
    for call in call_round.calls.filter(call_list=None):
        lists.give_fair_part(call_round=call_round, caller=caller, by=caller, at=timezone.now())
        Call.objects.filter(pk=call.pk).update(call_list=call_round.lists.get(caller=caller))
    return call_round


@pytest.fixture
def phone(client: Client, seven: CallRound, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    client.cookies["own_phone"] = "yes"
    return client


def held_by(user: User) -> set[int]:
    held = Call.objects.filter(claimed_by=user, claimed_until__gt=timezone.now())
    return set(held.values_list("pk", flat=True))


def hold(phone: Client, branch: Branch) -> list[dict[str, object]]:
    answer = phone.post(f"/{branch.slug}/ringa/behall/")
    assert answer.status_code == 200
    people: list[dict[str, object]] = answer.json()["people"]
    return people


# --- who is held -------------------------------------------------------------------------------------


def test_the_one_in_hand_comes_first_and_four_more_are_held(
    phone: Client, branch: Branch, caller: User
) -> None:
    call = start(phone, branch)
    people = hold(phone, branch)
    assert people[0]["pk"] == call.pk
    assert (len(people), {person["pk"] for person in people}) == (KEPT, held_by(caller))
    until = timezone.now() + CLAIM
    assert {datetime.fromisoformat(str(person["until"])) for person in people} == {until}


def test_with_nobody_in_hand_nobody_is_held(phone: Client, branch: Branch, caller: User) -> None:
    assert (hold(phone, branch), held_by(caller)) == ([], set())


def test_a_shared_computer_holds_the_one_in_hand_alone(phone: Client, branch: Branch, caller: User) -> None:
    del phone.cookies["own_phone"]
    call = start(phone, branch)
    assert (hold(phone, branch), held_by(caller)) == ([], {call.pk})


def test_asking_again_holds_the_same_and_longer(
    phone: Client, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    start(phone, branch)
    before = [person["pk"] for person in hold(phone, branch)]
    this_evening.shift(timedelta(minutes=20))
    again = hold(phone, branch)
    assert [person["pk"] for person in again] == before
    assert set(Call.objects.filter(claimed_by=caller).values_list("claimed_until", flat=True)) == {
        timezone.now() + CLAIM
    }


def test_what_is_held_ends_by_itself(
    phone: Client, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    start(phone, branch)
    hold(phone, branch)
    this_evening.shift(CLAIM)
    assert held_by(caller) == set()


def test_the_pool_is_left_to_others(phone: Client, branch: Branch, caller: User, seven: CallRound) -> None:
    call = start(phone, branch)
    Call.objects.exclude(pk=call.pk).update(call_list=None)
    assert [person["pk"] for person in hold(phone, branch)] == [call.pk]


def test_whom_another_caller_has_is_not_kept(phone: Client, branch: Branch, caller: User) -> None:
    call = start(phone, branch)
    other = user_with(Role.Kind.CALLER, branch)
    taken = Call.objects.exclude(pk=call.pk).order_by("pk")[0]
    Call.objects.filter(pk=taken.pk).update(
        claimed_by=other, claimed_at=timezone.now(), claimed_until=timezone.now() + CLAIM
    )
    assert taken.pk not in {person["pk"] for person in hold(phone, branch)}


def test_the_next_person_is_one_of_those_who_are_kept(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    kept = [person["pk"] for person in hold(phone, branch)]
    form = fields(page(phone, branch, call)) | {"outcome": "no_answer"}
    answer = phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form)
    assert answer["Location"] == f"/{branch.slug}/ringa/samtal/{kept[1]}/"


def test_two_callers_are_never_given_the_same_to_keep(phone: Client, branch: Branch, caller: User) -> None:
    start(phone, branch)
    mine = hold(phone, branch)
    other = Client()
    log_in(other, user_with(Role.Kind.CALLER, branch), two_factors=False)
    other.cookies["own_phone"] = "yes"
    Call.objects.exclude(claimed_by=caller).update(call_list=None)
    start(other, branch)
    assert {person["pk"] for person in hold(other, branch)} & {person["pk"] for person in mine} == set()


def test_as_many_queries_for_a_long_list_as_for_a_short_one(phone: Client, branch: Branch) -> None:
    start(phone, branch)
    hold(phone, branch)
    with CaptureQueriesContext(connection) as few:
        hold(phone, branch)
    MemberFactory.create_batch(10, branch=branch)
    rounds.top_up(branch=branch, on=timezone.localdate())
    with CaptureQueriesContext(connection) as many:
        hold(phone, branch)
    assert len(few) == len(many)


# --- what is handed out ----------------------------------------------------------------------------------


def test_a_page_to_keep_is_logged_and_tells_no_news(phone: Client, branch: Branch, caller: User) -> None:
    first = start(phone, branch)
    phone.post(
        f"/{branch.slug}/ringa/samtal/{first.pk}/rapport/",
        fields(page(phone, branch, first)) | {"outcome": "reached"},
    )
    second = Call.objects.get(claimed_by=caller)
    kept = phone.get(f"/{branch.slug}/ringa/samtal/{second.pk}/?keep=1").content.decode()
    assert "/angra/" not in kept
    assert "Vi pratade. Samtalet är klart. Tack!" not in kept
    assert AccessLog.objects.filter(member=second.member, user=caller, purpose="call").count() == 1
    shown = page(phone, branch, second)
    assert "/angra/" in shown
    assert "Vi pratade. Samtalet är klart. Tack!" in shown


def test_the_worker_reaches_the_branchs_calling_pages_alone(phone: Client, branch: Branch) -> None:
    answer = phone.get(f"/{branch.slug}/ringa/arbetare.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
    assert "Service-Worker-Allowed" not in answer.headers
    assert f'"/{branch.slug}/ringa/utan-nat/"' in answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_page_without_a_network_names_nobody(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    html = phone.get(f"/{branch.slug}/ringa/utan-nat/").content.decode()
    assert "Det finns inget nät" in html
    for name in (call.member.first_name, call.member.last_name):
        assert name not in html


@pytest.mark.parametrize("path", ["arbetare.js", "utan-nat/"])
@pytest.mark.parametrize(("kind", "status"), [("caller", 200), ("call_leader", 200), ("board", 403)])
def test_who_may_have_the_worker(client: Client, branch: Branch, path: str, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get(f"/{branch.slug}/ringa/{path}").status_code == status


# --- whose telephone it is -----------------------------------------------------------------------------------


def test_a_telephone_is_said_to_be_ones_own_and_then_shared(phone: Client, branch: Branch) -> None:
    del phone.cookies["own_phone"]
    answer = phone.post(f"/{branch.slug}/ringa/telefon/egen/")
    cookie = answer.cookies["own_phone"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("yes", True, "Lax")
    assert "Jag delar den med andra" in phone.get(f"/{branch.slug}/ringa/").content.decode()
    answer = phone.post(f"/{branch.slug}/ringa/telefon/delad/")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert "Ja, den är bara min" in phone.get(f"/{branch.slug}/ringa/").content.decode()


def test_logging_out_empties_the_browser(phone: Client) -> None:
    answer = phone.post("/konto/logout/")
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (302, '"storage"')


@pytest.mark.parametrize("path", ["/konto/logout/", "/konto/login/"])
def test_looking_empties_nothing(phone: Client, path: str) -> None:
    assert "Clear-Site-Data" not in phone.get(path).headers


# --- reports that come by script, late, and again ------------------------------------------------------------


def report(phone: Client, branch: Branch, call: Call, how: str, **said: str) -> tuple[int, object]:
    form = fields(page(phone, branch, call)) | said
    answer = phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form, headers={"X-Report": how})
    return answer.status_code, answer.json() if answer.status_code == 200 else None


def test_a_page_that_reports_by_script_is_told_where_to_go(
    phone: Client, branch: Branch, caller: User
) -> None:
    call = start(phone, branch)
    status, told = report(phone, branch, call, "now", outcome="reached")
    (then,) = held_by(caller)
    assert (status, told) == (200, {"next": f"/{branch.slug}/ringa/samtal/{then}/"})


def test_a_report_that_waited_takes_nobody_new_in_hand(phone: Client, branch: Branch, caller: User) -> None:
    call = start(phone, branch)
    told = report(phone, branch, call, "again", outcome="reached")
    assert (told, held_by(caller)) == ((200, {"next": f"/{branch.slug}/ringa/"}), set())


def test_a_report_by_script_that_is_wrong_says_so(phone: Client, branch: Branch) -> None:
    call = start(phone, branch)
    assert report(phone, branch, call, "now", outcome="reached", right_postcode="12") == (422, None)
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ("2027-03-09T17:20:00.000Z", 10),  # ten minutes before it arrived
        ("2027-03-09T18:20:00+01:00", 10),
        ("2027-03-09T17:31:00.000Z", 0),  # a clock that is fast
        ("2027-03-06T17:29:00.000Z", 0),  # older than any page that may report
        ("2027-03-09T17:20:00", 0),  # of no place on earth
        ("i går", 0),
        ("", 0),
    ],
)
def test_a_report_counts_from_when_the_button_was_pressed(
    phone: Client, branch: Branch, told: str, minutes: int
) -> None:
    call = start(phone, branch)
    report(phone, branch, call, "again", outcome="no_answer", told_at=told)
    assert Attempt.objects.get().reported_at == timezone.now() - timedelta(minutes=minutes)


def test_the_same_report_twice_and_late_counts_once(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call)) | {"outcome": "reached", "told_at": timezone.now().isoformat()}
    address = f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/"
    for _again in range(3):
        this_evening.shift(timedelta(minutes=25))
        assert phone.post(address, form, headers={"X-Report": "again"}).status_code == 200
    call.refresh_from_db()
    assert (Attempt.objects.count(), call.state, call.attempts_used) == (1, Call.State.REACHED, 1)


def test_a_talk_reported_after_its_claim_counts_and_the_person_is_not_offered_again(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call)) | {"outcome": "reached"}
    this_evening.shift(CLAIM)
    phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form, headers={"X-Report": "again"})
    helper = user_with(Role.Kind.CALLER, branch)
    Call.objects.update(call_list=None)
    offered = []
    while found := claims.claim_next(caller=helper, branch=branch, now=timezone.now()):
        offered.append(found.pk)
        Call.objects.filter(pk=found.pk).update(
            state=Call.State.PARKED, claimed_at=None, claimed_by=None, claimed_until=None
        )
    assert (call.pk in offered, len(offered)) == (False, 6)


def test_a_late_report_of_no_answer_leaves_who_dialled_since(
    phone: Client, branch: Branch, this_evening: time_machine.Traveller
) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call)) | {"outcome": "no_answer", "told_at": timezone.now().isoformat()}
    this_evening.shift(CLAIM)
    helper = Client()
    log_in(helper, user_with(Role.Kind.CALLER, branch), two_factors=False)
    Call.objects.exclude(pk=call.pk).update(state=Call.State.PARKED)
    Call.objects.update(call_list=None)
    assert start(helper, branch) == call
    assert report(helper, branch, call, "now", outcome="reached")[0] == 200
    phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form, headers={"X-Report": "again"})
    call.refresh_from_db()
    assert (call.state, Attempt.objects.count()) == (Call.State.REACHED, 2)


# --- somebody else is logged in ------------------------------------------------------------------------


def test_a_report_of_who_had_the_device_before_is_neither_taken_nor_lost(
    phone: Client, branch: Branch, caller: User
) -> None:
    call = start(phone, branch)
    form = fields(page(phone, branch, call)) | {"outcome": "reached"}
    other = user_with(Role.Kind.CALLER, branch)
    log_in(phone, other, two_factors=False)
    address = f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/"
    assert phone.post(address, form, headers={"X-Report": "again"}).status_code == 409
    assert phone.post(address, form).status_code == 404
    assert Attempt.objects.count() == 0
    log_in(phone, caller, two_factors=False)
    assert phone.post(address, form, headers={"X-Report": "again"}).status_code == 200
    assert Attempt.objects.get().reported_by == caller


@pytest.mark.parametrize("ticket", ["", "made:up:ticket"])
def test_a_made_up_ticket_is_nobodys(phone: Client, branch: Branch, ticket: str) -> None:
    call = start(phone, branch)
    address = f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/"
    sent = {"outcome": "reached", "ticket": ticket}
    assert phone.post(address, sent, headers={"X-Report": "again"}).status_code == 404


def test_the_page_waits_as_long_as_the_ticket_is_taken() -> None:
    """The script can't ask the server how long a ticket lasts while there is no network."""
    script = (settings.BASE_DIR / "static/js/offline.js").read_text()
    assert f"const WAITS = {TICKET_LASTS // timedelta(hours=1)} * 3600 * 1000;" in script
