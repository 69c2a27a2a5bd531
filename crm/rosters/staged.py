"""A roster's values between the preview and the applying: what the worker needs, and no more.

The file itself is gone by then. This holds no identity number, nothing of a rejected line but its member
number, and of a protected person only the number of one whom the branch has on file.
"""

import json
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.reading import Kind, MemberValues, Remark, RosterReading

_DATES = ("joined_on", "paid_until")
_LISTS = ("phones", "clubs")


@dataclass(slots=True)
class StagedLine:
    """One member of the file, with the values of all the member's lines."""

    line: int
    values: MemberValues
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class StagedRoster:
    """``kept`` are member numbers of rejected lines: they keep those members from being missing."""

    fields: frozenset[str]
    members: list[StagedLine]
    kept: frozenset[str] = field(default_factory=frozenset)
    protected: frozenset[str] = field(default_factory=frozenset)


def from_reading(reading: RosterReading, *, on_file: Collection[str]) -> StagedRoster:
    """``on_file`` are the numbers that the branch knows; of protected people nobody else's is kept."""
    numbers: dict[Kind, set[str]] = {Kind.REJECTED: set(), Kind.PROTECTED: set()}
    members = []
    for line in reading.lines:
        if line.kind is Kind.MEMBER and line.values is not None:
            members.append(StagedLine(line.line, line.values, tuple(line.remarks)))
        elif line.kind in numbers and line.member_number in on_file:
            numbers[line.kind].add(line.member_number)
    return StagedRoster(
        fields=reading.fields,
        members=members,
        kept=frozenset(numbers[Kind.REJECTED]),
        protected=frozenset(numbers[Kind.PROTECTED]),
    )


def pack(roster: StagedRoster) -> bytes:
    document = {
        "fields": sorted(roster.fields),
        "kept": sorted(roster.kept),
        "protected": sorted(roster.protected),
        "members": [
            [staged.line, staged.remarks, staged.values.member_number, *_cells(staged.values)]
            for staged in roster.members
        ],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return zlib.compress(text.encode(), level=1)


def unpack(packed: bytes) -> StagedRoster:
    document = json.loads(zlib.decompress(packed))
    return StagedRoster(
        fields=frozenset(document["fields"]),
        kept=frozenset(document["kept"]),
        protected=frozenset(document["protected"]),
        members=[
            StagedLine(line, _values(number, cells), tuple(Remark(*remark) for remark in remarks))
            for line, remarks, number, *cells in document["members"]
        ],
    )


def _cells(values: MemberValues) -> list[Any]:
    return [getattr(values, name) for name in COMPARED_FIELDS]


def _values(number: str, cells: list[Any]) -> MemberValues:
    values = MemberValues(number, **dict(zip(COMPARED_FIELDS, cells, strict=True)))
    for name in _DATES:
        if said := getattr(values, name):
            setattr(values, name, date.fromisoformat(said))
    for name in _LISTS:
        setattr(values, name, tuple(getattr(values, name)))
    return values


def filled(values: MemberValues) -> dict[str, Any]:
    """What a row of the preview shows: the fields with something in them, as JSON takes them."""
    return {name: said for name in COMPARED_FIELDS if (said := _plain(getattr(values, name)))}


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def plain_changes(changes: Any) -> dict[str, list[Any]]:
    """Field: [before, after], as JSON takes them."""
    return {name: [_plain(before), _plain(after)] for name, (before, after) in changes.items()}
