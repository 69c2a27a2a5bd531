"""What the board reads of the outbox."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure
from crm.outbox.models import DeadAddress
from crm.people.models import Branch


def addresses_bounced(branch: Branch, on: date) -> int:
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return DeadAddress.objects.filter(branch=branch, bounced_at__lt=end).count()


BOUNCED = Figure(
    name="addresses_bounced",
    label=_("E-mail addresses that bounce"),
    unit=_("addresses"),
    explanation=_("Addresses that a mail server has said do not exist, and that nobody has put right."),
    count=addresses_bounced,
)
