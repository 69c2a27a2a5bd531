"""Who has whom on the screen. A claim is atomic, lasts 30 minutes, is renewed by use and ends by itself."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from calls import access
from calls.models import CLAIM, UNCLAIMED, Call, CallQuerySet
from crm.people.models import Branch, User


@transaction.atomic
def claim_next(*, caller: User, branch: Branch, now: datetime) -> Call | None:
    """The next person for this caller: whoever they hold already, then their list, then the pool.

    None when nobody is due.
    """
    held = access.held_by(caller, branch, now).first()
    if held is not None:
        renew(call=held, caller=caller, now=now)
        return held
    mine = access.calls_on_lists_of(caller, branch, now).open_to_callers(now)
    pool = access.pool_of(branch, now).open_to_callers(now)
    # A promised time first, then new members, then the others; the pool's first in line have an index.
    for queue in (
        mine.order_by("rank", F("due_at").asc(nulls_last=True), "pk"),
        pool.filter(rank__lt=Call.Rank.YEARLY).order_by("rank", "pk"),
        pool.order_by("pk"),
    ):
        found = _claim_first(queue, caller, now)
        if found is not None:
            break
    return Call.objects.get(pk=found) if found is not None else None


def _claim_first(queue: CallQuerySet, caller: User, now: datetime) -> int | None:
    """One statement picks and marks the first free call: two callers never get the same.

    PostgreSQL skips rows that others are just taking; on SQLite, where Django leaves SKIP LOCKED out, the
    transaction has the only write lock from its start.
    """
    first = queue.select_for_update(skip_locked=True).values("pk")[:1]
    select, params = first.query.sql_with_params()
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_call SET claimed_at = %s, claimed_by_id = %s, claimed_until = %s"  # noqa: S608
            f" WHERE id = ({select}) RETURNING id",
            [adapt(now), caller.pk, adapt(now + CLAIM), *params],
        )
        row = cursor.fetchone()
    return row[0] if row else None


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
