"""Forgetting a person. What stays is a nameless row: branch, club, from, to, reason, so that no figure moves."""

import secrets
from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from crm import extensions
from crm.people import remembering
from crm.people.models import ErasureHold, Member, Membership, Merge, User

_BLANK = ("first_name", "last_name", "care_of", "street", "postcode", "town", "email", "channel")


@transaction.atomic
def erase(*, member: Member, by: User, on: date, remember_wishes: bool = True) -> None:
    """Erase everything that tells who this is, here and (by their hooks) in the apps above.

    An open membership ends ``on`` that day, or on the day from which the person was missing. A "no" to calls
    or messages is remembered under a keyed hash, unless the person is protected.
    """
    for other in _other_rows(member):
        _erase_row(other, by, on, remember_wishes=remember_wishes)
    _erase_row(member, by, on, remember_wishes=remember_wishes)


def _other_rows(member: Member) -> list[Member]:
    """Further rows of the same person: duplicates that were merged into this one, or the one this was merged into."""
    whole = member.merged_into or member
    rows = [whole, *whole.merged_from.all()]
    Merge.objects.filter(kept__in=rows).update(before={})
    return [row for row in rows if row.pk != member.pk and row.erased_at is None]


def _erase_row(member: Member, by: User, on: date, *, remember_wishes: bool) -> None:
    if remember_wishes:
        remembering.remember(member=member)
    else:
        remembering.forget(member=member)
    for hook in extensions.erasure.all():
        hook(member=member, by=by)
    was_member = _end_membership(member, on, by)
    ErasureHold.objects.filter(member=member).delete()
    member.phones.all().delete()
    member.skills.all().delete()
    for name in _BLANK:
        setattr(member, name, "")
    member.joined_before = not member.was_new
    member.birth_year = member.joined_on = member.paid_until = None
    member.no_calls = member.no_messages = True
    # The number is a key of the central register: a random one takes its place.
    member.member_number = f"erased-{secrets.token_hex(16)}"
    member.erased_at = timezone.now()
    member.save()
    if was_member:
        for leaving in extensions.leaving.all():
            leaving(branch=member.branch, member_ids=[member.pk], by=by)


def _end_membership(member: Member, on: date, by: User) -> bool:
    """Never before it began, whatever date the roster has."""
    open_period = Membership.objects.filter(member=member, ended_on=None)
    first = open_period.values_list("started_on", flat=True).first()
    ended = open_period.update(
        ended_on=Coalesce(F("missing_since"), max(on, first or on)),
        end_reason=Membership.EndReason.UNKNOWN,
        ended_at=timezone.now(),
        ended_by=by,
    )
    return bool(ended)
