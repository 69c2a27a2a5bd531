"""Rounds besides the yearly one: asked for, withdrawn, and dialled together with the year's call."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, follow_ups, lists, outcomes, requested, rounds, scripts, summary
from calls.models import Attempt, Call, CallList, CallRound, CallRules, FollowUp
from crm import extensions
from crm.extensions import CallRequest
from crm.people.models import Branch, Member, Phone, Role, User
from tests.calls.conftest import OPENING
from tests.factories import BranchFactory, MemberFactory, user_with

Kind, State, Reason, Rank, Outcome = CallRound.Kind, Call.State, Call.Reason, Call.Rank, Attempt.Outcome
TODAY = date(2027, 3, 9)


def ask(member: Member, *, kind: str = "meeting", meeting: int = 7, due: date = TODAY) -> CallRequest:
    key = f"{kind}:{meeting}:{member.pk}"
    return CallRequest(
        kind=kind,
        key=key,
        member_id=member.pk,
        from_on=due - timedelta(days=7),
        due_on=due,
        about="Vårträffen",
    )


@pytest.fixture
def asked() -> Iterator[list[CallRequest]]:
    """What another app asks for; the test fills it."""
    wanted: list[CallRequest] = []

    def hook(*, branch: Branch, on: date) -> list[CallRequest]:
        return [one for one in wanted if Member.objects.filter(pk=one.member_id, branch=branch).exists()]

    extensions.call_requests.register("test", hook)
    yield wanted
    extensions.call_requests._hooks.pop("test")


@pytest.fixture
def newcomer(call_round: CallRound, branch: Branch) -> Member:
    """Somebody of whom the branch learnt three days ago; the nightly job has run since."""
    learnt_on = TODAY - timedelta(days=3)
    member = MemberFactory.create(branch=branch, first_name="Nya", joined_on=learnt_on, learnt_on=learnt_on)
    rounds.top_up(branch=branch, on=TODAY)
    return member


def of(member: Member) -> dict[str, tuple[str, str]]:
    rows = Call.objects.filter(member=member).values_list("round__kind", "state", "reason")
    return {kind: (state, reason) for kind, state, reason in rows}


def serve(caller: User, branch: Branch) -> Call:
    call = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert call is not None
    return call


def tell(call: Call, by: User, outcome: str, **more: object) -> Attempt:
    return outcomes.report(call=call, by=by, outcome=outcome, client_id=uuid4(), **more)  # type: ignore[arg-type]


# --- welcome ---------------------------------------------------------------------------------------


def test_a_new_member_is_to_be_welcomed_within_seven_days(newcomer: Member, branch: Branch) -> None:
    call = Call.objects.get(member=newcomer, round__kind=Kind.WELCOME)
    assert (call.round.period, str(call.round)) == ("2027", "Välkomna nya medlemmar 2027")
    assert (call.rank, call.late_after) == (Rank.WELCOME, newcomer.learnt_on + timedelta(days=7))
    assert call.round.closes_on == newcomer.learnt_on + timedelta(days=37)


def test_a_new_member_is_first_in_line(newcomer: Member, branch: Branch, caller: User) -> None:
    Call.objects.exclude(member=newcomer).update(due_at=timezone.now() - timedelta(hours=1))
    call = serve(caller, branch)
    assert (call.member, call.round.kind) == (newcomer, Kind.WELCOME)


def test_a_new_member_in_the_pool_comes_before_the_others(
    newcomer: Member, branch: Branch, leader: User
) -> None:
    for call_round in CallRound.objects.all():
        lists.take_back_all(call_round=call_round, by=leader, at=timezone.now())
    assert serve(leader, branch).member == newcomer


def test_the_welcome_has_its_own_script(newcomer: Member, branch: Branch, caller: User) -> None:
    scripts.write(branch=branch, kind="welcome", text="Hej [förnamn], välkommen!", by=caller)
    assert scripts.steps_for(serve(caller, branch), caller, TODAY) == ["Hej Nya, välkommen!"]


@pytest.mark.parametrize(
    ("joined", "learnt", "welcomed"),
    [
        (date(2027, 3, 1), date(2027, 3, 8), True),
        (None, date(2027, 3, 8), True),
        (date(2026, 1, 1), date(2027, 3, 8), False),  # moved here, and has long been a member
        (date(2027, 1, 1), date(2027, 1, 8), False),  # too long ago
        (date(2027, 1, 1), date(2020, 1, 1), False),  # of the first roster
    ],
)
def test_who_is_new(branch: Branch, joined: date | None, learnt: date, welcomed: bool) -> None:
    MemberFactory.create(branch=branch)
    MemberFactory.create(branch=branch, joined_on=joined, learnt_on=learnt)
    assert len(list(requested.welcomes(branch=branch, on=TODAY))) == welcomed


def test_a_branch_without_members_welcomes_nobody(branch: Branch) -> None:
    assert list(requested.welcomes(branch=branch, on=TODAY)) == []


# --- asked for and withdrawn -----------------------------------------------------------------------------


def test_a_request_makes_a_round_of_its_kind(call_round: CallRound, asked: list[CallRequest]) -> None:
    member = Member.objects.order_by("pk")[0]
    asked.append(ask(member))
    rounds.top_up(branch=call_round.branch, on=TODAY)
    made = CallRound.objects.get(kind=Kind.MEETING)
    assert (made.period, str(made), made.closes_on) == ("meeting:7", "Kommer du? Vårträffen", TODAY)
    assert list(made.calls.values_list("member", "rank", "late_after")) == [(member.pk, Rank.MEETING, TODAY)]


def test_pulling_twice_changes_nothing(call_round: CallRound, asked: list[CallRequest]) -> None:
    asked.extend(ask(member) for member in Member.objects.all())
    rounds.top_up(branch=call_round.branch, on=TODAY)
    before = list(Call.objects.order_by("pk").values())
    for _ in range(2):
        again = rounds.top_up(branch=call_round.branch, on=TODAY)
        assert again == {"added": 0, "changed": 0, "shared": 0}
    assert list(Call.objects.order_by("pk").values()) == before


def test_one_round_per_kind_and_period(call_round: CallRound, asked: list[CallRequest]) -> None:
    first, second, _third = Member.objects.order_by("pk")
    asked.extend([ask(first), ask(second), ask(first, meeting=8), ask(first, kind="check_in")])
    rounds.top_up(branch=call_round.branch, on=TODAY)
    made = CallRound.objects.exclude(kind=Kind.YEARLY).order_by("kind", "period")
    assert [(one.kind, one.period, one.calls.count()) for one in made] == [
        (Kind.CHECK_IN, "check_in:7", 1),
        (Kind.MEETING, "meeting:7", 2),
        (Kind.MEETING, "meeting:8", 1),
    ]


def test_what_is_asked_for_later_waits(call_round: CallRound, asked: list[CallRequest]) -> None:
    asked.append(ask(Member.objects.order_by("pk")[0], due=TODAY + timedelta(days=8)))
    rounds.top_up(branch=call_round.branch, on=TODAY)
    assert not CallRound.objects.filter(kind=Kind.MEETING).exists()
    rounds.top_up(branch=call_round.branch, on=TODAY + timedelta(days=1))
    assert CallRound.objects.get(kind=Kind.MEETING).calls.count() == 1


def test_a_withdrawn_request_ends_a_call_that_nobody_has_tried(
    call_round: CallRound, asked: list[CallRequest]
) -> None:
    member = Member.objects.order_by("pk")[0]
    asked.append(ask(member))
    rounds.top_up(branch=call_round.branch, on=TODAY)
    taken = asked.pop()
    rounds.top_up(branch=call_round.branch, on=TODAY)
    assert of(member) == {Kind.YEARLY: (State.WAITING, ""), Kind.MEETING: (State.EXEMPT, Reason.WITHDRAWN)}
    asked.append(taken)
    rounds.top_up(branch=call_round.branch, on=TODAY)
    assert of(member)[Kind.MEETING] == (State.WAITING, "")


def test_a_withdrawn_request_leaves_what_has_been_tried(
    call_round: CallRound, asked: list[CallRequest], branch: Branch, caller: User
) -> None:
    member = Member.objects.order_by("pk")[0]
    asked.append(ask(member))
    rounds.top_up(branch=branch, on=TODAY)
    call = serve(caller, branch)
    asked.clear()
    rounds.top_up(branch=branch, on=TODAY)  # it is on the caller's screen
    assert of(member)[Kind.MEETING] == (State.WAITING, "")
    tell(call, caller, Outcome.NO_ANSWER)
    rounds.top_up(branch=branch, on=TODAY)
    assert of(member)[Kind.MEETING] == (State.WAITING, "")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("silent", (State.UNREACHABLE, "")),
        ("unwilling", (State.EXEMPT, Reason.WISH)),
        ("young", (State.EXEMPT, Reason.UNDER_AGE)),
    ],
)
def test_a_requested_call_is_in_its_right_state(
    call_round: CallRound, asked: list[CallRequest], branch: Branch, case: str, expected: tuple[str, str]
) -> None:
    fields = {"silent": {"phone": ""}, "unwilling": {"no_calls": True}, "young": {"birth_year": 2012}}[case]
    member = MemberFactory.create(branch=branch, **fields)  # type: ignore[arg-type]
    asked.append(ask(member))
    rounds.top_up(branch=branch, on=TODAY)
    assert of(member)[Kind.MEETING] == expected


def test_who_has_left_is_not_asked(call_round: CallRound, asked: list[CallRequest], branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    member.memberships.update(ended_on=date(2026, 1, 1), end_reason="left")
    asked.append(ask(member))
    rounds.top_up(branch=branch, on=TODAY)
    assert of(member) == {}


def test_a_later_due_day_moves_the_rounds_end(call_round: CallRound, asked: list[CallRequest]) -> None:
    member = Member.objects.order_by("pk")[0]
    asked.append(ask(member))
    rounds.top_up(branch=call_round.branch, on=TODAY)
    asked[:] = [ask(member, due=TODAY + timedelta(days=3))]
    rounds.top_up(branch=call_round.branch, on=TODAY)
    call = Call.objects.get(round__kind=Kind.MEETING)
    assert call.late_after == call.round.closes_on == TODAY + timedelta(days=3)


def test_without_apps_that_ask_nothing_happens(branch: Branch) -> None:
    kept = dict(extensions.call_requests._hooks)
    extensions.call_requests._hooks.clear()
    try:
        assert requested.pull(branch=branch, on=TODAY) == 0
    finally:
        extensions.call_requests._hooks.update(kept)


def test_queries_do_not_grow_with_requests(db: None, asked: list[CallRequest]) -> None:
    User.objects.console()
    few, many = (queries_for(members, asked) for members in (3, 30))
    assert few == many


def queries_for(members: int, asked: list[CallRequest]) -> int:
    branch = BranchFactory.create()
    user_with(Role.Kind.CALLER, branch)
    asked[:] = [ask(member) for member in MemberFactory.create_batch(members, branch=branch)]
    first = len(asked)  # the test's own hook asks once for each
    with CaptureQueriesContext(connection) as queries:
        rounds.top_up(branch=branch, on=TODAY)
    return len(queries) - first


# --- one dial -----------------------------------------------------------------------------------------


def test_open_calls_of_one_member_are_one_on_the_list(newcomer: Member, branch: Branch, caller: User) -> None:
    offered = Call.objects.filter(member=newcomer).open_to_callers(timezone.now())
    assert [call.round.kind for call in offered] == [Kind.WELCOME]


def test_a_person_on_a_screen_is_on_no_other(newcomer: Member, branch: Branch, caller: User) -> None:
    yearly = Call.objects.get(member=newcomer, round__kind=Kind.YEARLY)
    now = timezone.now()
    Call.objects.filter(pk=yearly.pk).update(
        claimed_by=caller, claimed_at=now, claimed_until=now + timedelta(minutes=9)
    )
    assert not Call.objects.filter(member=newcomer).open_to_callers(now).exists()


def test_a_talk_reaches_the_member_in_every_round(newcomer: Member, branch: Branch, caller: User) -> None:
    tell(serve(caller, branch), caller, Outcome.REACHED)
    assert of(newcomer) == dict.fromkeys((Kind.YEARLY, Kind.WELCOME), (State.REACHED, ""))
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.NO_ANSWER, (State.WAITING, "")),
        (Outcome.WRONG_NUMBER, (State.PARKED, "")),
        (Outcome.DECLINES_CALLS, (State.EXEMPT, Reason.WISH)),
        (Outcome.DECEASED, (State.EXEMPT, Reason.DECEASED)),
    ],
)
def test_a_dial_is_reported_for_all_at_once(
    newcomer: Member, branch: Branch, caller: User, outcome: str, expected: tuple[str, str]
) -> None:
    tell(serve(caller, branch), caller, outcome)
    assert of(newcomer) == dict.fromkeys((Kind.YEARLY, Kind.WELCOME), expected)
    due = set(Call.objects.filter(member=newcomer).values_list("due_at", flat=True))
    assert len(due) == 1


@pytest.mark.parametrize(
    "outcome", [Outcome.REACHED, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER, Outcome.DECEASED]
)
def test_undo_puts_every_round_back(newcomer: Member, branch: Branch, caller: User, outcome: str) -> None:
    columns = ("state", "reason", "attempts_used", "due_at", "last_attempt_at", "reached_at", "rank")
    call = serve(caller, branch)
    before = list(Call.objects.filter(member=newcomer).order_by("pk").values(*columns))
    attempt = tell(call, caller, outcome)
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    assert list(Call.objects.filter(member=newcomer).order_by("pk").values(*columns)) == before


def test_undo_leaves_a_round_that_somebody_has_gone_on_with(
    newcomer: Member, branch: Branch, caller: User
) -> None:
    attempt = tell(serve(caller, branch), caller, Outcome.NO_ANSWER)
    yearly = Call.objects.filter(member=newcomer, round__kind=Kind.YEARLY)
    yearly.update(state=State.EXEMPT, reason=Reason.OFFICER, due_at=None)
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    assert of(newcomer) == {Kind.YEARLY: (State.EXEMPT, Reason.OFFICER), Kind.WELCOME: (State.WAITING, "")}


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (follow_ups.done, (State.WAITING, "")),
        (follow_ups.call_again, (State.WAITING, "")),
        (follow_ups.leave_in_peace, (State.EXEMPT, Reason.OFFICER)),
    ],
)
def test_an_officer_handles_all_that_was_parked_together(
    newcomer: Member, branch: Branch, caller: User, deed: object, expected: tuple[str, str]
) -> None:
    tell(serve(caller, branch), caller, Outcome.OUT_OF_SERVICE)
    deed(follow_up=FollowUp.objects.get(), by=caller, now=timezone.now())  # type: ignore[operator]
    assert of(newcomer) == dict.fromkeys((Kind.YEARLY, Kind.WELCOME), expected)


def test_a_promised_time_is_offered_first_and_to_the_same_caller(
    call_round: CallRound, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    lists.take_back_all(call_round=call_round, by=caller, at=timezone.now())
    call = serve(caller, branch)
    tell(call, caller, Outcome.CALL_LATER, call_back_at=timezone.now() + timedelta(hours=1))
    MemberFactory.create(branch=branch, joined_on=TODAY, learnt_on=TODAY)
    rounds.top_up(branch=branch, on=TODAY)
    this_evening.shift(timedelta(hours=1))
    call.refresh_from_db()
    assert (call.call_list and call.call_list.caller, serve(caller, branch)) == (caller, call)
    tell(call, caller, Outcome.NO_ANSWER)
    call.refresh_from_db()
    assert call.rank == Rank.YEARLY


def test_a_talk_before_the_years_round_counts(
    branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    this_evening.move_to(datetime(2027, 1, 12, 17, tzinfo=UTC))
    MemberFactory.create(branch=branch)
    newcomer = MemberFactory.create(branch=branch, joined_on=date(2027, 1, 8), learnt_on=date(2027, 1, 8))
    rounds.top_up(branch=branch, on=date(2027, 1, 12))
    tell(serve(caller, branch), caller, Outcome.REACHED)
    spoken_at = timezone.now()
    this_evening.move_to(datetime(2027, 2, 1, 8, tzinfo=UTC))
    rounds.open_rounds(branch=branch, on=OPENING)
    yearly = Call.objects.get(member=newcomer, round__kind=Kind.YEARLY)
    assert (yearly.state, yearly.reached_at) == (State.REACHED, spoken_at)


def test_a_talk_of_last_year_does_not_count(branch: Branch, caller: User) -> None:
    member = MemberFactory.create(branch=branch)
    rounds.open_yearly(branch=branch, on=date(2026, 12, 1), by=caller)
    Attempt.objects.create(
        call=Call.objects.get(),
        outcome=Outcome.REACHED,
        reported_at=datetime(2026, 12, 31, 17, tzinfo=UTC),
        reported_by=caller,
    )
    rounds.open_yearly(branch=branch, on=OPENING, by=caller)
    assert Call.objects.get(member=member, round__period="2027").state == State.WAITING


# --- unpaid first ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("unpaid_first", "rank"), [(True, Rank.UNPAID), (False, Rank.YEARLY)])
def test_new_members_who_have_not_paid_may_be_called_first(
    branch: Branch, unpaid_first: bool, rank: int
) -> None:
    CallRules.objects.create(branch=branch, unpaid_first=unpaid_first)
    MemberFactory.create(branch=branch, paid_until=date(2027, 12, 31), learnt_on=date(2027, 1, 2))
    new = MemberFactory.create(branch=branch, learnt_on=date(2027, 1, 2))
    MemberFactory.create(branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    in_line = dict(Call.objects.filter(round__kind=Kind.YEARLY).values_list("member", "rank"))
    assert in_line.pop(new.pk) == rank
    assert set(in_line.values()) == {Rank.YEARLY}


def test_who_has_paid_since_stands_as_others(branch: Branch) -> None:
    CallRules.objects.create(branch=branch, unpaid_first=True)
    member = MemberFactory.create(branch=branch, learnt_on=date(2027, 1, 2))
    rounds.open_rounds(branch=branch, on=OPENING)
    assert Call.objects.get().rank == Rank.UNPAID
    Member.objects.filter(pk=member.pk).update(paid_until=date(2027, 12, 31))
    rounds.top_up(branch=branch, on=TODAY)
    assert Call.objects.get(round__kind=Kind.YEARLY).rank == Rank.YEARLY


def test_the_states_of_every_round_add_up(newcomer: Member, branch: Branch, asked: list[CallRequest]) -> None:
    asked.extend(ask(member) for member in branch.members.all())
    rounds.top_up(branch=branch, on=TODAY)
    Phone.objects.filter(member=newcomer).delete()
    rounds.top_up(branch=branch, on=TODAY)
    for call_round in CallRound.objects.all():
        calls = Call.objects.filter(round=call_round)
        assert sum(one.number for one in summary.count(calls, timezone.now())) == calls.count()
    assert CallList.objects.values("round").distinct().count() == 3
