"""The figures that this app registers for all to read."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Rows, Tally
from crm.people.models import Branch
from crm.rosters import corrections


def unreported(branch: Branch, on: date) -> int:
    """Of today: a correction goes when its member is erased, so an earlier day's number is not kept."""
    return corrections.unreported(branch)


def unreported_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    return {"corrections_unreported": corrections.unreported_of_each(branches)}


UNREPORTED = Tally(names=("corrections_unreported",), count=unreported_of_each)

FIGURES = (
    Figure(
        name="corrections_unreported",
        label=_("Corrections to report"),
        unit=units.CORRECTIONS,
        explanation=_("Details that the branch has corrected and the central register has not been told of."),
        count=unreported,
        of_today=True,
        rows=Rows(url_name="rosters:corrections", permission="import_rosters"),
    ),
)
