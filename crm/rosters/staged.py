"""A roster's values between the preview and the applying: what the worker needs, and no more.

The file itself is gone by then. This holds no identity number, nothing of a rejected line but its member
number, and of a protected person only the number of one whom the branch has on file.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.reading import Key, Kind, MemberValues, Remark, RosterReading

_DATES = ("joined_on", "paid_until")
# In the order in which ``MemberValues`` takes them, after the number.
_VALUES_OF = attrgetter(*COMPARED_FIELDS)
_MEMBERS_A_LINE = 500


@dataclass(slots=True)
class StagedLine:
    """One member of the file, with the values of all the member's lines."""

    line: int
    values: MemberValues
    remarks: tuple[Remark, ...] = ()

    @property
    def unreadable(self) -> frozenset[str]:
        """Fields whose cell held something that could not be read: blank here, but not blank in the file."""
        return frozenset(field for field, _code in self.remarks if not getattr(self.values, field, None))


@dataclass(slots=True)
class StagedRoster:
    """``kept`` are member numbers of rejected lines: they keep those members from being missing. ``emptied`` are
    fields that a blank empties; ``key`` is how the members were told apart."""

    fields: frozenset[str]
    members: list[StagedLine]
    kept: frozenset[str] = field(default_factory=frozenset)
    protected: frozenset[str] = field(default_factory=frozenset)
    emptied: frozenset[str] = field(default_factory=frozenset)
    key: Key = Key.MEMBER_NUMBER


def from_reading(
    reading: RosterReading, *, on_file: Collection[str], key: Key = Key.MEMBER_NUMBER
) -> StagedRoster:
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
        kept=frozenset(numbers[Kind.REJECTED] | reading.kept),
        protected=frozenset(numbers[Kind.PROTECTED]),
        emptied=reading.emptied,
        key=key,
    )


def pack(roster: StagedRoster) -> bytes:
    """Lines of JSON: what holds for all, then some hundred members a line, so that neither side makes one
    document of them all."""
    head = {
        "fields": sorted(roster.fields),
        "kept": sorted(roster.kept),
        "protected": sorted(roster.protected),
        "emptied": sorted(roster.emptied),
        "key": roster.key.value,
    }
    lines = [_json(head)]
    for start in range(0, len(roster.members), _MEMBERS_A_LINE):
        lines.append(_json([_cells(line) for line in roster.members[start : start + _MEMBERS_A_LINE]]))
    return b"\n".join(lines)


def unpack(packed: bytes) -> StagedRoster:
    lines = iter(packed.split(b"\n"))
    head = json.loads(next(lines))
    return StagedRoster(
        fields=frozenset(head["fields"]),
        kept=frozenset(head["kept"]),
        protected=frozenset(head["protected"]),
        emptied=frozenset(head.get("emptied", ())),
        key=Key(head.get("key", Key.MEMBER_NUMBER)),
        members=[_staged_line(*cells) for line in lines for cells in json.loads(line)],
    )


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=date.isoformat).encode()


def _cells(staged: StagedLine) -> tuple[Any, ...]:
    return (staged.line, staged.remarks, staged.values.member_number, *_VALUES_OF(staged.values))


def _staged_line(line: int, remarks: list[list[str]], number: str, *cells: Any) -> StagedLine:
    values = MemberValues(number, *cells)
    for name in _DATES:
        if said := getattr(values, name):
            setattr(values, name, _day(said))
    values.phones, values.clubs = tuple(values.phones), tuple(values.clubs)
    return StagedLine(line, values, tuple(Remark(*remark) for remark in remarks) if remarks else ())


@lru_cache(maxsize=20_000)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def filled(values: MemberValues) -> dict[str, Any]:
    """What a row of the preview shows: the fields with something in them, as JSON takes them."""
    return {name: said for name in COMPARED_FIELDS if (said := plain(getattr(values, name)))}


def plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def plain_changes(changes: Any) -> dict[str, list[Any]]:
    """Field: [before, after], as JSON takes them."""
    return {name: [plain(before), plain(after)] for name, (before, after) in changes.items()}
