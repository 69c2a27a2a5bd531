"""A round follows its members: who left, came back, said no, grew up, got or lost a number."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from calls import rounds, settling
from calls.models import Call, CallRound, CallRules, FollowUp
from calls.rules import rules_of
from crm.people.models import Branch, Member, Membership, Phone, User
from tests.factories import PHONES, MemberFactory

TODAY = date(2027, 3, 9)
State, Reason = Call.State, Call.Reason


@pytest.fixture
def call(call_round: CallRound) -> Call:
    return Call.objects.filter(round=call_round).order_by("pk")[0]


def put(call: Call, state: str, **more: Any) -> Call:
    reached = {"reached_at": timezone.now()} if state == State.REACHED else {}
    Call.objects.filter(pk=call.pk).update(state=state, **({"reason": ""} | reached | more))
    call.refresh_from_db()
    return call


def settle(call: Call, on: date = TODAY) -> tuple[str, str]:
    branch = call.round.branch
    settling.settle(call.round, rules_of(branch), on, User.objects.console())
    call.refresh_from_db()
    return call.state, call.reason


def leave(call: Call) -> None:
    Membership.objects.filter(member=call.member).update(ended_on=TODAY, end_reason=Membership.EndReason.LEFT)


def come_back(call: Call) -> None:
    Membership.objects.filter(member=call.member).update(ended_on=None, end_reason="")


def go_missing(call: Call) -> None:
    Membership.objects.filter(member=call.member).update(missing_since=TODAY)


def say_no(call: Call) -> None:
    Member.objects.filter(pk=call.member_id).update(no_calls=True)


def lose_the_number(call: Call) -> None:
    Phone.objects.filter(member=call.member).delete()


def be_young(call: Call) -> None:
    Member.objects.filter(pk=call.member_id).update(birth_year=2015)


CHANGES = {
    "leaves": leave,
    "goes missing": go_missing,
    "says no": say_no,
    "has no number": lose_the_number,
    "is a child": be_young,
}
BECOMES: dict[tuple[str, str], tuple[str, str]] = {
    # what happens: the state before, and what it becomes
    ("leaves", State.WAITING): (State.EXEMPT, Reason.LEFT),
    ("leaves", State.PARKED): (State.EXEMPT, Reason.LEFT),
    ("leaves", State.EXHAUSTED): (State.EXEMPT, Reason.LEFT),
    ("leaves", State.UNREACHABLE): (State.EXEMPT, Reason.LEFT),
    ("leaves", State.REACHED): (State.REACHED, ""),
    ("goes missing", State.WAITING): (State.EXEMPT, Reason.LEFT),
    ("goes missing", State.PARKED): (State.EXEMPT, Reason.LEFT),
    ("goes missing", State.REACHED): (State.REACHED, ""),
    ("says no", State.WAITING): (State.EXEMPT, Reason.WISH),
    ("says no", State.PARKED): (State.PARKED, ""),
    ("says no", State.EXHAUSTED): (State.EXEMPT, Reason.WISH),
    ("says no", State.UNREACHABLE): (State.EXEMPT, Reason.WISH),
    ("says no", State.REACHED): (State.REACHED, ""),
    ("has no number", State.WAITING): (State.UNREACHABLE, ""),
    ("has no number", State.PARKED): (State.PARKED, ""),
    ("has no number", State.EXHAUSTED): (State.EXHAUSTED, ""),
    ("has no number", State.REACHED): (State.REACHED, ""),
    ("is a child", State.WAITING): (State.EXEMPT, Reason.UNDER_AGE),
    ("is a child", State.PARKED): (State.PARKED, ""),
    ("is a child", State.REACHED): (State.REACHED, ""),
}


@pytest.mark.parametrize(("change", "state"), BECOMES, ids=str)
def test_what_a_members_change_makes_of_a_call(call: Call, change: str, state: str) -> None:
    put(call, state)
    CHANGES[change](call)
    assert settle(call) == BECOMES[change, state]


@pytest.mark.parametrize(("change", "state"), BECOMES, ids=str)
def test_settling_twice_changes_nothing_the_second_time(call: Call, change: str, state: str) -> None:
    put(call, state)
    CHANGES[change](call)
    settle(call)
    before = Call.objects.filter(pk=call.pk).values().get()
    changed, woken = settling.settle(call.round, rules_of(call.round.branch), TODAY, User.objects.console())
    assert (changed, woken) == (0, [])
    assert Call.objects.filter(pk=call.pk).values().get() == before


@pytest.mark.parametrize("change", CHANGES)
def test_the_others_in_the_round_stay_as_they_were(call: Call, change: str) -> None:
    others = Call.objects.filter(round=call.round).exclude(pk=call.pk)
    before = list(others.values())
    CHANGES[change](call)
    settle(call)
    assert list(others.values()) == before


def test_whoever_comes_back_is_called_again(call: Call) -> None:
    leave(call)
    assert settle(call) == (State.EXEMPT, Reason.LEFT)
    come_back(call)
    assert settle(call) == (State.WAITING, "")


def test_whoever_comes_back_after_all_attempts_is_not_dialled_again(call: Call) -> None:
    put(call, State.EXHAUSTED, attempts_used=4)
    leave(call)
    settle(call)
    come_back(call)
    assert settle(call) == (State.EXHAUSTED, "")


def test_whoever_comes_back_without_a_number_is_unreachable(call: Call) -> None:
    leave(call)
    settle(call)
    come_back(call)
    lose_the_number(call)
    assert settle(call) == (State.UNREACHABLE, "")


def test_a_wish_withdrawn_puts_the_call_back(call: Call) -> None:
    say_no(call)
    settle(call)
    Member.objects.filter(pk=call.member_id).update(no_calls=False)
    assert settle(call) == (State.WAITING, "")


@pytest.mark.parametrize("reason", [Reason.DECEASED, Reason.OFFICER])
def test_what_a_person_decided_is_not_brought_back(call: Call, reason: str) -> None:
    put(call, State.EXEMPT, reason=reason)
    assert settle(call) == (State.EXEMPT, reason)


def test_a_number_that_is_found_puts_the_call_back(call: Call) -> None:
    lose_the_number(call)
    settle(call)
    Phone.objects.create(member=call.member, number=PHONES[0], kind=Phone.Kind.MOBILE)
    assert settle(call) == (State.WAITING, "")


@pytest.mark.parametrize(
    ("birth_year", "state"), [(2009, State.EXEMPT), (2008, State.WAITING), (None, State.WAITING)]
)
def test_eighteen_is_counted_so_that_nobody_is_called_too_early(
    call: Call, birth_year: int | None, state: str
) -> None:
    """Born in 2009 turns 18 some day in 2027: only the year is known."""
    Member.objects.filter(pk=call.member_id).update(birth_year=birth_year)
    assert settle(call)[0] == state


def test_a_branch_may_say_that_volunteers_call_the_young(call: Call) -> None:
    CallRules.objects.create(branch=call.round.branch, calls_minors=True)
    be_young(call)
    assert settle(call) == (State.WAITING, "")


def test_a_child_who_has_grown_up_is_called(call: Call) -> None:
    Member.objects.filter(pk=call.member_id).update(birth_year=2009)
    settle(call)
    assert settle(call, date(2028, 1, 2)) == (State.WAITING, "")


def test_what_an_officer_should_have_done_ends_with_the_membership(call: Call, caller: User) -> None:
    put(call, State.PARKED)
    FollowUp.objects.create(call=call, opened_at=timezone.now(), opened_by=caller)
    leave(call)
    settle(call)
    assert not FollowUp.objects.filter(handled_at=None).exists()


def test_whoever_left_is_taken_from_the_list_and_the_screen(call: Call, caller: User) -> None:
    now = timezone.now()
    put(call, State.WAITING, claimed_by=caller, claimed_at=now, claimed_until=now + timedelta(minutes=20))
    leave(call)
    settle(call)
    assert (call.call_list, call.claimed_by, call.claimed_until) == (None, None, None)


def test_whoever_is_on_the_screen_keeps_the_person_while_a_number_is_lost(call: Call, caller: User) -> None:
    now = timezone.now()
    put(call, State.WAITING, claimed_by=caller, claimed_at=now, claimed_until=now + timedelta(minutes=20))
    lose_the_number(call)
    assert settle(call) == (State.WAITING, "")


def test_new_members_get_a_call_each_in_their_right_state(call_round: CallRound, branch: Branch) -> None:
    made = {
        "waiting": MemberFactory.create(branch=branch),
        "unreachable": MemberFactory.create(branch=branch, phone=""),
        "wish": MemberFactory.create(branch=branch, no_calls=True),
        "under_age": MemberFactory.create(branch=branch, birth_year=2012),
        "both": MemberFactory.create(branch=branch, birth_year=2012, no_calls=True),
    }
    MemberFactory.create()  # another branch's
    assert settling.add_calls(call_round, rules_of(branch), TODAY) == 5
    found = {name: Call.objects.get(member=member) for name, member in made.items()}
    assert {name: (call.state, call.reason) for name, call in found.items()} == {
        "waiting": (State.WAITING, ""),
        "unreachable": (State.UNREACHABLE, ""),
        "wish": (State.EXEMPT, Reason.WISH),
        "under_age": (State.EXEMPT, Reason.UNDER_AGE),
        "both": (State.EXEMPT, Reason.WISH),
    }
    assert settling.add_calls(call_round, rules_of(branch), TODAY) == 0


def test_whoever_was_never_a_member_gets_no_call(call_round: CallRound, branch: Branch) -> None:
    left = MemberFactory.create(branch=branch)
    memberships_of_left = Membership.objects.filter(member=left)
    memberships_of_left.update(ended_on=TODAY, end_reason=Membership.EndReason.LEFT)
    missing = MemberFactory.create(branch=branch)
    Membership.objects.filter(member=missing).update(missing_since=TODAY)
    assert settling.add_calls(call_round, rules_of(branch), TODAY) == 0


def test_a_round_adds_up_whatever_happens_to_its_members(call_round: CallRound, branch: Branch) -> None:
    MemberFactory.create_batch(9, branch=branch)
    rounds.top_up(branch=branch, on=TODAY)
    for number, call in enumerate(Call.objects.filter(round=call_round).order_by("pk")):
        list(CHANGES.values())[number % len(CHANGES)](call)
    rounds.top_up(branch=branch, on=TODAY)
    states = Call.objects.filter(round=call_round).values_list("state", flat=True)
    assert len(states) == branch.members.count() == 12
