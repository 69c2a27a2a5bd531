"""What the board's page says, as tables: what the files hold and what the printed report is set from.

All that leaves the page as a table is made here, so that the rule of small groups is tried on every one of them.
"""

from collections.abc import Iterable
from datetime import date

import tablib
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm import extensions
from crm.board import sentences
from crm.board.overview import Overview
from crm.board.staying import NO_CAUSE, StayingTable
from crm.extensions import PublishedTable
from crm.figures.club_goals import ClubGoals
from crm.figures.corrected import Corrected
from crm.figures.membership import Month
from crm.people.models import Branch
from crm.spreadsheets import harmless
from crm.units import grouped

Cell = str | int | float | None
LONGEST_SHEET_NAME = 31  # characters; a workbook's own limit
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tables(page: Overview) -> list[PublishedTable]:
    found = [figures(page), months(page.months, page.corrected), balance(page)]
    if page.clubs and page.clubs.parts:
        found.append(clubs(page.clubs))
    return [*found, *([corrections(page)] if page.corrected else []), leaving(page), *staying(page)]


def published(branch: Branch, page: Overview) -> list[PublishedTable]:
    """All that leaves the page as tables: its own, and those of the apps beside the board."""
    return [*tables(page), *of_parts(branch, page.on)]


def of_parts(branch: Branch, on: date) -> list[PublishedTable]:
    """What the apps beside the board publish on its page."""
    return [
        table for part in extensions.board_parts.all() if part.tables for table in part.tables(branch, on)
    ]


def clubs(told: ClubGoals) -> PublishedTable:
    """Members to the nearest five; the sum is of the goals."""
    rows: list[tuple[Cell, ...]] = [
        (part.club, part.wanted, _("under 5") if part.is_small else part.members, part.to_go)
        for part in told.parts
    ]
    headers = (_("Club"), _("Goal"), _("Members, about"), _("To go"))
    return PublishedTable("club_goals", _("Goals of the clubs"), headers, rows, sentences.clubs(told))


def balance(page: Overview) -> PublishedTable:
    """From the first to the last day of the quarters of which the reasons are told; else of the months of the bars."""
    told = page.balance
    rows: list[tuple[Cell, ...]] = [*told.terms]
    rows.append((_("Members on %(day)s") % {"day": told.last.isoformat()}, told.closing))
    return PublishedTable("balance", _("From one day to another"), (_("What"), _("Members")), rows)


def figures(page: Overview) -> PublishedTable:
    """Every figure of the page, this year and at the same date last year where that is counted."""
    rows: list[tuple[Cell, ...]] = [
        (
            str(read.figure.label),
            read.value,
            page.then[name].value if name in page.then else None,
            str(read.figure.unit),
            str(read.figure.explanation),
        )
        for name, read in page.explained.items()
    ]
    headers = (_("Figure"), page.on.isoformat(), _("A year ago"), _("Unit"), _("How it is counted"))
    return PublishedTable("figures", _("Figures"), headers, rows)


def months(told: Iterable[Month], corrected: Iterable[Corrected] = ()) -> PublishedTable:
    """With what the board was told of a month's end, where that has been corrected since."""
    by_day = {found.on: found for found in corrected if found.figure.name == "members"}
    headers = (
        _("Month"),
        _("Opening"),
        _("Joined"),
        _("Came back"),
        _("Left"),
        _("Closing"),
        _("Remark"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            f"{month.first:%Y-%m}",
            month.opening,
            month.came - month.returned,
            month.returned,
            month.left,
            month.closing,
            remark(month, by_day.get(month.last)),
        )
        for month in told
    ]
    return PublishedTable("months", _("Members month by month"), headers, rows)


def corrections(page: Overview) -> PublishedTable:
    """What the board was told, where something else is counted now, and what changed it."""
    rows: list[tuple[Cell, ...]] = [
        (
            found.on.isoformat(),
            str(found.figure.label),
            found.told,
            found.now,
            " ".join(one.sentence for one in found.causes) or sentences.no_cause(found),
        )
        for found in page.corrected
    ]
    headers = (_("Day"), _("Figure"), _("Told then"), _("Counted now"), _("Corrected by"))
    return PublishedTable("corrected", _("Corrected since"), headers, rows)


def remark(month: Month, corrected: Corrected | None = None) -> str:
    if corrected:
        return _("was %(told)s") % {"told": grouped(corrected.told)}
    if month.running:
        return _("running")
    return "" if month.known else _("uncertain")


def leaving(page: Overview) -> PublishedTable:
    """Groups of 1-4 people are merged, or nothing is told."""
    rows: list[tuple[Cell, ...]] = [(capfirst(str(label)), number) for label, number in page.leaving.reasons]
    if page.leaving.merged:
        rows.append((_("Other reasons, together"), page.leaving.merged))
    headers = (_("Reason"), _("Members"))
    return PublishedTable("leaving_reasons", _("Why members left"), headers, rows, page.leaving.note)


def staying(page: Overview) -> list[PublishedTable]:
    """Who of those who joined were members a year later; the quarters not told yet stand with their reasons."""
    found = [everybody_staying(page), *map(split_staying, page.staying.splits)]
    return [table for table in found if table.rows]


def everybody_staying(page: Overview) -> PublishedTable:
    rows: list[tuple[Cell, ...]] = [
        (row.label, group.joined, row.after_six_months, group.kept, group.percent, "")
        for row in page.staying.everybody.rows
        for group in row.groups
    ]
    rows += [(late.label, late.joined, None, None, None, late.remark) for late in page.staying.coming]
    headers = (
        _("Joined in"),
        _("Joined"),
        _("After six months"),
        _("After a year"),
        _("Per cent"),
        _("Remark"),
    )
    everybody = page.staying.everybody
    return PublishedTable(everybody.name, str(everybody.title), headers, rows, page.staying.note)


def split_staying(table: StayingTable) -> PublishedTable:
    """Two rows for each block: who had the contact, and who had not."""
    rows: list[tuple[Cell, ...]] = [
        (row.label, str(key), group.joined, group.kept if group.is_exact else group.kept_text, group.percent)
        for row in table.rows
        for key, group in zip(table.keys, row.groups, strict=True)
    ]
    headers = (_("Joined in"), _("Group"), _("Joined"), _("After a year"), _("Per cent"))
    return PublishedTable(table.name, str(table.title), headers, rows, str(NO_CAUSE))


def as_csv(found: Iterable[PublishedTable]) -> str:
    """What a Swedish spreadsheet opens by itself: UTF-8 with a mark in front, semicolons; a table below another."""
    lines: list[tuple[Cell, ...]] = []
    for table in found:
        lines += [(table.title,), table.headers, *table.rows, *([(table.note,)] if table.note else []), ()]
    width = max(map(len, lines))
    dataset = tablib.Dataset()
    for line in lines:
        dataset.append([*map(safe, line), *[""] * (width - len(line))])
    return "\ufeff" + str(dataset.export("csv", delimiter=";"))


def as_workbook(found: Iterable[PublishedTable]) -> bytes:
    """A sheet for each table."""
    sheets = []
    for table in found:
        sheet = tablib.Dataset(title=table.title[:LONGEST_SHEET_NAME], headers=[*map(safe, table.headers)])
        for row in [*table.rows, *([(table.note,)] if table.note else [])]:
            sheet.append([*map(safe, row), *[""] * (len(table.headers) - len(row))])
        sheets.append(sheet)
    workbook: bytes = tablib.Databook(sheets).export("xlsx")
    return workbook


def as_file(branch: Branch, page: Overview, file_format: str) -> tuple[str, bytes]:
    """The content type and the bytes of "csv" or "xlsx"."""
    found = published(branch, page)
    if file_format == "csv":
        return "text/csv; charset=utf-8", as_csv(found).encode()
    return WORKBOOK, as_workbook(found)


def safe(cell: Cell) -> str | int | float:
    """Text that no spreadsheet runs; what is not known is empty."""
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell
