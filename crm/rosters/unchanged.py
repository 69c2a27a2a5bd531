"""The lines of a roster that change nothing, kept in one piece: which they are and whose.

Of a month's file they are nearly all. Every line stays accounted for, and a page can show each with its member;
but a row for each would cost more than all the rest of the preview.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from crm.people.models import Member
from crm.rosters.models import RosterImport, RosterRow
from crm.rosters.reading import Remark


@dataclass(slots=True)
class Unchanged:
    """Lines in their order and the keys of their members (0: forgotten); ``remarks`` by line, where there are any."""

    lines: list[int] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    remarks: dict[int, list[Remark]] = field(default_factory=dict)

    def add(self, line: int, member_id: int, remarks: Iterable[Remark]) -> None:
        self.lines.append(line)
        self.members.append(member_id)
        if kept := list(remarks):
            self.remarks[line] = kept


def pack(unchanged: Unchanged) -> bytes:
    document = [unchanged.lines, unchanged.members, list(unchanged.remarks.items())]
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), level=1)


def unpack(packed: bytes | memoryview | None) -> Unchanged:
    """PostgreSQL gives a memoryview, SQLite bytes; ``None`` is of an import without such lines."""
    if packed is None:
        return Unchanged()
    lines, members, remarks = json.loads(zlib.decompress(bytes(packed)))
    return Unchanged(lines, members, {line: [Remark(*one) for one in some] for line, some in remarks})


def forgotten(packed: bytes | memoryview | None) -> bytes | None:
    """Which lines there were, and no more."""
    if packed is None:
        return None
    lines = unpack(packed).lines
    return pack(Unchanged(lines, [0] * len(lines)))


class UnchangedRows:
    """The lines as rows that no table holds, in their order: a page takes a slice of them."""

    def __init__(self, roster_import: RosterImport) -> None:
        self.roster_import = roster_import

    @cached_property
    def _kept(self) -> Unchanged:
        return unpack(self.roster_import.unchanged_lines)

    def count(self) -> int:
        return len(self._kept.lines)

    def __getitem__(self, some: slice) -> list[RosterRow]:
        """An erased member's line is shown as its number alone."""
        keys = self._kept.members[some]
        members = Member.objects.filter(pk__in=keys, erased_at=None).in_bulk()
        return [
            self._row(line, members.get(key)) for line, key in zip(self._kept.lines[some], keys, strict=True)
        ]

    def _row(self, line: int, member: Member | None) -> RosterRow:
        return RosterRow(
            roster_import=self.roster_import,
            line=line,
            outcome=RosterRow.Outcome.UNCHANGED,
            member=member,
            member_number=member.member_number if member else "",
            remarks=self._kept.remarks.get(line, []) if member else [],
        )
