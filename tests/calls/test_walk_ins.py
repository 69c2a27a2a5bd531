"""Somebody comes in through the door: an account, a code and a list; and nobody else's account."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from calls import calling_evenings, lists, walk_ins
from calls.models import Call, CallList, CallRound
from crm.access import Permission, standing_of
from crm.outbox.models import Message
from crm.people import printed_codes
from crm.people.models import Branch, LoginCode, Role, User
from tests.factories import BranchFactory, give_role, user_with
from tests.logins import log_in

TODAY = date(2027, 3, 9)


def admitted(call_round: CallRound, by: User, **changed: Any) -> walk_ins.Arrival:
    told: dict[str, Any] = {"name": "Nils Ny", "email": "", "only_today": True, "key": UUID(int=5)}
    return walk_ins.admit(call_round=call_round, by=by, at=timezone.now(), **told | changed)


@pytest.fixture
def pool(call_round: CallRound) -> CallRound:
    """All three calls are on nobody's list."""
    Call.objects.update(call_list=None)
    CallList.objects.all().delete()
    return call_round


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


def test_a_name_is_enough(pool: CallRound, leader: User) -> None:
    arrival = admitted(pool, leader)
    role = Role.objects.get(user=arrival.caller)
    assert (arrival.caller.name, arrival.caller.has_email, arrival.calls) == ("Nils Ny", False, 3)
    assert (role.kind, role.starts_on, role.ends_on, role.granted_by) == ("caller", TODAY, TODAY, leader)
    assert CallList.objects.get().caller == arrival.caller


def test_the_code_on_the_slip_opens_the_door(pool: CallRound, leader: User) -> None:
    arrival = admitted(pool, leader)
    assert len(arrival.codes) == printed_codes.CODES
    assert printed_codes.use(arrival.codes[0]) == arrival.caller


def test_the_role_is_over_tomorrow(pool: CallRound, leader: User, branch: Branch) -> None:
    caller = admitted(pool, leader).caller
    allowed = [
        standing_of(caller, on=TODAY + timedelta(days=days)).may(Permission.CALL, branch) for days in (0, 1)
    ]
    assert allowed == [True, False]


def test_a_code_of_yesterday_opens_nothing(pool: CallRound, leader: User) -> None:
    code = admitted(pool, leader).codes[0]
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert printed_codes.use(code) is None


def test_who_stays_calls_until_the_round_closes(pool: CallRound, leader: User) -> None:
    assert admitted(pool, leader, only_today=False).ends_on == pool.closes_on
    assert Role.objects.get(user__name="Nils Ny").ends_on == pool.closes_on


def test_the_same_form_twice_lets_in_one(pool: CallRound, leader: User) -> None:
    first, second = admitted(pool, leader), admitted(pool, leader)
    assert first.caller == second.caller
    assert Role.objects.filter(user=first.caller).count() == 1
    assert printed_codes.use(first.codes[0]) is None
    assert printed_codes.use(second.codes[0]) == first.caller


def half(call_round: CallRound) -> CallList | None:
    return lists.to_halve(call_round).first()


def test_while_the_pool_has_somebody_no_list_is_halved(pool: CallRound, leader: User, caller: User) -> None:
    keys = list(Call.objects.order_by("pk").values_list("pk", flat=True))[1:]
    lists.hand_out(call_round=pool, calls=keys, to=caller, by=leader, at=timezone.now())
    assert half(pool) is None


def test_an_empty_pool_offers_the_longest_list_first(
    call_round: CallRound, leader: User, branch: Branch, caller: User
) -> None:
    other = user_with(Role.Kind.CALLER, branch)
    first, *_rest = Call.objects.order_by("pk").values_list("pk", flat=True)
    lists.hand_out(call_round=call_round, calls=[first], to=other, by=leader, at=timezone.now())
    offered = lists.to_halve(call_round)
    assert [(one.caller, one.left) for one in offered] == [(caller, 2)]  # type: ignore[attr-defined]


def test_who_comes_in_gets_half_of_a_list_when_the_pool_is_empty(
    call_round: CallRound, leader: User, caller: User
) -> None:
    arrival = admitted(call_round, leader, half_of=half(call_round))
    left = {one: lists.left_on_list_of(one, call_round=call_round) for one in (arrival.caller, caller)}
    assert (arrival.calls, left) == (1, {arrival.caller: 1, caller: 2})


def test_the_same_form_twice_halves_a_list_once(call_round: CallRound, leader: User, caller: User) -> None:
    for _ in range(2):
        arrival = admitted(call_round, leader, half_of=half(call_round))
    assert arrival.calls == 1
    assert lists.left_on_list_of(caller, call_round=call_round) == 2


def test_what_the_pool_gives_is_enough(pool: CallRound, leader: User, caller: User) -> None:
    """Somebody took the list back after the form was shown."""
    lists.share_out(call_round=pool, among=[caller], by=leader, at=timezone.now())
    chosen = half(pool)
    lists.take_back_all(call_round=pool, by=leader, at=timezone.now())
    assert admitted(pool, leader, half_of=chosen).calls == 3


def test_two_people_of_one_name_are_two(pool: CallRound, leader: User) -> None:
    callers = {admitted(pool, leader, key=UUID(int=key)).caller for key in (1, 2)}
    assert len(callers) == 2


def test_who_has_no_email_gets_none(
    pool: CallRound, leader: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        admitted(pool, leader)
    assert (Message.objects.count(), mail.outbox) == (0, [])


def test_who_has_an_email_gets_the_link(pool: CallRound, leader: User) -> None:
    arrival = admitted(pool, leader, email="Nils@Example.org")
    assert Message.objects.get().address == "nils@example.org"
    assert (arrival.caller.has_email, len(arrival.codes)) == (True, printed_codes.CODES)


@pytest.mark.parametrize("kind", [Role.Kind.BOARD, Role.Kind.MEMBER_OFFICER, Role.Kind.ADMIN])
def test_a_leader_gets_no_code_to_anothers_account(
    pool: CallRound, leader: User, branch: Branch, kind: str
) -> None:
    """Else the slip would open what the leader may not see."""
    theirs = user_with(kind, branch, email="styrelsen@example.org")
    arrival = admitted(pool, leader, email="styrelsen@example.org")
    assert (arrival.caller, arrival.codes, LoginCode.objects.count()) == (theirs, [], 0)


def test_a_role_in_another_branch_is_anothers_account_too(pool: CallRound, leader: User) -> None:
    user_with(Role.Kind.CALLER, BranchFactory.create(), email="annan@example.org")
    assert admitted(pool, leader, email="annan@example.org").codes == []


def test_who_has_logged_in_before_gets_no_code(pool: CallRound, leader: User, branch: Branch) -> None:
    known = user_with(Role.Kind.CALLER, branch, email="rut@example.org")
    User.objects.filter(pk=known.pk).update(last_login=timezone.now())
    arrival = admitted(pool, leader, email="rut@example.org")
    assert (arrival.caller, arrival.codes, arrival.calls) == (known, [], 3)
    assert Role.objects.filter(user=known).count() == 1


def test_a_closed_account_is_not_opened(pool: CallRound, leader: User) -> None:
    User.objects.create_user("stangd@example.org", name="Stängd", is_active=False)
    with pytest.raises(ValidationError):
        admitted(pool, leader, email="stangd@example.org")


def test_only_leaders_let_people_in(pool: CallRound, caller: User) -> None:
    with pytest.raises(PermissionDenied):
        admitted(pool, caller)
    with pytest.raises(PermissionDenied):
        printed_codes.codes_for_new_caller(user=caller, branch=pool.branch, by=caller)


def test_who_comes_during_an_evening_belongs_to_it(pool: CallRound, leader: User) -> None:
    now = timezone.now()
    evening = calling_evenings.book(
        call_round=pool, starts_at=now, place="Folkets hus", callers=[], by=leader, at=now
    )
    calling_evenings.start(evening=evening, gather=False, by=leader, at=now)
    arrival = admitted(pool, leader)
    assert evening.callers.get().caller == arrival.caller
    assert calling_evenings.end(evening=evening, by=leader, at=now) == arrival.calls == 3


def test_the_slip_shows_codes_address_and_list(desk: Client, pool: CallRound, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/{pool.pk}/ny-ringare/"
    assert "Ett namn räcker" in desk.get(page).content.decode()
    answer = desk.post(page, {"name": "Nils Ny", "email": "", "until": "today", "key": UUID(int=3)})
    html = answer.content.decode()
    assert all(code in html for code in answer.context["arrival"].codes)
    assert "http://testserver/inloggningskod/" in html
    assert "3 personer står på listan" in html
    assert "<svg" in html


def test_the_page_offers_half_of_the_longest_list(
    desk: Client, branch: Branch, call_round: CallRound
) -> None:
    page = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ny-ringare/"
    form = desk.get(page).context["form"]
    assert form.initial["half_of"] == half(call_round)
    told = {"name": "Nils Ny", "until": "today", "key": UUID(int=3), "half_of": CallList.objects.get().pk}
    assert "1 person står på listan" in desk.post(page, told).content.decode()
    Call.objects.update(call_list=None)
    assert "half_of" not in desk.get(page).context["form"].fields


def test_an_empty_pool_is_told(desk: Client, call_round: CallRound, branch: Branch) -> None:
    page = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ny-ringare/"
    html = desk.post(page, {"name": "Nils Ny", "until": "today", "key": UUID(int=3)}).content.decode()
    assert "Potten är tom" in html


@pytest.mark.parametrize("wrong", [{"name": ""}, {"email": "nej"}, {"until": "evigt"}, {"key": "x"}])
def test_a_faulty_form_lets_nobody_in(
    desk: Client, pool: CallRound, branch: Branch, wrong: dict[str, str]
) -> None:
    page = f"/{branch.slug}/ringa/omgangar/{pool.pk}/ny-ringare/"
    told = {"name": "Nils Ny", "until": "today", "key": str(UUID(int=3))} | wrong
    assert desk.post(page, told).status_code == 422
    assert not Role.objects.filter(user__name="Nils Ny").exists()


def test_a_refusal_is_told_in_the_form(desk: Client, pool: CallRound, branch: Branch) -> None:
    User.objects.create_user("stangd@example.org", name="Stängd", is_active=False)
    page = f"/{branch.slug}/ringa/omgangar/{pool.pk}/ny-ringare/"
    told = {"name": "Nils", "email": "stangd@example.org", "until": "today", "key": UUID(int=3)}
    answer = desk.post(page, told)
    assert (answer.status_code, "stängt" in answer.content.decode()) == (422, True)


def test_the_administrator_reads_that_there_is_no_email(
    client: Client, pool: CallRound, leader: User, branch: Branch
) -> None:
    admitted(pool, leader)
    log_in(client, user_with(Role.Kind.ADMIN, branch))
    html = client.get(f"/{branch.slug}/installningar/uppdrag/").content.decode()
    assert "ingen e-post" in html
    assert "invalid" not in html


def test_a_caller_since_long_ago_keeps_the_role(pool: CallRound, leader: User, branch: Branch) -> None:
    known = user_with(Role.Kind.CALLER, branch, email="rut@example.org")
    give_role(known, Role.Kind.BOARD, branch, ends_on=date(2021, 1, 1))
    assert admitted(pool, leader, email="rut@example.org").codes == []
    assert Role.objects.filter(user=known, kind=Role.Kind.CALLER).count() == 1
