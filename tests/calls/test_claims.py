"""Promise 9: nobody is on two screens, and a claim ends by itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from calls import claims, lists, rounds
from calls.models import CLAIM, Call, CallList, CallRound
from crm.people.models import Branch, Role, User
from tests.calls.conftest import OPENING
from tests.factories import MemberFactory, user_with


def next_for(caller: User, branch: Branch) -> Call | None:
    return claims.claim_next(caller=caller, branch=branch, now=timezone.now())


def test_the_next_person_is_mine_for_thirty_minutes(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    call = next_for(caller, branch)
    assert call is not None
    now = timezone.now()
    assert (call.claimed_by, call.claimed_at, call.claimed_until) == (caller, now, now + CLAIM)


def test_asking_again_gives_the_same_person_and_renews(
    call_round: CallRound, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    first = next_for(caller, branch)
    this_evening.shift(timedelta(minutes=20))
    assert next_for(caller, branch) == first
    assert Call.objects.get(claimed_by=caller).claimed_until == timezone.now() + CLAIM


def test_after_thirty_minutes_others_may_have_the_person(
    call_round: CallRound, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    mine = next_for(caller, branch)
    assert mine is not None
    lists.take_back(call_list=CallList.objects.get(), by=caller, at=timezone.now())
    helper = user_with(Role.Kind.CALLER, branch)
    assert next_for(helper, branch) != mine
    this_evening.shift(CLAIM)
    claims.release(call=Call.objects.get(claimed_by=helper), by=helper)
    assert next_for(helper, branch) == mine


def test_my_list_comes_before_the_pool(call_round: CallRound, branch: Branch, caller: User) -> None:
    first, *others = Call.objects.order_by("pk")
    Call.objects.filter(pk=first.pk).update(call_list=None)
    served = []
    for _ in range(3):
        call = next_for(caller, branch)
        assert call is not None
        served.append(call)
        Call.objects.filter(pk=call.pk).update(state=Call.State.PARKED, **dict.fromkeys(CLAIM_FIELDS))
    assert served == [*others, first]
    assert next_for(caller, branch) is None


CLAIM_FIELDS = ("claimed_at", "claimed_by", "claimed_until")


def test_nobody_is_served_from_anothers_list(call_round: CallRound, branch: Branch) -> None:
    assert next_for(user_with(Role.Kind.CALLER, branch), branch) is None


def test_who_is_due_again_comes_before_who_was_never_tried(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    last = Call.objects.order_by("-pk")[0]
    Call.objects.filter(pk=last.pk).update(due_at=timezone.now())
    assert next_for(caller, branch) == last


def test_who_is_not_due_yet_is_not_served(call_round: CallRound, branch: Branch, caller: User) -> None:
    Call.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    assert next_for(caller, branch) is None


@pytest.mark.parametrize("change", ["no_calls", "missing"])
def test_queues_read_the_members_own_state(
    call_round: CallRound, branch: Branch, caller: User, change: str
) -> None:
    for call in Call.objects.all():
        if change == "no_calls":
            call.member.no_calls = True
            call.member.save()
        else:
            call.member.memberships.update(missing_since=OPENING)
    assert next_for(caller, branch) is None


def test_a_closed_round_serves_nobody(
    call_round: CallRound, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    CallRound.objects.update(closes_on=timezone.localdate())
    assert next_for(caller, branch) is not None
    this_evening.shift(timedelta(days=1))
    assert next_for(caller, branch) is None


def test_a_chosen_person_replaces_the_one_before(call_round: CallRound, branch: Branch, caller: User) -> None:
    before = next_for(caller, branch)
    chosen = Call.objects.order_by("-pk")[0]
    assert chosen != before
    assert claims.claim(call=chosen, caller=caller, now=timezone.now())
    assert list(Call.objects.filter(claimed_by=caller)) == [chosen]


def test_a_person_on_anothers_screen_can_not_be_chosen(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    held = next_for(caller, branch)
    assert held is not None
    other = user_with(Role.Kind.CALLER, branch)
    assert not claims.claim(call=held, caller=other, now=timezone.now())
    assert not claims.release(call=held, by=other)
    held.refresh_from_db()
    assert held.claimed_by == caller


def test_a_released_person_is_free_at_once(call_round: CallRound, branch: Branch, caller: User) -> None:
    held = next_for(caller, branch)
    assert held is not None
    assert claims.release(call=held, by=caller)
    assert not claims.release(call=held, by=caller)
    assert next_for(caller, branch) == held


def together(number: int, deed: Callable[[int], object]) -> list[object]:
    """``deed`` in so many threads that all start at the same moment."""
    start = Barrier(number)

    def run(index: int) -> object:
        try:
            start.wait()
            return deed(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.fixture
def evening(transactional_db: None) -> tuple[Branch, list[User]]:
    """Six callers and a pool of twelve."""
    branch = MemberFactory.create().branch
    MemberFactory.create_batch(11, branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    return branch, [user_with(Role.Kind.CALLER, branch) for _ in range(6)]


@pytest.mark.parametrize("_again", range(3))
def test_callers_at_the_same_moment_never_get_the_same_person(
    evening: tuple[Branch, list[User]], _again: int
) -> None:
    branch, callers = evening
    served = together(6, lambda index: next_for(callers[index], branch))
    assert None not in served
    assert len({call.pk for call in served if isinstance(call, Call)}) == 6
    assert {call.claimed_by for call in Call.objects.exclude(claimed_by=None)} == set(callers)


def test_of_callers_who_choose_the_same_person_one_gets_them(evening: tuple[Branch, list[User]]) -> None:
    _branch, callers = evening
    call, now = Call.objects.order_by("pk")[0], timezone.now()
    got = together(6, lambda index: claims.claim(call=call, caller=callers[index], now=now))
    assert sorted(map(bool, got)) == [False] * 5 + [True]


def test_jobs_at_the_same_moment_open_one_round(transactional_db: None) -> None:
    branch = MemberFactory.create().branch
    MemberFactory.create_batch(5, branch=branch)
    user_with(Role.Kind.CALLER, branch)
    User.objects.console()
    together(3, lambda _index: rounds.open_rounds(branch=branch, on=OPENING))
    assert CallRound.objects.count() == CallList.objects.count() == 1
    assert Call.objects.filter(call_list__isnull=False).count() == 6
