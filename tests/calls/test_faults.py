"""A deed killed at any statement, two at once, nights of 23 and 25 hours, the turn of the year, a roster in the middle
of an evening: the promises hold, and the next run ends where an undisturbed one would have."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from calls import claims, counting, figures, follow_ups, letters, lists, outcomes, rounds, summary, weekly
from calls.models import CLAIM, Attempt, Call, CallList, CallRound, FollowUp, RoundCount
from crm.outbox.models import Message
from crm.people.models import Branch, Member, Role, User
from tests.calls.conftest import OPENING
from tests.calls.test_claims import together
from tests.factories import MemberFactory, user_with
from tests.rosters.files import bring_in

State, Outcome = Call.State, Attempt.Outcome
TODAY = date(2027, 3, 9)
REPORT = UUID(int=1)
Deed = Callable[[], object]


class Killed(Exception):  # noqa: N818 -- what has happened to the worker
    """The process is gone between two statements."""


class Killer:
    """Lets so many statements pass, then kills. What keeps transactions together is not counted."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return execute(sql, params, many, context)
        if self.left == 0:
            raise Killed
        self.left -= 1
        return execute(sql, params, many, context)


def is_killed(deed: Deed, *, after: int) -> bool:
    try:
        with connection.execute_wrapper(Killer(after)):
            deed()
    except Killed:
        return True
    return False


def in_one_piece(deed: Deed) -> None:
    """As a worker runs a job for a branch."""
    with transaction.atomic():
        deed()


def everything() -> list[list[tuple[Any, ...]]]:
    """All that the deeds change, without keys, which a database may leave out."""
    tables = (
        Call.objects.values_list(
            "member", "round__period", "state", "reason", "rank", "due_at", "attempts_used", "last_attempt_at",
            "reached_at", "claimed_by", "claimed_until", "letter_at", "call_list__caller",
        ),
        CallRound.objects.values_list("kind", "period", "opens_on", "closes_on"),
        CallList.objects.values_list("round__period", "caller", "taken_back_at"),
        Attempt.objects.values_list("client_id", "outcome", "call__member", "undone_at"),
        FollowUp.objects.values_list("call__member", "message", "handled_at", "answer"),
        Message.objects.values_list("member", "user", "purpose_key", "subject", "state"),
        Member.objects.values_list("member_number", "no_calls", "no_messages"),
        RoundCount.objects.values_list("day", "unreachable", "exempt"),
    )  # fmt: skip
    return [sorted(map(tuple, table), key=repr) for table in tables]


def promises_hold() -> None:
    for call_round in CallRound.objects.all():
        calls = Call.objects.filter(round=call_round)
        assert sum(one.number for one in summary.count(calls, timezone.now())) == calls.count()
        assert calls.values("member").distinct().count() == calls.count()
    held = list(Call.objects.exclude(claimed_by=None).values_list("claimed_by", flat=True))
    assert len(held) == len(set(held))
    reached = Attempt.objects.standing().filter(outcome=Outcome.REACHED).values_list("call", flat=True)
    assert not Call.objects.filter(pk__in=reached).exclude(state=State.REACHED).exists()


@pytest.fixture
def deeds(branch: Branch, call_round: CallRound, caller: User, leader: User) -> dict[str, Deed]:
    """Each changes something: a joiner without a call, one exhausted, one in hand, one with a follow-up."""
    MemberFactory.create(branch=branch)
    helper = user_with(Role.Kind.CALLER, branch)
    in_hand, used_up, parked = Call.objects.order_by("pk")
    assert claims.claim(call=in_hand, caller=caller, now=timezone.now())
    Call.objects.filter(pk=used_up.pk).update(state=State.EXHAUSTED, call_list=None)
    outcomes.report(
        call=parked, by=caller, outcome=Outcome.WRONG_NUMBER, client_id=UUID(int=9), message="Ring ej."
    )
    now, follow_up = timezone.now(), FollowUp.objects.get()

    def report(outcome: str) -> Deed:
        return lambda: outcomes.report(
            call=in_hand, by=caller, outcome=outcome, client_id=REPORT, message="Hör av er."
        )

    def job(run: Callable[..., object], on: date = TODAY) -> Deed:
        return lambda: in_one_piece(lambda: run(branch=branch, on=on))

    return {
        "open": job(rounds.open_rounds, on=date(2028, 2, 1)),
        "top_up": job(rounds.top_up),
        "count": job(counting.count_call_states),
        "week": job(weekly.tell_leaders_of_the_week),
        "claim": lambda: claims.claim_next(caller=helper, branch=branch, now=now),
        "reached": report(Outcome.REACHED),
        "no_answer": report(Outcome.NO_ANSWER),
        "wants_to_leave": report(Outcome.WANTS_TO_LEAVE),
        "handle": lambda: follow_ups.done(follow_up=follow_up, by=leader, now=now, answer="Klart."),
        "write": lambda: letters.write_to_exhausted(call_round=call_round, by=leader),
        "take_back": lambda: lists.take_back_all(call_round=call_round, by=leader, at=now),
    }


NAMES = (
    "open", "top_up", "count", "week", "claim", "reached", "no_answer", "wants_to_leave", "handle", "write",
    "take_back",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_deed_killed_at_any_statement_has_not_happened_and_can_be_done_again(
    deeds: dict[str, Deed], name: str
) -> None:
    before, killed = everything(), 0
    while is_killed(deeds[name], after=killed):
        assert everything() == before
        promises_hold()
        killed += 1
    assert killed > 0
    done = everything()
    promises_hold()
    if name not in {"count", "claim"}:
        assert done != before
    deeds[name]()
    assert everything() == done  # and done twice it is done once


# --- two at once --------------------------------------------------------------------------------------


@pytest.fixture
def crowd(transactional_db: None) -> tuple[Branch, User, User]:
    branch = MemberFactory.create().branch
    MemberFactory.create_batch(7, branch=branch)
    caller, leader = (user_with(kind, branch) for kind in (Role.Kind.CALLER, Role.Kind.CALL_LEADER))
    User.objects.console()
    rounds.open_rounds(branch=branch, on=OPENING)
    return branch, caller, leader


def test_two_nightly_jobs_leave_the_round_as_one_does(crowd: tuple[Branch, User, User]) -> None:
    branch, _caller, _leader = crowd
    MemberFactory.create_batch(4, branch=branch)
    together(3, lambda _index: rounds.top_up(branch=branch, on=TODAY))
    assert Call.objects.count() == 12
    promises_hold()
    after = everything()
    rounds.top_up(branch=branch, on=TODAY)
    assert everything() == after


def test_two_weekly_jobs_write_one_mail(crowd: tuple[Branch, User, User]) -> None:
    branch, _caller, leader = crowd
    together(3, lambda _index: weekly.tell_leaders_of_the_week(branch=branch, on=TODAY))
    assert list(Message.objects.values_list("user", flat=True)) == [leader.pk]


def test_the_same_report_sent_by_two_tabs_counts_once(crowd: tuple[Branch, User, User]) -> None:
    branch, caller, _leader = crowd
    call = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert call is not None

    def report(_index: int) -> Attempt:
        return outcomes.report(call=call, by=caller, outcome=Outcome.NO_ANSWER, client_id=REPORT)

    assert {str(one) for one in together(4, report)} == {str(Attempt.objects.get())}
    assert Call.objects.get(pk=call.pk).attempts_used == 1


def test_a_report_and_the_nightly_job_at_once(crowd: tuple[Branch, User, User]) -> None:
    branch, caller, _leader = crowd
    call = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert call is not None
    deeds: list[Deed] = [
        lambda: outcomes.report(call=call, by=caller, outcome=Outcome.REACHED, client_id=REPORT),
        lambda: rounds.top_up(branch=branch, on=TODAY),
        lambda: lists.take_back_all(call_round=call.round, by=caller, at=timezone.now()),
    ]
    together(3, lambda index: deeds[index]())
    assert Call.objects.get(pk=call.pk).state == State.REACHED
    promises_hold()


# --- the clock -----------------------------------------------------------------------------------------

# The last Sundays of March and October, an hour before the clock is moved (01:00 UTC).
NIGHTS = (datetime(2027, 3, 28, 0, 45, tzinfo=UTC), datetime(2027, 10, 31, 0, 45, tzinfo=UTC))


@pytest.mark.parametrize("night", NIGHTS)
def test_half_an_hour_is_half_an_hour_when_the_clock_is_moved(
    call_round: CallRound, branch: Branch, caller: User, night: datetime
) -> None:
    with time_machine.travel(night, tick=False) as clock:
        mine = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
        assert mine is not None
        clock.shift(CLAIM - timedelta(seconds=1))
        mine.refresh_from_db()
        assert mine.is_held(timezone.now())
        clock.shift(timedelta(seconds=1))
        assert not mine.is_held(timezone.now())


@pytest.mark.parametrize(("night", "again"), [(NIGHTS[0], "Tue 10:00"), (NIGHTS[1], "Sat 11:00")])
def test_after_a_moved_clock_the_next_try_is_within_hours(
    call_round: CallRound, caller: User, night: datetime, again: str
) -> None:
    """In 2027 the clock is moved forward at Easter, whose Saturday and Monday are days off."""
    with time_machine.travel(night - timedelta(days=1), tick=False):
        call = Call.objects.order_by("pk")[0]
        outcomes.report(call=call, by=caller, outcome=Outcome.BUSY, client_id=REPORT)
        call.refresh_from_db()
        assert call.due_at is not None
        assert f"{timezone.localtime(call.due_at):%a %H:%M}" == again


@pytest.mark.parametrize("night", NIGHTS)
def test_jobs_run_twice_over_a_moved_clock_change_nothing(
    call_round: CallRound, branch: Branch, leader: User, night: datetime
) -> None:
    with time_machine.travel(night - timedelta(hours=6), tick=False) as clock:
        rounds.top_up(branch=branch, on=timezone.localdate())
        before = everything()
        for hours in (7, 8, 9, 30):
            clock.move_to(night - timedelta(hours=6) + timedelta(hours=hours))
            rounds.top_up(branch=branch, on=timezone.localdate())
            assert everything() == before
        promises_hold()


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC)),  # 23 hours
        (date(2027, 10, 31), datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC)),  # 25 hours
        (date(2027, 12, 31), datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_counts_to_its_last_second(
    call_round: CallRound, branch: Branch, caller: User, day: date, last: datetime
) -> None:
    for number, at in enumerate((last, last + timedelta(seconds=1))):
        call = Call.objects.order_by("pk")[number]
        outcomes.report(call=call, by=caller, outcome=Outcome.REACHED, client_id=UUID(int=number), at=at)
    assert figures.reached(branch, day) == 1
    assert figures.reached(branch, day - timedelta(days=1)) == 0


def test_the_turn_of_the_year_ends_one_round_and_opens_another(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    with time_machine.travel(datetime(2027, 12, 20, 22, 59, 59, tzinfo=UTC), tick=False) as clock:
        assert claims.claim_next(caller=caller, branch=branch, now=timezone.now()) is not None
        clock.shift(timedelta(seconds=1))
        assert claims.claim_next(caller=caller, branch=branch, now=timezone.now()) is None
        on = timezone.localdate()
        while on <= date(2028, 2, 1):
            clock.move_to(datetime(on.year, on.month, on.day, 5, tzinfo=UTC))
            rounds.open_rounds(branch=branch, on=on)
            rounds.top_up(branch=branch, on=on)
            promises_hold()
            on += timedelta(days=1)
    periods = CallRound.objects.order_by("period").values_list("period", "opens_on")
    assert list(periods) == [("2027", OPENING), ("2028", date(2028, 2, 1))]
    assert Call.objects.filter(round__period="2028").waiting().count() == 3


# --- a roster in the middle of an evening ----------------------------------------------------------------


def line(member: Member, phone: str) -> str:
    return f"{member.member_number};{member.first_name};{member.last_name};ÅBY;{phone};;2020-01-01;;"


def test_a_roster_in_the_middle_of_an_evening(call_round: CallRound, branch: Branch, caller: User) -> None:
    """One is on the screen and stays in the file, one on the list is gone from it, one is new."""
    on_screen = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert on_screen is not None
    gone, stays = Call.objects.exclude(pk=on_screen.pk).order_by("pk")
    bring_in(
        branch,
        line(on_screen.member, "070-174 06 05"),
        line(stays.member, ""),
        "999001;Nils;Nykomling;ÅBY;070-174 06 07;;2027-03-01;;",
        on=TODAY,
    )
    on_screen.refresh_from_db()
    assert on_screen.is_held_by(caller, timezone.now())
    gone.refresh_from_db()
    assert (gone.state, gone.reason) == (State.EXEMPT, Call.Reason.LEFT)
    outcomes.report(call=on_screen, by=caller, outcome=Outcome.REACHED, client_id=REPORT)
    late = outcomes.report(call=gone, by=caller, outcome=Outcome.REACHED, client_id=UUID(int=2))
    rounds.top_up(branch=branch, on=TODAY)
    promises_hold()
    assert late.outcome == Outcome.REACHED
    new = Call.objects.filter(member__member_number="999001").waiting().order_by("rank")
    assert list(new.values_list("round__kind", flat=True)) == ["welcome", "yearly"]
    assert Call.objects.get(pk=on_screen.pk).state == State.REACHED
