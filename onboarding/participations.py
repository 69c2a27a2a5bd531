"""Who was invited to what and came, for the apps that may not read the gatherings themselves."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from crm.extensions import Participation
from crm.people.models import Branch
from onboarding.models import Gathering, Invitation

COURSES = frozenset({Gathering.Kind.COURSE_S1, Gathering.Kind.COURSE_S2, Gathering.Kind.COURSE})


def participations(*, branch: Branch, first: date, last: date) -> Iterator[Participation]:
    """Of gatherings that were held on these days (``crm.extensions.participations``)."""
    held = Gathering.objects.filter(branch=branch).confirmed().on_days(first, last)
    rows = Invitation.objects.filter(gathering__in=held.order_by().values("pk"))
    asked = rows.values_list("member", "gathering__starts_at", "gathering__kind", "attended")
    for member_id, starts_at, kind, attended in asked.order_by("gathering__starts_at", "pk"):
        yield Participation(
            member_id=member_id,
            held_on=timezone.localdate(starts_at),
            is_course=kind in COURSES,
            came=bool(attended),
        )
