"""How members stand on file, exactly, as JSON takes it: what an import may change, and nothing else."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import CharField, DateField, Model
from django.db.models.functions import Cast

from crm.people.models import Club, ClubMembership, Member, Membership, Phone
from crm.rosters import bulk
from crm.rosters.models import Correction

# "own" fields of the member by name, "phones" and "clubs" in their order, "periods" and "corrections" by key.
Snapshot = dict[str, Any]

OWN_FIELDS = (
    "first_name",
    "last_name",
    "care_of",
    "street",
    "postcode",
    "town",
    "email",
    "birth_year",
    "joined_on",
    "paid_until",
    "learnt_on",
)
_KEYS = ("search", "name_sort")
_PERIOD = ("started_on", "missing_since", "ended_on", "end_reason", "ended_at", "ended_by_id")
# Not who has told the register: ticking that is no change of the member.
_CORRECTION = ("register_value", "register_moved_at", "settled_at", "settled_by_id", "outcome")
_AT_ONCE = 2_000


def take(member_ids: Iterable[int]) -> dict[int, Snapshot]:
    """The snapshots of those who are on file, in five queries for each two thousand members."""
    found: dict[int, Snapshot] = {}
    for keys in parts(list(member_ids)):
        found |= _some(keys)
    return found


def _some(keys: list[int]) -> dict[int, Snapshot]:
    rows = Member.objects.filter(pk__in=keys, erased_at=None).values_list("pk", *OWN_FIELDS)
    found: dict[int, Snapshot] = {
        pk: {
            "own": dict(zip(OWN_FIELDS, map(_plain, own), strict=True)),
            "phones": [],
            "clubs": [],
            "periods": [],
            "corrections": [],
        }
        for pk, *own in rows
    }
    phones = Phone.objects.filter(member_id__in=found).order_by("position", "pk")
    clubs = ClubMembership.objects.filter(member_id__in=found).order_by("-is_primary", "pk")
    periods = Membership.objects.filter(member_id__in=found).order_by("pk")
    noted = Correction.objects.filter(member_id__in=found).order_by("pk")
    for name, query in (
        ("phones", phones.values_list("member_id", Cast("number", CharField()), "kind", "position")),
        ("clubs", clubs.values_list("member_id", "club_id", "is_primary")),
        ("periods", periods.values_list("member_id", "pk", *_PERIOD)),
        ("corrections", noted.values_list("member_id", "pk", *_CORRECTION)),
    ):
        for member_id, *row in query:
            found[member_id][name].append([_plain(value) for value in row])
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def digest_of(snapshot: Snapshot) -> str:
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True).encode()).hexdigest()


def restore(wanted: dict[int, Snapshot]) -> None:
    """Put members back as the snapshots say. The caller holds the transaction."""
    for keys in parts(list(wanted)):
        now = _some(keys)
        differing = {
            name: {key: wanted[key] for key in keys if key in now and now[key][name] != wanted[key][name]}
            for name in ("own", "phones", "clubs", "periods", "corrections")
        }
        _restore_own(differing["own"])
        _restore_phones(differing["phones"])
        _restore_clubs(differing["clubs"])
        _restore_periods(differing["periods"])
        _restore_corrections(differing["corrections"])


def _restore_own(wanted: dict[int, Snapshot]) -> None:
    members = list(Member.objects.filter(pk__in=wanted))
    for member in members:
        for name, value in wanted[member.pk]["own"].items():
            setattr(member, name, _read(Member, name, value))
        member.set_name_keys()
    Member.objects.bulk_update(members, [*OWN_FIELDS, *_KEYS], batch_size=500)


def _restore_phones(wanted: dict[int, Snapshot]) -> None:
    Phone.objects.filter(member_id__in=wanted).delete()
    rows = ((key, *phone) for key, snapshot in wanted.items() for phone in snapshot["phones"])
    bulk.insert(Phone, ("member_id", "number", "kind", "position"), rows)


def _restore_clubs(wanted: dict[int, Snapshot]) -> None:
    """A club that has been taken away since stays away."""
    ClubMembership.objects.filter(member_id__in=wanted).delete()
    named = {club for snapshot in wanted.values() for club, _ in snapshot["clubs"]}
    there = set(Club.objects.filter(pk__in=named).values_list("pk", flat=True))
    rows = [(key, *tie) for key, snapshot in wanted.items() for tie in snapshot["clubs"] if tie[0] in there]
    bulk.insert(ClubMembership, ("member_id", "club_id", "is_primary"), rows)


def _restore_periods(wanted: dict[int, Snapshot]) -> None:
    """The period that an import began goes first: one open period at most."""
    rows = {pk: row for snapshot in wanted.values() for pk, *row in snapshot["periods"]}
    Membership.objects.filter(member_id__in=wanted).exclude(pk__in=rows).delete()
    periods = list(Membership.objects.filter(pk__in=rows))
    for period in periods:
        for name, value in zip(_PERIOD, rows[period.pk], strict=True):
            setattr(period, name, _read(Membership, name, value))
    Membership.objects.bulk_update(periods, _PERIOD, batch_size=500)


def _restore_corrections(wanted: dict[int, Snapshot]) -> None:
    """What the import had settled is open again, and the register says what it said."""
    rows = {pk: row for snapshot in wanted.values() for pk, *row in snapshot["corrections"]}
    corrections = list(Correction.objects.filter(pk__in=rows))
    for correction in corrections:
        for name, value in zip(_CORRECTION, rows[correction.pk], strict=True):
            setattr(correction, name, _read(Correction, name, value))
    Correction.objects.bulk_update(corrections, _CORRECTION, batch_size=500)


def _read(model: type[Model], name: str, value: Any) -> Any:
    field = model._meta.get_field(name)
    return field.to_python(value) if isinstance(field, DateField) else value


def parts(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = list(keys)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
