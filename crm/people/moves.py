"""Members who move between two branches of the database: the register knows them by one number.

Each branch marks its own periods, from how others' periods lie, and learns nothing else of them. The marks stay when
people are erased and their numbers go, so that no figure moves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from crm.people.models import Branch, Membership

# The old branch's file may tell of a move some months before or after the new one's does.
APART = timedelta(days=100)
# How far back periods are looked at: until both branches' files have told.
LOOK_BACK = timedelta(days=200)
# Numbers that a branch has made itself begin so (crm.rosters.keys): they tell of nobody elsewhere.
BRANCHS_OWN = ("U1-", "U2-")
# An officer who has heard of another reason is believed.
MAY_HAVE_MOVED = frozenset({"", Membership.EndReason.UNKNOWN, Membership.EndReason.MOVED})


@dataclass(frozen=True)
class Span:
    """A period of somebody in a branch; ``until`` is the first day that is not counted."""

    key: int
    branch: int
    started_on: date
    until: date | None
    reason: str

    def leads_to(self, other: "Span") -> bool:
        """Whether the person left here for there."""
        if self.branch == other.branch or self.started_on >= other.started_on:
            return False
        if self.reason not in MAY_HAVE_MOVED:
            return False
        return self.until is None or abs(self.until - other.started_on) <= APART


@transaction.atomic
def note_moves(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: mark the branch's periods that began, or ended, with a move from or to another branch."""
    since = on - LOOK_BACK
    recent = Membership.objects.filter(branch=branch, member__erased_at=None, member__branch=branch)
    began = recent.filter(started_on__gte=since, moved_in=False)
    ended = recent.filter(ended_on__gte=since, end_reason=Membership.EndReason.UNKNOWN)
    own = [*_spans(began), *_spans(ended)]
    elsewhere = _elsewhere(branch, {number for number, _span in own})
    came = {span.key for number, span in own if any(one.leads_to(span) for one in elsewhere.get(number, ()))}
    went = {span.key for number, span in own if any(span.leads_to(one) for one in elsewhere.get(number, ()))}
    return {
        "moved_in": began.filter(pk__in=came).update(moved_in=True),
        "moved_out": ended.filter(pk__in=went).update(end_reason=Membership.EndReason.MOVED),
    }


def _spans(periods: "QuerySet[Membership]") -> list[tuple[str, Span]]:
    """With the person's number; a period that never counted tells nothing."""
    found = []
    for row in periods.select_related("member"):
        until = min(filter(None, (row.missing_since, row.ended_on)), default=None)
        if until is None or until > row.started_on:
            span = Span(row.pk, row.branch_id, row.started_on, until, row.end_reason)
            found.append((row.member.member_number, span))
    return found


def _elsewhere(branch: Branch, numbers: Iterable[str]) -> Mapping[str, Sequence[Span]]:
    """Periods of the same numbers in the other branches, by the index of branch and number."""
    known = [number for number in numbers if not number.startswith(BRANCHS_OWN)]
    others = list(Branch.objects.exclude(pk=branch.pk).values_list("pk", flat=True))
    found: dict[str, list[Span]] = {}
    if known and others:
        there = Membership.objects.filter(
            member__branch__in=others, member__member_number__in=known, member__erased_at=None
        )
        for number, span in _spans(there):
            found.setdefault(number, []).append(span)
    return found
