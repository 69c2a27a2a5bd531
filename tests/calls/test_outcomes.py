"""Promise 10 and what each outcome leads to: reported once, reached for ever, undone in ten minutes."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone

from calls import claims, outcomes
from calls.consequences import RULES, button_groups
from calls.models import CLAIM, UNDO, Attempt, Call, CallRound, CallRules, FollowUp
from crm.people.models import Branch, Role, User
from tests.factories import user_with

Outcome, State, Reason = Attempt.Outcome, Call.State, Call.Reason
NEXT_DAYTIME = timezone.make_aware(datetime(2027, 3, 12, 10))  # noqa: DTZ001


@pytest.fixture
def call(call_round: CallRound, branch: Branch, caller: User) -> Call:
    """The person on the caller's screen."""
    found = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert found is not None
    return found


def tell(call: Call, by: User, outcome: str, **more: object) -> Attempt:
    return outcomes.report(call=call, by=by, outcome=outcome, client_id=uuid4(), **more)  # type: ignore[arg-type]


def test_a_talk_is_reached(call: Call, caller: User) -> None:
    tell(call, caller, Outcome.REACHED, note="Vill dela ut flygblad.")
    call.refresh_from_db()
    assert (call.state, call.reached_at, call.claimed_by) == (State.REACHED, timezone.now(), None)
    assert list(call.attempts.values_list("outcome", "note", "reported_by")) == [
        (Outcome.REACHED, "Vill dela ut flygblad.", caller.pk)
    ]


@pytest.mark.parametrize(
    ("outcome", "became"),
    [
        (Outcome.NO_ANSWER, (State.WAITING, "", 1)),
        (Outcome.BUSY, (State.WAITING, "", 1)),
        (Outcome.LEFT_MESSAGE, (State.WAITING, "", 1)),
        (Outcome.OTHER_ANSWERED, (State.WAITING, "", 1)),
        (Outcome.CALL_LATER, (State.WAITING, "", 0)),
        (Outcome.WRONG_NUMBER, (State.PARKED, "", 1)),
        (Outcome.OUT_OF_SERVICE, (State.PARKED, "", 1)),
        (Outcome.OTHER_LANGUAGE, (State.PARKED, "", 1)),
        (Outcome.MOVED, (State.PARKED, "", 1)),
        (Outcome.WANTS_TO_LEAVE, (State.PARKED, "", 0)),
        (Outcome.DECLINES_CALLS, (State.EXEMPT, Reason.WISH, 0)),
        (Outcome.DECEASED, (State.EXEMPT, Reason.DECEASED, 0)),
    ],
)
def test_what_an_outcome_leads_to(
    call: Call, caller: User, outcome: str, became: tuple[str, str, int]
) -> None:
    tell(call, caller, outcome)
    call.refresh_from_db()
    assert (call.state, call.reason, call.attempts_used) == became
    assert (call.due_at is not None, call.claimed_by) == (call.state == State.WAITING, None)
    assert FollowUp.objects.filter(call=call).exists() == RULES[outcome].for_officer


@pytest.mark.parametrize(
    ("outcome", "wishes"),
    [
        (Outcome.DECLINES_CALLS, (True, False)),
        (Outcome.WANTS_TO_LEAVE, (True, True)),
        (Outcome.DECEASED, (True, True)),
        (Outcome.REACHED, (False, False)),
    ],
)
def test_a_wish_holds_at_once(call: Call, caller: User, outcome: str, wishes: tuple[bool, bool]) -> None:
    tell(call, caller, outcome)
    call.member.refresh_from_db()
    assert (call.member.no_calls, call.member.no_messages) == wishes


def test_every_outcome_has_a_rule_and_a_button() -> None:
    buttons = [choice.value for _label, choices in button_groups(CallRules()) for choice in choices]
    assert sorted(buttons) == sorted(RULES) == sorted(Outcome.values)


def test_nobody_answered_so_another_part_of_another_day(call: Call, caller: User) -> None:
    tell(call, caller, Outcome.NO_ANSWER)
    call.refresh_from_db()
    assert call.due_at == NEXT_DAYTIME


def test_a_promised_time_is_kept(call: Call, caller: User) -> None:
    promised = timezone.now() + timedelta(days=9)
    tell(call, caller, Outcome.CALL_LATER, call_back_at=promised)
    call.refresh_from_db()
    assert call.due_at == promised


def test_two_dials_of_one_evening_use_up_one_attempt(call: Call, caller: User) -> None:
    for _ in range(2):
        tell(call, caller, Outcome.BUSY)
    call.refresh_from_db()
    assert (call.attempts_used, call.attempts.count()) == (1, 2)


def test_attempts_on_four_days_are_all(
    call: Call, caller: User, this_evening: time_machine.Traveller
) -> None:
    states = []
    for _ in range(4):
        tell(call, caller, Outcome.NO_ANSWER)
        call.refresh_from_db()
        states.append(call.state)
        this_evening.shift(timedelta(days=3))
    assert states == [State.WAITING] * 3 + [State.EXHAUSTED]
    assert (call.due_at, call.attempts_used) == (None, 4)


def test_a_message_to_the_officer_parks_the_call(call: Call, caller: User) -> None:
    tell(call, caller, Outcome.NO_ANSWER, message="Telefonsvararen säger ett nytt nummer.")
    call.refresh_from_db()
    assert call.state == State.PARKED
    assert FollowUp.objects.get().message == "Telefonsvararen säger ett nytt nummer."


def test_a_message_beside_a_talk_does_not_undo_the_talk(call: Call, caller: User) -> None:
    tell(call, caller, Outcome.REACHED, message="Ring om hemtjänsten.")
    call.refresh_from_db()
    assert (call.state, FollowUp.objects.get().opened_by) == (State.REACHED, caller)


def test_the_same_report_twice_counts_once(call: Call, caller: User) -> None:
    client_id = uuid4()
    first = outcomes.report(call=call, by=caller, outcome=Outcome.NO_ANSWER, client_id=client_id)
    before = Call.objects.filter(pk=call.pk).values().get()
    second = outcomes.report(call=call, by=caller, outcome=Outcome.DECEASED, client_id=client_id)
    assert (first, Call.objects.filter(pk=call.pk).values().get()) == (second, before)
    call.member.refresh_from_db()
    assert (Attempt.objects.count(), call.member.no_calls) == (1, False)


# --- late reports ------------------------------------------------------------------------------------


@pytest.fixture
def helper(call: Call, branch: Branch, this_evening: time_machine.Traveller) -> User:
    """Has the person on the screen since the first caller's half hour has ended."""
    helper = user_with(Role.Kind.CALLER, branch)
    this_evening.shift(CLAIM + timedelta(seconds=1))
    assert claims.claim(call=call, caller=helper, now=timezone.now())
    return helper


def test_a_late_report_is_kept_and_does_not_take_the_person_away(
    call: Call, caller: User, helper: User
) -> None:
    tell(call, caller, Outcome.NO_ANSWER)
    call.refresh_from_db()
    assert (call.attempts.count(), call.state, call.claimed_by) == (1, State.WAITING, helper)
    assert call.attempts_used == 0


def test_a_late_report_wins_if_it_says_reached(call: Call, caller: User, helper: User) -> None:
    tell(call, caller, Outcome.REACHED)
    reached_at = timezone.now()
    tell(call, helper, Outcome.NO_ANSWER)
    call.refresh_from_db()
    assert (call.state, call.reached_at, call.attempts.count()) == (State.REACHED, reached_at, 2)


def test_a_late_death_ends_the_call_all_the_same(call: Call, caller: User, helper: User) -> None:
    tell(call, caller, Outcome.DECEASED)
    call.refresh_from_db()
    assert (call.state, call.claimed_by) == (State.EXEMPT, None)


def test_a_late_report_counts_when_nobody_else_has_the_person(
    call: Call, caller: User, this_evening: time_machine.Traveller
) -> None:
    this_evening.shift(timedelta(hours=2))
    tell(call, caller, Outcome.NO_ANSWER)
    call.refresh_from_db()
    assert (call.attempts_used, call.due_at is not None) == (1, True)


@pytest.mark.parametrize("state", [State.PARKED, State.EXHAUSTED, State.UNREACHABLE, State.EXEMPT])
def test_a_talk_wins_over_every_other_state(call: Call, caller: User, state: str) -> None:
    reason = Reason.LEFT if state == State.EXEMPT else ""
    Call.objects.update(state=state, reason=reason, claimed_at=None, claimed_by=None, claimed_until=None)
    tell(call, caller, Outcome.REACHED)
    call.refresh_from_db()
    assert (call.state, call.reason) == (State.REACHED, "")


@pytest.mark.parametrize("outcome", sorted(set(Outcome.values) - {Outcome.REACHED}))
def test_nothing_changes_a_reached_call(call: Call, caller: User, outcome: str) -> None:
    tell(call, caller, Outcome.REACHED)
    reached_at = timezone.now()
    tell(call, caller, outcome)
    call.refresh_from_db()
    assert (call.state, call.reached_at) == (State.REACHED, reached_at)


# --- taking back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome.values)
def test_undoing_puts_everything_back(call: Call, caller: User, outcome: str) -> None:
    before = Call.objects.filter(pk=call.pk).values().get()
    attempt = tell(call, caller, outcome, message="Ett meddelande.")
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    assert Call.objects.filter(pk=call.pk).values().get() == before
    call.member.refresh_from_db()
    assert (call.member.no_calls, call.member.no_messages, FollowUp.objects.count()) == (False, False, 0)
    attempt.refresh_from_db()
    assert (attempt.undone_by, attempt.undone_at) == (caller, timezone.now())


def test_a_wish_from_before_stays_when_a_report_is_undone(call: Call, caller: User) -> None:
    call.member.no_messages = True
    call.member.save()
    attempt = tell(call, caller, Outcome.WANTS_TO_LEAVE)
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    call.member.refresh_from_db()
    assert (call.member.no_calls, call.member.no_messages) == (False, True)


def test_after_ten_minutes_it_stands(call: Call, caller: User, this_evening: time_machine.Traveller) -> None:
    attempt = tell(call, caller, Outcome.REACHED)
    this_evening.shift(UNDO)
    with pytest.raises(outcomes.CannotUndo):
        outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    assert Call.objects.get(pk=call.pk).state == State.REACHED


def test_nobody_undoes_anothers_report(call: Call, caller: User, leader: User) -> None:
    attempt = tell(call, caller, Outcome.REACHED)
    with pytest.raises(outcomes.CannotUndo):
        outcomes.undo(attempt=attempt, by=leader, now=timezone.now())


def test_nothing_is_undone_when_somebody_has_gone_on(call: Call, caller: User, leader: User) -> None:
    attempt = tell(call, caller, Outcome.NO_ANSWER)
    tell(call, leader, Outcome.REACHED)
    with pytest.raises(outcomes.CannotUndo):
        outcomes.undo(attempt=attempt, by=caller, now=timezone.now())


def test_it_is_undone_once(call: Call, caller: User) -> None:
    attempt = tell(call, caller, Outcome.REACHED)
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    with pytest.raises(outcomes.CannotUndo):
        outcomes.undo(attempt=attempt, by=caller, now=timezone.now())


def test_a_report_from_another_day_stands_on_that_day(call: Call, caller: User) -> None:
    dialled = timezone.now() - timedelta(days=2)
    attempt = outcomes.report(
        call=call, by=caller, outcome=Outcome.REACHED, client_id=UUID(int=1), at=dialled
    )
    call.refresh_from_db()
    assert (attempt.reported_at, call.reached_at) == (dialled, dialled)


def test_undoing_lets_go_of_whom_the_caller_had_taken_since(call: Call, branch: Branch, caller: User) -> None:
    attempt = tell(call, caller, Outcome.NO_ANSWER)
    since = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert since not in {None, call}
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    assert list(Call.objects.filter(claimed_by=caller)) == [call]
