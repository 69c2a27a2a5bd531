"""Excel workbooks: read cell by cell, with limits, for a small file can unpack to a very large one."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]

from crm.rosters.reading.columns import recognised
from crm.rosters.reading.encoding import visible
from crm.rosters.reading.errors import UnreadableRoster

MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_SHEET_CELLS = 3_000_000
_HEADER_WITHIN = 40
# Beyond it a float has lost digits: nothing to be read as a number of any kind.
_LARGEST_WHOLE = 10**15


def is_workbook(content: bytes) -> bool:
    """Whether the file is an .xlsx, whatever its name. Raises for other packed files, saying what they are."""
    if not content.startswith(b"PK\x03\x04"):
        if content.startswith((b"PK\x05\x06", b"PK\x07\x08")):
            raise UnreadableRoster("packed")
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableRoster("damaged_workbook") from error
    names = {member.filename for member in members}
    if "content.xml" in names and "mimetype" in names:
        raise UnreadableRoster("open_document")
    if not any(name.startswith("xl/") for name in names):
        raise UnreadableRoster("packed")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise UnreadableRoster("too_many_cells")
    return True


def rows_of_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(row from 1, cells as text) of the first sheet that has a header, else of the first sheet."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever the damage leads to
        raise UnreadableRoster("damaged_workbook") from error
    try:
        yield from _rows(_sheet_with_header(book))
    except UnreadableRoster:
        raise
    except Exception as error:  # as above, later in the file
        raise UnreadableRoster("damaged_workbook") from error
    finally:
        book.close()


def _sheet_with_header(book: Any) -> Any:
    sheets = book.worksheets
    if not sheets:
        raise UnreadableRoster("empty")
    best, best_count = sheets[0], 1
    for sheet in sheets[:20]:
        sheet.reset_dimensions()  # some programs write a wrong one, and rows would be cut
        rows = (cells for _, cells in islice(_rows(sheet), _HEADER_WITHIN))
        count = max((len(recognised(cells[:200])) for cells in rows), default=0)
        if count > best_count:
            best, best_count = sheet, count
    return best


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    seen = 0
    blanks: list[tuple[int, list[str]]] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        seen += len(row)
        if seen > MAX_SHEET_CELLS:
            raise UnreadableRoster("too_many_cells")
        cells = [_text(value) for value in row]
        if not any(cells):
            blanks.append(
                (number, [])
            )  # rows that are only formatted trail many a sheet: told when one follows
            continue
        yield from blanks
        blanks.clear()
        yield number, cells


def _text(value: object) -> str:
    """A cell as somebody would have typed it: 1001.0 → 1001, a date in ISO form."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        value = int(value)
    elif isinstance(value, bool):
        value = "ja" if value else "nej"
    elif isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    return "" if value is None else visible(str(value))
