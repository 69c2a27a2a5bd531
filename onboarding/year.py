"""What gatherings put into the branch's year."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone

from crm.extensions import YearMark
from crm.people.models import Branch
from onboarding.models import Gathering


def year_marks(*, branch: Branch, year: int, on: date) -> Iterator[YearMark]:
    """Each gathering that is not cancelled. A draft whose day has passed was never confirmed: it is late."""
    gatherings = Gathering.objects.filter(branch=branch, starts_at__year=year)
    for gathering in gatherings.exclude(state=Gathering.State.CANCELLED).order_by("starts_at"):
        day = timezone.localdate(gathering.starts_at)
        is_held = gathering.state == Gathering.State.CONFIRMED and day < on
        yield YearMark(
            first=day,
            last=day,
            label=f"{gathering.name}, {gathering.place}",
            part="gatherings",
            key=f"gathering {gathering.pk}",
            url=reverse("onboarding:gathering", args=[branch.slug, gathering.pk]),
            permission="plan_gatherings",
            is_done=True if is_held else (False if gathering.state == Gathering.State.DRAFT else None),
        )
