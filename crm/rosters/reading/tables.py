"""From a file to rows of cells with their line numbers: delimited text here, Excel in ``workbooks``."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crm.rosters.reading.columns import recognised
from crm.rosters.reading.encoding import decode
from crm.rosters.reading.errors import UnreadableRoster
from crm.rosters.reading.workbooks import is_workbook, rows_of_workbook

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 250_000
MAX_COLUMNS = 20_000
MAX_CELLS = 10_000_000
DELIMITERS = (";", ",", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=(.)"?[\r\n]+', re.IGNORECASE)
_SAMPLE_CHARS = 100_000
_SAMPLE_ROWS = 60
# A quoted cell over more physical lines than this is a stray quote that has swallowed members.
_MOST_LINES_IN_A_RECORD = 20

# The library refuses cells over 131 072 characters; the size of the whole file is limit enough.
csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))

Row = tuple[int, list[str]]


@dataclass(slots=True)
class Table:
    """``rows`` gives (first physical line from 1, cells); it can be read once."""

    rows: Iterator[Row]
    encoding: str
    delimiter: str
    stray_quotes: bool = False


def open_table(content: bytes, encoding: str | None = None) -> Table:
    """The file as a table. Raises UnreadableRoster, also while the rows are read."""
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableRoster("empty")
    if len(content) > MAX_BYTES:
        raise UnreadableRoster("too_large", megabytes=MAX_BYTES // 1024 // 1024)
    if is_workbook(content):
        return Table(rows=_within_limits(rows_of_workbook(content)), encoding="", delimiter="")
    text, name = decode(content, encoding)
    if not text.strip():
        raise UnreadableRoster("empty")
    return _open_text(text, name)


def _open_text(text: str, encoding: str) -> Table:
    sep = _SEP_LINE.match(text)
    told = sep[1] if sep else ""
    delimiter = told if told == "\t" or (told.isprintable() and told not in '"=') else ""
    delimiter = delimiter or find_delimiter(text)
    stray = has_stray_quotes(text, delimiter)
    rows = _rows(text, delimiter, quoted=not stray)
    if sep:
        rows = ((line, [] if line == 1 else cells) for line, cells in rows)
    return Table(rows=_within_limits(rows), encoding=encoding, delimiter=delimiter, stray_quotes=stray)


def find_delimiter(text: str) -> str:
    """The delimiter under which a header shows; else the one that gives the most even table."""
    sample = text[:_SAMPLE_CHARS]

    def worth(delimiter: str) -> tuple[int, int]:
        if delimiter not in sample:
            return 0, 0
        rows = list(islice(_reader(_lines(sample), delimiter), _SAMPLE_ROWS))
        widths = Counter(len(cells) for cells in rows if len(cells) > 1)
        most = max((len(recognised(cells[:200])) for cells in rows), default=0)
        return most, max((width * times for width, times in widths.items()), default=0)

    return max(DELIMITERS, key=worth)


def has_stray_quotes(text: str, delimiter: str) -> bool:
    """Whether a quote without its fellow would swallow lines: then quotes are taken for ordinary characters."""
    if '"' not in text:
        return False
    end = "\x00end"  # NULs are gone from the text, so no cell is this
    before, cells = 0, [""]
    width = 0
    reader = _reader(_lines(f"{text}\n{end}\n"), delimiter)
    for cells in reader:
        spanned = reader.line_num - before
        before = reader.line_num
        if spanned > _MOST_LINES_IN_A_RECORD or (spanned > 1 and _swallowed(cells, delimiter, width)):
            return True
        width = max(width, len(cells)) if before <= _SAMPLE_ROWS else width
    return cells != [end]


def _swallowed(cells: list[str], delimiter: str, width: int) -> bool:
    """A cell with a line in it that is itself as wide as the table's rows."""
    return width > 2 and any(
        line.count(delimiter) >= width - 2
        for cell in cells
        if "\n" in cell or "\r" in cell
        for line in cell.splitlines()[1:]
    )


def _rows(text: str, delimiter: str, *, quoted: bool) -> Iterator[Row]:
    reader = _reader(_guarded(_lines(text), delimiter), delimiter, quoted=quoted)
    line = 1
    for cells in reader:
        yield line, cells if quoted else [_unquote(cell) for cell in cells]
        line = reader.line_num + 1


def _reader(lines: Iterable[str], delimiter: str, *, quoted: bool = True) -> Any:
    if quoted:
        return csv.reader(lines, delimiter=delimiter)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _lines(text: str) -> io.StringIO:
    """Physical lines by CR, LF and CRLF, each with its end, as the csv module wants them."""
    return io.StringIO(text, newline="")


def _guarded(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """A line with more columns than any sheet has is refused before it becomes a list of millions."""
    for line in lines:
        if len(line) > MAX_COLUMNS and line.count(delimiter) >= MAX_COLUMNS and '"' not in line:
            raise UnreadableRoster("too_many_cells")
        yield line


def _unquote(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _within_limits(rows: Iterable[Row]) -> Iterator[Row]:
    cells_seen = 0
    for count, row in enumerate(rows, 1):
        cells_seen += len(row[1])
        if len(row[1]) > MAX_COLUMNS:
            raise UnreadableRoster("too_many_cells")
        if count > MAX_ROWS:
            raise UnreadableRoster("too_many_rows", rows=MAX_ROWS)
        if cells_seen > MAX_CELLS:
            raise UnreadableRoster("too_many_cells")
        yield row
