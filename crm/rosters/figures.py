"""The figures that this app registers for all to read."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure
from crm.people.models import Branch
from crm.rosters import corrections


def unreported(branch: Branch, on: date) -> int | None:
    """Of today only: a correction goes when its member is erased, so an earlier day's number is not kept."""
    return corrections.unreported(branch) if on == timezone.localdate() else None


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
