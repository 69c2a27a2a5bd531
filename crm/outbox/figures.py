"""What the board reads of the outbox."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure
from crm.outbox.models import DeadAddress
from crm.people.models import Branch


def addresses_bounced(branch: Branch, on: date) -> int | None:
    """Of today only: a mark goes when the address is put right, so an earlier day's number is not kept."""
    return DeadAddress.objects.filter(branch=branch).count() if on == timezone.localdate() else None


BOUNCED = Figure(
    name="addresses_bounced",
    label=_("E-mail addresses that bounce"),
    unit=_("addresses"),
    explanation=_("Addresses that a mail server has said do not exist, and that nobody has put right."),
    count=addresses_bounced,
    of_today=True,
)
