"""How the members of the first day became those of the last: the months' terms added up, as far as may be told.

Month by month the terms would be groups of 1-4, and so would those of a year less those of a year that began earlier.
So the balance is told of the blocks of quarters of which the reasons are told, and of leaving it tells what they tell
and no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.figures import told
from crm.figures.membership import MOVED_IN, Month
from crm.figures.small_groups import SMALLEST
from crm.figures.spans import Span
from crm.people.models import Branch, Membership
from crm.units import grouped


@dataclass(frozen=True)
class Balance:
    """``None`` is not told by itself: those who moved in are among the joined, the others among those who left."""

    first: date
    last: date
    opening: int
    joined: int
    returned: int
    moved_in: int | None
    left: int
    moved_out: int | None
    deceased: int | None
    closing: int
    running: bool

    @property
    def terms(self) -> list[tuple[str, int]]:
        """Labels with signed numbers, from the opening to the closing."""
        told = [
            (_("Members on %(day)s") % {"day": self.first.isoformat()}, self.opening),
            (_("Joined"), self.joined),
            (_("Came back"), self.returned),
            (_("Moved here"), self.moved_in),
            (_("Left"), -self.left),
            (_("Moved away"), None if self.moved_out is None else -self.moved_out),
            (_("Deceased"), None if self.deceased is None else -self.deceased),
        ]
        return [(label, number) for label, number in told if number is not None]

    @property
    def losses(self) -> set[str]:
        """Labels of the terms that are taken away, though they be nought."""
        return {_("Left"), _("Moved away"), _("Deceased")}

    @property
    def sentence(self) -> str:
        """“600 + 40 joined − 20 left = 620 on 2026-11-21.”"""
        (start, opening), *changes = self.terms
        words = [f"{start}: {grouped(opening)}"]
        words += [
            f"{'−' if label in self.losses else '+'} {grouped(abs(number))} {label.lower()}"
            for label, number in changes
        ]
        end = _("= %(number)s on %(day)s.") % {"number": grouped(self.closing), "day": self.last.isoformat()}
        return " ".join([*words, end])


def balance(months: Sequence[Month], told: Mapping[str, int] | None = None) -> Balance:
    """``told`` are the reasons and the ways in that may be told of these very months by themselves, with how many."""
    numbers = told or {}
    moved_in = numbers.get(MOVED_IN)
    moved_out, deceased = numbers.get(_REASONS.MOVED), numbers.get(_REASONS.DECEASED)
    return Balance(
        first=months[0].first,
        last=months[-1].last,
        opening=months[0].opening,
        joined=sum(month.joined + month.moved_in for month in months) - (moved_in or 0),
        returned=sum(month.returned for month in months),
        moved_in=moved_in,
        left=sum(month.left for month in months) - (moved_out or 0) - (deceased or 0),
        moved_out=moved_out,
        deceased=deceased,
        closing=months[-1].closing,
        running=months[-1].running,
    )


def told_balance(branch: Branch, span: Span, months: Iterable[Month]) -> Balance:
    """Of a span's months, which are among ``months``: of leaving what the span tells, of moving in what was told first.

    More may be known by now.
    """
    history = list(months)

    def moved_in(first: date, last: date) -> dict[str, int]:
        return _moved_in([month for month in history if first <= month.first <= last])

    found = told.once(branch, "moved_in", [(block.first, block.last) for block in span.blocks], moved_in)
    told_apart = [block.numbers[MOVED_IN] for block in found if block and MOVED_IN in block.numbers]
    here = {MOVED_IN: sum(told_apart)} if len(told_apart) == len(found) else {}
    inside = [month for month in history if span.first <= month.first <= span.last]
    return balance(inside, span.told | here)


def _moved_in(months: Sequence[Month]) -> dict[str, int]:
    return {MOVED_IN: sum(month.moved_in for month in months)} if _tells_who_moved_in(months) else {}


def _tells_who_moved_in(months: Sequence[Month]) -> bool:
    """Not where nobody did: then of each who joined it would be known that they are new."""
    joined, moved_in = sum(month.joined for month in months), sum(month.moved_in for month in months)
    return min(joined, moved_in) >= SMALLEST


_REASONS = Membership.EndReason
