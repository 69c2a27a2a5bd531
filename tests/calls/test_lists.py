"""Handing out, moving and taking back lists."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from calls import claims, lists, outcomes, rounds
from calls.models import Attempt, Call, CallList, CallRound
from crm.people.models import Branch, Role, User
from tests.calls.conftest import OPENING
from tests.factories import MemberFactory, give_role, user_with


def reach(call: Call, caller: User) -> None:
    outcomes.report(call=call, by=caller, outcome=Attempt.Outcome.REACHED, client_id=uuid4())


@pytest.fixture
def own(call_round: CallRound) -> CallList:
    """The caller's list of three; one of the three is reached."""
    found = CallList.objects.get()
    reach(found.calls.order_by("pk")[0], found.caller)
    return found


def test_moving_gives_what_is_left(own: CallList, branch: Branch, leader: User) -> None:
    other = user_with(Role.Kind.CALLER, branch)
    assert lists.move(call_list=own, to=other, by=leader, at=timezone.now()) == 2
    target = CallList.objects.get(caller=other)
    assert (target.handed_out_by, target.calls.count()) == (leader, 2)
    own.refresh_from_db()
    assert (own.taken_back_by, own.calls.get().state) == (leader, Call.State.REACHED)


def test_moving_to_somebody_who_has_a_list_makes_it_longer(
    own: CallList, branch: Branch, leader: User
) -> None:
    other = user_with(Role.Kind.CALLER, branch)
    theirs = lists.list_of(other, call_round=own.round, by=leader, at=timezone.now())
    lists.move(call_list=own, to=other, by=leader, at=timezone.now())
    assert theirs.calls.count() == 2


def test_moving_to_oneself_changes_nothing(own: CallList, caller: User, leader: User) -> None:
    assert lists.move(call_list=own, to=caller, by=leader, at=timezone.now()) == 0
    own.refresh_from_db()
    assert (own.taken_back_at, own.calls.count()) == (None, 3)


def test_taking_back_fills_the_pool(own: CallList, leader: User) -> None:
    assert lists.take_back(call_list=own, by=leader, at=timezone.now()) == 2
    assert Call.objects.filter(call_list=None).waiting().count() == 2


def test_taking_back_twice_keeps_the_first_hand(own: CallList, leader: User, caller: User) -> None:
    lists.take_back(call_list=own, by=leader, at=timezone.now())
    assert lists.take_back(call_list=own, by=caller, at=timezone.now() + timedelta(hours=1)) == 0
    own.refresh_from_db()
    assert (own.taken_back_by, own.taken_back_at) == (leader, timezone.now())


def test_who_is_on_a_screen_stays_there(own: CallList, branch: Branch, leader: User) -> None:
    held = claims.claim_next(caller=own.caller, branch=branch, now=timezone.now())
    assert held is not None
    lists.take_back(call_list=own, by=leader, at=timezone.now())
    assert claims.renew(call=held, caller=own.caller, now=timezone.now())
    reach(held, own.caller)
    assert Call.objects.get(pk=held.pk).state == Call.State.REACHED


def test_all_lists_are_taken_back_at_once(own: CallList, branch: Branch, leader: User) -> None:
    lists.list_of(leader, call_round=own.round, by=leader, at=timezone.now())
    assert lists.take_back_all(call_round=own.round, by=leader, at=timezone.now()) == 2
    assert not lists.open_lists(own.round).exists()


def test_a_new_caller_gets_a_fair_part_of_the_pool(branch: Branch, leader: User) -> None:
    for number in range(9):
        MemberFactory.create(branch=branch, street=f"Gatan {number}")
    rounds.open_rounds(branch=branch, on=OPENING)
    call_round, now = CallRound.objects.get(), timezone.now()
    lengths = []
    for _ in range(3):
        caller = user_with(Role.Kind.CALLER, branch)
        lengths.append(lists.give_fair_part(call_round=call_round, caller=caller, by=leader, at=now))
    assert lengths == [9, 0, 0]
    lists.take_back_all(call_round=call_round, by=leader, at=now)
    lists.list_of(leader, call_round=call_round, by=leader, at=now)
    assert lists.give_fair_part(call_round=call_round, caller=caller, by=leader, at=now) == 5


def test_callers_are_those_whose_role_holds(branch: Branch, caller: User, leader: User) -> None:
    give_role(leader, Role.Kind.CALLER, branch, ends_on=OPENING - timedelta(days=1))
    inactive = user_with(Role.Kind.CALLER, branch, is_active=False)
    assert list(lists.callers_of(branch, OPENING)) == [caller]
    assert set(lists.may_call(branch, OPENING)) == {caller, leader}
    assert inactive not in lists.may_call(branch, OPENING)


def test_open_lists_are_found_and_missing_ones_made_in_the_callers_order(
    own: CallList, branch: Branch, leader: User, caller: User
) -> None:
    new = [user_with(Role.Kind.CALLER, branch) for _ in range(2)]
    now = timezone.now()
    found = lists.lists_of([new[1], caller, new[0]], call_round=own.round, by=leader, at=now)
    assert [CallList.objects.get(pk=key).caller for key in found] == [new[1], caller, new[0]]
    made = CallList.objects.exclude(pk=own.pk)
    assert {(each.handed_out_by, each.handed_out_at) for each in made} == {(leader, now)}


def test_the_first_lists_of_a_round_are_one_statement(
    call_round: CallRound, branch: Branch, leader: User, django_assert_num_queries: Any
) -> None:
    callers = [user_with(Role.Kind.CALLER, branch).pk for _ in range(3)]
    CallList.objects.all().delete()
    now = timezone.now()
    with django_assert_num_queries(1):
        made = lists.first_lists(callers, call_round=call_round, by=leader, at=now)
    rows = CallList.objects.order_by("pk").values_list("pk", "caller")
    assert (made, [caller for _, caller in made]) == (list(rows), callers)
    assert set(CallList.objects.values_list("handed_out_by", "handed_out_at")) == {(leader.pk, now)}


def test_lists_are_made_once(own: CallList, branch: Branch, leader: User) -> None:
    new = user_with(Role.Kind.CALLER, branch)
    keys = [lists.lists_of([new], call_round=own.round, by=leader, at=timezone.now()) for _ in range(2)]
    assert keys[0] == keys[1]
    assert CallList.objects.count() == 2


def test_who_gave_a_list_back_gets_a_new_one(own: CallList, leader: User, caller: User) -> None:
    lists.take_back(call_list=own, by=leader, at=timezone.now())
    (new,) = lists.lists_of([caller], call_round=own.round, by=leader, at=timezone.now())
    assert new != own.pk


def test_no_callers_have_no_lists(own: CallList, leader: User) -> None:
    assert lists.lists_of([], call_round=own.round, by=leader, at=timezone.now()) == []
