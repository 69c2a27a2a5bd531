"""What outreach puts into the branch's year."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst

from crm.extensions import YearMark
from crm.outreach.models import Activity
from crm.people.models import Branch

# Those that people put in their calendars; the others stand there until they are noted.
MEETINGS = (Activity.Kind.OPEN_MEETING, Activity.Kind.FIRST_OF_MAY)


def year_marks(*, branch: Branch, year: int, on: date) -> Iterator[YearMark]:
    """Open meetings and 1 May, and what is planned. One that has been and has no numbers is late."""
    kept = Activity.objects.kept().filter(branch=branch, held_on__year=year)
    for activity in kept.filter(Q(kind__in=MEETINGS) | Q(helpers=None)).order_by("held_on", "pk"):
        yield YearMark(
            first=activity.held_on,
            last=activity.held_on,
            label=f"{capfirst(activity.get_kind_display())}, {activity.place}",
            part="gatherings",
            key=f"activity {activity.pk}",
            is_done=activity.is_noted,
            url=reverse("outreach:activity", args=[branch.slug, activity.pk]),
            permission="note_outreach",
        )
