"""Where the pages of districts and of the party start their queries. Each caller has passed the door."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.access import Standing
from crm.district.models import Sharing
from crm.people.models import Branch, District
from crm.people.names import sort_key


def branches_of(district: District) -> list[Branch]:
    """In name order."""
    return in_order(Branch.objects.filter(district=district))


def branches_everywhere() -> list[Branch]:
    """With their districts, in name order."""
    return in_order(Branch.objects.select_related("district"))


def in_order(branches: "QuerySet[Branch]") -> list[Branch]:
    return sorted(branches, key=lambda branch: sort_key(branch.name, ""))


def sharing_of_each(branches: Collection[Branch]) -> dict[int, Sharing]:
    """Branch key to the decision in force; nothing for a branch that has never decided."""
    decisions = Sharing.objects.filter(branch__in=branches).order_by("decided_at", "pk")
    return {decision.branch_id: decision for decision in decisions}


def decisions_of(branch: Branch) -> "QuerySet[Sharing]":
    """The latest first."""
    return Sharing.objects.filter(branch=branch).select_related("decided_by")


def pages(standing: Standing) -> list[tuple[str | Promise, str]]:
    """The pages of the user's districts, and of the party."""
    found: list[tuple[str | Promise, str]] = [
        (district.name, reverse("district:index", args=[district.slug])) for district in standing.districts
    ]
    return [*found, (_("The party"), reverse("party:index"))] if standing.sees_party else found
