"""How the members of the first day became those of the last: the months' terms added up, as far as may be told.

Month by month the terms would be groups of 1-4, and a year's less its months' too. So the balance is told of all the
months of the bars together, and of leaving it tells what the reasons tell and no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.board.sentences import grouped
from crm.figures.membership import Month
from crm.figures.small_groups import protect
from crm.people.models import Membership


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
    def sentence(self) -> str:
        """“600 + 40 joined − 20 left = 620 on 2026-11-21.”"""
        (start, opening), *changes = self.terms
        words = [f"{start}: {grouped(opening)}"]
        words += [
            f"{'−' if number < 0 else '+'} {grouped(abs(number))} {label.lower()}"
            for label, number in changes
        ]
        end = _("= %(number)s on %(day)s.") % {"number": grouped(self.closing), "day": self.last.isoformat()}
        return " ".join([*words, end])


def balance(months: Sequence[Month], reasons: Mapping[str, int]) -> Balance:
    """``reasons`` are those that may be shown of the same months (``protect``)."""
    came = {
        "joined": sum(month.joined for month in months),
        "moved_in": sum(month.moved_in for month in months),
    }
    shown = protect(came).shown
    left = sum(month.left for month in months)
    moved_out, deceased = (reasons.get(reason) for reason in (_REASONS.MOVED, _REASONS.DECEASED))
    return Balance(
        first=months[0].first,
        last=months[-1].last,
        opening=months[0].opening,
        joined=shown["joined"] if "moved_in" in shown else sum(came.values()),
        returned=sum(month.returned for month in months),
        moved_in=shown.get("moved_in"),
        left=left - (moved_out or 0) - (deceased or 0),
        moved_out=moved_out,
        deceased=deceased,
        closing=months[-1].closing,
        running=months[-1].running,
    )


_REASONS = Membership.EndReason
