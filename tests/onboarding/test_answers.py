"""Places, the waiting list, companions and needs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from crm.outbox.models import Message
from crm.people.models import Member, Membership, User
from onboarding import answers, departures, invitations, planning, reminding
from onboarding.answers import Details, NoLongerOpenError
from onboarding.models import Gathering, Invitation
from tests.factories import MemberFactory
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
NOW = SIX_WEEKS_BEFORE + timedelta(days=1)


@pytest.fixture
def asked(gathering: Gathering, officer: User) -> list[Invitation]:
    """Three who are invited to a meeting with two places."""
    Gathering.objects.filter(pk=gathering.pk).update(seats=2)
    members = [MemberFactory.create(branch=gathering.branch) for _number in range(3)]
    invitations.invite(gathering=gathering, members=members, ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    return list(Invitation.objects.order_by("pk"))


def say(invitation: Invitation, said: str, minutes: int = 0, **details: object) -> Invitation:
    told = Details(**details) if details else None  # type: ignore[arg-type]
    return answers.answer(invitation=invitation, said=said, details=told, at=NOW + timedelta(minutes=minutes))


def waiting() -> list[int]:
    return list(Invitation.objects.filter(waiting=True).order_by("pk").values_list("pk", flat=True))


def told_of_a_place() -> list[int | None]:
    keys = Message.objects.filter(purpose_key__startswith="place:").order_by("pk")
    return list(keys.values_list("member", flat=True))


def test_who_says_yes_when_all_places_are_taken_waits(asked: list[Invitation]) -> None:
    for number, invitation in enumerate(asked):
        say(invitation, "yes", number)
    assert waiting() == [asked[2].pk]


def test_companions_take_places_too(asked: list[Invitation]) -> None:
    say(asked[0], "yes", companions=1)
    say(asked[1], "yes", 1)
    assert waiting() == [asked[1].pk]


def test_a_no_lets_the_first_in_the_queue_in_and_tells_them_once(asked: list[Invitation]) -> None:
    for number, invitation in enumerate(asked):
        say(invitation, "yes", number)
    for _twice in range(2):
        say(asked[0], "no", 5)
    assert (waiting(), told_of_a_place()) == ([], [asked[2].member_id])


def test_the_queue_keeps_its_order_also_for_a_small_party(asked: list[Invitation]) -> None:
    say(asked[0], "yes", companions=0)
    say(asked[1], "yes", 1, companions=1)
    say(asked[2], "yes", 2)
    assert waiting() == [asked[1].pk, asked[2].pk]


def test_who_has_a_place_keeps_it_and_brings_as_many_as_fit(asked: list[Invitation]) -> None:
    say(asked[0], "yes")
    now = say(asked[0], "yes", 1, companions=4)
    assert (now.waiting, now.companions) == (False, 1)


def test_more_places_let_the_queue_in(asked: list[Invitation], officer: User) -> None:
    for number, invitation in enumerate(asked):
        say(invitation, "yes", number)
    gathering = Gathering.objects.get()
    gathering.seats = 3
    assert planning.change(gathering=gathering, by=officer) is False
    assert (waiting(), told_of_a_place()) == ([], [asked[2].member_id])


def test_a_leaver_s_place_is_free(asked: list[Invitation]) -> None:
    say(asked[0], "yes", companions=1)
    Membership.objects.filter(member=asked[0].member_id).update(missing_since=NOW.date())
    say(asked[1], "yes", 1)
    assert waiting() == []


def test_the_place_message_says_what_and_how_to_say_no(asked: list[Invitation]) -> None:
    for number, invitation in enumerate(asked):
        say(invitation, "yes", number)
    say(asked[0], "no", 5)
    message = Message.objects.get(purpose_key__startswith="place:")
    assert message.subject == "Du har fått plats: Introduktionsträff den 11 mars"
    assert "Nu finns det en plats för dig" in message.text
    assert f"/i/{asked[2].token}/" in message.html


@pytest.mark.parametrize("said", ["no", "later"])
def test_who_does_not_come_brings_nobody_and_needs_nothing(asked: list[Invitation], said: str) -> None:
    say(asked[0], "yes", companions=1, needs_lift=True, food="nötter")
    now = say(asked[0], said, 1)
    assert (now.companions, now.needs_lift, now.food, now.answer) == (0, False, "", said)


def test_a_yes_by_telephone_keeps_what_was_said_before(asked: list[Invitation], officer: User) -> None:
    say(asked[0], "yes", needs_loop=True)
    now = answers.answer(invitation=asked[0], said="yes", by=officer, at=NOW)
    assert (now.needs_loop, now.officer) == (True, None)


def test_the_same_answer_again_writes_nothing(asked: list[Invitation]) -> None:
    say(asked[0], "yes", companions=1)
    first = Invitation.objects.get(pk=asked[0].pk)
    say(asked[0], "yes", 9, companions=1)
    assert Invitation.objects.get(pk=asked[0].pk).answered_at == first.answered_at


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_meeting_that_is_not_on_takes_no_answer(asked: list[Invitation], officer: User, state: str) -> None:
    if state == "cancelled":
        planning.cancel(gathering=asked[0].gathering, by=officer)
    else:
        Gathering.objects.update(state=state, confirmed_at=None, confirmed_by=None)
    with pytest.raises(NoLongerOpenError):
        say(asked[0], "yes")


@pytest.mark.parametrize("wrong", [{"waiting": True}, {"companions": 2}])
def test_the_database_refuses_company_and_queue_without_a_yes(
    asked: list[Invitation], wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError):
        Invitation.objects.filter(pk=asked[0].pk).update(**wrong)


def needs_of(member: Member) -> tuple[bool, bool, str]:
    found = Invitation.objects.get(member=member)
    return found.needs_lift, found.needs_loop, found.food


def test_needs_are_forgotten_the_day_after_and_not_before(asked: list[Invitation]) -> None:
    say(asked[0], "yes", companions=1, needs_lift=True, needs_loop=True, food="nötter")
    gathering = asked[0].gathering
    assert reminding.forget_needs(branch=gathering.branch, on=EVENING.date()) == {}
    after = EVENING.date() + timedelta(days=1)
    assert reminding.forget_needs(branch=gathering.branch, on=after) == {"forgotten": 1}
    assert needs_of(asked[0].member) == (False, False, "")
    assert Invitation.objects.get(pk=asked[0].pk).companions == 1


def test_needs_are_forgotten_when_the_meeting_is_cancelled(asked: list[Invitation], officer: User) -> None:
    say(asked[0], "yes", food="nötter")
    planning.cancel(gathering=asked[0].gathering, by=officer)
    assert reminding.forget_needs(branch=asked[0].gathering.branch, on=NOW.date()) == {"forgotten": 1}


def test_an_erased_person_s_link_and_code_open_nothing_and_needs_are_gone(
    asked: list[Invitation], officer: User
) -> None:
    before = say(asked[0], "yes", companions=1, needs_lift=True, food="nötter")
    departures.close_links(member=asked[0].member, by=officer)
    after = Invitation.objects.get(pk=before.pk)
    assert (after.needs_lift, after.food, after.companions) == (False, "", 1)
    assert {before.token, before.code}.isdisjoint({after.token, after.code})
