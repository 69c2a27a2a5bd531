"""Figures of membership on any date, from the periods alone (promise 13).

A period counts from ``started_on`` until the day before its end; the end is the first day that is not counted:
the day it ended, or the roster's date from which the member was missing, whichever is earlier. A period that
ends on or before its start never counted, neither as joined nor as left. So, whatever the history,
opening + joined + returned + moved in − left − moved out − deceased = closing.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least, TruncMonth
from django.utils import timezone

from crm.extensions import of_branches
from crm.figures.months import first_of_month, last_of_month, months_back, months_between
from crm.people.models import Branch, Membership
from crm.rosters.models import RosterImport

JOINED, RETURNED, MOVED_IN = "joined", "returned", "moved_in"
OF_EACH = ("joined_ever", "members", "joined", "left")
ENDS = ("", *Membership.EndReason.values)
# (month, reason) to number; "" are those missing and not yet confirmed.
Ends = Counter[tuple[date, str]]


@dataclass(frozen=True)
class Month:
    """What happened in a calendar month, or in the running month until a day.

    ``joined`` and ``returned`` are new and former members who did not move here from another branch; ``left`` is
    everybody who left, ``moved_out`` and ``deceased`` among them.
    """

    first: date
    last: date
    opening: int
    joined: int
    returned: int
    left: int
    running: bool
    known: bool  # False before the branch's first roster: who had left by then is unknown
    moved_in: int = 0
    moved_out: int = 0
    deceased: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.left

    @property
    def came(self) -> int:
        return self.joined + self.returned + self.moved_in


def periods(branch: Branch) -> QuerySet[Membership]:
    """The branch's periods that ever counted, with ``until``: the first day that is not counted, or null."""
    return counting(Membership.objects.filter(branch=branch))


def counting(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those that ever counted, with ``until``."""
    # Least() of a null is null on SQLite and the other value on PostgreSQL; Coalesce makes them agree.
    until = Least(
        Coalesce("missing_since", "ended_on"),
        Coalesce("ended_on", "missing_since"),
        output_field=DateField(null=True),
    )
    return memberships.annotate(until=until).filter(Q(until=None) | Q(until__gt=F("started_on")))


def of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """Members on a day, all who had joined by then, and who joined and left since 1 January, of each branch in one
    pass."""
    year = (on.replace(month=1, day=1), on)
    told = (
        counting(of_branches(Membership.objects.all(), branches))
        .filter(started_on__lte=on)
        .order_by()
        .values_list("branch")
        .annotate(
            ever=Count("pk"),
            now=Count("pk", filter=Q(until=None) | Q(until__gt=on)),
            joined=Count("pk", filter=Q(started_on__range=year)),
            gone=Count("pk", filter=Q(until__range=year)),
        )
    )
    found: dict[str, dict[int, int]] = {name: {} for name in OF_EACH}
    for branch, *numbers in told:
        for name, number in zip(OF_EACH, numbers, strict=True):
            found[name][branch] = number
    return found


def joined_ever(branch: Branch, on: date) -> int:
    """Memberships that had begun by the end of a day, those that have ended since among them."""
    return who_ever_joined(branch, on).count()


def who_ever_joined(branch: Branch, on: date) -> QuerySet[Membership, int]:
    began = periods(branch).filter(started_on__lte=on)
    return began.order_by().values_list("member", flat=True)


def members_on(branch: Branch, on: date) -> int:
    """Members at the end of a day."""
    return who_is_member(branch, on).count()


def who_is_member(branch: Branch, on: date) -> QuerySet[Membership, int]:
    """Whom ``members_on`` counts, each as many times."""
    return Membership.objects.filter(branch=branch).counted(on).order_by().values_list("member", flat=True)


def joined_between(branch: Branch, first: date, last: date) -> int:
    """Memberships that began on these days, people who came back among them."""
    return who_joined(branch, first, last).count()


def left_between(branch: Branch, first: date, last: date) -> int:
    return who_left(branch, first, last).count()


def who_joined(branch: Branch, first: date, last: date) -> QuerySet[Membership, int]:
    """Whom ``joined_between`` counts, each as many times."""
    began = periods(branch).filter(started_on__range=(first, last))
    return began.order_by().values_list("member", flat=True)


def who_left(branch: Branch, first: date, last: date) -> QuerySet[Membership, int]:
    """Whom ``left_between`` counts, each as many times."""
    ended = periods(branch).filter(Q(until__range=(first, last)))
    return ended.order_by().values_list("member", flat=True)


def months_until(
    branch: Branch,
    on: date,
    *,
    count: int,
    known_since: date | None,
    members: int | None = None,
    ends: Ends | None = None,
) -> list[Month]:
    """The month of ``on`` (running, unless it is its last day) and the ``count`` months before it.

    ``members`` are those on ``on`` and ``ends`` those of these months or more, where they have been counted already.
    """
    first = months_back(on, count)
    came = _starts_by_month(branch, first, on)
    left = ends_by_month(branch, on, since=first) if ends is None else ends
    if members is None:
        opening = members_on(branch, first - timedelta(days=1))
    else:
        opening = (
            members - came.total() + sum(number for (month, _), number in left.items() if month >= first)
        )
    found: list[Month] = []
    for month in months_between(first, on):
        last = min(last_of_month(month), on)
        found.append(
            Month(
                first=month,
                last=last,
                opening=opening,
                joined=came[month, JOINED],
                returned=came[month, RETURNED],
                moved_in=came[month, MOVED_IN],
                left=sum(left[month, reason] for reason in ENDS),
                moved_out=left[month, Membership.EndReason.MOVED],
                deceased=left[month, Membership.EndReason.DECEASED],
                running=last != last_of_month(month),
                known=known_since is not None and last >= known_since,
            )
        )
        opening = found[-1].closing
    return found


def _starts_by_month(branch: Branch, first: date, last: date) -> Counter[tuple[date, str]]:
    """(month, how they came) to number. Who moves back has moved."""
    rows = (
        periods(branch)
        .filter(started_on__range=(first, last))
        .annotate(
            month=TruncMonth("started_on"),
            how=Case(
                When(moved_in=True, then=Value(MOVED_IN)),
                When(came_back(), then=Value(RETURNED)),
                default=Value(JOINED),
            ),
        )
        .order_by()
        .values_list("month", "how")
        .annotate(Count("pk"))
    )
    return Counter({(first_of_month(month), how): number for month, how, number in rows})


def came_back() -> Exists:
    """Whether the person of a period has been a member before it."""
    return Exists(Membership.objects.filter(member=OuterRef("member"), started_on__lt=OuterRef("started_on")))


def ends_by_month(branch: Branch, last: date, *, since: date | None = None) -> Ends:
    """Since a day, or ever."""
    ended = periods(branch).filter(Q(until__lte=last))
    rows = (
        (ended.filter(Q(until__gte=since)) if since else ended)
        .annotate(month=TruncMonth("until"))
        .order_by()
        .values_list("month", "end_reason")
        .annotate(Count("pk"))
    )
    return Counter({(first_of_month(month), reason): number for month, reason, number in rows})


@dataclass(frozen=True)
class RosterDates:
    """The branch's first and latest applied full rosters, as the rosters themselves are dated."""

    first: date | None
    latest: date | None


def roster_dates(branch: Branch, on: date) -> RosterDates:
    return dates_of(applied_imports().filter(branch=branch), on)


def applied_imports() -> QuerySet[RosterImport]:
    """In the order in which they were applied, those that were taken back since among them; without what they hold."""
    told = ("branch", "roster_date", "is_full", "leaving", "figures_from", "state", "applied_at", "undone_at")
    return RosterImport.objects.filter(applied_at__isnull=False).only(*told).order_by("applied_at", "pk")


def dates_of(imports: Iterable[RosterImport], on: date) -> RosterDates:
    """Of all those of a branch that have been applied, the full ones that still are.

    Before the first, who had left is unknown; since the latest (until ``on``), who has joined.
    """
    full = [one for one in imports if one.is_full and one.state == RosterImport.State.APPLIED]
    dates = [one.roster_date for one in full if one.roster_date]
    applied = [one.applied_at for one in full if one.applied_at]
    return RosterDates(
        first=_first_known(min(dates, default=None), min(applied, default=None)),
        latest=max((day for day in dates if day <= on), default=None),
    )


def first_rosters(branches: Collection[int] | None) -> dict[int, date]:
    """The day of the first full roster of each branch that has one: who joined since is known, and who left."""
    applied = RosterImport.objects.filter(state=RosterImport.State.APPLIED, is_full=True)
    rows = (
        of_branches(applied, branches)
        .order_by()
        .values_list("branch")
        .annotate(Min("roster_date"), Min("applied_at"))
    )
    known = {branch: _first_known(first, applied_at) for branch, first, applied_at in rows}
    return {branch: first for branch, first in known.items() if first}


def _first_known(first: date | None, applied_at: datetime | None) -> date | None:
    """As the rosters are dated; else when the first of them was applied."""
    return first or (timezone.localdate(applied_at) if applied_at else None)
