"""Who called me? Found among those whom one may see, and logged."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from calls import outcomes, ringing_back
from calls.models import Attempt, Call, CallRound
from crm.people.models import AccessLog, Branch, Member, Phone, Role, User
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in

NUMBER = "+46701740699"


@pytest.fixture
def member(call_round: CallRound) -> Member:
    """One of the round's three, with a number that nobody else has."""
    found = Member.objects.order_by("pk")[0]
    Phone.objects.filter(member=found).update(number=NUMBER)
    return found


def dialled(member: Member, by: User) -> Attempt:
    call = Call.objects.get(member=member)
    return outcomes.report(call=call, by=by, outcome="no_answer", client_id=uuid4(), note="Ringer efter sju")


def names(answer: object) -> list[str] | None:
    found = answer.context["found"]  # type: ignore[attr-defined]
    return None if found is None else [one.member.name for one in found]


@pytest.fixture
def own(branch: Branch) -> str:
    return f"/{branch.slug}/ringa/vem-ringde/"


@pytest.fixture
def everybody(branch: Branch) -> str:
    return f"/{branch.slug}/ringa/omgangar/vem-ringde/"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+46 70-174 06 99", "701740699"),
        ("070-174 06 99", "701740699"),
        ("0046701740699", "701740699"),
        ("06 99", "0699"),
        ("40699", "40699"),
        ("4606", "4606"),
        ("hemligt", ""),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, digits: str) -> None:
    assert ringing_back.digits_of(text) == digits


@pytest.mark.parametrize("text", ["0699", "070-174 06 99", "+46701740699"])
def test_a_caller_finds_whom_they_called(
    client: Client, member: Member, caller: User, own: str, text: str
) -> None:
    dialled(member, caller)
    log_in(client, caller, two_factors=False)
    answer = client.post(own, {"digits": text})
    assert names(answer) == [member.name]
    assert "Ringer efter sju" in answer.content.decode()


def test_the_search_is_logged(client: Client, member: Member, caller: User, own: str) -> None:
    log_in(client, caller, two_factors=False)
    client.post(own, {"digits": "0699"})
    dialled(member, caller)
    client.post(own, {"digits": "0699"})
    rows = AccessLog.objects.filter(user=caller, purpose=AccessLog.Purpose.SEARCH).order_by("pk")
    assert [row.member for row in rows] == [None, member]


def test_a_page_without_a_question_finds_and_logs_nothing(client: Client, caller: User, own: str) -> None:
    log_in(client, caller, two_factors=False)
    assert names(client.get(own)) is None
    assert not AccessLog.objects.exists()


def test_a_caller_does_not_find_whom_another_called(
    client: Client, member: Member, caller: User, branch: Branch, own: str
) -> None:
    dialled(member, caller)
    log_in(client, user_with(Role.Kind.CALLER, branch), two_factors=False)
    answer = client.post(own, {"digits": "0699"})
    assert names(answer) == []
    assert "Fråga din ringledare" in answer.content.decode()


@pytest.mark.parametrize(("days", "count"), [(13, 1), (14, 0)])
def test_a_caller_remembers_for_fourteen_days(
    member: Member, caller: User, branch: Branch, days: int, count: int
) -> None:
    dialled(member, caller)
    later = timezone.now() + timedelta(days=days)
    assert len(ringing_back.among_own(caller, branch, later, "0699")) == count


@pytest.mark.parametrize("digits", ["", "699", "abc"])
def test_fewer_than_four_digits_find_nobody(client: Client, caller: User, own: str, digits: str) -> None:
    log_in(client, caller, two_factors=False)
    assert client.post(own, {"digits": digits}).status_code == 422


def test_a_leader_finds_anybody_in_the_open_rounds(
    client: Client, member: Member, leader: User, caller: User, everybody: str
) -> None:
    log_in(client, leader)
    assert names(client.post(everybody, {"digits": "0699"})) == [member.name]
    dialled(member, caller)
    html = client.post(everybody, {"digits": "0699"}).content.decode()
    assert "Rut Ringare" in html
    assert "Ringer efter sju" in html


def test_a_leader_finds_nobody_outside_the_rounds(
    client: Client, call_round: CallRound, leader: User, branch: Branch, everybody: str
) -> None:
    for where in (branch, BranchFactory.create()):
        MemberFactory.create(branch=where, phone=NUMBER)
    log_in(client, leader)
    assert names(client.post(everybody, {"digits": "0699"})) == []


def test_two_of_one_number_are_both_found_once(
    client: Client, member: Member, caller: User, own: str
) -> None:
    Phone.objects.update(number=NUMBER)
    people = list(Member.objects.order_by("pk"))
    for one in people:
        dialled(one, caller)
    dialled(member, caller)
    log_in(client, caller, two_factors=False)
    found = names(client.post(own, {"digits": "0699"}))
    assert sorted(found or []) == sorted(one.name for one in people)


def test_an_erased_member_is_not_found(member: Member, caller: User, branch: Branch) -> None:
    dialled(member, caller)
    Member.objects.update(erased_at=timezone.now())
    now = timezone.now()
    assert ringing_back.among_own(caller, branch, now, "0699") == []
    assert ringing_back.among_all(branch, now, "0699") == []


def test_callers_do_not_search_among_all(client: Client, caller: User, everybody: str) -> None:
    log_in(client, caller)
    assert client.post(everybody, {"digits": "0699"}).status_code == 403
