"""What the board reads of the outbox."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure, Tally, of_branches
from crm.outbox.models import DeadAddress
from crm.people.models import Branch, Member


def addresses_bounced(branch: Branch, on: date) -> int:
    """Of today: a mark goes when the address is put right, so an earlier day's number is not kept."""
    return DeadAddress.objects.filter(branch=branch).count()


def bounced_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    found = of_branches(DeadAddress.objects.all(), branches)
    return {"addresses_bounced": dict(found.order_by().values_list("branch").annotate(Count("pk")))}


def whose_bounced(branch: Branch, on: date) -> Iterable[int | None]:
    """Everybody with such an address; one that two share is counted once."""
    dead = DeadAddress.objects.filter(branch=branch).values("address")
    whose = Member.objects.annotate(lower=Lower("email")).filter(branch=branch, lower__in=dead)
    return whose.values_list("pk", flat=True)


BOUNCED_OF_EACH = Tally(names=("addresses_bounced",), count=bounced_of_each)

BOUNCED = Figure(
    name="addresses_bounced",
    label=_("E-mail addresses that bounce"),
    unit=_("addresses"),
    explanation=_("Addresses that a mail server has said do not exist, and that nobody has put right."),
    count=addresses_bounced,
    people=whose_bounced,
    of_today=True,
)
