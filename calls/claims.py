"""Claims: one person in one caller's hands, atomically, for half an hour.

Promise 9: no two callers hold the same call. Taking is one UPDATE whose subquery chooses the row; PostgreSQL
skips rows that another caller is just taking (SKIP LOCKED), SQLite lets one writer in at a time.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from calls.models import CLAIM, Call, CallQuerySet, CallRound
from crm.people.models import User

_CLAIM = """
UPDATE calls_call SET claimed_by_id = %s, claimed_at = %s, claimed_until = %s
WHERE id = ({choice})
RETURNING id
"""


def held_by(*, caller: User, branch_id: int, now: datetime | None = None) -> CallQuerySet:
    """The calls whose person is in the caller's hands now."""
    moment = now or timezone.now()
    return Call.objects.filter(
        claimed_by=caller, claimed_until__gte=moment, round__branch_id=branch_id, state=Call.State.WAITING
    )


def claim_next(*, call_round: CallRound, caller: User) -> Call | None:
    """The next person for this caller: who is in their hands already, then their list, then the pool.

    ``None`` when nobody is to be called now; ``lists.why_empty`` says why.
    """
    now = timezone.now()
    held = held_by(caller=caller, branch_id=call_round.branch_id, now=now).first()
    if held is not None:
        return renew(call=held, caller=caller)
    to_call = Call.objects.filter(round=call_round).open_to_callers(now)
    on_list = to_call.filter(call_list__caller=caller, call_list__taken_back_at=None)
    return _take(on_list, caller, now) or _take(to_call.filter(call_list=None), caller, now)


def claim(*, call: Call, caller: User) -> Call | None:
    """A chosen person of the caller's list; ``None`` if somebody else has them, or they are not to be called."""
    now = timezone.now()
    chosen = Call.objects.filter(
        Q(call_list=None) | Q(call_list__caller=caller, call_list__taken_back_at=None), pk=call.pk
    )
    mine = held_by(caller=caller, branch_id=call.round.branch_id, now=now).filter(pk=call.pk).first()
    if mine is not None:
        return renew(call=mine, caller=caller)
    release_others(caller=caller, but=call)
    return _take(chosen.open_to_callers(now), caller, now)


def renew(*, call: Call, caller: User) -> Call | None:
    """Use renews a claim; ``None`` if it has ended meanwhile."""
    now = timezone.now()
    until = now + CLAIM
    held = Call.objects.filter(pk=call.pk, claimed_by=caller, claimed_until__gte=now)
    if held.update(claimed_until=until) != 1:
        return None
    call.claimed_until = until
    return call


def release(*, call: Call, by: User) -> bool:
    """The caller gives the person back; false if they did not hold them any more."""
    return _let_go(Call.objects.filter(pk=call.pk, claimed_by=by)) == 1


def release_others(*, caller: User, but: Call) -> None:
    """Choosing one person lets go of the one before: a caller talks with one at a time."""
    _let_go(Call.objects.filter(claimed_by=caller, round=but.round_id).exclude(pk=but.pk))


def _let_go(calls: CallQuerySet) -> int:
    return calls.update(claimed_by=None, claimed_at=None, claimed_until=None)


def _take(choice: CallQuerySet, caller: User, now: datetime) -> Call | None:
    """Claim the first of ``choice`` in one statement; who is due again comes before who was never tried."""
    with transaction.atomic():
        one = (
            choice.order_by(F("due_at").asc(nulls_last=True), "attempts_used", "pk")
            .values("pk")
            .select_for_update(skip_locked=True, of=("self",))[:1]
        )
        sql, params = one.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM.format(choice=sql), (caller.pk, now, now + CLAIM, *params))
            taken = cursor.fetchone()
    return Call.objects.select_related("member", "round").get(pk=taken[0]) if taken else None
