import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from crm.rosters.reading import RosterReading, UnreadableRoster, workbooks
from tests.rosters.reading.making import read

HEADER = ("Medlemsnummer", "Förnamn", "Efternamn", "Postnummer", "Telefon", "Medlem sedan", "Betalt till")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*sheets: Iterable[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def packed(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def numbers(reading: RosterReading) -> list[tuple[int, str]]:
    return [(line.line, line.member_number) for line in reading.members]


def test_what_excel_made_of_numbers_and_dates() -> None:
    row = (1001.0, "Åsa", "Ek", 58222.0, 701740605.0, datetime.fromisoformat("2020-03-04"), date(2027, 6, 30))
    reading = read(workbook([HEADER, row]), "medlemmar.xlsx")
    assert (reading.encoding, reading.delimiter) == ("", "")
    values = reading.members[0].values
    assert values is not None
    assert (values.member_number, values.postcode, values.phones) == ("1001", "582 22", ("+46701740605",))
    assert (values.joined_on, values.paid_until) == (date(2020, 3, 4), date(2027, 6, 30))


def test_a_workbook_named_csv_is_read() -> None:
    assert numbers(read(workbook([HEADER, ("1001", "Åsa", "Ek")]), "medlemmar.csv")) == [(2, "1001")]


def test_the_sheet_with_the_header_is_read() -> None:
    content = workbook(
        [("Förklaring",), ("Fråga Namn om filen",)], [("Titel",), HEADER, ("1001", "Åsa", "Ek")]
    )
    reading = read(content)
    assert numbers(reading) == [(3, "1001")]
    assert reading.title == "Titel"


def test_gaps_count_and_trailing_blank_rows_do_not() -> None:
    blank: tuple[object, ...] = (None,)
    reading = read(workbook([HEADER, blank, ("1001", "Åsa", "Ek"), *[blank] * 50]))
    assert numbers(reading) == [(3, "1001")]
    assert reading.counts.lines == 3


@pytest.mark.parametrize("value", [True, 1.5, 10**20, 1e300, "#N/A", "=1+1", "\u202ex"])
def test_odd_cells_do_no_harm(value: object) -> None:
    assert read(workbook([HEADER, ("1001", "Åsa", "Ek", value, value, value, value)])).counts.members == 1


def test_a_small_file_that_unpacks_to_very_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_SHEET_CELLS", 300_000)
    content = with_sheet(sheet_of(f"<row>{'<c/>' * 100}</row>" * 4_000))
    assert len(content) < 71_000
    with pytest.raises(UnreadableRoster) as caught:
        read(content)
    assert caught.value.code == "too_many_cells"


def test_many_cells_in_a_small_file_are_read() -> None:
    content = with_sheet(sheet_of(inline(*["Namn"] * 20) * 2_000))
    assert len(content) < 71_000
    assert read(content).counts.not_member_rows == 2_000


def test_a_wrong_dimension_cuts_no_rows() -> None:
    rows = inline("Medlemsnr", "Namn") + inline("1001", "Ek, Anna")
    sheet = sheet_of(rows).replace("<sheetData>", '<dimension ref="A1"/><sheetData>')
    assert numbers(read(with_sheet(sheet))) == [(2, "1001")]


def sheet_of(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def inline(*cells: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


def with_sheet(xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([("x",)]))) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            new.writestr(name, xml if name.startswith("xl/worksheets/") else old.read(name))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed({"medlemmar.csv": "Medlemsnr;Namn\n1;Ek, Anna\n"}), "packed"),
        (
            packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}),
            "open_document",
        ),
        (packed({"xl/workbook.xml": "rubbish"}), "damaged_workbook"),
        (packed({"x": "y"})[:-30], "damaged_workbook"),
        (b"PK\x05\x06" + bytes(18), "packed"),
        (b"PK\x03\x04 and then text", "damaged_workbook"),
        (with_sheet("<worksheet><broken"), "damaged_workbook"),
        (workbook([]), "no_header"),
    ],
    # By name: a zip's bytes hold the time at which it was made, and xdist compares ids.
    ids=["csv", "open-document", "rubbish", "cut-off", "empty", "text", "broken-sheet", "no-rows"],
)
def test_what_is_no_workbook_is_told(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        read(content, "medlemmar.xlsx")
    assert caught.value.code == code


def test_a_file_that_unpacks_to_too_much_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 5_000_000)
    content = with_sheet(" " * 5_000_000)
    assert len(content) < 71_000
    with pytest.raises(UnreadableRoster) as caught:
        read(content)
    assert caught.value.code == "too_many_cells"
