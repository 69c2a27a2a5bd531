"""Taking members away whom an undone import had brought in: they should never have been here."""

import secrets

from django.db.models import Model
from django.utils import timezone

from crm import extensions
from crm.people import remembering
from crm.people.models import AccessLog, Branch, Member, Merge, User, WishChange
from crm.rosters import snapshots
from crm.rosters.models import RosterRow

_BLANK = ("first_name", "last_name", "care_of", "street", "postcode", "town", "email", "channel")


class SomethingHappened(Exception):  # noqa: N818 -- what is so, not what went wrong
    """Somebody did something about a member in the instant of the removing: the next try will keep them."""


def with_history(member_ids: list[int], *, branch: Branch) -> set[int]:
    """Those about whom a person, or a message, has done something that can't be taken back."""
    found: set[int] = set()
    for keys in snapshots.parts(member_ids):
        wishes = set(WishChange.objects.filter(member__in=keys).values_list("member_id", flat=True))
        found |= wishes - remembering.remembered_already(branch=branch, member_ids=wishes)
        found |= set(Member.objects.filter(pk__in=keys).exclude(channel="").values_list("pk", flat=True))
        for side in ("kept_id", "merged_id"):
            found |= set(Merge.objects.filter(**{f"{side}__in": keys}).values_list(side, flat=True))
        for hook in extensions.history.all():
            found |= hook(member_ids=keys)
    return found


def remove(member_ids: list[int], *, branch: Branch, by: User) -> None:
    """Members who should never have been here. Who has looked at them stays in the access log: for those a nameless
    row is kept, which no figure counts since it has no period of membership."""
    for keys in snapshots.parts(member_ids):
        tell(branch, keys, by)
        if with_history(keys, branch=branch):
            raise SomethingHappened
        _delete_what_points_at(keys)
        read = set(AccessLog.objects.filter(member__in=keys).values_list("member_id", flat=True))
        Member.objects.filter(pk__in=set(keys) - read).delete()
        shells = list(Member.objects.filter(pk__in=read))
        for shell in shells:
            _empty(shell)
        Member.objects.bulk_update(shells, _EMPTIED, batch_size=500)


def _delete_what_points_at(keys: list[int]) -> None:
    """In every app: calls that nobody has tried, periods, telephone numbers."""
    for model, name in pointing_at_members():
        if model not in (AccessLog, Member, RosterRow):
            model._default_manager.filter(**{f"{name}__in": keys}).delete()


def pointing_at_members() -> list[tuple[type[Model], str]]:
    """Every table with a key of a member, and the field it is in."""
    fields = Member._meta.get_fields(include_hidden=True)
    relations = (found for found in fields if found.auto_created and not found.concrete)
    return [(relation.related_model, relation.field.name) for relation in relations]  # type: ignore[union-attr, misc]


_EMPTIED = (
    "member_number", *_BLANK, "birth_year", "joined_on", "joined_before", "paid_until", "no_calls", "no_messages",
    "erased_at", "search", "name_sort",
)  # fmt: skip


def _empty(member: Member) -> None:
    for name in _BLANK:
        setattr(member, name, "")
    member.joined_before = not member.was_new
    member.birth_year = member.joined_on = member.paid_until = None
    member.no_calls = member.no_messages = True
    member.member_number = f"erased-{secrets.token_hex(16)}"
    member.erased_at = timezone.now()
    member.set_name_keys()


def tell(branch: Branch, keys: list[int], by: User) -> None:
    """Calls, invitations and the rest let go of those who are no longer members, in the same transaction."""
    if keys:
        for hook in extensions.leaving.all():
            hook(branch=branch, member_ids=keys, by=by)
