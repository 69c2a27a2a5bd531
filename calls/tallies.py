"""The year's calls of many branches in one pass: the same figures as ``calls.figures``, branch by branch."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from calls.models import Attempt, Call, CallRound
from calls.rules import end_of, start_of
from crm.extensions import Tally, of_branches
from crm.people.models import Membership

NAMES = ("calls_of", "calls_attempted", "calls_reached", "calls_kept")
# A result can be entered for this long after its round has closed; the year's attempts are of rounds not older.
AFTER_CLOSING = timedelta(days=60)
Period = tuple[datetime, datetime]
Rows = QuerySet[Any, Any]


def of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """A branch whose round of the year has not opened is left out: not known is not nought."""
    period = start_of(on.replace(month=1, day=1)), end_of(on)
    opened = {
        branch: (members, written_to) for branch, members, written_to in opened_rounds(branches, on, period)
    }
    found: dict[str, dict[int, int]] = {name: dict.fromkeys(opened, 0) for name in NAMES}
    if not opened:
        return found
    for branch, attempted, reached, left in people_dialled(branches, on, period):
        if branch in opened:
            found["calls_attempted"][branch] = attempted + left
            found["calls_reached"][branch] = found["calls_kept"][branch] = reached
            found["calls_of"][branch] = left
    for branch, (members, written_to) in opened.items():
        found["calls_of"][branch] += members
        found["calls_kept"][branch] += written_to
    return found


def opened_rounds(branches: Collection[int] | None, on: date, period: Period) -> Rows:
    """Branches whose round of the year has opened, with their members on the day, and those of them to whom the year's
    letter has gone and with whom nobody has talked."""
    members = Membership.objects.counted(on).filter(branch=OuterRef("branch"))
    rounds = CallRound.objects.filter(kind=CallRound.Kind.YEARLY, period=str(on.year), opens_on__lte=on)
    found: Rows = by_branch(rounds, "branch", branches).annotate(
        members=how_many(members), written_to=how_many(written_to_in_round(on, period))
    )
    return found


def how_many(rows: Rows) -> Subquery:
    counted = rows.order_by().annotate(number=Func(F("pk"), function="COUNT")).values("number")
    return Subquery(counted, output_field=IntegerField())


def people_dialled(branches: Collection[int] | None, on: date, period: Period) -> Rows:
    """Branch, members on the day who were dialled, people reached, and of those the ones who are no members."""
    dials = Attempt.objects.standing().filter(
        reported_at__range=period, call__round__closes_on__gte=period[0].date() - AFTER_CLOSING
    )
    reached = Q(outcome=Attempt.Outcome.REACHED)
    is_member = Q(Exists(Membership.objects.counted(on).filter(member=OuterRef("call__member"))))
    found: Rows = by_branch(dials, "call__round__branch", branches).annotate(
        dialled=Count("call__member", distinct=True, filter=is_member),
        talked=Count("call__member", distinct=True, filter=reached),
        gone=Count("call__member", distinct=True, filter=reached & ~is_member),
    )
    return found


def written_to_in_round(on: date, period: Period) -> Rows:
    """A member has one call in a round, so calls are people."""
    spoken = Attempt.objects.standing().filter(
        call__member=OuterRef("member"), reported_at__range=period, outcome=Attempt.Outcome.REACHED
    )
    members = Membership.objects.counted(on).filter(member=OuterRef("member"))
    found: Rows = Call.objects.filter(
        Exists(members), ~Exists(spoken), round=OuterRef("pk"), letter_at__lte=period[1]
    )
    return found


def by_branch(rows: Rows, path: str, branches: Collection[int] | None) -> Rows:
    """Grouped by the branch at the end of ``path``."""
    return of_branches(rows, branches, path).order_by().values_list(path)


CALLS = Tally(names=NAMES, count=of_each, absent=None)
