"""The SQL of queues, made once in a process: two callers' queries differ in values alone.

Making it anew took most of the time of a claim, and on an evening of 64 callers that is time nobody has.
"""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from calls.models import CallQuerySet, CallRound
from crm.people.models import Branch, User

Queue = Callable[[User, Branch, datetime], CallQuerySet]
RoundQuery = Callable[..., QuerySet[Any, Any]]
Values = dict[Any, Any]

# Values that stand for the real ones; no row has such a key, and no claim such a moment.
_CALLER, _BRANCH = User(pk=-1), Branch(pk=-2)
_ROUND = CallRound(pk=-3, branch_id=-2)
_NOW = datetime(1950, 1, 1, 12, tzinfo=UTC)


def first_of(queue: Queue, *, caller: User, branch: Branch, now: datetime) -> tuple[str, list[Any]]:
    """The statement that picks the key of the queue's first call, and its values. Within a transaction.

    A queue is a function of a module, not a lambda, and gives the same query whoever asks.
    """
    sql, params = _made(queue, connection.vendor)
    real = dict(zip(_values(_CALLER, _BRANCH, _NOW), _values(caller, branch, now), strict=True))
    return sql, [real.get(param, param) for param in params]


@lru_cache(maxsize=50)
def _made(queue: Queue, vendor: str) -> tuple[str, tuple[Any, ...]]:
    sql, params = queue(_CALLER, _BRANCH, _NOW).values("pk")[:1].query.sql_with_params()
    return sql, tuple(params)


def of_round(query: RoundQuery, call_round: CallRound, *given: Hashable) -> tuple[str, list[Any]]:
    """The statement of a query on one round, made once for each ``given``, and its values.

    The query is a function of a module that ends in ``values_list`` and knows the round by its keys alone.
    """
    sql, params = _made_of_round(query, given, connection.vendor)
    real = {_ROUND.pk: call_round.pk, _ROUND.branch_id: call_round.branch_id}
    return sql, [real.get(param, param) for param in params]


def rows_of(query: RoundQuery, call_round: CallRound, *given: Hashable) -> list[tuple[Any, ...]]:
    """What that statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(*of_round(query, call_round, *given))
        return list(cursor.fetchall())


@lru_cache(maxsize=50)
def _made_of_round(
    query: RoundQuery, given: tuple[Hashable, ...], vendor: str
) -> tuple[str, tuple[Any, ...]]:
    sql, params = query(_ROUND, *given).query.sql_with_params()
    return sql, tuple(params)


def _values(caller: User, branch: Branch, now: datetime) -> tuple[Any, ...]:
    """As the database gets them."""
    day = connection.ops.adapt_datefield_value(timezone.localdate(now))
    return (caller.pk, branch.pk, connection.ops.adapt_datetimefield_value(now), day)


def pairs() -> str:
    """A table ``pairs`` of keys and values, for a WITH, from one parameter of JSON: one statement for any number.

    Materialized, with keys of the right type: else SQLite reads all of it once for every row that it is joined with.
    """
    each = "json_each(%s)" if connection.vendor == "sqlite" else "json_each_text(CAST(%s AS json))"
    return (
        "pairs (key, value) AS MATERIALIZED"  # noqa: S608 (our own words)
        " (SELECT CAST(key AS bigint), CAST(value AS bigint)"
        f" FROM {each} AS pair)"
    )
