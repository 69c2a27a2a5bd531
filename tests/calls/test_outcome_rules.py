"""What each answer leads to, as a branch chooses: whether the person is called again, after how long, at which time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import example, given
from hypothesis import strategies as st

from calls import hours, outcome_rules, outcomes, planning
from calls.consequences import RULES, Again, rule_for
from calls.models import (
    ALWAYS_RETRIED,
    CHOSEN_BY_BRANCH,
    LIMITS,
    Attempt,
    Call,
    CallRound,
    CallRules,
    FollowUp,
    PrintedSheet,
    Unit,
)
from calls.models.rules import check_outcome_rules
from calls.rules import rules_of
from crm.people.models import Branch, Role, User
from tests.calls.conftest import EVENING
from tests.calls.test_branch_hours import SWEDEN, at, local
from tests.calls.test_paper import TODAY, printed
from tests.calls.test_sheets import ticked, typed
from tests.factories import BranchFactory, user_with

Outcome, State = Attempt.Outcome, Call.State
SETTLED = sorted(set(Outcome.values) - set(CHOSEN_BY_BRANCH))
Pick = Callable[..., bool]
CAN_BE_FINAL = [outcome for outcome in CHOSEN_BY_BRANCH if outcome not in ALWAYS_RETRIED]


@pytest.fixture
def call(call_round: CallRound, caller: User) -> Call:
    now = timezone.now()
    found = Call.objects.filter(round=call_round).order_by("pk")[0]
    Call.objects.filter(pk=found.pk).update(
        claimed_by=caller, claimed_at=now, claimed_until=now + timedelta(minutes=30)
    )
    return found


def choose(branch: Branch, by: User, **again: Again | None) -> bool:
    return outcome_rules.choose(branch=branch, again=dict(again), by=by)


def tell(call: Call, by: User, outcome: str, **said: Any) -> Call:
    outcomes.report(call=call, by=by, outcome=outcome, client_id=uuid4(), **said)
    call.refresh_from_db()
    return call


# --- without a choice all is as it was -------------------------------------------------------------------------

# Written down from the table that was before branches could choose: (days, minutes, words for the caller).
AS_EVER: dict[str, tuple[int, int, str]] = {
    Outcome.NO_ANSWER: (3, 0, "Vi ringer igen på en annan tid på dagen."),
    Outcome.BUSY: (0, 30, "Vi ringer igen om en halvtimme."),
    Outcome.LEFT_MESSAGE: (4, 0, "Vi ringer igen om några dagar."),
    Outcome.OTHER_ANSWERED: (2, 0, "Vi ringer igen på en annan tid på dagen."),
    Outcome.CALL_LATER: (1, 0, "Du ringer igen när ni har kommit överens om det."),
}


def test_the_branch_chooses_for_what_is_waited_after_and_for_nothing_else() -> None:
    waiting = {outcome for outcome, rule in RULES.items() if rule.state == State.WAITING}
    assert waiting == set(CHOSEN_BY_BRANCH) == set(AS_EVER)
    assert waiting.isdisjoint(
        {Outcome.DECEASED, Outcome.WANTS_TO_LEAVE, Outcome.DECLINES_CALLS, Outcome.WRONG_NUMBER}
    )


@pytest.mark.parametrize("outcome", Outcome.values)
def test_without_a_choice_the_usual_rule_holds(outcome: str) -> None:
    assert rule_for(outcome, CallRules()) is RULES[outcome]


@pytest.mark.parametrize("outcome", list(AS_EVER))
def test_the_usual_rule_is_that_of_the_old_table(outcome: str) -> None:
    days, minutes, words = AS_EVER[outcome]
    rule = rule_for(outcome, CallRules())
    expected = Again(days) if days else Again(minutes, Unit.MINUTES, other_part=False)
    with translation.override("sv"):
        assert (rule.again, str(rule.consequence)) == (expected, words)


@pytest.mark.parametrize(
    "moment", ["2027-03-09T18:30", "2027-03-09T11:00", "2027-03-26T10:15", "2027-07-01T20:25"]
)
@pytest.mark.parametrize("outcome", list(AS_EVER))
def test_the_usual_time_is_as_the_old_way_reckoned_it(
    call: Call, caller: User, this_evening: time_machine.Traveller, outcome: str, moment: str
) -> None:
    this_evening.move_to(at(moment), tick=False)
    days, minutes, _words = AS_EVER[outcome]
    wanted = 17 if at(moment).hour < 17 else 0
    later = at(f"{at(moment).date() + timedelta(days=days)}T{wanted:02}:00")
    expected = at(moment) + timedelta(minutes=minutes) if minutes else later
    assert tell(call, caller, outcome).due_at == hours.next_calling_time(expected, CallRules())


def test_a_choice_that_is_as_usual_is_no_choice(pick: Pick) -> None:
    usual = {outcome: RULES[outcome].again for outcome in CHOSEN_BY_BRANCH}
    assert pick(**usual) is False
    assert not CallRules.objects.exists()


# --- a choice of one's own ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("again", "due"),
    [
        (Again(1), "2027-03-10 10:00"),
        (Again(7), "2027-03-16 10:00"),
        (Again(1, other_part=False), "2027-03-10 18:30"),
        (Again(3, other_part=False), "2027-03-13 11:00"),  # on the Friday nobody calls after five
        (Again(60, other_part=False), "2027-05-10 10:00"),  # on the Saturday not after four
        (Again(10, Unit.MINUTES, other_part=False), "2027-03-09 18:40"),
        (Again(2, Unit.HOURS, other_part=False), "2027-03-09 20:30"),
        (Again(3, Unit.HOURS, other_part=False), "2027-03-10 10:00"),
        (Again(2, Unit.HOURS), "2027-03-10 10:00"),
        (Again(20, Unit.HOURS), "2027-03-10 14:30"),
        (Again(72, Unit.HOURS), "2027-03-13 11:00"),
    ],
)  # fmt: skip
def test_an_evenings_call_is_due_when_the_branch_says(
    call: Call, caller: User, pick: Pick, again: Again, due: str
) -> None:
    pick(no_answer=again)
    assert local(tell(call, caller, Outcome.NO_ANSWER).due_at) == due


@pytest.mark.parametrize(
    ("again", "due"),
    [
        (Again(1), "2027-03-10 17:00"),
        (Again(1, other_part=False), "2027-03-10 11:00"),
        (Again(30, Unit.MINUTES), "2027-03-09 17:00"),
        (Again(8, Unit.HOURS), "2027-03-09 19:00"),
        (Again(8, Unit.HOURS, other_part=False), "2027-03-09 19:00"),
        (Again(30, Unit.HOURS), "2027-03-10 17:00"),
    ],
)
def test_a_daytimes_call_is_due_when_the_branch_says(
    call: Call, caller: User, pick: Pick, again: Again, due: str
) -> None:
    pick(left_message=again)
    with time_machine.travel(at("2027-03-09T11:00"), tick=False):
        assert local(tell(call, caller, Outcome.LEFT_MESSAGE).due_at) == due


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 10, 1), timezones=st.just(SWEDEN)),  # noqa: DTZ001
    st.sampled_from(Unit.values).flatmap(lambda unit: st.tuples(st.just(unit), st.integers(*LIMITS[unit]))),
    st.booleans(),
)
# Over the night in which the clock is put forward, and over that in which it is put back.
@example(moment=datetime(2026, 3, 28, tzinfo=SWEDEN), span=(Unit.HOURS, 58), other_part=False)
@example(moment=datetime(2026, 10, 24, 12, tzinfo=SWEDEN), span=(Unit.HOURS, 49), other_part=True)
def test_whatever_is_chosen_nobody_is_due_too_early_or_outside_calling_hours(
    moment: datetime, span: tuple[str, int], other_part: bool
) -> None:
    unit, after = span
    rules = CallRules()
    due = outcomes.due_again(Again(after, unit, other_part), moment, rules)
    assert due is not None
    assert hours.is_calling_time(due, rules)
    if unit == Unit.DAYS:
        assert timezone.localdate(due) >= moment.date() + timedelta(days=after)
    else:
        assert due.timestamp() >= moment.timestamp() + timedelta(**{unit: after}).total_seconds()


def test_the_same_time_of_day_is_by_the_clock_on_the_wall(
    call: Call, caller: User, pick: Pick, this_evening: time_machine.Traveller
) -> None:
    """Summer time begins on 28 March 2027."""
    this_evening.move_to(at("2027-03-24T18:30"), tick=False)
    pick(busy=Again(7, other_part=False))
    assert local(tell(call, caller, Outcome.BUSY).due_at) == "2027-03-31 18:30"


@pytest.mark.parametrize("outcome", CAN_BE_FINAL)
def test_after_a_final_answer_a_letter_comes_next(call: Call, caller: User, pick: Pick, outcome: str) -> None:
    pick(**{outcome: None})
    tell(call, caller, outcome)
    assert (call.state, call.due_at, call.attempts_used) == (State.EXHAUSTED, None, 1)
    assert (call.reason, call.letter_at, call.claimed_by) == ("", None, None)


@pytest.mark.parametrize("outcome", CAN_BE_FINAL)
def test_a_final_answer_can_be_taken_back(call: Call, caller: User, pick: Pick, outcome: str) -> None:
    pick(**{outcome: None})
    before = outcomes.snapshot(outcomes.locked(call.pk))
    tell(call, caller, outcome)
    outcomes.undo(attempt=Attempt.objects.get(), by=caller, now=timezone.now())
    again = outcomes.locked(call.pk)
    assert (outcomes.snapshot(again), again.claimed_by) == (before, caller)


def test_a_message_to_the_officer_parks_a_final_answer_too(call: Call, caller: User, pick: Pick) -> None:
    pick(no_answer=None)
    tell(call, caller, Outcome.NO_ANSWER, message="Ett nytt nummer i svararen.")
    assert (call.state, FollowUp.objects.count()) == (State.PARKED, 1)


@pytest.mark.parametrize("outcome", CAN_BE_FINAL)
def test_a_final_answer_does_not_take_a_person_from_another_callers_hands(
    call: Call, branch: Branch, pick: Pick, outcome: str
) -> None:
    pick(**{outcome: None})
    late = user_with(Role.Kind.CALLER, branch)
    holder = Call.objects.get(pk=call.pk).claimed_by
    tell(call, late, outcome)
    assert (call.state, call.claimed_by, call.attempts_used) == (State.WAITING, holder, 0)


@pytest.mark.parametrize("outcome", CAN_BE_FINAL)
def test_reached_stays_reached_whatever_is_chosen(call: Call, caller: User, pick: Pick, outcome: str) -> None:
    pick(**{outcome: None})
    tell(call, caller, Outcome.REACHED)
    tell(call, caller, outcome)
    assert (call.state, call.reached_at) == (State.REACHED, EVENING)


# --- at most so many attempts, on different days --------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 4])
def test_attempts_are_at_most_as_many_on_different_days(
    call: Call, caller: User, pick: Pick, this_evening: time_machine.Traveller, most: int
) -> None:
    CallRules.objects.create(branch=call.round.branch, max_attempts=most)
    pick(no_answer=Again(1, other_part=False))
    days = 0
    while tell(call, caller, Outcome.NO_ANSWER).state == State.WAITING:
        days += 1
        assert call.due_at is not None
        this_evening.move_to(call.due_at, tick=False)
    assert (days + 1, call.state, call.attempts_used) == (most, State.EXHAUSTED, most)


@pytest.mark.parametrize("outcome", CAN_BE_FINAL)
def test_on_the_last_day_somebody_is_tried_again_only_that_day(
    call: Call, caller: User, pick: Pick, this_evening: time_machine.Traveller, outcome: str
) -> None:
    Call.objects.filter(pk=call.pk).update(attempts_used=3)
    pick(**{outcome: Again(45, Unit.MINUTES, other_part=False)})
    states = []
    for moment in ("18:30", "19:20", "20:10"):
        this_evening.move_to(at(f"2027-03-09T{moment}"), tick=False)
        states.append(tell(call, caller, outcome).state)
    assert states == [State.WAITING, State.WAITING, State.EXHAUSTED]
    assert (call.attempts_used, call.due_at) == (4, None)


def test_a_time_agreed_on_is_kept_after_the_last_attempt(
    call: Call, branch: Branch, caller: User, pick: Pick
) -> None:
    Call.objects.filter(pk=call.pk).update(attempts_used=4)
    pick(call_later=Again(2, other_part=False))
    tell(call, caller, Outcome.CALL_LATER)
    assert (call.state, local(call.due_at), call.rank) == (
        State.WAITING,
        "2027-03-11 18:30",
        Call.Rank.PROMISED,
    )


# --- from then on, and in this branch alone ---------------------------------------------------------------------------


def test_what_has_been_reported_keeps_its_time(call: Call, caller: User, pick: Pick) -> None:
    due = tell(call, caller, Outcome.NO_ANSWER).due_at
    pick(no_answer=None)
    call.refresh_from_db()
    assert (call.state, call.due_at) == (State.WAITING, due)


def test_another_branch_goes_on_as_usual(call: Call, caller: User) -> None:
    other = BranchFactory.create()
    choose(other, user_with(Role.Kind.CALL_LEADER, other), no_answer=None, busy=Again(9))
    assert (tell(call, caller, Outcome.NO_ANSWER).state, local(call.due_at)) == (
        State.WAITING,
        "2027-03-12 10:00",
    )


@pytest.mark.parametrize("outcome", SETTLED)
def test_what_needs_care_is_as_ever_in_a_branch_with_its_own_rules(
    branch: Branch, pick: Pick, outcome: str
) -> None:
    pick(**dict.fromkeys(CAN_BE_FINAL))
    assert rule_for(outcome, rules_of(Branch.objects.get(pk=branch.pk))) is RULES[outcome]


def test_results_from_paper_follow_the_branchs_rules(call_round: CallRound, leader: User, pick: Pick) -> None:
    pick(no_answer=None, busy=Again(2, other_part=False))
    sheet: PrintedSheet = printed(call_round.lists.get(), leader)
    typed(sheet, ticked(sheet, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.OTHER_ANSWERED), leader)
    found = [row.call for row in sheet.rows.select_related("call")]
    assert [one.state for one in found] == [State.EXHAUSTED, State.WAITING, State.WAITING]
    assert [timezone.localdate(one.due_at) - TODAY for one in found[1:]] == [timedelta(days=2)] * 2
    assert [timezone.localtime(one.due_at).hour for one in found[1:]] == [18, 10]


@pytest.mark.parametrize(("again", "tries"), [(Again(9), 4), (None, 1)])
def test_the_planning_reckons_with_one_try_where_no_answer_is_final(
    call: Call, pick: Pick, again: Again | None, tries: int
) -> None:
    pick(no_answer=again)
    plan = planning.plan(CallRound.objects.get(pk=call.round_id), planning.Wanted(3, 2), timezone.now())
    assert plan.most_tries == tries


# --- who, when, and what can't be -----------------------------------------------------------------------------------


def test_only_what_departs_is_kept_with_who_and_when(branch: Branch, leader: User, pick: Pick) -> None:
    assert pick(no_answer=Again(3), busy=None, left_message=Again(5))
    own = CallRules.objects.get(branch=branch)
    assert own.outcome_rules == {
        "busy": None,
        "left_message": {"after": 5, "unit": "days", "other_part": True},
    }
    assert (own.outcomes_changed_at, own.outcomes_changed_by) == (EVENING, leader)


def test_the_same_choice_again_is_nobodys_doing(
    branch: Branch, leader: User, pick: Pick, this_evening: time_machine.Traveller
) -> None:
    assert pick(busy=None)
    this_evening.shift(timedelta(hours=1))
    assert choose(branch, user_with(Role.Kind.CALL_LEADER, branch), busy=None) is False
    own = CallRules.objects.get(branch=branch)
    assert (own.outcomes_changed_at, own.outcomes_changed_by) == (EVENING, leader)


def test_a_choice_leaves_the_branchs_hours_alone(branch: Branch, pick: Pick) -> None:
    CallRules.objects.create(branch=branch, max_attempts=2, pause_weeks="10", unpaid_first=True)
    pick(busy=None)
    own = CallRules.objects.get(branch=branch)
    assert (own.max_attempts, own.pause_weeks, own.unpaid_first) == (2, "10", True)


def test_from_the_start_again(call: Call, branch: Branch, caller: User, leader: User, pick: Pick) -> None:
    pick(no_answer=None, busy=Again(2))
    assert outcome_rules.reset(branch=branch, by=leader)
    assert outcome_rules.reset(branch=branch, by=leader) is False
    assert CallRules.objects.get(branch=branch).outcome_rules == {}
    assert local(tell(call, caller, Outcome.NO_ANSWER).due_at) == "2027-03-12 10:00"


@pytest.mark.parametrize("outcome", [*SETTLED, "call_later", "unheard_of"])
def test_nobody_ends_what_the_rules_do_not_leave_to_the_branch(pick: Pick, outcome: str) -> None:
    with pytest.raises(ValidationError):
        pick(**{outcome: None})
    assert not CallRules.objects.exists()


RIGHT = {"after": 3, "unit": "days", "other_part": True}


@pytest.mark.parametrize(
    "wrong",
    [
        {"deceased": RIGHT},
        {"wrong_number": RIGHT},
        {"reached": None},
        {"call_later": None},
        {"busy": []},
        {"busy": {}},
        {"busy": "3 days"},
        {"busy": RIGHT | {"more": 1}},
        {"busy": RIGHT | {"after": 0}},
        {"busy": RIGHT | {"after": 61}},
        {"busy": RIGHT | {"after": True}},
        {"busy": RIGHT | {"after": 2.5}},
        {"busy": RIGHT | {"after": "3"}},
        {"busy": RIGHT | {"unit": "weeks"}},
        {"busy": RIGHT | {"unit": "minutes"}},
        {"busy": RIGHT | {"other_part": "yes"}},
        ["busy"],
        None,
    ],
)
def test_what_is_no_rule_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError), translation.override("sv"):
        check_outcome_rules(wrong)


@pytest.mark.parametrize("unit", Unit.values)
@pytest.mark.parametrize(
    ("edge", "step", "valid"), [(0, 0, True), (0, -1, False), (1, 0, True), (1, 1, False)]
)
def test_the_limits_themselves_can_be_chosen(unit: str, edge: int, step: int, valid: bool) -> None:
    rule = {"busy": {"after": LIMITS[unit][edge] + step, "unit": unit, "other_part": False}}
    if valid:
        check_outcome_rules(rule)
    else:
        with pytest.raises(ValidationError):
            check_outcome_rules(rule)


def test_the_database_wants_both_who_and_when(branch: Branch, leader: User) -> None:
    for half in ({"outcomes_changed_by": leader}, {"outcomes_changed_at": EVENING}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallRules.objects.create(branch=branch, **half)
