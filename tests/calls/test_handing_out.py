"""Splitting a list, and handing out single calls."""

import pytest
from django.test import Client
from django.utils import timezone

from calls import lists
from calls.models import Call, CallList, CallRound
from crm.people.models import Branch, Role, User
from tests.calls.test_paper import printed
from tests.factories import PHONES as NUMBERS
from tests.factories import MemberFactory, user_with
from tests.logins import log_in


@pytest.fixture
def own(call_round: CallRound) -> CallList:
    """Six on the caller's list, among them a couple with one number."""
    for number in range(3):
        phone = NUMBERS[0] if number else None
        member = MemberFactory.create(branch=call_round.branch, street="Parvägen 1", phone=phone)
        Call.objects.create(round=call_round, member=member)
    found = CallList.objects.get()
    Call.objects.update(call_list=found)
    return found


@pytest.fixture
def other(branch: Branch) -> User:
    return user_with(Role.Kind.CALLER, branch, name="Nils Ny")


def split(own: CallList, to: User, by: User) -> int:
    return lists.split(call_list=own, to=to, by=by, at=timezone.now())


def keys(call_list: CallList) -> set[int]:
    return set(call_list.calls.values_list("pk", flat=True))


def test_half_of_the_households_change_hands(own: CallList, other: User, leader: User) -> None:
    assert split(own, other, leader) in {2, 3}
    theirs = CallList.objects.get(caller=other)
    assert len(keys(own)) + len(keys(theirs)) == 6
    assert own.taken_back_at is None


def test_a_couple_is_not_split(own: CallList, other: User, leader: User) -> None:
    split(own, other, leader)
    couple = Call.objects.filter(member__phones__number=NUMBERS[0], member__street="Parvägen 1")
    assert couple.count() == 2
    assert couple.values("call_list").distinct().count() == 1


def test_a_list_of_one_stays_whole(own: CallList, other: User, leader: User) -> None:
    Call.objects.exclude(pk=min(keys(own))).update(state=Call.State.EXHAUSTED)
    assert split(own, other, leader) == 0
    assert not CallList.objects.filter(caller=other).exists()


def test_what_is_on_paper_is_not_split_off(own: CallList, other: User, leader: User) -> None:
    printed(own, leader)
    assert split(own, other, leader) == 0


def test_single_calls_change_hands(own: CallList, other: User, leader: User) -> None:
    chosen = sorted(keys(own))[:2]
    given = [
        lists.hand_out(call_round=own.round, calls=chosen, to=other, by=leader, at=timezone.now())
        for _ in range(2)
    ]
    assert given == [2, 0]
    assert keys(CallList.objects.get(caller=other)) == set(chosen)


def test_a_call_of_the_pool_is_handed_out_too(own: CallList, other: User, leader: User) -> None:
    Call.objects.update(call_list=None)
    one = Call.objects.order_by("pk")[0]
    lists.hand_out(call_round=own.round, calls=[one.pk], to=other, by=leader, at=timezone.now())
    assert keys(CallList.objects.get(caller=other)) == {one.pk}


def test_what_is_done_stays(own: CallList, other: User, leader: User) -> None:
    Call.objects.update(state=Call.State.REACHED, reached_at=timezone.now())
    given = lists.hand_out(call_round=own.round, calls=keys(own), to=other, by=leader, at=timezone.now())
    assert (given, CallList.objects.count()) == (0, 1)


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


def page(branch: Branch, own: CallList, what: str = "") -> str:
    return f"/{branch.slug}/ringa/omgangar/listor/{own.pk}/{what}"


def test_a_leader_gives_half_away(desk: Client, own: CallList, branch: Branch, other: User) -> None:
    assert "Ge bort hälften" in desk.get(page(branch, own)).content.decode()
    assert desk.post(page(branch, own, "dela/"), {"caller": other.pk})["Location"] == page(branch, own)
    assert len(keys(CallList.objects.get(caller=other))) >= 2


def test_a_leader_hands_out_those_who_are_ticked(
    desk: Client, own: CallList, branch: Branch, other: User
) -> None:
    chosen = sorted(keys(own))[1:3]
    desk.post(page(branch, own, "lamna/"), {"caller": other.pk, "calls": chosen})
    assert keys(CallList.objects.get(caller=other)) == set(chosen)


@pytest.mark.parametrize("sent", [{}, {"calls": ["1x"]}, {"calls": ["999999"]}])
def test_nothing_ticked_moves_nothing(
    desk: Client, own: CallList, branch: Branch, other: User, sent: dict[str, list[str]]
) -> None:
    answer = desk.post(page(branch, own, "lamna/"), {"caller": other.pk} | sent)
    assert (answer.status_code, CallList.objects.count()) == (422, 1)


@pytest.mark.parametrize("what", ["dela/", "lamna/"])
def test_without_a_caller_nothing_moves(desk: Client, own: CallList, branch: Branch, what: str) -> None:
    sent = {"calls": sorted(keys(own))}
    assert desk.post(page(branch, own, what), sent).status_code == 422
