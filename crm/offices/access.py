"""Where the pages of offices start their queries. Each caller has passed the door."""

from datetime import date

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from crm.access import members_of
from crm.offices.models import Office, OfficeQuerySet, Training
from crm.people.models import Branch, Member


def offices_of(branch: Branch, on: date) -> OfficeQuerySet:
    """Those that members of today hold or are elected to, in name order, with the member's trainings."""
    found = Office.objects.of_members(branch, on).filter(member__erased_at=None, member__merged_into=None)
    current = found.exclude(ends_on__lt=on).select_related("member")
    trained = Prefetch("member__trainings", Training.objects.order_by("-offered_on", "pk"))
    return current.prefetch_related(trained).order_by("member__name_sort", "member_id", "kind", "pk")


def member_of(branch: Branch, key: int) -> Member:
    return get_object_or_404(members_of(branch).select_related("branch"), pk=key)


def office_of(branch: Branch, key: int) -> Office:
    """Raises ``Http404`` for another branch's."""
    return get_object_or_404(
        Office.objects.select_related("member__branch"), member__in=members_of(branch), pk=key
    )


def training_of(branch: Branch, key: int) -> Training:
    return get_object_or_404(
        Training.objects.select_related("member__branch"), member__in=members_of(branch), pk=key
    )


def municipal_officers(branch: Branch, on: date) -> list[Member]:
    """Members of today with a municipal office in force or ahead."""
    held = Office.objects.of_members(branch, on).municipal().exclude(ends_on__lt=on)
    return list(members_of(branch).filter(pk__in=held.values("member")).in_name_order())
