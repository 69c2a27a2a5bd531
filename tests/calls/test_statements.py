"""The SQL of a queue is made once, and gives each caller what their own query would."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, rounds, statements
from calls.models import Call, CallQuerySet, CallRound
from crm.people.models import Branch, Role, User
from tests.calls.conftest import OPENING
from tests.factories import BranchFactory, MemberFactory, user_with

asked: list[int | None] = []


def counted(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    asked.append(caller.pk)
    return Call.objects.filter(round__branch=branch, claimed_by=caller, claimed_until__gt=now)


def first(queue: statements.Queue, caller: User, branch: Branch, now: datetime) -> int | None:
    sql, params = statements.first_of(queue, caller=caller, branch=branch, now=now)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return int(row[0]) if row else None


@pytest.mark.parametrize("queue", [claims._held, *claims._QUEUES])
def test_it_finds_what_the_query_itself_finds(
    call_round: CallRound, branch: Branch, caller: User, queue: statements.Queue
) -> None:
    now = timezone.now()
    Call.objects.filter(pk__in=Call.objects.order_by("pk").values("pk")[:1]).update(call_list=None)
    claims.claim_next(caller=caller, branch=branch, now=now)
    for asking in (caller, user_with(Role.Kind.CALLER, branch)):
        for day in (now, now + timedelta(hours=2), now + timedelta(days=400)):
            wanted = queue(asking, branch, day).values_list("pk", flat=True).first()
            assert first(queue, asking, branch, day) == wanted


def test_another_branch_is_another_value(call_round: CallRound, branch: Branch, caller: User) -> None:
    other = BranchFactory.create()
    found = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert found is not None
    assert claims.claim_next(caller=caller, branch=other, now=timezone.now()) is None


def test_the_query_is_made_once(call_round: CallRound, branch: Branch, caller: User) -> None:
    asked.clear()
    now = timezone.now()
    for asking in (caller, user_with(Role.Kind.CALLER, branch)):
        assert first(counted, asking, branch, now) is None
    assert asked == [-1]


def test_no_stand_in_is_left_among_the_values(call_round: CallRound, branch: Branch, caller: User) -> None:
    for queue in (claims._held, *claims._QUEUES):
        _sql, params = statements.first_of(queue, caller=caller, branch=branch, now=timezone.now())
        assert not {-1, -2}.intersection(param for param in params if type(param) is int)
        assert "1950" not in str(params)


def test_a_claim_is_a_handful_of_statements_whatever_the_round(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    with CaptureQueriesContext(connection) as held:
        claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    updates = [query["sql"] for query in held if query["sql"].startswith("UPDATE")]
    assert len(updates) == len([q for q in held if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 2


def test_whom_a_caller_holds_is_renewed_in_one_statement(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    now = timezone.now()
    mine = claims.claim_next(caller=caller, branch=branch, now=now)
    again = claims.claim_next(caller=caller, branch=branch, now=now + timedelta(minutes=9))
    assert (again, again and again.claimed_until) == (mine, now + timedelta(minutes=39))
    assert again is not None
    assert again.claimed_at == now


def test_a_claim_that_has_ended_is_not_renewed(call_round: CallRound, branch: Branch, caller: User) -> None:
    now = timezone.now()
    claims.claim_next(caller=caller, branch=branch, now=now)
    assert claims._renew_held(caller, branch, now + timedelta(minutes=30)) is None


# --- statements about one round ----------------------------------------------------------------------------------

made_for: list[int | None] = []


def calls_of(call_round: CallRound, state: str) -> QuerySet[Call, tuple[int]]:
    made_for.append(call_round.pk)
    found = Call.objects.filter(round=call_round, member__branch=call_round.branch_id, state=state)
    return found.order_by("pk").values_list("pk")


def rows_of(call_round: CallRound, state: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(*statements.of_round(calls_of, call_round, state))
        return [key for (key,) in cursor.fetchall()]


@pytest.fixture
def two_rounds(call_round: CallRound) -> list[CallRound]:
    other = BranchFactory.create()
    MemberFactory.create_batch(2, branch=other)
    MemberFactory.create(branch=other, phone="")
    rounds.open_rounds(branch=other, on=OPENING)
    return [call_round, CallRound.objects.get(branch=other)]


@pytest.mark.parametrize("state", [Call.State.WAITING, Call.State.UNREACHABLE])
def test_each_round_finds_what_its_own_query_finds(two_rounds: list[CallRound], state: str) -> None:
    for each in two_rounds:
        assert rows_of(each, state) == [key for (key,) in calls_of(each, state)]


def test_two_rounds_and_two_states_are_two_statements(two_rounds: list[CallRound]) -> None:
    statements._made_of_round.cache_clear()
    made_for.clear()
    for each in two_rounds:
        for state in (Call.State.WAITING, Call.State.PARKED):
            rows_of(each, state)
    assert made_for == [-3, -3]


def test_no_stand_in_of_a_round_is_left(two_rounds: list[CallRound]) -> None:
    for each in two_rounds:
        sql, params = statements.of_round(calls_of, each, Call.State.WAITING)
        assert sorted(params, key=str) == sorted([each.branch_id, each.pk, "waiting"], key=str)
        assert "-3" not in sql
