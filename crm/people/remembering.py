"""A "no" outlives the person's details: under a keyed hash of the member number, and nothing else.

Without the server's secret key the hash can't be reckoned from a list of numbers. With the secret key changed
and the old one not among ``SECRET_KEY_FALLBACKS``, the wishes are lost.
"""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from crm.people import wishes
from crm.people.models import Branch, Member, RememberedWish, User, WishChange

_SALT = "crm.people.remembering"


@transaction.atomic
def remember(*, member: Member) -> None:
    """Keep what the member has said no to; somebody who no longer says no to anything is forgotten."""
    forget(member=member)
    said = _noes(member)
    if not any(said.values()):
        return
    RememberedWish.objects.create(
        branch=member.branch,
        number_hash=_hash(member.branch, member.member_number, settings.SECRET_KEY),
        **said,
        remembered_at=timezone.now(),
    )


def forget(*, member: Member) -> None:
    hashes = _hashes(member.branch, member.member_number)
    RememberedWish.objects.filter(branch=member.branch, number_hash__in=hashes).delete()


@transaction.atomic
def restore(*, branch: Branch, arrivals: Mapping[str, int], by: User) -> int:
    """Somebody with a remembered "no" is on file again: it holds. ``arrivals`` are numbers with keys.

    The row stays until the person is erased anew, so that taking an import back loses no wish.
    """
    kept = {wish.number_hash: wish for wish in RememberedWish.objects.filter(branch=branch)}
    if not kept:
        return 0
    found = {
        key: kept[known]
        for number, key in arrivals.items()
        for known in _hashes(branch, number)
        if known in kept
    }
    for member in Member.objects.filter(pk__in=found):
        for wish in WishChange.Wish.values:
            if getattr(found[member.pk], wish):
                wishes.change(member=member, wish=wish, is_on=True, by=by)
    return len(found)


def remembered_already(*, branch: Branch, member_ids: Iterable[int]) -> set[int]:
    """Members whose every "no" is remembered as it stands: were they gone again, no wish would be lost."""
    kept = {wish.number_hash: wish for wish in RememberedWish.objects.filter(branch=branch)}
    if not kept:
        return set()
    return {
        member.pk
        for member in Member.objects.filter(pk__in=list(member_ids), branch=branch)
        for known in _hashes(branch, member.member_number)
        if known in kept and _noes(kept[known]) == _noes(member)
    }


def _noes(row: Member | RememberedWish) -> dict[str, bool]:
    return {wish: getattr(row, wish) for wish in WishChange.Wish.values}


def _hashes(branch: Branch, number: str) -> list[str]:
    return [_hash(branch, number, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hash(branch: Branch, number: str, secret: str) -> str:
    text = f"{branch.pk}:{number.strip().casefold()}"
    return salted_hmac(_SALT, text, secret=secret, algorithm="sha256").hexdigest()
