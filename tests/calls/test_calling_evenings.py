"""Ringpass: booked, begun with lists for all, seen by its leader, ended with one click."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import calling_evenings, claims, lists, outcomes
from calls.models import Attempt, Call, CallingEvening, CallList, CallRound, EveningCaller
from crm.people.models import Branch, Role, User
from tests.calls.test_paper import printed
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in

Outcome = Attempt.Outcome


@pytest.fixture
def guests(branch: Branch) -> list[User]:
    return [user_with(Role.Kind.CALLER, branch, name=name) for name in ("Berit Berg", "Curt Cedergren")]


@pytest.fixture
def evening(call_round: CallRound, leader: User, guests: list[User]) -> CallingEvening:
    """Two come, and six calls are in the pool."""
    for number in range(3):
        member = MemberFactory.create(branch=call_round.branch, street=f"Gatan {number}")
        Call.objects.create(round=call_round, member=member)
    Call.objects.update(call_list=None)
    return booked(call_round, leader, guests)


def booked(call_round: CallRound, leader: User, callers: list[User]) -> CallingEvening:
    now = timezone.now()
    return calling_evenings.book(
        call_round=call_round, starts_at=now, place="Folkets hus", callers=callers, by=leader, at=now
    )


def begin(evening: CallingEvening, by: User, *, gather: bool = False) -> int:
    given = calling_evenings.start(evening=evening, gather=gather, by=by, at=timezone.now())
    evening.refresh_from_db()
    return given


def lengths(evening: CallingEvening) -> dict[str, int]:
    open_lists = lists.open_lists(evening.round).select_related("caller")
    return {call_list.caller.name: call_list.calls.waiting().count() for call_list in open_lists}


def end(evening: CallingEvening, by: User) -> int:
    return calling_evenings.end(evening=evening, by=by, at=timezone.now())


# --- the deeds -------------------------------------------------------------------------------------


def test_the_same_evening_is_booked_once(call_round: CallRound, leader: User, guests: list[User]) -> None:
    made = [booked(call_round, leader, guests) for _ in range(2)]
    assert made[0] == made[1]
    assert (CallingEvening.objects.count(), EveningCaller.objects.count()) == (1, 2)


def test_the_start_shares_the_pool_evenly(evening: CallingEvening, leader: User) -> None:
    assert begin(evening, leader) == 6
    assert lengths(evening) == {"Berit Berg": 3, "Curt Cedergren": 3, "Rut Ringare": 0}


def test_starting_twice_starts_once(evening: CallingEvening, leader: User, caller: User) -> None:
    begin(evening, leader)
    Call.objects.update(call_list=None)
    assert begin(evening, caller) == 0
    assert evening.started_by == leader


def test_the_end_takes_back_what_the_start_gave(evening: CallingEvening, leader: User) -> None:
    begin(evening, leader)
    assert end(evening, leader) == 6
    assert lengths(evening) == {"Rut Ringare": 0}
    assert Call.objects.filter(call_list=None).waiting().count() == 6


def test_ending_twice_ends_once(evening: CallingEvening, leader: User, caller: User) -> None:
    begin(evening, leader)
    end(evening, leader)
    assert end(evening, caller) == 0
    assert CallingEvening.objects.get().ended_by == leader


def test_an_evening_that_has_not_begun_does_not_end(evening: CallingEvening, leader: User) -> None:
    assert end(evening, leader) == 0
    assert CallingEvening.objects.get().ended_at is None


def test_who_had_a_list_keeps_it(evening: CallingEvening, leader: User, guests: list[User]) -> None:
    lists.give_fair_part(call_round=evening.round, caller=guests[0], by=leader, at=timezone.now())
    had = lengths(evening)["Berit Berg"]
    begin(evening, leader)
    end(evening, leader)
    assert lengths(evening)["Berit Berg"] >= had > 0
    assert "Curt Cedergren" not in lengths(evening)


def test_what_was_reached_stays_reached(evening: CallingEvening, leader: User, guests: list[User]) -> None:
    begin(evening, leader)
    call = claims.claim_next(caller=guests[0], branch=evening.round.branch, now=timezone.now())
    assert call is not None
    outcomes.report(call=call, by=guests[0], outcome=Outcome.REACHED, client_id=uuid4())
    assert end(evening, leader) == 5
    assert Call.objects.get(pk=call.pk).state == Call.State.REACHED


def test_a_sheet_that_is_out_stays_out(evening: CallingEvening, leader: User, guests: list[User]) -> None:
    begin(evening, leader)
    sheet = printed(CallList.objects.get(caller=guests[0]), leader)
    assert end(evening, leader) == 3
    assert lengths(evening)["Berit Berg"] == 3
    assert calling_evenings.live(evening, timezone.now()).sheets == [sheet]


@pytest.mark.parametrize(("gather", "given"), [(False, 0), (True, 3)])
def test_lists_that_stood_still_are_gathered_first(
    call_round: CallRound, leader: User, guests: list[User], gather: bool, given: int
) -> None:
    evening = booked(call_round, leader, guests)
    assert begin(evening, leader, gather=gather) == given


def test_who_comes_late_gets_a_list_at_once(evening: CallingEvening, leader: User, branch: Branch) -> None:
    begin(evening, leader)
    lists.take_back(call_list=CallList.objects.get(caller__name="Berit Berg"), by=leader, at=timezone.now())
    late = user_with(Role.Kind.CALLER, branch, name="Lena Sen")
    for _ in range(2):
        calling_evenings.add_caller(evening=evening, caller=late, by=leader, at=timezone.now())
    assert lengths(evening)["Lena Sen"] == 1
    end(evening, leader)
    assert "Lena Sen" not in lengths(evening)


def test_who_can_not_come_is_dropped_before_it_begins(
    evening: CallingEvening, leader: User, guests: list[User]
) -> None:
    assert calling_evenings.drop_caller(evening=evening, caller=guests[0])
    begin(evening, leader)
    assert not calling_evenings.drop_caller(evening=evening, caller=guests[1])
    assert [comer.caller for comer in evening.callers.all()] == [guests[1]]


def test_only_an_evening_that_never_was_is_cancelled(evening: CallingEvening, leader: User) -> None:
    begin(evening, leader)
    assert not calling_evenings.cancel(evening=evening)
    other = booked(evening.round, leader, [])
    CallingEvening.objects.filter(pk=other.pk).update(started_at=None, started_by=None)
    assert calling_evenings.cancel(evening=other)


def test_an_evening_does_not_end_before_it_begins(evening: CallingEvening, leader: User) -> None:
    now = timezone.now()
    for wrong in (
        {"started_at": now},
        {"started_at": now, "started_by": leader, "ended_at": now - timedelta(1), "ended_by": leader},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallingEvening.objects.filter(pk=evening.pk).update(**wrong)


# --- the leader's view -----------------------------------------------------------------------------


def test_the_live_view_counts_talks_together_and_ranks_nobody(
    evening: CallingEvening, leader: User, guests: list[User], branch: Branch
) -> None:
    begin(evening, leader)
    for caller, outcome in ((guests[1], Outcome.REACHED), (guests[1], Outcome.NO_ANSWER)):
        call = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
        assert call is not None
        outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4())
    claims.claim_next(caller=guests[0], branch=branch, now=timezone.now())
    live = calling_evenings.live(evening, timezone.now())
    assert (live.talks, live.dials, live.pool) == (1, 2, 0)
    assert [(one.caller, one.is_calling, one.left) for one in live.table] == [
        (guests[0], True, 3),
        (guests[1], False, 2),
    ]
    assert [one.last_at for one in live.table] == [None, timezone.now()]


def test_dials_from_before_the_evening_are_not_of_it(
    evening: CallingEvening, leader: User, guests: list[User]
) -> None:
    call = Call.objects.order_by("pk")[0]
    before = timezone.now() - timedelta(hours=1)
    outcomes.report(call=call, by=guests[0], outcome=Outcome.REACHED, client_id=uuid4(), at=before)
    begin(evening, leader)
    assert calling_evenings.live(evening, timezone.now()).talks == 0


# --- the pages -------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


def at(branch: Branch, what: str = "") -> str:
    return f"/{branch.slug}/ringa/omgangar/ringpass/{what}"


def test_a_leader_books_an_evening(
    desk: Client, call_round: CallRound, branch: Branch, guests: list[User]
) -> None:
    assert "Inget ringpass är bokat" in desk.get(at(branch)).content.decode()
    told = {"on": "2027-03-11", "at": "17:30", "place": "Folkets hus", "callers": [guests[0].pk]}
    page = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ringpass/"
    assert desk.get(page).status_code == 200
    answer = desk.post(page, told)
    evening = CallingEvening.objects.get()
    assert answer["Location"] == at(branch, f"{evening.pk}/")
    assert timezone.localtime(evening.starts_at).strftime("%Y-%m-%d %H:%M") == "2027-03-11 17:30"
    assert "torsdag 11 mars 17:30, Folkets hus" in desk.get(at(branch)).content.decode()


@pytest.mark.parametrize("on", ["2027-03-08", "2027-12-21", ""])
def test_an_evening_lies_ahead_and_within_the_round(
    desk: Client, call_round: CallRound, branch: Branch, on: str
) -> None:
    told = {"on": on, "at": "17:30", "place": "Folkets hus"}
    answer = desk.post(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ringpass/", told)
    assert (answer.status_code, CallingEvening.objects.count()) == (422, 0)


def test_strangers_are_not_expected(desk: Client, call_round: CallRound, branch: Branch) -> None:
    stranger = user_with(Role.Kind.CALLER, BranchFactory.create())
    told = {"on": "2027-03-11", "at": "17:30", "place": "Hemma", "callers": [stranger.pk]}
    answer = desk.post(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ringpass/", told)
    assert answer.status_code == 422


def test_an_evening_from_first_to_last_click(
    desk: Client, evening: CallingEvening, branch: Branch, leader: User
) -> None:
    page = at(branch, f"{evening.pk}/")
    assert "6 samtal i potten delas" in desk.get(page).content.decode()
    desk.post(f"{page}lagg-till/", {"caller": leader.pk})
    desk.post(f"{page}borja/")
    html = desk.get(page).content.decode()
    assert "Samtal tillsammans" in html
    assert html.count("kvar på listan") == 3
    desk.post(f"{page}avsluta/")
    assert "Tack för i kväll" in desk.get(page).content.decode()
    assert Call.objects.filter(call_list=None).count() == 6


def test_nobody_is_added_without_a_choice(desk: Client, evening: CallingEvening, branch: Branch) -> None:
    assert desk.post(at(branch, f"{evening.pk}/lagg-till/"), {}).status_code == 422


def test_a_cancelled_evening_is_gone(desk: Client, evening: CallingEvening, branch: Branch) -> None:
    assert desk.post(at(branch, f"{evening.pk}/stall-in/"))["Location"] == at(branch)
    assert not CallingEvening.objects.exists()


def test_a_caller_says_yes_and_no(
    client: Client, evening: CallingEvening, branch: Branch, caller: User
) -> None:
    log_in(client, caller, two_factors=False)
    mine = f"/{branch.slug}/ringa/"
    assert "Jag kommer" in client.get(mine).content.decode()
    client.post(f"{mine}ringpass/{evening.pk}/jag-kommer/")
    assert "Du är väntad" in client.get(mine).content.decode()
    client.post(f"{mine}ringpass/{evening.pk}/jag-kan-inte/")
    assert not evening.callers.filter(caller=caller).exists()


def test_an_evening_of_yesterday_is_forgotten(
    client: Client, evening: CallingEvening, branch: Branch, caller: User
) -> None:
    CallingEvening.objects.update(starts_at=timezone.now() - timedelta(days=1))
    log_in(client, caller, two_factors=False)
    assert "Jag kommer" not in client.get(f"/{branch.slug}/ringa/").content.decode()


@pytest.mark.parametrize("what", ["", "borja/", "avsluta/", "stall-in/", "lagg-till/"])
def test_evenings_of_others_do_not_exist(client: Client, evening: CallingEvening, what: str) -> None:
    elsewhere = BranchFactory.create()
    log_in(client, user_with(Role.Kind.CALL_LEADER, elsewhere))
    method = client.post if what else client.get
    assert method(at(elsewhere, f"{evening.pk}/{what}")).status_code == 404


def test_the_live_view_asks_as_much_for_one_caller_as_for_three(
    desk: Client, evening: CallingEvening, branch: Branch, leader: User
) -> None:
    begin(evening, leader)
    asked = []
    for number in range(3):
        new = user_with(Role.Kind.CALLER, branch, name=f"Ny {number}")
        calling_evenings.add_caller(evening=evening, caller=new, by=leader, at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            desk.get(at(branch, f"{evening.pk}/"))
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_a_day_is_a_day_of_the_branchs_clock(evening: CallingEvening) -> None:
    midnight = timezone.make_aware(timezone.datetime(2027, 3, 10, 0, 30))  # type: ignore[attr-defined]
    assert not CallingEvening.objects.ahead(midnight).exists()
    assert timezone.localdate(evening.starts_at) == date(2027, 3, 9)


@pytest.mark.parametrize("key", ["0", "x", str(2**64)])
def test_a_key_that_is_nobodys_books_nothing(
    desk: Client, call_round: CallRound, branch: Branch, key: str
) -> None:
    told = {"on": "2027-03-11", "at": "17:30", "place": "Hemma", "callers": [key]}
    answer = desk.post(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/ringpass/", told)
    assert (answer.status_code, CallingEvening.objects.count()) == (422, 0)
