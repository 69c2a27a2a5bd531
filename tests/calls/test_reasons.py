"""Why each call is in its state: for the whole round, and beside each name."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, follow_ups, letters, outcomes, reasons, rounds, summary
from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people.models import AccessLog, Branch, Member, Phone, Role, User
from tests.factories import MemberFactory, give_role
from tests.logins import log_in

State, Outcome = Call.State, Attempt.Outcome


@pytest.fixture
def call(call_round: CallRound) -> Call:
    return Call.objects.order_by("pk")[0]


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


def address(call_round: CallRound, key: str = "") -> str:
    base = f"/{call_round.branch.slug}/ringa/omgangar/{call_round.pk}/"
    return f"{base}lage/{key}/" if key else base


def why(call: Call) -> str:
    call.refresh_from_db()
    return reasons.of(call.round, [call], timezone.now())[0].why


def test_every_state_says_why_and_what_to_do() -> None:
    for standing in summary.STANDINGS:
        assert str(standing.why)
        assert str(standing.next_step)
    assert len({str(standing.why) for standing in summary.STANDINGS}) == len(summary.STANDINGS)


def test_the_round_shows_the_reasons(desk: Client, call_round: CallRound) -> None:
    html = desk.get(address(call_round)).content.decode()
    for standing in summary.STANDINGS:
        assert str(standing.why) in html
    assert f"/omgangar/{call_round.pk}/ringpass/" in html


def test_whom_nobody_has_tried_needs_no_reason(call: Call) -> None:
    assert why(call) == ""


def test_who_is_held_is_with_somebody(call: Call, branch: Branch, caller: User) -> None:
    assert claims.claim(call=call, caller=caller, now=timezone.now())
    assert why(call) == "hos Rut Ringare till 19:00"


def test_who_is_due_later_has_a_time(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(due_at=timezone.now() + timedelta(days=1))
    assert why(call) == "kan ringas från 2027-03-10 18:30"


def test_who_is_parked_has_what_the_caller_said(call: Call, caller: User) -> None:
    outcomes.report(call=call, by=caller, outcome=Outcome.WRONG_NUMBER, client_id=uuid4())
    row = reasons.of(call.round, [Call.objects.get(pk=call.pk)], timezone.now())[0]
    assert (row.why, row.follow_up) == ("Fel nummer, enligt Rut Ringare", FollowUp.objects.get())


def test_who_is_parked_by_another_round_says_so(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(state=State.PARKED)
    assert why(call) == "väntar tillsammans med samma persons samtal i en annan omgång"


@pytest.mark.parametrize("reason", Call.Reason.values)
def test_who_is_exempt_has_its_reason(call: Call, reason: str) -> None:
    Call.objects.filter(pk=call.pk).update(state=State.EXEMPT, reason=reason)
    assert why(call) == str(Call.Reason(reason).label)


def test_who_is_exhausted_has_where_the_message_is(call: Call, leader: User) -> None:
    Call.objects.filter(pk=call.pk).update(state=State.EXHAUSTED)
    assert why(call) == "inte tillskriven än"
    letters.write_to_exhausted(call_round=call.round, by=leader)
    assert why(call) == "e-post i utkorgen: i kö"
    follow_ups.mark_letters_sent(call_ids=[call.pk], by=leader, now=timezone.now())
    assert why(call) == "tillskriven 2027-03-09"


def test_a_parked_name_leads_to_its_follow_up(
    desk: Client, call: Call, call_round: CallRound, caller: User
) -> None:
    outcomes.report(call=call, by=caller, outcome=Outcome.MOVED, client_id=uuid4())
    html = desk.get(address(call_round, "parked")).content.decode()
    assert f"/uppfoljningar/{FollowUp.objects.get().pk}/" in html
    assert "Har flyttat, enligt Rut Ringare" in html


def test_a_list_of_names_costs_the_same_for_one_and_three(
    desk: Client, call_round: CallRound, caller: User
) -> None:
    desk.get(address(call_round, "parked"))  # whatever is read once in a session
    counted = []
    for call in Call.objects.order_by("pk"):
        outcomes.report(call=call, by=caller, outcome=Outcome.MOVED, client_id=uuid4())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.get(address(call_round, "parked"))
        counted.append(len(queries))
    assert counted[0] == counted[2]


@pytest.fixture
def silent(call_round: CallRound) -> Member:
    """A member without a number, who lives somewhere and reads e-mail."""
    call = Call.objects.order_by("pk")[0]
    Phone.objects.filter(member=call.member_id).delete()
    Call.objects.filter(pk=call.pk).update(state=State.UNREACHABLE)
    return call.member


def test_those_without_a_number_are_a_list_to_find_numbers_for(
    desk: Client, call_round: CallRound, silent: Member
) -> None:
    html = desk.get(address(call_round, "unreachable")).content.decode()
    for shown in (silent.name, "Storgatan 1, 582 22", f"mailto:{silent.email}"):
        assert shown in html
    assert "Skriv in numret" not in html
    assert AccessLog.objects.filter(member=silent).exists()


def test_who_keeps_the_register_enters_the_number_that_is_found(
    desk: Client, call_round: CallRound, silent: Member, leader: User
) -> None:
    give_role(leader, Role.Kind.REGISTER_OFFICER, call_round.branch)
    html = desk.get(address(call_round, "unreachable")).content.decode()
    assert f"/medlem/{silent.pk}/ratta/" in html
    assert desk.get(f"/{call_round.branch.slug}/medlemsfiler/medlem/{silent.pk}/ratta/").status_code == 200


def test_a_number_that_is_found_puts_the_call_back(call_round: CallRound, silent: Member) -> None:
    Phone.objects.create(member=silent, number="+46701740605", kind=Phone.Kind.MOBILE)
    rounds.top_up(branch=call_round.branch, on=timezone.localdate())
    assert Call.objects.get(member=silent).state == State.WAITING


# --- what the caller hears --------------------------------------------------------------------------


def handled(call: Call, caller: User, leader: User, deed: object) -> None:
    outcomes.report(call=call, by=caller, outcome=Outcome.MOVED, client_id=uuid4(), message="Flyttat.")
    now = timezone.now()
    assert deed(follow_up=FollowUp.objects.get(), by=leader, now=now, answer="Ny adress.")  # type: ignore[operator]


@pytest.mark.parametrize(
    "case",
    [
        (follow_ups.done, "Någon har tagit hand om det: vi ringer igen."),
        (follow_ups.call_again, "Någon har tagit hand om det: vi ringer igen."),
        (follow_ups.leave_in_peace, "Någon har tagit hand om det: ingen ringer mer i den här omgången."),
    ],
)
def test_the_caller_hears_what_came_of_it(
    client: Client, call: Call, caller: User, leader: User, case: tuple[object, str]
) -> None:
    deed, came = case
    handled(call, caller, leader, deed)
    log_in(client, caller, two_factors=False)
    html = client.get(f"/{call.round.branch.slug}/ringa/mina-samtal/").content.decode()
    assert came in html
    assert "Ny adress." in html


def test_the_caller_hears_it_also_after_a_fortnight_but_not_of_whom(
    client: Client, call: Call, caller: User, leader: User
) -> None:
    handled(call, caller, leader, follow_ups.done)
    Attempt.objects.update(reported_at=timezone.now() - timedelta(days=15))
    log_in(client, caller, two_factors=False)
    html = client.get(f"/{call.round.branch.slug}/ringa/mina-samtal/").content.decode()
    assert "Vad som blev av det du berättat tidigare" in html
    assert "Ny adress." in html
    assert call.member.last_name not in html


def test_answers_to_others_and_old_answers_are_not_shown(
    client: Client, call: Call, caller: User, leader: User
) -> None:
    handled(call, leader, leader, follow_ups.done)
    Attempt.objects.update(reported_at=timezone.now() - timedelta(days=15))
    log_in(client, caller, two_factors=False)
    path = f"/{call.round.branch.slug}/ringa/mina-samtal/"
    assert "Ny adress." not in client.get(path).content.decode()
    Attempt.objects.update(reported_by=caller)
    FollowUp.objects.update(handled_at=timezone.now() - timedelta(days=15))
    assert "Ny adress." not in client.get(path).content.decode()


def test_a_members_page_has_the_history_of_attempts(
    client: Client, call: Call, caller: User, leader: User
) -> None:
    handled(call, caller, leader, follow_ups.done)
    give_role(leader, Role.Kind.MEMBER_OFFICER, call.round.branch)
    log_in(client, leader)
    html = client.get(f"/{call.round.branch.slug}/medlemmar/{call.member_id}/").content.decode()
    assert "Har flyttat" in html
    assert "Rut Ringare" in html
    neighbour = MemberFactory.create(branch=call.round.branch)
    other = client.get(f"/{call.round.branch.slug}/medlemmar/{neighbour.pk}/").content.decode()
    assert "Ingen har ringt ännu." in other
