"""When members were reached, for the apps that may not read the calls themselves."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models import Attempt
from crm.extensions import Contact

FIRST_YEAR = timedelta(days=365)


def talks_with(*, member_ids: list[int]) -> Iterator[tuple[int, date]]:
    """Each talk that stands, the earliest first (``crm.extensions.talks``)."""
    reached = Attempt.objects.standing().filter(outcome=Attempt.Outcome.REACHED, call__member__in=member_ids)
    for member_id, at in reached.order_by("reported_at").values_list("call__member", "reported_at"):
        yield member_id, timezone.localdate(at)


def talked_with() -> Exists:
    """Of a membership: whether we talked with its person in the first year."""
    reached = Attempt.objects.standing().filter(
        outcome=Attempt.Outcome.REACHED,
        call__member=OuterRef("member"),
        reported_at__date__gte=OuterRef("started_on"),
        reported_at__date__lte=OuterRef("started_on") + FIRST_YEAR,
    )
    return Exists(reached)


TALKED_WITH = Contact(
    name="call",
    title=_("With and without a call"),
    had=_("Talked with in the first year"),
    had_not=_("Not talked with in the first year"),
    met=talked_with,
)
