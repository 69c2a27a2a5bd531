"""The leader's pages: the states add up, lists are handed out, names are logged."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, outcomes, overview, rounds, summary
from calls.models import Attempt, Call, CallList, CallRound, CallRules, Script
from crm.people.models import AccessLog, Branch, Role, User
from tests.calls.conftest import OPENING
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as

State, Outcome = Call.State, Attempt.Outcome


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


@pytest.fixture
def half_done(branch: Branch, caller: User) -> CallRound:
    """A round with a member in each of its ten states."""
    MemberFactory.create_batch(8, branch=branch)
    MemberFactory.create(branch=branch, phone="")
    MemberFactory.create(branch=branch, no_calls=True)
    rounds.open_rounds(branch=branch, on=OPENING)
    now = timezone.now()
    calls = list(Call.objects.waiting().order_by("pk"))
    outcomes.report(call=calls[0], by=caller, outcome=Outcome.REACHED, client_id=uuid4())
    claims.claim(call=calls[1], caller=caller, now=now)
    outcomes.report(call=calls[3], by=caller, outcome=Outcome.NO_ANSWER, client_id=uuid4())
    Call.objects.filter(pk=calls[3].pk).update(due_at=now)
    outcomes.report(call=calls[4], by=caller, outcome=Outcome.NO_ANSWER, client_id=uuid4())
    outcomes.report(call=calls[5], by=caller, outcome=Outcome.MOVED, client_id=uuid4())
    Call.objects.filter(pk__in=[calls[6].pk, calls[7].pk]).update(state=State.EXHAUSTED)
    Call.objects.filter(pk=calls[7].pk).update(letter_at=now, letter_by=caller)
    return CallRound.objects.get()


def test_every_state_is_counted_and_they_add_up(half_done: CallRound) -> None:
    counted = summary.count(Call.objects.filter(round=half_done), timezone.now())
    assert {one.standing.key: one.number for one in counted} == dict.fromkeys(summary.BY_KEY, 1)
    assert overview.of_round(half_done, timezone.now()).members == Call.objects.count() == 10


def test_the_round_shows_its_states_and_lists(desk: Client, half_done: CallRound, branch: Branch) -> None:
    answer = desk.get(f"/{branch.slug}/ringa/omgangar/{half_done.pk}/")
    html = answer.content.decode()
    assert "Ring alla medlemmar 2027" in html
    assert "Rut Ringare" in html
    assert [row.left for row in answer.context["page"].lists] == [4]
    for standing in summary.STANDINGS:
        assert str(standing.label) in html


@pytest.mark.parametrize("key", sorted(summary.BY_KEY))
def test_who_is_in_a_state_is_shown_and_logged(
    desk: Client, half_done: CallRound, branch: Branch, leader: User, key: str
) -> None:
    answer = desk.get(f"/{branch.slug}/ringa/omgangar/{half_done.pk}/lage/{key}/")
    call = Call.objects.get(summary.conditions(timezone.now())[key])
    assert [row.pk for row in answer.context["page"].object_list] == [call.pk]
    row = AccessLog.objects.get(user=leader)
    assert (row.member_id, row.purpose) == (call.member_id, AccessLog.Purpose.LEAD)
    assert call.member.name in answer.content.decode()


def test_a_state_that_is_none_does_not_exist(desk: Client, half_done: CallRound, branch: Branch) -> None:
    assert desk.get(f"/{branch.slug}/ringa/omgangar/{half_done.pk}/lage/lost/").status_code == 404


def test_all_rounds_and_what_waits(desk: Client, half_done: CallRound, branch: Branch) -> None:
    html = desk.get(f"/{branch.slug}/ringa/omgangar/").content.decode()
    assert "Ring alla medlemmar 2027" in html
    assert "1 uppföljning väntar på åtgärd" in html
    assert "Öppna ringomgången nu" not in html


def test_a_leader_opens_the_round_by_hand(desk: Client, branch: Branch, leader: User) -> None:
    MemberFactory.create(branch=branch, learnt_on=timezone.localdate())
    assert "Öppna ringomgången nu" in desk.get(f"/{branch.slug}/ringa/omgangar/").content.decode()
    for _ in range(2):
        answer = desk.post(f"/{branch.slug}/ringa/omgangar/oppna/")
    opened = CallRound.objects.get()
    assert (opened.opened_by, opened.calls.count()) == (leader, 1)
    assert answer["Location"] == f"/{branch.slug}/ringa/omgangar/{opened.pk}/"


def test_a_stuck_list_is_pointed_out(desk: Client, call_round: CallRound, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/"
    assert "inget på sju dagar" in desk.get(page).content.decode()
    Call.objects.update(last_attempt_at=timezone.now() - timedelta(days=6))
    assert "inget på sju dagar" not in desk.get(page).content.decode()


def test_the_pool_is_shared_out(desk: Client, call_round: CallRound, branch: Branch) -> None:
    Call.objects.update(call_list=None)
    desk.post(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/dela-ut/")
    assert CallList.objects.get().calls.count() == 3


def test_one_more_caller_gets_a_list(desk: Client, call_round: CallRound, branch: Branch) -> None:
    Call.objects.update(call_list=None)
    new = user_with(Role.Kind.CALLER, branch, name="Nils Ny")
    page = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/"
    assert "Nils Ny" in desk.get(page).content.decode()
    assert desk.post(f"{page}ny-lista/", {"caller": new.pk}).status_code == 302
    assert CallList.objects.get(caller=new).calls.count() == 2


@pytest.mark.parametrize("who", ["nobody", "stranger", "one with a list"])
def test_only_those_who_may_call_get_a_list(
    desk: Client, call_round: CallRound, branch: Branch, caller: User, who: str
) -> None:
    stranger = user_with(Role.Kind.CALLER, BranchFactory.create())
    chosen = {"nobody": "", "stranger": stranger.pk, "one with a list": caller.pk}[who]
    page = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ny-lista/"
    assert desk.post(page, {"caller": chosen}).status_code == 422
    assert CallList.objects.count() == 1


def test_all_lists_are_taken_back(desk: Client, call_round: CallRound, branch: Branch, leader: User) -> None:
    desk.post(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ta-tillbaka/")
    assert CallList.objects.get().taken_back_by == leader


def test_letters_are_noted(desk: Client, half_done: CallRound, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/{half_done.pk}/"
    assert "1 brev har skickats" in desk.get(page).content.decode()
    desk.post(f"{page}brev/")
    assert Call.objects.filter(letter_at__isnull=False).count() == 2


# --- one list ------------------------------------------------------------------------------------------------


def test_a_list_shows_who_is_left_and_is_logged(
    desk: Client, half_done: CallRound, branch: Branch, leader: User
) -> None:
    call_list = CallList.objects.get()
    answer = desk.get(f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/")
    left = {call.member_id for call in answer.context["calls"]}
    assert len(left) == 5
    logged = AccessLog.objects.filter(user=leader, purpose=AccessLog.Purpose.LEAD)
    assert set(logged.values_list("member", flat=True)) == left


def test_a_list_is_moved(desk: Client, call_round: CallRound, branch: Branch, leader: User) -> None:
    call_list = CallList.objects.get()
    answer = desk.post(f"/{branch.slug}/ringa/omgangar/listor/{call_list.pk}/flytta/", {"caller": leader.pk})
    assert answer["Location"] == f"/{branch.slug}/ringa/omgangar/{call_round.pk}/"
    assert CallList.objects.get(caller=leader).calls.count() == 3


def test_a_list_is_not_moved_to_nobody(desk: Client, call_round: CallRound, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/listor/{CallList.objects.get().pk}/flytta/"
    assert desk.post(page, {"caller": ""}).status_code == 422


def test_a_list_is_taken_back_once(desk: Client, call_round: CallRound, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/listor/{CallList.objects.get().pk}/"
    assert desk.post(f"{page}ta-tillbaka/").status_code == 302
    assert (desk.get(page).status_code, desk.post(f"{page}ta-tillbaka/").status_code) == (404, 404)


# --- script and rules ------------------------------------------------------------------------------------------


def test_a_leader_writes_the_script(desk: Client, branch: Branch, leader: User) -> None:
    page = f"/{branch.slug}/ringa/omgangar/manus/normal/"
    assert "Hej [förnamn]!" in desk.get(page).content.decode()
    assert desk.post(page, {"text": "Hej [namn]!\r\n\r\nKommer du?"}).status_code == 302
    written = Script.objects.get()
    assert (written.text, written.changed_by) == ("Hej [namn]!\n\nKommer du?", leader)


def test_a_placeholder_that_is_none_is_named(desk: Client, branch: Branch) -> None:
    answer = desk.post(f"/{branch.slug}/ringa/omgangar/manus/welcome/", {"text": "Hej [fornamn]!"})
    assert (answer.status_code, Script.objects.count()) == (422, 0)
    assert "[fornamn]" in answer.content.decode()


def test_a_script_of_no_kind_does_not_exist(desk: Client, branch: Branch) -> None:
    assert desk.get(f"/{branch.slug}/ringa/omgangar/manus/secret/").status_code == 404


def test_the_branch_sets_its_days(desk: Client, branch: Branch) -> None:
    form = {"opens_month": 3, "opens_day": 1, "closes_month": 11, "closes_day": 15, "max_attempts": 5}
    assert desk.get(f"/{branch.slug}/ringa/omgangar/regler/").status_code == 200
    assert desk.post(f"/{branch.slug}/ringa/omgangar/regler/", form).status_code == 302
    assert CallRules.objects.values(*form).get(branch=branch) == form


@pytest.mark.parametrize(("field", "value"), [("max_attempts", 0), ("opens_month", 13), ("closes_day", 31)])
def test_days_that_can_not_be_are_refused(desk: Client, branch: Branch, field: str, value: int) -> None:
    form = {"opens_month": 3, "opens_day": 1, "closes_month": 11, "closes_day": 15, "max_attempts": 5}
    assert desk.post(f"/{branch.slug}/ringa/omgangar/regler/", form | {field: value}).status_code == 422
    assert not CallRules.objects.exists()


def test_a_round_closes_after_it_opens(desk: Client, branch: Branch) -> None:
    form = {"opens_month": 11, "opens_day": 15, "closes_month": 3, "closes_day": 1, "max_attempts": 5}
    assert desk.post(f"/{branch.slug}/ringa/omgangar/regler/", form).status_code == 422


# --- the door and the number of queries ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("call_leader", 200), ("caller", 403), ("member_officer", 403), ("stranger", 404)]
)
def test_who_leads(client: Client, branch: Branch, call_round: CallRound, who: str, status: int) -> None:
    kind = Role.Kind.CALL_LEADER if who == "stranger" else who
    log_in_as(client, kind, BranchFactory.create() if who == "stranger" else branch)
    pages = [
        "omgangar/",
        f"omgangar/{call_round.pk}/",
        f"omgangar/listor/{CallList.objects.get().pk}/",
        "omgangar/regler/",
    ]
    assert {client.get(f"/{branch.slug}/ringa/{page}").status_code for page in pages} == {status}


def test_leading_needs_two_factors(client: Client, branch: Branch, call_round: CallRound) -> None:
    log_in_as(client, Role.Kind.CALL_LEADER, branch, two_factors=False)
    assert client.get(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/").status_code == 302


def test_another_branchs_round_and_list_do_not_exist(client: Client, call_round: CallRound) -> None:
    elsewhere = BranchFactory.create()
    log_in_as(client, Role.Kind.CALL_LEADER, elsewhere)
    for page in (f"omgangar/{call_round.pk}/", f"omgangar/listor/{CallList.objects.get().pk}/"):
        assert client.get(f"/{elsewhere.slug}/ringa/{page}").status_code == 404


@pytest.mark.parametrize("page", ["omgangar/", "round", "state", "list", "uppfoljningar/"])
def test_pages_take_as_many_queries_for_many_as_for_few(client: Client, db: None, page: str) -> None:
    few, many = (queries_of(client, members, page) for members in (2, 20))
    assert few == many


def queries_of(client: Client, members: int, page: str) -> int:
    branch = BranchFactory.create()
    caller = user_with(Role.Kind.CALLER, branch)
    MemberFactory.create_batch(2 * members, branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    shown = CallRound.objects.get(branch=branch)
    for call in Call.objects.filter(round=shown).order_by("pk")[:members]:
        outcomes.report(call=call, by=caller, outcome=Outcome.WRONG_NUMBER, client_id=uuid4())
    log_in_as(client, Role.Kind.CALL_LEADER, branch)
    path = {
        "round": f"omgangar/{shown.pk}/",
        "state": f"omgangar/{shown.pk}/lage/parked/",
        "list": f"omgangar/listor/{CallList.objects.get(round=shown).pk}/",
    }.get(page, page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/{branch.slug}/ringa/{path}").status_code == 200
    return len(queries)
