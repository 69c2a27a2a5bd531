"""The board's figures as files: everything the page says, nothing that a spreadsheet runs, and no names."""

import csv
import io
from datetime import date
from typing import Any

import pytest
import tablib
from django.test import Client

from crm.board import tables
from crm.board.overview import overview
from crm.extensions import PublishedTable
from crm.people.models import Branch
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 15)


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create()
    for _ in range(6):
        period(found, date(2020, 1, 1), date(2026, 2, 3), reason="moved")
    period(found, date(2026, 3, 1))
    applied_roster(found, date(2026, 1, 31))
    return found


def lines(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


def test_every_figure_of_the_page_is_a_row(branch: Branch) -> None:
    page = overview(branch, ON)
    told = tables.figures(page)
    assert [row[:2] for row in told.rows] == [
        (str(read.figure.label), read.value) for read in page.explained.values()
    ]
    assert all(row[-1] for row in told.rows)


def test_every_month_of_the_page_is_a_row_that_adds_up(branch: Branch) -> None:
    page = overview(branch, ON)
    told = tables.months(page.months)
    assert [row[0] for row in told.rows] == [f"{month.first:%Y-%m}" for month in page.months]
    for _month, opening, joined, returned, left, closing, _remark in told.rows:
        assert opening + joined + returned - left == closing  # type: ignore[operator]


def test_the_running_month_and_those_before_the_first_roster_are_remarked(branch: Branch) -> None:
    remarks = [row[-1] for row in tables.months(overview(branch, ON).months).rows]
    assert (remarks[0], remarks[-2], remarks[-1]) == ("osäker", "", "pågår")


def test_the_csv_holds_the_tables_one_below_another(branch: Branch) -> None:
    found = tables.tables(overview(branch, ON))
    told = lines(tables.as_csv(found))
    for table in found:
        place = next(place for place, line in enumerate(told) if line[0] == table.title)
        assert told[place + 1][: len(table.headers)] == list(table.headers)
        rows = told[place + 2 : place + 2 + len(table.rows)]
        assert [line[0] for line in rows] == [str(row[0]) for row in table.rows]


def test_the_workbook_holds_a_sheet_for_each(branch: Branch) -> None:
    found = tables.tables(overview(branch, ON))
    book: Any = tablib.Databook().load(tables.as_workbook(found), "xlsx")
    assert [sheet.title for sheet in book.sheets()] == [table.title for table in found]
    numbers = [row[5] for row in book.sheets()[1]]
    assert numbers == [row[5] for row in found[1].rows]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    table = PublishedTable("table", evil, (evil, "b"), [(evil, -3)], note=evil)
    cells = [cell for line in lines(tables.as_csv([table])) for cell in line]
    assert [cell for cell in cells if cell.startswith(start) and cell != "-3"] == []
    workbook = tables.as_workbook([PublishedTable("table", "t", (evil, "b"), [(evil, -3)])])
    (sheet,) = tablib.Databook().load(workbook, "xlsx").sheets()
    assert [*sheet.headers, *sheet[0]] == [told(evil), "b", told(evil), -3]


def told(evil: str) -> str:
    """As a workbook keeps it: marked as text, and a line's end is a line's end."""
    return f"'{evil}".replace("\r", "\n")


def test_what_is_not_known_is_empty_and_nought_is_nought() -> None:
    assert [tables.safe(cell) for cell in (None, 0, 0.5, "", "=1")] == ["", 0, 0.5, "", "'=1"]


@pytest.mark.parametrize(("file_format", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_file_of_a_day(client: Client, branch: Branch, file_format: str, begins: bytes) -> None:
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/styrelsen/siffror.{file_format}?on=2026-06-15")
    assert answer.content.startswith(begins)
    name = f'attachment; filename="{branch.slug}-2026-06-15.{file_format}"'
    assert answer.headers["Content-Disposition"] == name


@pytest.mark.parametrize("address", ["siffror.exe", "siffror.csv?on=2999-01-01", "rapport.pdf?on=x"])
def test_what_there_is_not_is_not_found(client: Client, branch: Branch, address: str) -> None:
    log_in_as(client, "board", branch)
    assert client.get(f"/{branch.slug}/styrelsen/{address}").status_code == 404


@pytest.mark.parametrize(
    "address", ["siffror.csv", "siffror.json", "siffror.xlsx", "rapport.pdf", "verksamhetsberattelse/"]
)
@pytest.mark.parametrize(("kind", "status"), [("board", 200), ("call_leader", 200), ("caller", 403)])
def test_who_sees_the_figures_takes_them_away(
    client: Client, branch: Branch, address: str, kind: str, status: int
) -> None:
    log_in_as(client, kind, branch)
    assert client.get(f"/{branch.slug}/styrelsen/{address}").status_code == status
    log_in_as(client, kind, BranchFactory.create())
    assert client.get(f"/{branch.slug}/styrelsen/{address}").status_code == 404


def test_no_name_is_in_a_file(client: Client, branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    log_in_as(client, "board", branch)
    base = f"/{branch.slug}/styrelsen/"
    body = client.get(f"{base}siffror.csv").content.decode()
    book: Any = tablib.Databook().load(client.get(f"{base}siffror.xlsx").content, "xlsx")
    cells = body + str([sheet.dict for sheet in book.sheets()])
    assert [word for word in (member.last_name, member.member_number, member.email) if word in cells] == []
