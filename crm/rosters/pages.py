"""What the pages of an import show: its parts, with people's names, and no more of them than fits a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.people.models import Member
from crm.rosters import access
from crm.rosters.correction_lists import ShownCheck, shown_check
from crm.rosters.exporting import national, standing_in_words
from crm.rosters.matching import Outcome
from crm.rosters.models import MissingMember, RosterImport, RosterRow
from crm.rosters.on_file import Standing
from crm.rosters.reading import ENCODINGS, Field, Key, Reason
from crm.rosters.reading.encoding import read_otherwise
from crm.rosters.reading.errors import SENTENCES
from crm.rosters.reading.lines import remark_sentence
from crm.rosters.stops import FIELD_LABELS
from crm.rosters.unchanged import UnchangedRows

SHOWN_AT_ONCE = 10
PER_PAGE = 50
CHECKS_SHOWN = 200
MISSING, LEAVING = "missing", "leaving"

PROBLEMS: dict[str, Promise] = {
    "branch_changed": _(
        "The branch was changed after this preview was made, so nothing was applied. "
        "Here is a new preview: look at it once more."
    ),
    "interrupted": _("The work was interrupted. Nothing of the file has been applied. Try again."),
    "locked": _("The file could not be opened again. Upload it once more."),
    "undo_interrupted": _("The undoing was interrupted. Nothing has been undone. Try again."),
    "undo_too_late": _("A newer file was applied before this one could be undone, so nothing was undone."),
}
PART_TITLES: dict[str, Promise] = {
    Outcome.REJECTED: _("Rejected lines"),
    MISSING: _("Missing from the file"),
    LEAVING: _("Have left"),
    Outcome.CHANGED: _("Changed members"),
    Outcome.NEW: _("New members"),
    Outcome.UNCHANGED: _("Unchanged members"),
    Outcome.REPEATED: _("Further lines of the same member"),
    Outcome.PROTECTED: _("Protected identity"),
    Outcome.NOT_MEMBER: _("Not member rows"),
}
PART_HELP: dict[str, Promise] = {
    Outcome.REJECTED: _("These lines are left out. Mend them in the register, or in the file below."),
    MISSING: _(
        "They are members of the branch but not in the file. They leave the lists from the roster's date, "
        "and count as having left if the next roster lacks them too."
    ),
    LEAVING: _("They were missing in an earlier roster already, and now count as having left."),
    Outcome.CHANGED: _("What the file says otherwise than what is on file."),
    Outcome.NEW: _("They are added to the branch."),
    Outcome.REPEATED: _("A member in several clubs has several lines, and is still one member."),
    Outcome.PROTECTED: _(
        "People with protected identity are not kept here: only the line is counted. Look after them by hand, "
        "outside this system."
    ),
    Outcome.NOT_MEMBER: _("Titles, column names, totals and empty lines."),
}


@dataclass
class Change:
    label: str
    before: str
    after: str


@dataclass
class ShownRow:
    """One line or missing member as a page shows it."""

    line: int | None
    name: str
    number: str
    text: str
    changes: list[Change]
    remarks: list[str]


@dataclass
class Part:
    """One heap of a preview."""

    name: str
    title: str
    help: str
    count: int
    rows: list[ShownRow]
    members: list[Member]

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.rows)


def problem_of(roster_import: RosterImport) -> str:
    """The sentence that says what was wrong, in the reader's language."""
    code = roster_import.problem
    sentence = PROBLEMS.get(code) or SENTENCES.get(code)
    return str(sentence) % roster_import.problem_details if sentence else ""


def head_of(roster_import: RosterImport, *, now: datetime) -> dict[str, Any]:
    """What stands above the lists of people."""
    return {
        "problem": problem_of(roster_import),
        "tiles": tiles_of(roster_import),
        "sum": sum_of(roster_import),
        "doubts": doubts_of(roster_import, now=now),
    }


def tiles_of(roster_import: RosterImport) -> list[dict[str, Any]]:
    """The figures that matter first."""
    names = [Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, MISSING, Outcome.REJECTED, Outcome.PROTECTED]
    return [
        {"label": PART_TITLES[name], "value": getattr(roster_import, name), "name": name} for name in names
    ]


def sum_of(roster_import: RosterImport) -> list[tuple[str, int]]:
    """Every line of the file, by what became of it: adds up to ``lines``."""
    return [
        (str(PART_TITLES[outcome]), getattr(roster_import, field))
        for outcome, field in (
            (Outcome.NEW, "new"),
            (Outcome.CHANGED, "changed"),
            (Outcome.UNCHANGED, "unchanged"),
            (Outcome.REPEATED, "repeated"),
            (Outcome.REJECTED, "rejected"),
            (Outcome.PROTECTED, "protected"),
            (Outcome.NOT_MEMBER, "not_member_rows"),
        )
    ]


def parts_of(roster_import: RosterImport) -> list[Part]:
    """The heaps that want an eye before applying, the gravest first, each with its first rows."""
    if roster_import.contents_gone_at:
        return []
    names = (Outcome.REJECTED, MISSING, LEAVING, Outcome.PROTECTED, Outcome.CHANGED, Outcome.NEW)
    parts = (part_of(roster_import, name, slice(SHOWN_AT_ONCE)) for name in names)
    return [part for part in parts if part.count]


def part_of(roster_import: RosterImport, name: str, some: slice) -> Part:
    query = query_of(roster_import, name)
    rows: list[Any] = list(query[some])
    return Part(
        name=name,
        title=str(PART_TITLES[name]),
        help=str(PART_HELP.get(name, "")),
        count=query.count(),
        rows=[shown(row) for row in rows],
        members=access.members_in(rows),
    )


def paged(roster_import: RosterImport, name: str, number: str | None) -> tuple[Any, Part]:
    rows: Any = query_of(roster_import, name)
    page = Paginator(rows, PER_PAGE).get_page(number)
    first = (page.number - 1) * PER_PAGE
    return page, part_of(roster_import, name, slice(first, first + PER_PAGE))


def query_of(roster_import: RosterImport, name: str) -> "QuerySet[Any] | UnchangedRows":
    if name in (MISSING, LEAVING):
        return access.missing_of(roster_import, is_leaving=name == LEAVING)
    if name == Outcome.UNCHANGED:
        return access.unchanged_of(roster_import)
    return access.rows_of(roster_import, name)


def shown(row: RosterRow | MissingMember) -> ShownRow:
    if isinstance(row, MissingMember):
        return ShownRow(None, row.member.name, row.member.member_number, row.member.town, [], [])
    labels = {reason.value: str(reason.label) for reason in Reason}
    return ShownRow(
        line=row.line,
        name=access.name_of(row),
        number=row.member_number,
        text=labels.get(row.reason, "") or row.values.get("town", ""),
        changes=[
            Change(str(FIELD_LABELS[name]), in_words(name, before), in_words(name, after))
            for name, (before, after) in row.changes.items()
        ],
        remarks=[remark_in_words(field, code) for field, code in row.remarks],
    )


def remark_in_words(field: str, code: str) -> str:
    sentence = remark_sentence(code)
    label = FIELD_LABELS.get(field)
    return f"{str(label).capitalize()}: {sentence}" if label else sentence


def in_words(name: str, value: object) -> str:
    """A value of a change as people write it."""
    if value in (None, "", []):
        return "–"
    if name == "phones":
        return ", ".join(national(number) for number in value)  # type: ignore[attr-defined]
    if name == "status":
        return standing_in_words(Standing(str(value)))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def checks_of(roster_import: RosterImport) -> list[ShownCheck]:
    """What the roster says of local corrections; they are few."""
    return [shown_check(check) for check in access.checks_of(roster_import)[:CHECKS_SHOWN]]


def decided_in_words(roster_import: RosterImport) -> str:
    """What to tell the second of two officers."""
    if roster_import.accepted_by is not None:
        return gettext("%(name)s has already applied this file.") % {"name": roster_import.accepted_by}
    if roster_import.state == RosterImport.State.DISCARDED:
        return gettext("This file has been thrown away in the meantime.")
    return gettext("The preview has been made anew in the meantime. Look at it once more.")


def letters_of(roster_import: RosterImport) -> dict[str, str]:
    """Some names of the file as each encoding would show them; empty for a workbook, which has only one."""
    was = roster_import.encoding
    if not was or roster_import.state != RosterImport.State.STAGED:
        return {}
    shown_rows, _members = sample_of(roster_import)
    text = ", ".join(row.name for row in shown_rows)
    one_byte = [name for name in ENCODINGS if name != "utf-16"]
    return {name: read_otherwise(text, was=was, encoding=name) for name in one_byte} | {was: text}


@dataclass
class Doubts:
    """What an officer should say of a file: headers nobody knew, how members are told apart where numbers are
    lacking; and whether the file is still there for it."""

    unrecognised: list[str]
    lacks_key: bool
    readable: bool


def doubts_of(roster_import: RosterImport, *, now: datetime) -> Doubts:
    key = roster_import.choices.get("key", Key.MEMBER_NUMBER)
    has_number = any(field == Field.MEMBER_NUMBER for _header, field in roster_import.columns)
    return Doubts(
        unrecognised=[header for header, field in roster_import.columns if header and not field],
        lacks_key=key == Key.MEMBER_NUMBER and not has_number and bool(roster_import.columns),
        readable=roster_import.can_be_read_again(now),
    )


def sample_of(roster_import: RosterImport) -> tuple[list[ShownRow], list[Member]]:
    if roster_import.contents_gone_at:
        return [], []
    rows: Sequence[RosterRow] = access.rows_with_swedish_letters(roster_import, at_most=3)
    return [shown(row) for row in rows], access.members_in(list(rows))
