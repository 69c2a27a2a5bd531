"""When members were reached, for the apps that may not read the calls themselves."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from calls.models import Attempt


def talks_with(*, member_ids: list[int]) -> Iterator[tuple[int, date]]:
    """Each talk that stands, the earliest first (``crm.extensions.talks``)."""
    reached = Attempt.objects.standing().filter(outcome=Attempt.Outcome.REACHED, call__member__in=member_ids)
    for member_id, at in reached.order_by("reported_at").values_list("call__member", "reported_at"):
        yield member_id, timezone.localdate(at)
