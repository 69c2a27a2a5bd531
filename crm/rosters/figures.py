"""The figures that this app registers for all to read."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure, Tally
from crm.people.models import Branch
from crm.rosters import corrections


def unreported(branch: Branch, on: date) -> int | None:
    """Of today only: a correction goes when its member is erased, so an earlier day's number is not kept."""
    return corrections.unreported(branch) if on == timezone.localdate() else None


def unreported_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    if on != timezone.localdate():
        return {}
    asked = Branch.objects.values_list("pk", flat=True) if branches is None else branches
    return {"corrections_unreported": dict.fromkeys(asked, 0) | corrections.unreported_of_each(branches)}


UNREPORTED = Tally(names=("corrections_unreported",), count=unreported_of_each, absent=None)

FIGURES = (
    Figure(
        name="corrections_unreported",
        label=_("Corrections to report"),
        unit=_("corrections"),
        explanation=_("Details that the branch has corrected and the central register has not been told of."),
        count=unreported,
        of_today=True,
    ),
)
