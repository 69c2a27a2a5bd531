"""How many evenings the rest of a round needs: from own calls, with a range, and assumed where there are too few."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import comb
from random import Random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import hours, planning
from calls.models import Attempt, Call, CallRound, CallRules
from calls.planning import Range, Wanted
from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as

Outcome = Attempt.Outcome
TWO = Wanted(callers=2, per_week=2)


def made(call: Call, caller: User, *, number: int, talks: int, day: date) -> None:
    """So many attempts on a day, the first of them talks."""
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 18))  # noqa: DTZ001
    outcomes = [Outcome.REACHED] * talks + [Outcome.NO_ANSWER] * (number - talks)
    Attempt.objects.bulk_create(
        Attempt(call=call, outcome=outcome, reported_at=at, reported_by=caller) for outcome in outcomes
    )


def address(call_round: CallRound) -> str:
    return f"/{call_round.branch.slug}/ringa/omgangar/{call_round.pk}/planering/"


@pytest.fixture
def call(call_round: CallRound) -> Call:
    return Call.objects.order_by("pk")[0]


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


# --- what own calls say ------------------------------------------------------------------------------


@pytest.mark.parametrize(("dials", "assumed"), [(0, True), (49, True), (50, False), (60, False)])
def test_few_own_attempts_give_an_assumption(
    branch: Branch, call: Call, caller: User, dials: int, assumed: bool
) -> None:
    made(call, caller, number=dials, talks=dials // 2, day=date(2027, 3, 8))
    found = planning.answer_rate(branch, timezone.now())
    assert (found.assumed, found.cases) == (assumed, dials)
    assert found.low < found.likely < found.high


def test_without_a_single_talk_nothing_is_known(branch: Branch, call: Call, caller: User) -> None:
    made(call, caller, number=200, talks=0, day=date(2027, 3, 8))
    assert planning.answer_rate(branch, timezone.now()).assumed


def test_the_share_is_of_own_attempts_that_stand(branch: Branch, call: Call, caller: User) -> None:
    made(call, caller, number=100, talks=25, day=date(2027, 3, 8))
    made(call, caller, number=100, talks=100, day=date(2025, 3, 1))  # too long ago
    made(call, caller, number=30, talks=30, day=date(2027, 3, 7))
    Attempt.objects.filter(reported_at__date=date(2027, 3, 7)).update(
        undone_at=timezone.now(), undone_by=caller
    )
    found = planning.answer_rate(branch, timezone.now())
    assert (found.likely, found.cases) == (0.25, 100)


def test_another_branch_says_nothing(call: Call, caller: User) -> None:
    made(call, caller, number=100, talks=25, day=date(2027, 3, 8))
    assert planning.answer_rate(BranchFactory.create(), timezone.now()).cases == 0


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (1, 10), (5, 10), (10, 10), (25, 100), (333, 1000)])
def test_wilson_holds_the_share_and_covers_what_it_says(hits: int, of: int) -> None:
    low, high = planning.wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    # At the lower end so many hits or more would come in some 5 of 100 cases.
    tail = sum(comb(of, k) * low**k * (1 - low) ** (of - k) for k in range(hits, of + 1))
    assert hits == 0 or 0.01 < tail < 0.21


def test_more_attempts_narrow_the_range() -> None:
    widths = [high - low for low, high in (planning.wilson(of // 4, of) for of in (20, 100, 1000))]
    assert widths == sorted(widths, reverse=True)


def test_an_evening_is_a_callers_day_with_three_dials(branch: Branch, call: Call, caller: User) -> None:
    days = [date(2027, 2, 2) + timedelta(days=7 * week) for week in range(5)]
    others = [user_with(Role.Kind.CALLER, branch) for _ in range(2)]
    for day, number in zip(days, (3, 10, 12, 14, 40), strict=True):
        made(call, caller, number=number, talks=0, day=day)
    made(call, others[0], number=2, talks=0, day=days[0])  # in passing
    assert planning.dials_per_evening(branch, timezone.now()) == Range(
        *planning.ASSUMED_DIALS, cases=5, assumed=True
    )
    for day in days[:3]:
        made(call, others[1], number=12, talks=0, day=day)
    assert planning.dials_per_evening(branch, timezone.now()) == Range(11.5, 12, 12.5, cases=8, assumed=False)


def test_the_evening_is_the_local_day(branch: Branch, call: Call, caller: User) -> None:
    """Midnight in Sweden falls in the middle of these hours of UTC: two evenings of three dials each."""
    for at in (datetime(2027, 3, 3, 22, 59, tzinfo=UTC), datetime(2027, 3, 3, 23, 0, tzinfo=UTC)):
        Attempt.objects.bulk_create(
            Attempt(call=call, outcome=Outcome.BUSY, reported_at=at, reported_by=caller) for _ in range(3)
        )
    assert planning.dials_per_evening(branch, timezone.now()).cases == 2


def test_the_form_begins_with_as_many_callers_as_usual(branch: Branch, call: Call, caller: User) -> None:
    assert planning.usual_callers(branch, timezone.now()) == 3
    others = [user_with(Role.Kind.CALLER, branch) for _ in range(4)]
    for someone in (caller, *others):
        made(call, someone, number=3, talks=0, day=date(2027, 3, 2))
    made(call, caller, number=3, talks=0, day=date(2027, 3, 3))
    made(call, caller, number=2, talks=0, day=date(2027, 3, 4))
    assert planning.usual_callers(branch, timezone.now()) == 3


# --- the reckoning -----------------------------------------------------------------------------------


def played(tries: Counter[int], answer: float, random: Random) -> tuple[int, int]:
    """Dials and talks when each call is tried until it is answered or its tries are used up."""
    dials = talks = 0
    for left, number in tries.items():
        for _ in range(number):
            for _try in range(left):
                dials += 1
                if random.random() < answer:
                    talks += 1
                    break
    return dials, talks


@pytest.mark.parametrize("answer", [0.2, 0.35, 0.9])
def test_the_series_agrees_with_calls_played_one_by_one(answer: float) -> None:
    tries = Counter({4: 300, 3: 200, 1: 100})
    random = Random(7)
    games = [played(tries, answer, random) for _ in range(60)]
    found = planning.reckon(tries, answer, 15)
    assert found.dials == pytest.approx(sum(dials for dials, _talks in games) / 60, rel=0.02)
    assert found.talks == pytest.approx(sum(talks for _dials, talks in games) / 60, rel=0.02)
    assert found.caller_evenings == found.dials / 15


def test_if_all_answer_each_is_dialled_once() -> None:
    found = planning.reckon(Counter({4: 10, 1: 5}), 1.0, 5)
    assert (found.dials, found.talks, found.caller_evenings) == (15, 15, 3)


@pytest.mark.parametrize(
    ("callers", "at_least", "evenings"), [(1, 1, 6), (2, 1, 3), (4, 1, 2), (5, 1, 2), (6, 1, 1), (6, 4, 4)]
)
def test_evenings_are_whole_and_as_many_as_tries(callers: int, at_least: int, evenings: int) -> None:
    found = planning.reckon(Counter({1: 30}), 1.0, 5)
    assert found.evenings(callers, at_least=at_least) == evenings


def test_who_waits_has_the_tries_that_are_left(call_round: CallRound) -> None:
    for used, call in zip((0, 3, 4), Call.objects.order_by("pk"), strict=True):
        Call.objects.filter(pk=call.pk).update(attempts_used=used)
    assert planning.tries_left(call_round, 4) == Counter({1: 2, 4: 1})
    Call.objects.filter(attempts_used=0).update(state=Call.State.PARKED)
    assert planning.tries_left(call_round, 4) == Counter({1: 2})


def test_evenings_on_which_one_may_call() -> None:
    found = set(planning.evenings_between(date(2027, 1, 1), date(2027, 12, 31), CallRules()))
    assert {day.weekday() for day in found} == {0, 1, 2, 3}
    assert not {day.isocalendar().week for day in found} & {1, *range(27, 31), 52, 53}
    assert not found & hours.red_days(2027)
    for day in (date(2027, 3, 25), date(2027, 3, 29)):  # Maundy Thursday is no red day, Easter Monday is one
        assert (day in found) == (hours.hours_of(day, CallRules()) is not None)


def test_the_last_day_of_the_round_belongs_to_it() -> None:
    thursday = date(2027, 3, 11)
    assert list(planning.evenings_between(thursday, thursday, CallRules())) == [thursday]
    assert list(planning.evenings_between(thursday, thursday - timedelta(days=1), CallRules())) == []


@pytest.mark.parametrize(("per_week", "number"), [(1, 3), (2, 5), (3, 7), (4, 9)])
def test_so_many_a_week_are_taken(per_week: int, number: int) -> None:
    days = list(
        planning.evenings_between(date(2027, 3, 4), date(2027, 3, 18), CallRules())
    )  # one day, then two weeks
    assert len(days) == 9
    assert len(planning.some_a_week(days, per_week)) == number


def test_the_year_that_turns_in_the_middle_of_a_week_is_one_week() -> None:
    days = [date(2026, 12, 28) + timedelta(days=day) for day in range(7)]
    assert planning.some_a_week(days, 1) == days[:1]


def test_a_plan_of_three_calls(call_round: CallRound) -> None:
    plan = planning.plan(call_round, TWO, timezone.now())
    assert (plan.left, plan.parked, plan.most_tries) == (3, 0, 4)
    assert plan.evenings == (4, 4, 4)
    assert plan.usable[:4] == [date(2027, 3, day) for day in (9, 10, 15, 16)]
    assert plan.done_on == plan.surely_done_on == date(2027, 3, 16)
    assert plan.callers_needed == 1


def test_harder_calls_need_more_evenings(call_round: CallRound, branch: Branch) -> None:
    Call.objects.bulk_create(
        Call(round=call_round, member=member) for member in MemberFactory.create_batch(60, branch=branch)
    )
    plan = planning.plan(call_round, Wanted(callers=1, per_week=4), timezone.now())
    fewest, likely, most = plan.evenings
    assert fewest < likely < most
    twice = planning.plan(call_round, Wanted(callers=2, per_week=4), timezone.now())
    halves = zip(plan.evenings, twice.evenings, strict=True)
    assert all(abs(one - 2 * two) <= 1 or two == plan.most_tries for one, two in halves)


def test_when_the_evenings_are_too_few_it_says_how_many_callers(
    call_round: CallRound, branch: Branch
) -> None:
    CallRound.objects.update(closes_on=date(2027, 3, 18))
    Call.objects.bulk_create(
        Call(round=call_round, member=member) for member in MemberFactory.create_batch(77, branch=branch)
    )
    call_round.refresh_from_db()
    plan = planning.plan(call_round, TWO, timezone.now())
    assert (len(plan.usable), plan.done_on) == (4, None)
    needed = plan.callers_needed
    assert needed is not None
    again = planning.plan(call_round, Wanted(callers=needed, per_week=2), timezone.now())
    fewer = planning.plan(call_round, Wanted(callers=needed - 1, per_week=2), timezone.now())
    assert (again.done_on, fewer.done_on) == (date(2027, 3, 16), None)


# --- the page ----------------------------------------------------------------------------------------


def test_the_page_shows_the_reckoning(desk: Client, call_round: CallRound) -> None:
    html = desk.get(address(call_round)).content.decode()
    for text in ("Ungefär 4 kvällar", "Ni är klara ungefär 16 mars 2027", "Så räknas det", "antaget"):
        assert text in html
    assert address(call_round) in desk.get(address(call_round).removesuffix("planering/")).content.decode()


def test_other_callers_are_reckoned_anew_and_nothing_is_changed(desk: Client, call_round: CallRound) -> None:
    before = list(Call.objects.values())
    html = desk.get(address(call_round), {"callers": "7", "per_week": "4"}).content.decode()
    assert 'value="7"' in html
    assert "Ni är klara ungefär 15 mars 2027" in html
    assert list(Call.objects.values()) == before


@pytest.mark.parametrize(
    "wanted", [{"callers": "0", "per_week": "2"}, {"callers": "x", "per_week": "5"}, {"callers": ""}]
)
def test_what_can_not_be_is_asked_for_again(
    desk: Client, call_round: CallRound, wanted: dict[str, str]
) -> None:
    answer = desk.get(address(call_round), wanted)
    assert answer.status_code == 422
    assert "Så räknas det" in answer.content.decode()


def test_when_nobody_is_left_there_is_nothing_to_reckon(desk: Client, call_round: CallRound) -> None:
    Call.objects.update(state=Call.State.EXHAUSTED)
    html = desk.get(address(call_round)).content.decode()
    assert "Ingen är kvar att ringa" in html
    assert "Så räknas det" not in html


def test_after_the_last_evening_more_are_asked_for(desk: Client, call_round: CallRound) -> None:
    CallRound.objects.update(closes_on=date(2027, 3, 8))
    assert "Ring fler kvällar i veckan" in desk.get(address(call_round)).content.decode()


def test_it_costs_the_same_for_few_and_many(desk: Client, call_round: CallRound, branch: Branch) -> None:
    desk.get(address(call_round))  # whatever is read once in a session
    counted = []
    for more in (0, 20):
        for member in MemberFactory.create_batch(more, branch=branch):
            Call.objects.create(round=call_round, member=member)
        with CaptureQueriesContext(connection) as queries:
            desk.get(address(call_round))
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(("kind", "status"), [(Role.Kind.CALLER, 403), (Role.Kind.BOARD, 403)])
def test_a_teammate_may_not(client: Client, call_round: CallRound, kind: str, status: int) -> None:
    log_in_as(client, kind, call_round.branch)
    assert client.get(address(call_round)).status_code == status


def test_a_stranger_finds_nothing(client: Client, call_round: CallRound) -> None:
    log_in_as(client, Role.Kind.CALL_LEADER, BranchFactory.create())
    assert client.get(address(call_round)).status_code == 404
