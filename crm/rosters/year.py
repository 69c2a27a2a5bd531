"""What rosters put into the branch's year."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.extensions import YearMark
from crm.people.models import Branch
from crm.rosters.models import RosterImport

# The central register's file comes every month.
EVERY = timedelta(days=31)


def year_marks(*, branch: Branch, year: int, on: date) -> Iterator[YearMark]:
    """Each full roster on its date, and when the next one is to be fetched."""
    applied = RosterImport.objects.applied().filter(branch=branch, is_full=True, roster_date__isnull=False)
    dates = set(applied.values_list("roster_date", flat=True))
    page = {"url": reverse("rosters:index", args=[branch.slug]), "permission": "import_rosters"}
    for day in sorted(day for day in dates if day and day.year == year):
        yield YearMark(
            first=day,
            last=day,
            label=_("Member file"),
            part="rosters",
            key=day.isoformat(),
            is_done=True,
            **page,
        )
    latest = max((day for day in dates if day), default=None)
    if latest and (latest + EVERY).year == year:
        due = latest + EVERY
        yield YearMark(
            first=due,
            last=due,
            label=_("Next member file"),
            part="rosters",
            key="next",
            is_done=False,
            **page,
        )
