"""The SQL of a queue is made once, and gives each caller what their own query would."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, statements
from calls.models import Call, CallQuerySet, CallRound
from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, user_with

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
