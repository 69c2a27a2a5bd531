"""What a caller's page knows of the evening, and what rounds tell the apps beside them."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.http import Http404
from django.utils import timezone

from calls import access, claims, evenings, lists, outcomes, rules
from calls.models import CLAIM, Attempt, Call, CallList, CallRound, CallRules
from calls.talks import talks_with
from calls.year import year_marks
from crm.people.models import Branch, Role, User
from tests.calls.conftest import EVENING
from tests.factories import BranchFactory, user_with

Outcome = Attempt.Outcome


def dial(call: Call, by: User, outcome: str = Outcome.NO_ANSWER, at: datetime = EVENING) -> Attempt:
    return outcomes.report(call=call, by=by, outcome=outcome, client_id=uuid4(), at=at)


def calls() -> list[Call]:
    return list(Call.objects.order_by("pk"))


# --- the evening -------------------------------------------------------------------------------------


def test_an_evening_counts_dials_and_talks_of_today_and_ones_own(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    first, second, third = calls()
    dial(first, caller, at=EVENING - timedelta(days=1))
    dial(second, caller)
    dial(third, leader, Outcome.REACHED)
    dial(first, caller, Outcome.REACHED)
    evening = evenings.of(caller, branch, EVENING)
    assert (evening.dials, evening.talks, len(evening.left)) == (2, 1, 1)


@pytest.mark.parametrize(("hour", "dials"), [(22, 1), (23, 0)], ids=["midnight-to-come", "past-midnight"])
def test_the_evening_is_over_at_midnight_in_sweden(
    call_round: CallRound, branch: Branch, caller: User, hour: int, dials: int
) -> None:
    dial(calls()[0], caller)
    now = datetime(2027, 3, 9, hour, 30, tzinfo=UTC)
    assert evenings.of(caller, branch, now).dials == dials


@pytest.mark.parametrize(("after", "due"), [(timedelta(seconds=-1), 2), (timedelta(0), 3)])
def test_a_call_that_waits_for_its_time_is_not_due_before_it(
    call_round: CallRound, branch: Branch, caller: User, after: timedelta, due: int
) -> None:
    at = EVENING + timedelta(minutes=5)
    Call.objects.filter(pk=calls()[0].pk).update(due_at=at)
    evening = evenings.of(caller, branch, at + after)
    assert (len(evening.due), len(evening.later)) == (due, 3 - due)


def test_with_nothing_on_the_list_the_pool_lets_one_go_on(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    lists.take_back_all(call_round=call_round, by=leader, at=EVENING)
    evening = evenings.of(caller, branch, EVENING)
    assert (evening.left, evening.pool, evening.can_go_on) == ([], 3, True)
    Call.objects.update(due_at=EVENING + timedelta(days=1))
    assert not evenings.of(caller, branch, EVENING).can_go_on


def test_whoever_is_on_the_screen_is_in_hand_until_the_claim_ends(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    held = claims.claim_next(caller=caller, branch=branch, now=EVENING)
    in_hand = [evenings.of(who, branch, EVENING).in_hand for who in (caller, leader)]
    assert in_hand == [held, None]
    assert evenings.of(caller, branch, EVENING + CLAIM).in_hand is None


@pytest.mark.parametrize(
    ("today", "opens"),
    [
        (date(2027, 1, 31), date(2027, 2, 1)),
        (date(2027, 2, 1), date(2028, 2, 1)),
        (date(2027, 12, 31), date(2028, 2, 1)),
    ],
)
def test_the_next_round_opens_on_the_next_first_of_february(branch: Branch, today: date, opens: date) -> None:
    assert evenings.next_opening(branch, today) == opens


def test_a_branch_that_opens_in_may_waits_for_may(branch: Branch) -> None:
    CallRules.objects.create(branch=branch, opens_month=5, opens_day=4)
    assert evenings.next_opening(branch, date(2027, 2, 1)) == date(2027, 5, 4)


# --- whose calls ---------------------------------------------------------------------------------------


def test_a_ticket_opens_one_call_for_one_caller_in_one_branch(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    call, other, _third = calls()
    ticket = access.ticket_for(call, caller)
    assert access.call_of_ticket(ticket, caller, branch, call.pk) == call
    for user, where, pk in (
        (leader, branch, call.pk),
        (caller, branch, other.pk),
        (caller, BranchFactory.create(), call.pk),
    ):
        with pytest.raises(Http404):
            access.call_of_ticket(ticket, user, where, pk)


@pytest.mark.parametrize("damage", ["", "x", "cut"])
def test_a_damaged_ticket_opens_nothing(
    call_round: CallRound, branch: Branch, caller: User, damage: str
) -> None:
    call = calls()[0]
    ticket = access.ticket_for(call, caller)[:-1] if damage == "cut" else damage
    with pytest.raises(Http404):
        access.call_of_ticket(ticket, caller, branch, call.pk)


@pytest.mark.parametrize(
    ("after", "opens"), [(timedelta(days=3), True), (timedelta(days=3, seconds=1), False)]
)
def test_a_ticket_lasts_for_three_days(
    call_round: CallRound, branch: Branch, caller: User, after: timedelta, opens: bool
) -> None:
    call = calls()[0]
    ticket = access.ticket_for(call, caller)
    with time_machine.travel(EVENING + after, tick=False):
        if opens:
            assert access.call_of_ticket(ticket, caller, branch, call.pk) == call
        else:
            with pytest.raises(Http404):
                access.call_of_ticket(ticket, caller, branch, call.pk)


def test_nobody_chooses_from_anothers_list(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    call = calls()[0]
    assert access.choosable_by(caller, branch, EVENING, call.pk) == call
    teammate, stranger = user_with(Role.Kind.CALLER, branch), user_with("caller", BranchFactory.create())
    for user in (teammate, stranger, leader):
        with pytest.raises(Http404):
            access.choosable_by(user, branch, EVENING, call.pk)


@pytest.mark.parametrize(("on", "seen"), [(date(2027, 12, 20), 3), (date(2027, 12, 21), 0)])
def test_callers_see_nobody_after_the_rounds_last_day(
    call_round: CallRound, branch: Branch, caller: User, on: date, seen: int
) -> None:
    now = rules.end_of(on)
    assert access.calls_on_lists_of(caller, branch, now).count() == seen
    assert len(evenings.of(caller, branch, now).left) == seen


def test_a_list_taken_back_shows_nobody(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    lists.take_back(call_list=CallList.objects.get(), by=leader, at=EVENING)
    assert not access.calls_on_lists_of(caller, branch, EVENING).exists()


# --- moments, the year, talks ------------------------------------------------------------------------------


def test_today_is_now_and_another_day_is_its_morning() -> None:
    assert rules.moment(date(2027, 3, 9)) == EVENING
    assert rules.moment(date(2027, 3, 10)) == datetime(2027, 3, 10, 7, tzinfo=UTC)
    assert rules.moment(date(2027, 7, 1)) == datetime(2027, 7, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(("day", "length"), [("2027-03-28", 23), ("2027-03-09", 24), ("2027-10-31", 25)])
def test_a_day_is_as_long_as_the_clock_makes_it(day: str, length: int) -> None:
    on = date.fromisoformat(day)
    first, last = rules.start_of(on).astimezone(UTC), rules.end_of(on).astimezone(UTC)
    assert last - first == timedelta(hours=length) - timedelta(microseconds=1)
    assert timezone.localdate(first) == timezone.localdate(last) == on


@pytest.mark.parametrize(("on", "is_done"), [("2027-12-20", None), ("2027-12-21", True)])
def test_the_years_round_is_done_when_it_has_closed(
    call_round: CallRound, branch: Branch, on: str, is_done: bool | None
) -> None:
    (mark,) = year_marks(branch=branch, year=2027, on=date.fromisoformat(on))
    assert (mark.first, mark.last, mark.is_done) == (date(2027, 2, 1), date(2027, 12, 20), is_done)


def test_other_years_branches_and_kinds_have_no_mark(call_round: CallRound, branch: Branch) -> None:
    today = date(2027, 3, 9)
    assert [list(year_marks(branch=branch, year=year, on=today)) for year in (2026, 2028)] == [[], []]
    assert list(year_marks(branch=BranchFactory.create(), year=2027, on=today)) == []
    CallRound.objects.update(kind=CallRound.Kind.WELCOME)
    assert list(year_marks(branch=branch, year=2027, on=today)) == []


def test_only_talks_that_stand_are_told_the_earliest_first(call_round: CallRound, caller: User) -> None:
    first, second, third = calls()
    dial(second, caller, Outcome.REACHED, at=EVENING - timedelta(days=2))
    dial(first, caller, Outcome.REACHED)
    dial(third, caller)
    members = [call.member_id for call in (first, second, third)]
    assert list(talks_with(member_ids=members)) == [
        (second.member_id, date(2027, 3, 7)),
        (first.member_id, date(2027, 3, 9)),
    ]
    assert list(talks_with(member_ids=[third.member_id])) == []
    Attempt.objects.filter(call=first).update(undone_at=EVENING, undone_by=caller)
    assert [member for member, _day in talks_with(member_ids=members)] == [second.member_id]
