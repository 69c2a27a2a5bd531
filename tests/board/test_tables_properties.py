"""Whatever stands in a table: the file holds it once, in its place, and no spreadsheet runs it."""

import csv
import io

import tablib
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from crm.board import tables
from crm.board.tables import Cell
from crm.extensions import PublishedTable
from crm.spreadsheets import FORMULA_STARTS

# What a workbook can hold: no control characters (XML 1.0).
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
evil = st.sampled_from(FORMULA_STARTS).flatmap(lambda start: texts.map(lambda rest: start + rest))
cells: st.SearchStrategy[Cell] = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), texts, evil.filter(lambda text: text[0] not in "\t\r")
)


@st.composite
def published(draw: st.DrawFn) -> PublishedTable:
    width = draw(st.integers(1, 4))
    row = st.tuples(*[cells] * width)
    headers = draw(st.tuples(*[texts] * width))
    return PublishedTable("table", "Tabell", headers, draw(st.lists(row, max_size=5)), draw(texts))


def lines(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


@given(published())
def test_a_csv_holds_each_cell_in_its_place(table: PublishedTable) -> None:
    told = lines(tables.as_csv([table]))
    assert told[0][0] == "Tabell"
    for row, line in zip(table.rows, told[2:], strict=False):
        assert line[: len(row)] == [str(tables.safe(cell)) for cell in row]


@given(published())
def test_no_text_of_a_csv_begins_a_formula(table: PublishedTable) -> None:
    told = lines(tables.as_csv([table]))
    numbers = {str(cell) for row in table.rows for cell in row if isinstance(cell, int)}
    running = [cell for line in told for cell in line if cell.startswith(FORMULA_STARTS)]
    assert set(running) <= numbers


@given(published())
def test_every_line_of_a_csv_has_as_many_cells(table: PublishedTable) -> None:
    assert len({len(line) for line in lines(tables.as_csv([table, table]))}) == 1


@given(st.lists(cells, max_size=6))
def test_numbers_stay_numbers_and_text_is_kept(row: list[Cell]) -> None:
    for cell in row:
        safe = tables.safe(cell)
        if isinstance(cell, int | float):
            assert safe == cell
        elif cell is None:
            assert safe == ""
        else:
            assert str(safe).removeprefix("'") == cell.removeprefix("'") or safe == cell


def test_a_workbook_names_its_sheets_as_briefly_as_it_must() -> None:
    long = "En mycket lång rubrik på en mycket kort tabell"
    book = tablib.Databook().load(tables.as_workbook([PublishedTable("table", long, ("a",), [(1,)])]), "xlsx")
    assert [sheet.title for sheet in book.sheets()] == [long[: tables.LONGEST_SHEET_NAME]]


def test_nobody_reads_a_file_without_logging_in(client: Client) -> None:
    for name in ("siffror.csv", "siffror.xlsx", "rapport.pdf", "lank/", "verksamhetsberattelse/"):
        answer = client.get(f"/row-1/styrelsen/{name}")
        assert answer.headers["location"].startswith("/konto/login/")
