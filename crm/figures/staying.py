"""Who stays: those who joined, and whether they are members later, from periods alone (promise 13).

Whoever joined before the branch's first full roster is left out: of them only those who stayed are known.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure, Tally
from crm.figures import membership
from crm.figures.months import first_of_month, last_of_month, months_back
from crm.figures.small_groups import SMALLEST
from crm.people.models import Branch, Membership


def joiners(branches: Collection[int] | None, first: date, last: date) -> QuerySet[Membership]:
    """The first periods of people who joined on these days, in branches that knew of them then.

    Whoever comes back has joined before, and is not among them.
    """
    known = _known(membership.first_rosters(branches), last)
    began = membership.counting(Membership.objects.filter(known, started_on__range=(first, last)))
    return began.filter(~membership.came_back())


def _known(first_rosters: dict[int, date], last: date) -> Q:
    """Periods that began on or after the first roster of their branch; nothing for who has none by ``last``."""
    branches: dict[date, list[int]] = defaultdict(list)
    for branch, first in first_rosters.items():
        if first <= last:
            branches[first].append(branch)
    known = Q(pk__in=[])
    for first, keys in branches.items():
        known |= Q(started_on__gte=first, branch__in=keys)
    return known


def last_month_end(on: date) -> date:
    """The day itself when a month ends with it, else the end of the month before: nobody sees one day's change."""
    return on if on == last_of_month(on) else first_of_month(on) - timedelta(days=1)


def kept_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """The percentage of those who joined 12-24 whole months before who are members, of each branch in one pass.

    Nothing for a branch where those who stayed, or those who did not, are one to four: they could be told.
    """
    end = last_month_end(on)
    joined = joiners(branches, months_back(end, 23), months_back(end, 11) - timedelta(days=1))
    still = Exists(Membership.objects.counted(end).filter(member=OuterRef("member")))
    rows = (
        joined.order_by()
        .values_list("branch")
        .annotate(everybody=Count("pk"), stayed=Count("pk", filter=Q(still)))
    )
    return {
        "kept": {
            branch: round(100 * stayed / everybody)
            for branch, everybody, stayed in rows
            if may_be_told(stayed) and may_be_told(everybody - stayed)
        }
    }


def may_be_told(number: int) -> bool:
    """Nobody, or so many that none of them can be recognised."""
    return number == 0 or number >= SMALLEST


def kept(branch: Branch, on: date) -> int | None:
    return kept_of_each([branch.pk], on)["kept"].get(branch.pk)


TALLY = Tally(names=("kept",), count=kept_of_each, absent=None)

FIGURES = (
    Figure(
        name="kept",
        label=_("New members who stay"),
        unit=_("percent"),
        explanation=_(
            "Of those who joined twelve to twenty-four months before the last month's end, the share who were"
            " members at that end. Those who joined before the first full roster are left out. Nothing is"
            " shown when one to four have left, or stayed: they could be recognised."
        ),
        count=kept,
    ),
)
