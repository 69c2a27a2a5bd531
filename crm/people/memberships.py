"""Periods of membership begin, go missing, come back and end. Each deed takes many members at once.

A missing member is not counted from the roster's date on; confirming keeps that date, so no past figure
moves (docs/decisions, 2).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm import extensions
from crm.people.models import Branch, Member, Membership, User

_AT_ONCE = 5_000  # keys in one statement; SQLite takes no more than 250 000


@transaction.atomic
def mark_missing(*, branch: Branch, member_ids: Iterable[int], on: date, by: User) -> None:
    """A full roster of that date lacks these members: they are in no list and no figure from then on."""
    keys = list(member_ids)
    for some in _parts(keys):
        Membership.objects.filter(member_id__in=some, ended_on=None, missing_since=None).update(
            missing_since=on
        )
    _tell(branch, keys, by)


@transaction.atomic
def confirm_leaving(
    *, branch: Branch, member_ids: Iterable[int], by: User, reason: str = Membership.EndReason.UNKNOWN
) -> int:
    """Missing members have left, on the date from which they were missing. How many it was true of."""
    keys, now, confirmed = list(member_ids), timezone.now(), 0
    for some in _parts(keys):
        missing = Membership.objects.filter(member_id__in=some, ended_on=None, missing_since__isnull=False)
        confirmed += missing.update(ended_on=F("missing_since"), end_reason=reason, ended_at=now, ended_by=by)
    _tell(branch, keys, by)
    return confirmed


@transaction.atomic
def take_back(*, member_ids: Iterable[int]) -> int:
    """Missing members are members after all: it was a gap in a file, not in their membership."""
    return sum(
        Membership.objects.filter(member_id__in=some, ended_on=None, missing_since__isnull=False).update(
            missing_since=None
        )
        for some in _parts(member_ids)
    )


@transaction.atomic
def note_gone(*, member_ids: Iterable[int], on: date) -> None:
    """A full roster lacks people whose membership was ended by hand: now the register knows it too."""
    for some in _parts(member_ids):
        Membership.objects.filter(member_id__in=some, ended_on__lte=on, missing_since=None).update(
            missing_since=on
        )


@transaction.atomic
def end(*, member: Member, on: date, reason: str, by: User) -> bool:
    """End the open membership by hand; ``on`` is the first day that does not count. False if none is open."""
    ended = Membership.objects.filter(member=member, ended_on=None, started_on__lte=on).update(
        ended_on=on, end_reason=reason, ended_at=timezone.now(), ended_by=by
    )
    if ended:
        _tell(member.branch, [member.pk], by)
    return bool(ended)


def _tell(branch: Branch, keys: list[int], by: User) -> None:
    """Calls, invitations and the rest let go of those who are no longer members, in the same transaction."""
    if keys:
        for hook in extensions.leaving.all():
            hook(branch=branch, member_ids=keys, by=by)


def _parts(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
