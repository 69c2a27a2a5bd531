"""What the database itself refuses about rounds, lists, calls and what came of them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.models import Attempt, Call, CallList, CallRound, CallRules, FollowUp
from crm.people.models import Branch, User
from tests.factories import BranchFactory, MemberFactory


@pytest.fixture
def call(call_round: CallRound) -> Call:
    return Call.objects.filter(round=call_round).order_by("pk")[0]


def refused(call: Call, **fields: Any) -> str:
    with pytest.raises(IntegrityError) as stopped, transaction.atomic():
        Call.objects.filter(pk=call.pk).update(**fields)
    return str(stopped.value)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "reached"}, "calls_call_reached_has_a_time"),
        ({"reached_at": timezone.now()}, "calls_call_reached_has_a_time"),
        ({"state": "exempt"}, "calls_call_exempt_has_a_reason"),
        ({"reason": "wish"}, "calls_call_exempt_has_a_reason"),
        ({"claimed_until": timezone.now()}, "calls_call_claim_has_an_end"),
        ({"claimed_at": timezone.now()}, "calls_call_claimed_at_and_by"),
        ({"letter_at": timezone.now()}, "calls_call_letter_at_and_by"),
    ],
)
def test_a_call_that_contradicts_itself(call: Call, fields: dict[str, Any], constraint: str) -> None:
    assert constraint in refused(call, **fields)


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("parked", {}),
        ("exhausted", {}),
        ("unreachable", {}),
        ("exempt", {"reason": "left"}),
        ("reached", {"reached_at": timezone.now()}),
    ],
)
def test_only_a_waiting_call_is_held(call: Call, caller: User, state: str, more: dict[str, Any]) -> None:
    now = timezone.now()
    claim = {"claimed_by": caller, "claimed_at": now, "claimed_until": now + timedelta(minutes=30)}
    assert "calls_call_claimed_only_while_waiting" in refused(call, state=state, **claim, **more)


def test_a_member_has_one_call_in_a_round(call: Call) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.create(round=call.round, member=call.member)


def test_a_branch_has_one_round_of_a_kind_and_period(call_round: CallRound) -> None:
    call_round.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        call_round.save(force_insert=True)


def test_a_round_closes_after_it_opens(call_round: CallRound) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CallRound.objects.filter(pk=call_round.pk).update(closes_on=call_round.opens_on - timedelta(days=1))


def test_a_caller_has_one_open_list_in_a_round(call_round: CallRound, caller: User, leader: User) -> None:
    now = timezone.now()
    made = {"round": call_round, "caller": leader, "handed_out_at": now, "handed_out_by": leader}
    CallList.objects.create(**made, taken_back_at=now, taken_back_by=leader)
    CallList.objects.create(**made)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallList.objects.create(**made)


def test_a_report_is_there_once(call: Call, caller: User) -> None:
    made = {"call": call, "client_id": uuid4(), "outcome": "busy", "reported_at": timezone.now()}
    Attempt.objects.create(**made, reported_by=caller)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(**made, reported_by=caller)


def test_who_took_a_report_back_is_known(call: Call, caller: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            call=call,
            outcome="busy",
            reported_at=timezone.now(),
            reported_by=caller,
            undone_at=timezone.now(),
        )


def test_who_handled_a_follow_up_is_known(call: Call, caller: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(
            call=call, opened_at=timezone.now(), opened_by=caller, handled_at=timezone.now()
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"opens_month": 0},
        {"opens_month": 13},
        {"opens_day": 29},
        {"closes_day": 0},
        {"opens_month": 12, "opens_day": 21},
        {"opens_month": 12, "opens_day": 20},
        {"max_attempts": 0},
        {"max_attempts": 10},
    ],
)
def test_rules_that_no_year_can_keep(fields: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CallRules.objects.create(branch=BranchFactory.create(), **fields)


@pytest.mark.django_db
def test_the_rules_days_are_days_of_any_year() -> None:
    rules = CallRules(branch=BranchFactory.create())
    assert [(rules.opens_on(year), rules.closes_on(year)) for year in (2027, 2028)] == [
        (date(2027, 2, 1), date(2027, 12, 20)),
        (date(2028, 2, 1), date(2028, 12, 20)),
    ]


@pytest.mark.parametrize(("minutes", "held"), [(None, False), (-1, False), (0, False), (1, True), (30, True)])
def test_a_claim_that_has_ended_holds_nothing(
    call: Call, caller: User, minutes: int | None, held: bool
) -> None:
    now = timezone.now()
    if minutes is not None:
        call.claimed_by, call.claimed_until = caller, now + timedelta(minutes=minutes)
    assert (call.is_held(now), call.is_held_by(caller, now)) == (held, held)


def test_whoever_holds_it_not_holds_nothing(call: Call, caller: User, leader: User) -> None:
    now = timezone.now()
    call.claimed_by, call.claimed_until = caller, now + timedelta(minutes=5)
    assert not call.is_held_by(leader, now)


def offered(branch: Branch) -> int:
    return Call.objects.filter(round__branch=branch).open_to_callers(timezone.now()).count()


def test_who_is_open_to_callers(call: Call, branch: Branch, caller: User) -> None:
    """Read when the page is shown: a wish or a leaving of a minute ago counts."""
    now = timezone.now()
    assert offered(branch) == 3
    Call.objects.filter(pk=call.pk).update(due_at=now + timedelta(minutes=1))
    assert offered(branch) == 2
    Call.objects.filter(pk=call.pk).update(due_at=now)
    assert offered(branch) == 3
    call.member.no_calls = True
    call.member.save()
    assert offered(branch) == 2


def test_a_missing_member_is_open_to_nobody(call: Call, branch: Branch) -> None:
    call.member.memberships.update(missing_since=timezone.localdate())
    assert offered(branch) == 2


def test_another_branchs_members_are_not_offered(call: Call, branch: Branch) -> None:
    MemberFactory.create()
    assert offered(branch) == 3


@pytest.mark.parametrize(
    ("kind", "about", "title"),
    [
        ("yearly", "", "Ring alla medlemmar 2027"),
        ("check_in", "", "Hur går det? 2027"),
        ("check_in", "Vår e-post kommer tillbaka.", "Hur går det? Vår e-post kommer tillbaka."),
        ("meeting", "Introduktionsträff 11 mars", "Kommer du? Introduktionsträff 11 mars"),
    ],
)
def test_two_rounds_of_a_kind_can_be_told_apart(kind: str, about: str, title: str) -> None:
    assert str(CallRound(kind=kind, period="2027", about=about)) == title
