"""Whom a member has asked in and who has paid, told of quarters that stay as they are.

By day it would tell of the one who joined that a member had asked, and of the others that nobody had.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from crm.figures import membership, spans, told
from crm.figures.blocks import last_of_quarter, quarter_of
from crm.figures.months import first_of_month
from crm.figures.small_groups import nearest_five
from crm.figures.spans import Span
from crm.outreach.counting import known_since
from crm.people.models import Branch

CREDITED, THE_REST = "credited", "rest"
# From the end of the quarter in which they joined, about another one: a fee is on its way for weeks.
TO_PAY = timedelta(days=92)


@dataclass(frozen=True)
class Joined:
    """Who joined, and the day on which a recruiter was credited with them."""

    member: int | None
    on: date
    credited_on: date | None

    @property
    def in_time(self) -> bool:
        return (
            self.credited_on is not None and self.credited_on <= last_of_quarter(quarter_of(self.on)) + TO_PAY
        )


def joined(branch: Branch, on: date) -> list[Joined]:
    """Since the branch learnt of its first member. Who comes back is new again, and is credited anew or not."""
    first = known_since(branch)
    if first is None:
        return []
    began = (
        membership.periods(branch)
        .filter(started_on__range=(first_of_month(first), on))
        .order_by("started_on", "pk")
    )
    paid = Q(member__origin__recruiter__isnull=False, member__origin__credited_on__gte=F("started_on"))
    days = dict(began.filter(paid).values_list("pk", "member__origin__credited_on"))
    return [
        Joined(member, started, days.get(key))
        for key, member, started in began.values_list("pk", "member", "started_on")
    ]


def span_of(branch: Branch, people: Iterable[Joined], on: date) -> Span | None:
    """Where nobody is credited, that tells of nobody."""
    cells: spans.Cells = Counter(
        (first_of_month(one.on), CREDITED if one.in_time else THE_REST) for one in people
    )
    return told.span(branch, "credited", cells, on, (CREDITED, THE_REST), alone={THE_REST}, wait=TO_PAY)


def credited(branch: Branch, on: date) -> int | None:
    """To the nearest five in each block; ``None`` while nothing may be told.

    How many a member had asked in is told of the same quarters: less the exact number of these, it would tell of whom
    the branch has not seen the fee.
    """
    span = span_of(branch, joined(branch, on), on)
    if span is None or CREDITED not in span.told:
        return None
    return sum(nearest_five(block.groups.shown[CREDITED]) for block in span.blocks)


def who_is_credited(branch: Branch, on: date) -> list[int | None]:
    """Nobody where their number may not be told."""
    people = joined(branch, on)
    span = span_of(branch, people, on)
    if span is None or CREDITED not in span.told:
        return []
    return [one.member for one in people if one.in_time and span.first <= one.on <= span.last]
