"""What officers do about parked calls: deeds and pages."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from calls import claims, follow_ups, outcomes
from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people.models import AccessLog, Branch, Membership, Role, User
from tests.factories import MemberFactory
from tests.logins import log_in_as

Outcome, State, Reason = Attempt.Outcome, Call.State, Call.Reason


def reported(branch: Branch, caller: User, outcome: str, message: str = "") -> FollowUp:
    call = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert call is not None
    outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4(), message=message)
    return FollowUp.objects.get(call=call)


def state_of(follow_up: FollowUp) -> tuple[str, str]:
    call = Call.objects.get(pk=follow_up.call_id)
    return call.state, call.reason


@pytest.fixture
def wrong_number(call_round: CallRound, branch: Branch, caller: User) -> FollowUp:
    return reported(branch, caller, Outcome.WRONG_NUMBER, "Numret går till en pizzeria.")


def test_handled_puts_a_parked_call_back(wrong_number: FollowUp, leader: User) -> None:
    assert follow_ups.done(follow_up=wrong_number, by=leader, now=timezone.now(), answer="Rättat.")
    wrong_number.refresh_from_db()
    assert (wrong_number.handled_by, wrong_number.answer) == (leader, "Rättat.")
    assert state_of(wrong_number) == (State.WAITING, "")


def test_handled_without_a_number_is_unreachable(wrong_number: FollowUp, leader: User) -> None:
    wrong_number.call.member.phones.all().delete()
    follow_ups.done(follow_up=wrong_number, by=leader, now=timezone.now())
    assert state_of(wrong_number) == (State.UNREACHABLE, "")


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.DECLINES_CALLS, Outcome.DECEASED])
def test_handled_leaves_a_finished_call_finished(
    call_round: CallRound, branch: Branch, caller: User, outcome: str
) -> None:
    follow_up = reported(branch, caller, outcome, "Hör av er.")
    before = state_of(follow_up)
    follow_ups.done(follow_up=follow_up, by=caller, now=timezone.now())
    assert state_of(follow_up) == before


def test_who_wanted_to_leave_is_not_called_when_it_is_handled(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    follow_up = reported(branch, caller, Outcome.WANTS_TO_LEAVE)
    follow_ups.done(follow_up=follow_up, by=caller, now=timezone.now())
    assert state_of(follow_up) == (State.EXEMPT, Reason.WISH)


@pytest.mark.parametrize("outcome", [Outcome.WANTS_TO_LEAVE, Outcome.DECLINES_CALLS, Outcome.DECEASED])
def test_it_was_not_so_lifts_the_wishes_that_the_report_set(
    call_round: CallRound, branch: Branch, caller: User, outcome: str
) -> None:
    follow_up = reported(branch, caller, outcome)
    follow_ups.call_again(follow_up=follow_up, by=caller, now=timezone.now())
    member = follow_up.call.member
    member.refresh_from_db()
    assert (member.no_calls, member.no_messages, state_of(follow_up)) == (False, False, (State.WAITING, ""))


def test_a_wish_from_before_is_not_lifted(call_round: CallRound, branch: Branch, caller: User) -> None:
    for call in Call.objects.select_related("member"):
        call.member.no_messages = True
        call.member.save()
    follow_up = reported(branch, caller, Outcome.DECEASED)
    follow_ups.call_again(follow_up=follow_up, by=caller, now=timezone.now())
    follow_up.call.member.refresh_from_db()
    assert (follow_up.call.member.no_calls, follow_up.call.member.no_messages) == (False, True)


def test_left_in_peace(wrong_number: FollowUp, leader: User) -> None:
    follow_ups.leave_in_peace(follow_up=wrong_number, by=leader, now=timezone.now())
    assert state_of(wrong_number) == (State.EXEMPT, Reason.OFFICER)


@pytest.mark.parametrize(("reason", "why"), [("left", Reason.LEFT), ("deceased", Reason.DECEASED)])
def test_ending_the_membership(wrong_number: FollowUp, leader: User, reason: str, why: str) -> None:
    follow_ups.end_membership(follow_up=wrong_number, by=leader, now=timezone.now(), reason=reason)
    ended = Membership.objects.get(member=wrong_number.call.member)
    assert (ended.ended_on, ended.end_reason) == (timezone.localdate(), reason)
    assert state_of(wrong_number) == (State.EXEMPT, why)


@pytest.mark.parametrize("deed", [follow_ups.done, follow_ups.call_again, follow_ups.leave_in_peace])
def test_it_is_handled_once(wrong_number: FollowUp, leader: User, caller: User, deed: object) -> None:
    assert follow_ups.done(follow_up=wrong_number, by=leader, now=timezone.now(), answer="Först.")
    before = state_of(wrong_number)
    assert not deed(follow_up=wrong_number, by=caller, now=timezone.now(), answer="Sedan.")  # type: ignore[operator]
    wrong_number.refresh_from_db()
    assert (wrong_number.handled_by, wrong_number.answer, state_of(wrong_number)) == (
        leader,
        "Först.",
        before,
    )


def test_letters_are_noted_once_and_for_used_up_attempts_alone(call_round: CallRound, leader: User) -> None:
    used_up, waiting, _other = Call.objects.order_by("pk")
    Call.objects.filter(pk=used_up.pk).update(state=State.EXHAUSTED)
    keys, now = [used_up.pk, waiting.pk], timezone.now()
    assert follow_ups.mark_letters_sent(call_ids=keys, by=leader, now=now) == 1
    assert follow_ups.mark_letters_sent(call_ids=keys, by=leader, now=now) == 0
    used_up.refresh_from_db()
    assert (used_up.letter_at, used_up.letter_by) == (now, leader)


# --- pages ------------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_and_is_logged(
    client: Client, wrong_number: FollowUp, branch: Branch
) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    html = client.get(f"/{branch.slug}/ringa/uppfoljningar/").content.decode()
    assert (wrong_number.call.member.name in html, "pizzeria" in html) == (True, True)
    row = AccessLog.objects.get(user=officer)
    assert (row.member, row.purpose) == (wrong_number.call.member, AccessLog.Purpose.LEAD)


@pytest.mark.parametrize(
    ("button", "became"),
    [
        ("klart", (State.WAITING, "")),
        ("ring-igen", (State.WAITING, "")),
        ("lat-vara", (State.EXEMPT, Reason.OFFICER)),
        ("avsluta/left", (State.EXEMPT, Reason.LEFT)),
        ("avsluta/deceased", (State.EXEMPT, Reason.DECEASED)),
    ],
)
def test_each_button(
    client: Client, wrong_number: FollowUp, branch: Branch, button: str, became: tuple[str, str]
) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    page = f"/{branch.slug}/ringa/uppfoljningar/{wrong_number.pk}/"
    assert f"{page}{button}/" in client.get(page).content.decode()
    answer = client.post(f"{page}{button}/", {"answer": "Nu är det rättat."})
    assert answer["Location"] == f"/{branch.slug}/ringa/uppfoljningar/"
    wrong_number.refresh_from_db()
    assert (wrong_number.handled_by, wrong_number.answer) == (officer, "Nu är det rättat.")
    assert state_of(wrong_number) == became


def test_a_leader_does_not_end_memberships(client: Client, wrong_number: FollowUp, branch: Branch) -> None:
    log_in_as(client, Role.Kind.CALL_LEADER, branch)
    page = f"/{branch.slug}/ringa/uppfoljningar/{wrong_number.pk}/"
    assert "avsluta" not in client.get(page).content.decode()
    assert client.post(f"{page}avsluta/deceased/").status_code == 403


def test_an_ending_that_is_none_does_not_exist(
    client: Client, wrong_number: FollowUp, branch: Branch
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    page = f"/{branch.slug}/ringa/uppfoljningar/{wrong_number.pk}/avsluta/unpaid/"
    assert client.post(page).status_code == 404


def test_an_answer_that_is_too_long_is_asked_for_again(
    client: Client, wrong_number: FollowUp, branch: Branch
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    page = f"/{branch.slug}/ringa/uppfoljningar/{wrong_number.pk}/klart/"
    assert client.post(page, {"answer": "x" * 501}).status_code == 422
    wrong_number.refresh_from_db()
    assert wrong_number.handled_at is None


def test_what_is_handled_is_gone_from_the_pages(
    client: Client, wrong_number: FollowUp, branch: Branch, leader: User
) -> None:
    follow_ups.done(follow_up=wrong_number, by=leader, now=timezone.now())
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    pages = f"/{branch.slug}/ringa/uppfoljningar/"
    assert "Allt är hanterat" in client.get(pages).content.decode()
    assert client.get(f"{pages}{wrong_number.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("member_officer", 200), ("call_leader", 200), ("caller", 403), ("board", 403), ("stranger", 404)],
)
def test_who_handles(client: Client, branch: Branch, wrong_number: FollowUp, who: str, status: int) -> None:
    kind = Role.Kind.MEMBER_OFFICER if who == "stranger" else who
    log_in_as(client, kind, MemberFactory.create().branch if who == "stranger" else branch)
    for page in ("", f"{wrong_number.pk}/"):
        assert client.get(f"/{branch.slug}/ringa/uppfoljningar/{page}").status_code == status


def test_anothers_branchs_follow_up_does_not_exist(client: Client, wrong_number: FollowUp) -> None:
    elsewhere = MemberFactory.create().branch
    log_in_as(client, Role.Kind.MEMBER_OFFICER, elsewhere)
    page = f"/{elsewhere.slug}/ringa/uppfoljningar/{wrong_number.pk}/"
    assert (client.get(page).status_code, client.post(f"{page}klart/").status_code) == (404, 404)
