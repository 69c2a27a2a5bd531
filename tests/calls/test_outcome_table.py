"""Every outcome in every state a call can be in: what it may change, and what it never may (promises 8 and 10)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from calls import outcomes
from calls.consequences import RULES
from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people.models import Branch, Role, User, WishChange
from tests.factories import user_with

Outcome, State, Reason = Attempt.Outcome, Call.State, Call.Reason
REASONS: dict[str, str] = {State.EXEMPT: Reason.WISH}
FINAL = {Outcome.REACHED, Outcome.DECLINES_CALLS, Outcome.WANTS_TO_LEAVE, Outcome.DECEASED}


@pytest.fixture
def call(call_round: CallRound) -> Call:
    return Call.objects.filter(round=call_round).order_by("pk")[0]


def put(call: Call, state: str) -> None:
    reached = timezone.now() - timedelta(days=3) if state == State.REACHED else None
    Call.objects.filter(pk=call.pk).update(state=state, reason=REASONS.get(state, ""), reached_at=reached)
    call.refresh_from_db()


def tell(call: Call, by: User, outcome: str) -> Attempt:
    told = outcomes.report(call=call, by=by, outcome=outcome, client_id=uuid4())
    call.refresh_from_db()
    return told


@pytest.mark.parametrize("outcome", Outcome.values)
def test_a_reached_call_stays_reached(call: Call, caller: User, outcome: str) -> None:
    put(call, State.REACHED)
    reached_at = call.reached_at
    tell(call, caller, outcome)
    assert (call.state, call.reached_at) == (State.REACHED, reached_at)


@pytest.mark.parametrize("state", [state for state in State.values if state != State.REACHED])
def test_a_talk_makes_any_call_reached(call: Call, caller: User, state: str) -> None:
    put(call, state)
    tell(call, caller, Outcome.REACHED)
    assert (call.state, call.reason, call.reached_at) == (State.REACHED, "", timezone.now())


@pytest.mark.parametrize("state", [State.PARKED, State.EXHAUSTED, State.UNREACHABLE, State.EXEMPT])
@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome.values if outcome not in FINAL])
def test_a_late_try_changes_nothing_where_nobody_calls_any_more(
    call: Call, caller: User, state: str, outcome: str
) -> None:
    put(call, state)
    before = (call.state, call.reason, call.attempts_used, call.due_at)
    tell(call, caller, outcome)
    assert (call.state, call.reason, call.attempts_used, call.due_at) == before


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_report_is_kept_as_an_attempt(call: Call, caller: User, state: str, outcome: str) -> None:
    put(call, state)
    attempt = tell(call, caller, outcome)
    kept = Attempt.objects.get(call=call)
    assert (kept.pk, kept.outcome, kept.reported_by, kept.undone_at) == (attempt.pk, outcome, caller, None)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("outcome", Outcome.values)
def test_whatever_is_told_a_call_is_in_one_state_and_in_nobodys_hands(
    call: Call, caller: User, state: str, outcome: str
) -> None:
    """The database's own constraints would refuse anything else; here is what they mean."""
    put(call, state)
    tell(call, caller, outcome)
    assert (call.state == State.EXEMPT) == bool(call.reason)
    assert (call.state == State.REACHED) == (call.reached_at is not None)
    assert (call.claimed_by, call.claimed_until) == (None, None)
    assert call.due_at is None or call.state == State.WAITING


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("outcome", Outcome.values)
def test_what_was_told_can_be_taken_back_to_the_letter(
    call: Call, caller: User, state: str, outcome: str
) -> None:
    put(call, state)
    before = outcomes.snapshot(call)
    attempt = tell(call, caller, outcome)
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    call = outcomes.locked(call.pk)
    assert outcomes.snapshot(call) == before
    assert not FollowUp.objects.filter(call=call).exists()


@pytest.mark.parametrize("outcome", Outcome.values)
def test_a_wish_is_traced_to_the_one_who_heard_it(call: Call, caller: User, outcome: str) -> None:
    tell(call, caller, outcome)
    rule = RULES[outcome]
    wished = [wish for wish in outcomes.WISHES if getattr(rule, wish)]
    traced = WishChange.objects.filter(member=call.member).order_by("pk")
    assert [(change.wish, change.is_on, change.changed_by) for change in traced] == [
        (wish, True, caller) for wish in wished
    ]


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome.values if outcome not in FINAL])
def test_whoever_has_the_person_now_is_not_disturbed_by_anothers_late_report(
    call: Call, caller: User, branch: Branch, outcome: str
) -> None:
    now = timezone.now()
    other = user_with(Role.Kind.CALLER, branch)
    Call.objects.filter(pk=call.pk).update(
        claimed_by=other, claimed_at=now, claimed_until=now + timedelta(minutes=30)
    )
    tell(call, caller, outcome)
    assert (call.state, call.claimed_by, call.attempts_used) == (State.WAITING, other, 0)


@pytest.mark.parametrize("outcome", sorted(FINAL))
def test_what_is_final_holds_whoever_has_the_person_now(
    call: Call, caller: User, branch: Branch, outcome: str
) -> None:
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(
        claimed_by=user_with(Role.Kind.CALLER, branch),
        claimed_at=now,
        claimed_until=now + timedelta(minutes=30),
    )
    tell(call, caller, outcome)
    assert (call.state, call.claimed_by) == (RULES[outcome].state, None)


def test_every_outcome_has_a_rule_in_words() -> None:
    assert set(RULES) == set(Outcome.values)
    assert all(str(rule.consequence).endswith((".", "!")) for rule in RULES.values())


@pytest.mark.parametrize("outcome", Outcome.values)
def test_a_rule_makes_sense(outcome: str) -> None:
    """Who must wait has a time; who is exempt has a reason; what stops messages stops calls; all of it is told."""
    rule = RULES[outcome]
    assert (rule.state == State.WAITING) == (rule.again is not None)
    assert (rule.state == State.EXEMPT) == bool(rule.reason)
    assert rule.no_calls or not rule.no_messages
    assert rule.for_officer or not (rule.no_calls or rule.state == State.PARKED)
