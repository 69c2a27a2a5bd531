"""A round in numbers: states beside a plain reading of each call, and how far each list has come."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from calls import access, lists, summary
from calls.models import CLAIM, Call, CallList, CallRound
from crm.people.models import Branch, Member, Role, User
from tests.calls.conftest import EVENING
from tests.factories import BranchFactory, user_with

State = Call.State
MINUTE = timedelta(minutes=1)
NEAR = st.sampled_from((-MINUTE, timedelta(0), MINUTE)).map(lambda apart: EVENING + apart)


@st.composite
def fields(draw: st.DrawFn) -> dict[str, Any]:
    """A call in any state that the database allows, with times close to now on both sides."""
    state = draw(st.sampled_from(State.values))
    found: dict[str, Any] = {"state": state, "last_attempt_at": draw(st.none() | NEAR)}
    found["due_at"] = draw(st.none() | NEAR)
    if state == State.WAITING:
        found["claimed_until"] = draw(st.none() | NEAR)
    if state == State.EXHAUSTED:
        found["letter_at"] = draw(st.none() | NEAR)
    if state == State.REACHED:
        found["reached_at"] = EVENING
    if state == State.EXEMPT:
        found["reason"] = draw(st.sampled_from(Call.Reason.values))
    return found


def standing(call: dict[str, Any], now: datetime) -> str:
    """What a leader would say of one call."""
    if call["state"] == State.EXHAUSTED:
        return "written" if call["letter_at"] else "exhausted"
    if call["state"] != State.WAITING:
        return str(call["state"])
    if call["claimed_until"] and call["claimed_until"] > now:
        return "held"
    if not call["last_attempt_at"]:
        return "untried"
    return "later" if call["due_at"] and call["due_at"] > now else "again"


def make_round(branch: Branch, by: User, calls: list[dict[str, Any]]) -> CallRound:
    call_round = CallRound.objects.create(
        branch=branch,
        period="2027",
        opens_on=date(2027, 2, 1),
        closes_on=date(2027, 12, 20),
        opened_at=EVENING,
        opened_by=by,
    )
    for number, call in enumerate(calls):
        member = Member.objects.create(
            branch=branch, member_number=str(number), first_name="Ärla", learnt_on=date(2027, 1, 1)
        )
        until = call.get("claimed_until")
        claim = {"claimed_by": by, "claimed_at": until - CLAIM} if until else {}
        letter = {"letter_by": by} if call.get("letter_at") else {}
        Call.objects.create(round=call_round, member=member, **call, **claim, **letter)
    return call_round


class TestAnyRound(TestCase):
    @settings(max_examples=40)
    @given(st.lists(fields(), max_size=6))
    def test_every_call_is_counted_once_in_its_own_state(self, calls: list[dict[str, Any]]) -> None:
        by = User.objects.console()
        call_round = make_round(BranchFactory.create(), by, calls)
        counted = {
            one.standing.key: one.number for one in summary.count(access.calls_in(call_round), EVENING)
        }
        expected = [standing(call, EVENING) for call in calls]
        assert counted == {key: expected.count(key) for key in summary.BY_KEY}
        with_counts = summary.with_counts(access.rounds_of(call_round.branch)).get()
        assert (with_counts.members, with_counts.reached) == (len(calls), expected.count("reached"))

    @settings(max_examples=15)
    @given(st.lists(fields(), max_size=6))
    def test_the_exempt_are_told_by_reason(self, calls: list[dict[str, Any]]) -> None:
        call_round = make_round(BranchFactory.create(), User.objects.console(), calls)
        reasons = [str(Call.Reason(call["reason"]).label) for call in calls if "reason" in call]
        assert sorted(summary.exempt_reasons(call_round)) == sorted(
            (reason, reasons.count(reason)) for reason in set(reasons)
        )


@pytest.fixture
def own(call_round: CallRound) -> CallList:
    return CallList.objects.get()


def progress(call_round: CallRound, after: timedelta = timedelta(0)) -> list[summary.ListProgress]:
    return summary.progress_of_lists(call_round, timezone.now() + after)


@pytest.mark.parametrize(("late", "stuck"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_list_is_stuck_after_seven_days_without_a_dial(
    call_round: CallRound, own: CallList, late: timedelta, stuck: bool
) -> None:
    CallList.objects.update(handed_out_at=EVENING)
    (line,) = progress(call_round, summary.STUCK + late)
    assert (line.left, line.last_attempt_at, line.is_stuck) == (3, None, stuck)


def test_the_last_dial_counts_and_not_the_handing_out(call_round: CallRound, own: CallList) -> None:
    dialled = EVENING + timedelta(days=5)
    CallList.objects.update(handed_out_at=EVENING)
    Call.objects.filter(pk=own.calls.order_by("pk")[0].pk).update(last_attempt_at=dialled)
    stuck = [progress(call_round, timedelta(days=days))[0].is_stuck for days in (8, 12, 13)]
    assert stuck == [False, False, True]


def test_a_list_with_nothing_left_is_never_stuck(call_round: CallRound, own: CallList) -> None:
    own.calls.update(state=State.REACHED, reached_at=EVENING, last_attempt_at=EVENING)
    (line,) = progress(call_round, timedelta(days=60))
    assert (line.reached, line.left, line.is_stuck) == (3, 0, False)


def test_open_lists_stand_in_the_order_of_their_callers(
    call_round: CallRound, own: CallList, branch: Branch, leader: User
) -> None:
    others = [user_with(Role.Kind.CALLER, branch, name=name) for name in ("Ve Vidare", "Bo Börjar")]
    lists.lists_of(others, call_round=call_round, by=leader, at=EVENING)
    assert [line.call_list.caller.name for line in progress(call_round)] == [
        "Bo Börjar",
        "Rut Ringare",
        "Ve Vidare",
    ]
    lists.take_back(call_list=own, by=leader, at=EVENING)
    assert [line.call_list.caller.name for line in progress(call_round)] == ["Bo Börjar", "Ve Vidare"]


@pytest.mark.parametrize("more", [0, 2])
def test_lists_are_read_in_one_query(call_round: CallRound, branch: Branch, leader: User, more: int) -> None:
    new = [user_with(Role.Kind.CALLER, branch) for _number in range(more)]
    lists.lists_of(new, call_round=call_round, by=leader, at=EVENING)
    with CaptureQueriesContext(connection) as queries:
        names = [line.call_list.caller.name for line in progress(call_round)]
    assert (len(queries), len(names)) == (1, 1 + more)


def test_every_state_says_what_to_do_in_swedish() -> None:
    with translation.override("sv"):
        told = [(str(one.label), str(one.next_step)) for one in summary.STANDINGS]
    with translation.override("en"):
        english = [(str(one.label), str(one.next_step)) for one in summary.STANDINGS]
    assert all(label and step for label, step in told)
    assert not set(told) & set(english)
