"""What the branch has on file, in the same shape as a roster tells it, in five queries whatever its size."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import CharField
from django.db.models.functions import Cast

from crm.people.models import Branch, ClubMembership, Member, Membership, Phone
from crm.rosters.comparing import Value
from crm.rosters.models import Correction
from crm.rosters.reading import MemberValues


class Standing(StrEnum):
    MEMBER = "member"
    MISSING = "missing"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Noted:
    """An open local correction: its key, and what the register said last."""

    key: int
    register_value: Value


@dataclass(slots=True)
class OnFile:
    """A person of the branch: values and the last period of membership, and what is noted otherwise by field."""

    member_id: int
    values: MemberValues
    started_on: date | None = None
    missing_since: date | None = None
    ended_on: date | None = None
    merged_into: int | None = None  # a duplicate: its line says that the other is in the roster too
    corrections: "dict[str, Noted] | None" = None

    @property
    def number(self) -> str:
        return self.values.member_number

    @property
    def standing(self) -> Standing:
        if self.started_on is None or self.ended_on is not None:
            return Standing.LEFT
        return Standing.MEMBER if self.missing_since is None else Standing.MISSING


def everybody(branch: Branch) -> dict[str, OnFile]:
    """Everybody the branch has on file and has not erased, by member number."""
    phones = _phones(branch)
    clubs = _clubs(branch)
    periods = _last_periods(branch)
    rows = Member.objects.filter(branch=branch, erased_at=None).values_list(
        "pk",
        "member_number",
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
        "merged_into_id",
    )
    known = {}
    for pk, number, first, last, care_of, street, postcode, town, email, born, joined, paid, merged in rows:
        values = MemberValues(
            number, first, last, care_of, street, postcode, town,
            phones.get(pk, ()), email, born, joined, paid, clubs.get(pk, ()),
        )  # fmt: skip
        started, missing, ended = periods.get(pk, (None, None, None))
        known[number] = OnFile(pk, values, started, missing, ended, merged)
    for number, noted in _corrections(branch).items():
        if number in known:
            known[number].corrections = noted
    return known


def _corrections(branch: Branch) -> dict[str, dict[str, Noted]]:
    found: dict[str, dict[str, Noted]] = {}
    rows = Correction.objects.open().filter(member__branch=branch, member__merged_into=None)
    for number, key, name, said in rows.values_list("member__member_number", "pk", "field", "register_value"):
        found.setdefault(number, {})[name] = Noted(key, tuple(said) if isinstance(said, list) else said)
    return found


def numbers(branch: Branch) -> set[str]:
    return set(Member.objects.filter(branch=branch, erased_at=None).values_list("member_number", flat=True))


def _phones(branch: Branch) -> dict[int, tuple[str, ...]]:
    """As text: the library's field would take every number apart again."""
    rows = (
        Phone.objects.filter(member__branch=branch)
        .order_by("position", "pk")
        .values_list("member_id", Cast("number", CharField()))
    )
    return _listed(rows)


def _clubs(branch: Branch) -> dict[int, tuple[str, ...]]:
    rows = (
        ClubMembership.objects.filter(club__branch=branch)
        .order_by("-is_primary", "pk")
        .values_list("member_id", "club__name")
    )
    return _listed(rows)


def _listed(rows: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for member_id, text in rows:
        found[member_id] = (*found[member_id], text) if member_id in found else (text,)
    return found


def _last_periods(branch: Branch) -> dict[int, tuple[date, date | None, date | None]]:
    rows = (
        Membership.objects.filter(branch=branch)
        .order_by("started_on", "pk")
        .values_list("member_id", "started_on", "missing_since", "ended_on")
    )
    return {row[0]: row[1:] for row in rows}
