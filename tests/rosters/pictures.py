"""A branch as it stands in the database, to compare with itself later. Erased rows are nobody."""

from typing import Any

from crm.people.models import Branch, Club, ClubMembership, Member, Membership, Phone
from crm.rosters.models import Correction


def picture(branch: Branch) -> dict[str, Any]:
    """Every field of every member, number, tie and period, keys of members and periods included."""
    members = Member.objects.filter(branch=branch, erased_at=None).order_by("pk")
    theirs: dict[str, Any] = {"member__branch": branch, "member__erased_at": None}
    ties = ClubMembership.objects.filter(**theirs).order_by("member", "-is_primary", "pk")
    phones = Phone.objects.filter(**theirs).order_by("member", "position", "pk")
    return {
        "members": [row(member) for member in members],
        "periods": [row(period) for period in Membership.objects.filter(**theirs).order_by("pk")],
        "phones": [row(phone, "id") for phone in phones],
        "ties": [row(tie, "id") for tie in ties],
        "corrections": [row(noted) for noted in Correction.objects.filter(**theirs).order_by("pk")],
        "clubs": [row(club) for club in Club.objects.filter(branch=branch).order_by("pk")],
    }


def row(thing: Any, *besides: str) -> dict[str, Any]:
    fields = [field.attname for field in thing._meta.concrete_fields if field.name not in besides]
    return {name: str(getattr(thing, name)) for name in fields}
