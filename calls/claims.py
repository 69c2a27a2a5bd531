"""Who has whom on the screen. A claim is atomic, lasts 30 minutes, is renewed by use and ends by itself."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from calls import access
from calls.models import CLAIM, UNCLAIMED, Call, CallQuerySet, avoided_by
from calls.statements import Queue, first_of
from crm.people.models import Branch, User


@transaction.atomic
def claim_next(*, caller: User, branch: Branch, now: datetime) -> Call | None:
    """The next person for this caller: whoever they hold already, then their list, then the pool.

    None when nobody is due.
    """
    found = _renew_held(caller, branch, now)
    for queue in _QUEUES:
        found = found or _claim_first(queue, caller, branch, now)
    return found


def _held(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """Whom the caller has had longest comes first: those kept for a bad network come after the one in hand."""
    return access.held_by(caller, branch, now).order_by("claimed_at", "rank", "pk")


def _own_list(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """New members first, then a promised time, then those never tried."""
    mine = access.calls_on_lists_of(caller, branch, now).open_to_callers(now)
    return mine.order_by("rank", F("due_at").asc(nulls_last=True), "pk").select_for_update(skip_locked=True)


def _for(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """The pool without those whom the caller does not call."""
    return access.pool_of(branch, now).open_to_callers(now).exclude(avoided_by(caller))


def _first_in_line(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """Those of the pool who come before the year's calls; they have an index."""
    first = _for(caller, branch, now).filter(rank__lt=Call.Rank.YEARLY)
    return first.order_by("rank", "pk").select_for_update(skip_locked=True)


def _pool(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    return _for(caller, branch, now).order_by("pk").select_for_update(skip_locked=True)


_QUEUES = (_own_list, _first_in_line, _pool)
# The one in hand and four more.
KEPT = 5
_CLAIMED = "claimed_at = %s, claimed_by_id = %s, claimed_until = %s"


def _claim_first(queue: Queue, caller: User, branch: Branch, now: datetime) -> Call | None:
    """One statement picks and marks the first free call: two callers never get the same.

    PostgreSQL skips rows that others are just taking; on SQLite, where Django leaves SKIP LOCKED out, the
    transaction has the only write lock from its start.
    """
    select, params = first_of(queue, caller=caller, branch=branch, now=now)
    claimed = [now, caller.pk, now + CLAIM]
    return _one(f"{_CLAIMED} WHERE id = ({select})", [*claimed, *params])


def _renew_held(caller: User, branch: Branch, now: datetime) -> Call | None:
    """Whom the caller has on the screen already, for thirty minutes more."""
    select, params = first_of(_held, caller=caller, branch=branch, now=now)
    still = "claimed_by_id = %s AND claimed_until > %s"
    return _one(
        f"claimed_until = %s WHERE id = ({select}) AND {still}", [now + CLAIM, *params, caller.pk, now]
    )


@transaction.atomic
def hold_more(*, caller: User, branch: Branch, now: datetime) -> list[Call]:
    """The person in hand and up to four more of the caller's own list, for a telephone that loses its network.

    All are renewed for thirty minutes. Nobody is held for a caller who has nobody in hand, and nobody of the pool:
    what is kept takes no call from others.
    """
    held = list(_held(caller, branch, now))
    Call.objects.filter(pk__in=[call.pk for call in held]).update(claimed_until=now + CLAIM)
    while held and len(held) < KEPT:
        more = _claim_first(_own_list, caller, branch, now)
        if more is None:
            break
        held.append(more)
    for call in held:
        call.claimed_until = now + CLAIM
    return held[:KEPT]


def _one(change: str, params: list[Any]) -> Call | None:
    statement = f"UPDATE calls_call SET {change} RETURNING *"  # noqa: S608 (our own words)
    return next(iter(Call.objects.raw(statement, params)), None)


@transaction.atomic
def claim(*, call: Call, caller: User, now: datetime) -> bool:
    """Take one person of one's own choice; whom the caller held before is let go. False when somebody has them."""
    free = Call.objects.filter(pk=call.pk).open_to_callers(now)
    if renew(call=call, caller=caller, now=now):
        return True
    taken = free.update(claimed_at=now, claimed_by=caller, claimed_until=now + CLAIM)
    if taken:
        Call.objects.filter(claimed_by=caller).exclude(pk=call.pk).update(**UNCLAIMED)
    return bool(taken)


def renew(*, call: Call, caller: User, now: datetime) -> bool:
    """Thirty minutes from now, if the caller still has the call."""
    held = Call.objects.filter(pk=call.pk, claimed_by=caller, claimed_until__gt=now)
    return bool(held.update(claimed_until=now + CLAIM))


def release(*, call: Call, by: User) -> bool:
    """Let go without a report: the person can be called by others at once."""
    return bool(Call.objects.filter(pk=call.pk, claimed_by=by).update(**UNCLAIMED))
