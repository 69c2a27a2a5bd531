"""What the board reads of the outbox."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Tally, of_branches
from crm.outbox.models import DeadAddress
from crm.people.models import Branch, Member
from crm.people.models.members import MemberQuerySet


def addresses_bounced(branch: Branch, on: date) -> int:
    """Of today: a mark goes when the address is put right, so an earlier day's number is not counted again."""
    return bounced_of_each([branch.pk], on)["addresses_bounced"].get(branch.pk, 0)


def bounced_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """An address that two share is counted once."""
    addresses = bounced(of_branches(Member.objects.all(), branches)).order_by().values_list("branch")
    return {"addresses_bounced": dict(addresses.annotate(number=Count(Lower("email"), distinct=True)))}


def whose_bounced(branch: Branch, on: date) -> Iterable[int | None]:
    return bounced(Member.objects.filter(branch=branch)).values_list("pk", flat=True)


def bounced(members: MemberQuerySet) -> MemberQuerySet:
    """Those of them who are members now and have an address that bounces: nobody writes to who has left."""
    dead = DeadAddress.objects.filter(branch=OuterRef("branch"), address=Lower(OuterRef("email")))
    return members.current().filter(Exists(dead))


BOUNCED_OF_EACH = Tally(names=("addresses_bounced",), count=bounced_of_each)

BOUNCED = Figure(
    name="addresses_bounced",
    label=_("E-mail addresses that bounce"),
    unit=units.ADDRESSES,
    explanation=_(
        "Members' addresses that a mail server has said do not exist, and that nobody has put right."
    ),
    count=addresses_bounced,
    people=whose_bounced,
    of_today=True,
)
