"""Making one of two rows for the same person, and taking it back within 30 days.

``FIELDS`` says of every field of a member what a merge does with it; a test asks that none is left out, and that
each table with a key to the member is named by an app in ``crm.extensions.merging``.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm import extensions
from crm.people.models import Branch, Member, Merge, User, WishChange

UNDO = timedelta(days=30)


class Rule(StrEnum):
    OWN = "own"  # each row's own
    MADE = "made"  # of other fields
    CHOSEN = "chosen"  # the officer chooses one of the two
    EARLIER = "earlier"
    EITHER = "either"  # a no of one is a no of both


FIELDS: dict[str, Rule] = {
    "id": Rule.OWN,
    "branch": Rule.OWN,
    "member_number": Rule.OWN,
    "erased_at": Rule.OWN,
    "joined_before": Rule.OWN,
    "merged_into": Rule.OWN,
    "search": Rule.MADE,
    "name_sort": Rule.MADE,
    "first_name": Rule.CHOSEN,
    "last_name": Rule.CHOSEN,
    "care_of": Rule.CHOSEN,
    "street": Rule.CHOSEN,
    "postcode": Rule.CHOSEN,
    "town": Rule.CHOSEN,
    "email": Rule.CHOSEN,
    "birth_year": Rule.CHOSEN,
    "joined_on": Rule.CHOSEN,
    "paid_until": Rule.CHOSEN,
    "channel": Rule.CHOSEN,
    "learnt_on": Rule.EARLIER,
    "no_calls": Rule.EITHER,
    "no_messages": Rule.EITHER,
    "no_email": Rule.EITHER,
    "no_sms": Rule.EITHER,
    "no_letters": Rule.EITHER,
}
CHOSEN = tuple(name for name, rule in FIELDS.items() if rule is Rule.CHOSEN)
WISHES = tuple(name for name, rule in FIELDS.items() if rule is Rule.EITHER)


class NotTwo(Exception):  # noqa: N818 -- what is so, not what went wrong
    """Not two rows of one branch that are both on file."""


@transaction.atomic
def merge(*, kept: Member, merged: Member, values: Mapping[str, Any], by: User) -> Merge:
    """``merged`` becomes a number that leads to ``kept``. ``values`` are the chosen fields; others stay as they are.

    Raises ``NotTwo``, also for the second of two who merge the same pair.
    """
    kept, merged = _locked(kept, merged)
    now = timezone.now()
    before: dict[str, Any] = {"kept": _fields_of(kept), "merged": _fields_of(merged)}
    before["merged_from"] = list(merged.merged_from.values_list("pk", flat=True))
    for name in extensions.merging.names():
        before[name] = _hook(name).move(kept=kept, merged=merged, by=by)
    for name, value in values.items():
        if name in CHOSEN:
            setattr(kept, name, value)
    kept.learnt_on = min(kept.learnt_on, merged.learnt_on)
    _join_wishes(kept, merged, by, now)
    kept.save()
    merged.merged_from.update(merged_into=kept)
    merged.merged_into = kept
    merged.save()
    return Merge.objects.create(
        branch=kept.branch, kept=kept, merged=merged, before=before, merged_at=now, merged_by=by
    )


@transaction.atomic
def undo(*, merge: Merge, by: User) -> bool:
    """Two rows again, each as it was. False when it is undone already, too old, or a later merge builds on it.

    A wish that somebody has said since holds for both.
    """
    now = timezone.now()
    undone = Merge.objects.filter(pk=merge.pk, undone_at=None, merged_at__gte=now - UNDO)
    undone = undone.filter(kept__merged_into=None, kept__erased_at=None, merged__erased_at=None)
    undone = undone.exclude(before={})
    if _built_upon(merge) or undone.update(undone_at=now, undone_by=by, before={}) != 1:
        return False
    kept, merged = (
        Member.objects.select_for_update().get(pk=key) for key in (merge.kept_id, merge.merged_id)
    )
    _restore(merged, merge.before["merged"])
    merged.merged_into = None
    merged.save()
    Member.objects.filter(pk__in=merge.before["merged_from"]).update(merged_into=merged)
    _restore(kept, merge.before["kept"])
    _keep_later_wishes(kept, merged, merge.merged_at)
    kept.save()
    merged.save()
    for name in extensions.merging.names():
        if name in merge.before:
            _hook(name).move_back(kept=kept, merged=merged, before=merge.before[name], since=merge.merged_at)
    return True


def forget_old(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: what can't be undone any more needs no memory; the merged row keeps its number only."""
    limit = timezone.make_aware(datetime.combine(on, time.min)) - UNDO
    old = Merge.objects.filter(branch=branch, merged_at__lt=limit, undone_at=None).exclude(before={})
    members = list(Member.objects.filter(pk__in=old.values("merged")))
    for member in members:
        empty(member)
    old.update(before={})
    return {"merges": len(members)}


def empty(member: Member) -> None:
    """Nothing but the number and where it leads."""
    for name in CHOSEN:
        setattr(member, name, None if Member._meta.get_field(name).null else "")
    member.phones.all().delete()
    member.save()


def with_merges(*, member_ids: list[int]) -> set[int]:
    """Those who stand in a merge: an officer's work, which undoing an import does not take away."""
    pairs = Merge.objects.filter(undone_at=None).values_list("kept", "merged")
    among = set(member_ids)
    return {key for pair in pairs for key in pair if key in among}


def _locked(kept: Member, merged: Member) -> tuple[Member, Member]:
    keys = sorted({kept.pk, merged.pk})
    rows = Member.objects.select_for_update(of=("self",)).select_related("branch")
    found = {row.pk: row for row in rows.filter(pk__in=keys, erased_at=None, merged_into=None).order_by("pk")}
    if len(found) != 2 or kept.branch_id != merged.branch_id:
        raise NotTwo
    return found[kept.pk], found[merged.pk]


def _hook(name: str) -> extensions.Merging:
    hook = extensions.merging.get(name)
    assert hook is not None
    return hook


def _fields_of(member: Member) -> dict[str, Any]:
    names = [name for name, rule in FIELDS.items() if rule not in {Rule.OWN, Rule.MADE}]
    values = {name: getattr(member, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _restore(member: Member, before: dict[str, Any]) -> None:
    for name, value in before.items():
        setattr(member, name, Member._meta.get_field(name).to_python(value))  # type: ignore[union-attr]


def _join_wishes(kept: Member, merged: Member, by: User, now: datetime) -> None:
    for wish in WISHES:
        if getattr(merged, wish) and not getattr(kept, wish):
            setattr(kept, wish, True)
            WishChange.objects.create(member=kept, wish=wish, is_on=True, changed_at=now, changed_by=by)


def _keep_later_wishes(kept: Member, merged: Member, since: datetime) -> None:
    said = WishChange.objects.filter(member=kept, is_on=True, changed_at__gt=since)
    for wish in set(said.values_list("wish", flat=True)):
        setattr(kept, wish, True)
        setattr(merged, wish, True)


def _built_upon(merge: Merge) -> bool:
    """A later merge into the same row has mixed their rows: the latest is undone first."""
    return Merge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk).exists()
