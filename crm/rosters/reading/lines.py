"""What reading a roster gives: a line with its kind and, for a member, clean values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.rosters.reading.columns import Column, header_key

# What the header of the first column of our file of rejected lines is, "Avvisad rad", as a key.
REJECTED_LINE_KEY = "avvisadrad"


class Kind(StrEnum):
    """What a line is. The counts of these five and of nothing else make up the file's lines."""

    MEMBER = "member"
    REPEATED = "repeated"
    NOT_MEMBER = "not_member"
    REJECTED = "rejected"
    PROTECTED = "protected"


class Reason(TextChoices):
    """Why a line is rejected, or is not a member's. Stable: kept in the database and shown by commands."""

    NO_MEMBER_NUMBER = "no_member_number", _("The line has no member number.")
    NO_NAME = "no_name", _("The line has no name.")
    NUMBER_CONFLICT = "number_conflict", _("Two different people have this member number in the file.")
    NO_BIRTH_DATE = "no_birth_date", _("The line has no whole birth date to tell the member by.")
    NO_EMAIL = "no_email", _("The line has no e-mail address to tell the member by.")
    KEY_CONFLICT = "key_conflict", _("Several lines can be the same person, and do not agree.")
    SEVERAL_HITS = "several_hits", _("Several members of the branch can be this person.")
    TOO_MANY_CELLS = "too_many_cells", _("The line has more cells than there are columns.")
    TITLE = "title", _("A title above the members.")
    HEADER = "header", _("The column names.")
    BLANK = "blank", _("An empty line.")
    TOTAL = "total", _("A total.")
    TEXT = "text", _("A text that is no member.")


# What a remark says of its field. The cell's own text is never in it.
REMARKS: dict[str, Promise] = {
    "identity_number_dropped": _("A personal identity number stood here; it was not kept."),
    "identity_number_not_understood": _(
        "The personal identity number is not right, so the birth year is unknown."
    ),
    "birth_not_understood": _("The birth date can't be read."),
    "date_not_understood": _("The date can't be read."),
    "date_ambiguous": _("The date can be read in two ways."),
    "date_placeholder": _("The date is a placeholder."),
    "date_in_future": _("The date has not come yet."),
    "paid_before_joined": _("Paid until a day before the membership began."),
    "phone_not_understood": _("No telephone number can be read."),
    "email_not_understood": _("The e-mail address is not a valid one."),
    "several_emails": _("There are several e-mail addresses; the first one was taken."),
    "postcode_not_understood": _("The postcode can't be read."),
    "care_of_in_street": _("The address holds a c/o that can't be told apart."),
    "name_without_letters": _("The name has no letters."),
    "number_lost_digits": _("A spreadsheet has cut digits off the member number."),
    "number_without_digits": _("The member number has no digits."),
    "too_long": _("The text is too long."),
    "lines_differ": _("The member's lines differ; the first one holds."),
    "also_on_line": _("The same on line %(which)s."),
    "also_member": _("They have the member numbers %(which)s."),
}


def remark_sentence(code: str) -> str:
    """``also_on_line:12`` carries which line it is: a number, never a cell's text."""
    code, _colon, which = code.partition(":")
    sentence = str(REMARKS.get(code, ""))
    return sentence % {"which": which} if which else sentence


class Remark(NamedTuple):
    """Something an officer may want to know of a line: a field of MemberValues ("" for another column)
    and a code of ``REMARKS``; never the cell's text."""

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

    @property
    def unreadable(self) -> frozenset[str]:
        """Fields whose cell held something that could not be read: blank here, but not blank in the file."""
        return frozenset(field for field, _code in self.remarks if not getattr(self.values, field, None))


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
    """A roster, read. ``fields`` are the member's fields that the file has columns for: no other may
    be compared. ``emptied`` are those that an empty cell empties; ``kept`` are numbers on file
    that a rejected line may mean."""

    encoding: str
    delimiter: str
    title: str
    roster_date: date | None
    header_line: int
    columns: list[Column]
    fields: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    stray_quotes: bool = False
    emptied: frozenset[str] = frozenset()
    kept: set[str] = field(default_factory=set)

    @property
    def is_of_rejected_lines(self) -> bool:
        """Whether it is our own file of rejected lines, mended: only some of the members."""
        return any(header_key(column.header) == REJECTED_LINE_KEY for column in self.columns)

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
