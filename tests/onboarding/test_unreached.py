"""Whom an invitation has not reached, on the meeting's page and in the calls."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.outbox.models import Message
from crm.people.models import Member, Role
from onboarding import answers, invitations, requests
from onboarding.models import Gathering, Invitation
from onboarding.unreached import Unreached, unreached
from tests.factories import MemberFactory
from tests.logins import log_in_as
from tests.onboarding.conftest import SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
State = Message.State
BEFORE = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
SIX_WEEKS = date(2027, 1, 28)
THE_DAY = date(2027, 3, 11)
NO_WAY = {"email": "", "postcode": "", "phone": "+46701740605"}


def invited(gathering: Gathering, **known: Any) -> Member:
    member: Member = MemberFactory.create(branch=gathering.branch, since=date(2027, 1, 1), **known)
    invitations.invite(
        gathering=gathering, members=[member], ground="new", by=gathering.planned_by, at=SIX_WEEKS_BEFORE
    )
    return member


def words_on_page(client: Client, gathering: Gathering) -> str:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    address = reverse("onboarding:gathering", args=[gathering.branch.slug, gathering.pk])
    return client.get(address).content.decode()


# Who


def test_each_is_on_the_list_for_what_is_to_be_done(gathering: Gathering) -> None:
    by_mail, by_post, nowhere = (
        invited(gathering),
        invited(gathering, email=""),
        invited(gathering, **NO_WAY),
    )
    found = unreached(gathering)
    assert ([row.member for row in found.no_way], found.stopped, found.to_print) == ([nowhere], [], 1)
    assert set(Message.objects.values_list("member", "channel")) == {
        (by_mail.pk, "email"),
        (by_post.pk, "letter"),
    }


def test_where_all_are_reached_nobody_is_on_it(gathering: Gathering) -> None:
    invited(gathering)
    assert (unreached(gathering), unreached(gathering).is_nobody) == (Unreached(), True)


def test_without_invitations_there_is_nothing_to_do(gathering: Gathering) -> None:
    assert unreached(gathering).is_nobody


@pytest.mark.parametrize(
    ("state", "is_on_it"),
    [
        (State.FAILED, True),
        (State.BOUNCED, True),
        (State.UNCERTAIN, True),
        (State.CANCELLED, True),
        (State.QUEUED, False),
        (State.WITHHELD, False),
    ],
)
def test_a_message_that_did_not_arrive_waits_for_a_person(
    gathering: Gathering, state: str, is_on_it: bool
) -> None:
    invited(gathering)
    Message.objects.update(state=state)
    assert unreached(gathering).stopped == (list(Message.objects.all()) if is_on_it else [])


def answer_by_telephone(member: Member) -> None:
    answers.answer(invitation=Invitation.objects.get(member=member), said="yes", at=BEFORE)


def leave(member: Member) -> None:
    member.memberships.update(missing_since=date(2027, 2, 1))


def say_no_to_all(member: Member) -> None:
    Member.objects.update(no_messages=True)


@pytest.mark.parametrize("change", [answer_by_telephone, leave, say_no_to_all])
def test_who_has_answered_left_or_said_no_is_not_looked_for(gathering: Gathering, change: Any) -> None:
    change(invited(gathering, **NO_WAY))
    assert unreached(gathering).is_nobody


def test_another_meetings_message_does_not_count(gathering: Gathering) -> None:
    member = invited(gathering, **NO_WAY)
    Member.objects.update(email="arla@example.org")
    Message.objects.create(
        branch=gathering.branch,
        member=member,
        purpose_key="invite:0",
        channel="email",
        queued_at=BEFORE,
        queued_by=gathering.planned_by,
    )
    assert Invitation.objects.without_message(f"invite:{gathering.pk}").count() == 1


# Once there is a way


def test_who_gets_an_address_gets_the_invitation_the_next_night(gathering: Gathering) -> None:
    member = invited(gathering, **NO_WAY)
    invitations.invite_to_intro_meetings(branch=gathering.branch, on=SIX_WEEKS)
    before = Message.objects.count()
    Member.objects.filter(pk=member.pk).update(email="arla@example.org")
    for _night in range(2):
        invitations.invite_to_intro_meetings(branch=gathering.branch, on=SIX_WEEKS + timedelta(days=1))
    written = Message.objects.values_list("member", "address", "purpose_key")
    assert (before, list(written)) == (0, [(member.pk, "arla@example.org", f"invite:{gathering.pk}")])


# The call


def asked(gathering: Gathering, on: date) -> list[tuple[int, date, date]]:
    found = requests.are_you_coming(branch=gathering.branch, on=on)
    return [(request.member_id, request.from_on, request.due_on) for request in found]


def test_whom_no_message_reaches_is_called_from_the_invitation_on(gathering: Gathering) -> None:
    member = invited(gathering, **NO_WAY)
    invited(gathering)
    assert asked(gathering, SIX_WEEKS) == [(member.pk, SIX_WEEKS, date(2027, 3, 10))]


def test_in_the_last_week_both_are_called_once(gathering: Gathering) -> None:
    keys = [invited(gathering, **NO_WAY).pk, invited(gathering).pk]
    assert [key for key, _from, _due in asked(gathering, THE_DAY - timedelta(days=7))] == keys


@pytest.mark.parametrize("kind", ["member_meeting", "social", "open_meeting"])
def test_nobody_is_called_about_a_meeting_for_everybody(gathering: Gathering, kind: str) -> None:
    invited(gathering, **NO_WAY)
    Gathering.objects.update(kind=kind, season="")
    assert asked(gathering, SIX_WEEKS) == []


@pytest.mark.parametrize("known", [{"no_calls": True}, {"no_messages": True}])
def test_nobody_is_called_early_against_a_wish(gathering: Gathering, known: dict[str, bool]) -> None:
    invited(gathering, **NO_WAY, **known)
    assert asked(gathering, SIX_WEEKS) == []


def test_with_an_address_the_early_call_is_asked_for_no_more(gathering: Gathering) -> None:
    member = invited(gathering, **NO_WAY)
    Member.objects.filter(pk=member.pk).update(email="arla@example.org")
    assert asked(gathering, SIX_WEEKS) == []


# The page


@time_machine.travel(BEFORE)
def test_the_page_says_whom_to_call_and_what_to_print(client: Client, gathering: Gathering) -> None:
    invited(gathering, **NO_WAY)
    invited(gathering, email="")
    words = words_on_page(client, gathering)
    assert [
        said in words
        for said in (
            "Behöver brev eller samtal",
            "1 brev väntar på att skrivas ut",
            "070-174 06 05",
            "De som ringer",
        )
    ] == [True] * 4


@time_machine.travel(BEFORE)
def test_the_page_leads_to_a_message_that_bounced(client: Client, gathering: Gathering) -> None:
    invited(gathering)
    Message.objects.update(state=State.BOUNCED, error="550 No such user")
    words = words_on_page(client, gathering)
    link = reverse("outbox:message", args=[gathering.branch.slug, Message.objects.get().pk])
    assert (link in words, "550 No such user" in words) == (True, True)


@time_machine.travel(BEFORE)
def test_when_all_are_reached_the_page_says_so(client: Client, gathering: Gathering) -> None:
    invited(gathering)
    assert "Inbjudan har hittat en väg till alla" in words_on_page(client, gathering)


@time_machine.travel(datetime(2027, 3, 12, 9, 0, tzinfo=UTC))
def test_afterwards_nobody_is_looked_for(client: Client, gathering: Gathering) -> None:
    invited(gathering, **NO_WAY)
    assert "Behöver brev eller samtal" not in words_on_page(client, gathering)
