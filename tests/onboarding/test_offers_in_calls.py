"""Meetings in a caller's evening: one question for all that are ahead, and how many of those talked with come."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import calling_evenings, claims, evenings, outcomes, questions, rounds, telling
from calls.models import Attempt, Call, CallRound
from crm.extensions import CallRequest, call_requests, offers
from crm.people import memberships
from crm.people.models import AccessLog, Branch, Member, Role, User
from onboarding import answers, invitations, planning
from onboarding.models import Gathering, Invitation
from tests.factories import PHONES, BranchFactory, MemberFactory, user_with
from tests.logins import log_in

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 9, 17, 30, tzinfo=UTC)  # a Tuesday, half past six in Sweden
KINDS = ("intro_meeting", "member_meeting", "course_s1")


@pytest.fixture(autouse=True)
def this_evening() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def caller(branch: Branch) -> User:
    return user_with(Role.Kind.CALLER, branch, name="Rut Ringare")


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


def meet(branch: Branch, officer: User, *, kind: str = "member_meeting", days: int = 14) -> Gathering:
    starts_at = NOW + timedelta(days=days)
    return planning.plan(branch=branch, by=officer, kind=kind, starts_at=starts_at, place="Folkets hus")


def open_round(branch: Branch, people: int) -> list[Call]:
    MemberFactory.create_batch(people, branch=branch)
    rounds.open_rounds(branch=branch, on=date(2027, 2, 1))
    return list(Call.objects.filter(round__branch=branch).order_by("pk"))


def talk(call: Call, by: User, *, outcome: str = "reached", at: datetime = NOW) -> Attempt:
    return outcomes.report(call=call, by=by, outcome=outcome, client_id=uuid4(), at=at)


def say(member: Member, gathering: Gathering, said: str, by: User) -> None:
    invitation = invitations.add(gathering=gathering, member=member, by=by)
    answers.answer(invitation=invitation, said=said, by=by)


# --- one question for all meetings ---------------------------------------------------------------------------


def cost_of_offers(member: Member) -> int:
    with CaptureQueriesContext(connection) as queries:
        telling.offers_for(member, timezone.localdate())
    return len(queries)


@pytest.mark.parametrize("kind", KINDS)
def test_three_meetings_cost_as_many_queries_as_one(branch: Branch, officer: User, kind: str) -> None:
    member = MemberFactory.create(branch=branch, since=date(2027, 1, 5))
    costs = []
    for days in (14, 21, 28):
        meet(branch, officer, kind=kind, days=days)
        costs.append(cost_of_offers(member))
    assert costs == [2, 2, 2]


def test_without_meetings_one_query_tells_so(branch: Branch) -> None:
    assert cost_of_offers(MemberFactory.create(branch=branch)) == 1


def test_each_meeting_is_asked_for_by_its_own_rule(branch: Branch, officer: User) -> None:
    """New members, all members, those of the first year, and nobody by itself: one question answers for each."""
    new = MemberFactory.create(branch=branch, since=date(2027, 1, 5))
    old = MemberFactory.create(branch=branch)
    made = {kind: meet(branch, officer, kind=kind) for kind in KINDS}
    by_hand = meet(branch, officer, kind="social", days=15)
    Gathering.objects.filter(pk=by_hand.pk).update(audience=Gathering.Audience.BY_HAND)
    everything = Gathering.objects.filter(branch=branch)
    for member in (new, old):
        places = invitations.places_of(member, everything)
        named = {place.gathering.kind for place in places if place.is_named}
        slowly = {
            one.kind
            for one in everything
            for some in invitations.whom_to_invite(one).values()
            if member in some
        }
        assert named == slowly
    assert {place.gathering for place in invitations.places_of(new, everything)} == {*made.values(), by_hand}


def test_who_is_no_member_any_more_is_named_by_nothing(branch: Branch, officer: User) -> None:
    gone = MemberFactory.create(branch=branch)
    memberships.end(member=gone, on=date(2027, 3, 1), reason="left", by=officer)
    stranger = MemberFactory.create(branch=BranchFactory.create())
    meet(branch, officer)
    for member, expected in ((gone, [False]), (stranger, [])):
        places = invitations.places_of(member, Gathering.objects.all())
        assert [place.is_named for place in places] == expected


# --- the caller's page -----------------------------------------------------------------------------------------


@pytest.fixture
def couple(branch: Branch) -> list[Member]:
    """Two at one address with one number."""
    pair = [MemberFactory.create(branch=branch, since=date(2027, 1, 5), phone="") for _one in range(2)]
    for member in pair:
        member.phones.create(number=PHONES[40], kind="mobile", position=0)
    return pair


def ask_for(couple: list[Member]) -> None:
    """A round of another kind beside the year's, with the couple in it."""

    def asked(*, branch: Branch, on: date) -> list[CallRequest]:
        return [
            CallRequest(kind="check_in", key=f"check_in:1:{one.pk}", member_id=one.pk, from_on=on, due_on=on)
            for one in couple
        ]

    call_requests.register("test_offers_in_calls", asked)


@pytest.fixture
def two_rounds(branch: Branch, caller: User, officer: User, couple: list[Member]) -> list[CallRound]:
    """Three meetings and three questions, two rounds open, and a history of thirty attempts each."""
    for number, kind in enumerate(KINDS):
        meet(branch, officer, kind=kind, days=14 + number)
        questions.ask(branch=branch, text=f"Fråga {number}?", kind="yes_no", by=officer)
    ask_for(couple)
    try:
        open_round(branch, 20)
        rounds.top_up(branch=branch, on=NOW.date())
    finally:
        call_requests._hooks.pop("test_offers_in_calls")
    for call in Call.objects.filter(member__in=couple):
        Attempt.objects.bulk_create(
            Attempt(call=call, outcome="no_answer", reported_at=NOW - timedelta(days=n), reported_by=caller)
            for n in range(2, 32)
        )
    return list(CallRound.objects.filter(branch=branch))


def test_the_callers_page_is_at_most_12_queries_with_all_of_it(
    phone: Client, branch: Branch, caller: User, two_rounds: list[CallRound], couple: list[Member]
) -> None:
    call = Call.objects.filter(member=couple[0], round__kind="yearly").get()
    assert claims.claim(call=call, caller=caller, now=NOW)
    address = f"/{branch.slug}/ringa/samtal/{call.pk}/"
    with CaptureQueriesContext(connection) as queries:
        html = phone.get(address).content.decode()
    assert html.count("kommer du?") == 3
    assert html.count("Fråga 0?") == 1
    assert (len(two_rounds), len(queries)) == (2, 12)
    assert AccessLog.objects.filter(purpose=AccessLog.Purpose.CALL, member_id=couple[0].pk).count() == 1


def test_my_list_is_at_most_12_queries_after_talks(
    phone: Client, branch: Branch, caller: User, officer: User, two_rounds: list[CallRound]
) -> None:
    meeting = Gathering.objects.filter(branch=branch, kind="member_meeting").get()
    for call in Call.objects.filter(round__kind="yearly").order_by("-pk")[:3]:
        talk(call, caller)
        say(call.member, meeting, "yes", officer)
    with CaptureQueriesContext(connection) as queries:
        html = phone.get(f"/{branch.slug}/ringa/").content.decode()
    assert "Du pratade med 3 partivänner i kväll, 3 kommer på träffen. Tack!" in html
    assert len(queries) == 12


# --- afterwards ------------------------------------------------------------------------------------------------


def told(branch: Branch, caller: User, now: datetime = NOW) -> tuple[int, int]:
    evening = evenings.of(caller, branch, now)
    return evening.talks, evening.coming


def test_of_those_talked_with_tonight_some_come(branch: Branch, caller: User, officer: User) -> None:
    first, second, third, fourth, tried = open_round(branch, 5)
    meeting, other = meet(branch, officer), meet(branch, officer, days=20)
    for call in (first, second, third):
        talk(call, caller)
    talk(tried, caller, outcome="no_answer")
    say(first.member, meeting, "yes", caller)
    say(first.member, other, "yes", caller)  # one person, however many meetings
    say(second.member, meeting, "no", caller)
    for call in (fourth, tried):
        say(call.member, meeting, "yes", officer)  # nobody talked with them tonight
    assert told(branch, caller) == (3, 1)


@pytest.mark.parametrize(("days", "coming"), [(-1, 0), (0, 1), (1, 1)], ids=["been", "tonight", "ahead"])
def test_only_a_meeting_that_is_ahead_counts(
    branch: Branch, caller: User, officer: User, days: int, coming: int
) -> None:
    (call,) = open_round(branch, 1)
    talk(call, caller)
    meeting = meet(branch, officer)
    say(call.member, meeting, "yes", caller)
    Gathering.objects.update(starts_at=NOW + timedelta(days=days))
    assert told(branch, caller) == (1, coming)


@pytest.mark.parametrize(
    "change",
    [{"answer": "later"}, {"answer": ""}, {"waiting": True}],
    ids=["another-time", "no-answer", "no-place-yet"],
)
def test_only_a_yes_with_a_place_counts(
    branch: Branch, caller: User, officer: User, change: dict[str, object]
) -> None:
    (call,) = open_round(branch, 1)
    talk(call, caller)
    say(call.member, meet(branch, officer), "yes", caller)
    if change.get("answer") == "":
        change |= {"answered_at": None, "officer": None}
    Invitation.objects.update(**change)
    assert told(branch, caller) == (1, 0)


def test_a_meeting_called_off_brings_nobody(branch: Branch, caller: User, officer: User) -> None:
    (call,) = open_round(branch, 1)
    talk(call, caller)
    meeting = meet(branch, officer)
    say(call.member, meeting, "yes", caller)
    assert told(branch, caller) == (1, 1)
    planning.cancel(gathering=meeting, by=officer)
    assert told(branch, caller) == (1, 0)


def test_another_callers_talks_are_their_own(branch: Branch, caller: User, officer: User) -> None:
    mine, theirs = open_round(branch, 2)
    other = user_with(Role.Kind.CALLER, branch)
    meeting = meet(branch, officer)
    for call, by in ((mine, caller), (theirs, other)):
        talk(call, by)
        say(call.member, meeting, "yes", by)
    assert [told(branch, by) for by in (caller, other)] == [(1, 1), (1, 1)]


def test_tomorrow_it_is_another_evening(branch: Branch, caller: User, officer: User) -> None:
    (call,) = open_round(branch, 1)
    talk(call, caller)
    say(call.member, meet(branch, officer), "yes", caller)
    assert told(branch, caller, NOW + timedelta(days=1)) == (0, 0)


@pytest.mark.parametrize(("hour", "when"), [(17, "i kväll"), (13, "i dag")])
def test_the_page_says_so_without_a_name(
    branch: Branch, caller: User, officer: User, hour: int, when: str
) -> None:
    (call,), client, at = open_round(branch, 1), Client(), NOW.replace(hour=hour)
    with time_machine.travel(at, tick=False):
        log_in(client, caller, two_factors=False)
        talk(call, caller, at=at)
        say(call.member, meet(branch, officer), "yes", caller)
        html = client.get(f"/{branch.slug}/ringa/").content.decode()
    assert f"Du pratade med 1 partivän {when}, 1 kommer på träffen. Tack!" in html
    assert call.member.last_name not in html


def test_the_leader_sees_the_number_of_all_together(branch: Branch, caller: User, officer: User) -> None:
    leader = user_with(Role.Kind.CALL_LEADER, branch)
    calls = open_round(branch, 3)
    evening = calling_evenings.book(
        call_round=calls[0].round, starts_at=NOW, place="Folkets hus", callers=[caller], by=leader, at=NOW
    )
    calling_evenings.start(evening=evening, gather=False, by=leader, at=NOW)
    evening.refresh_from_db()
    meeting = meet(branch, officer)
    for call in calls[:2]:
        talk(call, caller)
    say(calls[0].member, meeting, "yes", caller)
    live = calling_evenings.live(evening, NOW)
    assert (live.talks, live.coming, live.dials) == (2, 1, 2)


def test_without_the_app_of_meetings_nobody_comes(branch: Branch, caller: User) -> None:
    (call,) = open_round(branch, 1)
    talk(call, caller)
    kept = dict(offers._hooks)
    offers._hooks.clear()
    try:
        assert told(branch, caller) == (1, 0)
    finally:
        offers._hooks.update(kept)
