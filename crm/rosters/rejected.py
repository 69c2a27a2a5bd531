"""The rejected lines of a roster as a file of their own: to be mended and brought in by itself.

What stands in it is what was staged: normalised values, so no identity number and nobody protected.
"""

from collections.abc import Iterable

import tablib
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access import Permission, require
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Member, User
from crm.rosters import access, pages
from crm.rosters.exporting import national
from crm.rosters.matching import Outcome
from crm.rosters.models import RosterImport, RosterRow
from crm.rosters.reading import Key, Reason
from crm.spreadsheets import harmless

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Headers that the import knows again; by the first one it knows the file for what it is.
_LINE, _REASON, _REMARKS = "Avvisad rad", "Skäl", "Att rätta till"
_NUMBER = "Medlemsnummer"
_COLUMNS = {
    "first_name": "Förnamn",
    "last_name": "Efternamn",
    "care_of": "C/o",
    "street": "Gatuadress",
    "postcode": "Postnummer",
    "town": "Ort",
    "phones": "Telefon",
    "email": "E-post",
    "birth_year": "Födelsedatum",
    "joined_on": "Medlem sedan",
    "paid_until": "Betalt t.o.m.",
    "clubs": "Förening",
}


@transaction.atomic
def rejected_lines(roster_import: RosterImport, *, by: User) -> list[RosterRow]:
    """The lines in their order. Whom the branch knows by number is noted in the access log."""
    require(by, Permission.IMPORT_ROSTERS, roster_import.branch)
    rows = list(access.rows_of(roster_import, Outcome.REJECTED))
    known = Member.objects.filter(
        branch=roster_import.branch,
        member_number__in={row.member_number for row in rows if row.member_number},
    )
    log_read(
        user=by,
        branch=roster_import.branch,
        members=known.values_list("pk", flat=True),
        purpose=AccessLog.Purpose.EXPORT,
        reason=_("Rejected lines of %(file)s") % {"file": roster_import.filename[-150:]},
    )
    return rows


def as_file(roster_import: RosterImport, rows: Iterable[RosterRow], file_format: str) -> tuple[str, bytes]:
    """The content type and the bytes of "csv" (with a mark in front, semicolons) or "xlsx"."""
    dataset = _as_dataset(roster_import, rows)
    if file_format == "csv":
        content = b"\xef\xbb\xbf" + str(dataset.export("csv", delimiter=";")).encode()
    else:
        content = dataset.export("xlsx", escape=True)
    return FORMATS[file_format], content


def file_name(roster_import: RosterImport, file_format: str) -> str:
    """With the roster's own date: that is of which day the mended lines are."""
    day = roster_import.roster_date or timezone.localdate()
    return f"avvisade-{day:%Y-%m-%d}.{file_format}"


def _as_dataset(roster_import: RosterImport, rows: Iterable[RosterRow]) -> tablib.Dataset:
    """Where members are told apart without numbers, our own are left out: they belong to nobody yet."""
    has_numbers = roster_import.choices.get("key", Key.MEMBER_NUMBER) == Key.MEMBER_NUMBER
    numbers = [_NUMBER] if has_numbers else []
    dataset = tablib.Dataset(headers=[_LINE, _REASON, _REMARKS, *numbers, *_COLUMNS.values()])
    for row in rows:
        said = [row.member_number] if has_numbers else []
        cells = [str(row.line), *_why(row), *said, *(_cell(name, row) for name in _COLUMNS)]
        dataset.append([harmless(cell) for cell in cells])
    return dataset


def _why(row: RosterRow) -> tuple[str, str]:
    remarks = [pages.remark_in_words(field, code) for field, code in row.remarks]
    return str(Reason(row.reason).label), " ".join(remarks)


def _cell(name: str, row: RosterRow) -> str:
    value = row.values.get(name)
    if name == "phones":
        return ", ".join(national(number) for number in value or ())
    if name == "clubs":
        return " | ".join(value or ())
    return str(value or "")
