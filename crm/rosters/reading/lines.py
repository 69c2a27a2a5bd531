"""What reading a roster gives: a line with its kind and, for a member, clean values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from crm.rosters.reading.columns import Column


class Kind(StrEnum):
    """What a line is. The counts of these five and of nothing else make up the file's lines."""

    MEMBER = "member"
    REPEATED = "repeated"
    NOT_MEMBER = "not_member"
    REJECTED = "rejected"
    PROTECTED = "protected"


class Reason(StrEnum):
    """Why a line is rejected, or is not a member's. Stable: kept in the database and shown by commands."""

    NO_MEMBER_NUMBER = "no_member_number"
    NO_NAME = "no_name"
    NUMBER_CONFLICT = "number_conflict"
    TOO_MANY_CELLS = "too_many_cells"
    TITLE = "title"
    HEADER = "header"
    BLANK = "blank"
    TOTAL = "total"
    TEXT = "text"


class Remark(NamedTuple):
    """Something an officer may want to know of a line; never with the cell's text."""

    field: str
    code: str


@dataclass(slots=True)
class MemberValues:
    """A member as a roster tells it, normalised. Blank ("", None, ()) means that the file does not say."""

    member_number: str = ""
    first_name: str = ""
    last_name: str = ""
    care_of: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    birth_year: int | None = None
    joined_on: date | None = None
    paid_until: date | None = None
    clubs: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """``line`` is the first physical line, from 1. ``member_number`` is kept wherever it is known:
    a rejected or protected line keeps that member from being missing."""

    line: int
    kind: Kind
    reason: Reason | None = None
    member_number: str = ""
    values: MemberValues | None = None
    remarks: Sequence[Remark] = ()


@dataclass(slots=True, frozen=True)
class Counts:
    """``lines`` is the sum of the others."""

    lines: int
    members: int
    repeated: int
    not_member_rows: int
    rejected: int
    protected: int


@dataclass(slots=True)
class RosterReading:
    """A roster, read. ``fields`` are the member's fields that the file has columns for: no other may be compared."""

    encoding: str
    delimiter: str
    title: str
    roster_date: date | None
    header_line: int
    columns: list[Column]
    fields: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    stray_quotes: bool = False

    @property
    def unmapped(self) -> list[Column]:
        """Columns nobody has said anything about, with up to three sample values each."""
        return [column for column in self.columns if column.field is None]

    @property
    def members(self) -> list[Line]:
        """One line per member, the first one, with the values of all the member's lines merged."""
        return [line for line in self.lines if line.kind is Kind.MEMBER]

    @property
    def counts(self) -> Counts:
        kinds = [line.kind for line in self.lines]
        return Counts(
            lines=len(kinds),
            members=kinds.count(Kind.MEMBER),
            repeated=kinds.count(Kind.REPEATED),
            not_member_rows=kinds.count(Kind.NOT_MEMBER),
            rejected=kinds.count(Kind.REJECTED),
            protected=kinds.count(Kind.PROTECTED),
        )
