"""What call rounds put into the branch's year."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from calls.models import CallRound
from crm.extensions import YearMark
from crm.people.models import Branch


def year_marks(*, branch: Branch, year: int, on: date) -> Iterator[YearMark]:
    """Each yearly round from its opening to its last day. It is done when it has closed."""
    rounds = CallRound.objects.filter(
        branch=branch, kind=CallRound.Kind.YEARLY, opens_on__year__lte=year, closes_on__year__gte=year
    )
    for found in rounds.order_by("opens_on"):
        yield YearMark(
            first=found.opens_on,
            last=found.closes_on,
            label=_("Call all members, the round of %(year)s") % {"year": found.opens_on.year},
            part="calls",
            key=str(found.pk),
            is_done=True if found.closes_on < on else None,
            url=reverse("calls:round", args=[branch.slug, found.pk]),
            permission="lead_calls",
        )
