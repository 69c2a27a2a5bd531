"""Reading a roster from end to end: bytes in, every line accounted for out. Touches no database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, islice

from django.utils import timezone

from crm.rosters.reading.choices import Keyed, emptied
from crm.rosters.reading.columns import (
    NAME_FIELDS,
    Column,
    Field,
    columns_of,
    find_header,
)
from crm.rosters.reading.dating import roster_date
from crm.rosters.reading.errors import UnreadableRoster
from crm.rosters.reading.grouping import group
from crm.rosters.reading.identity import drop_numbers
from crm.rosters.reading.lines import Kind, Line, Reason, RosterReading
from crm.rosters.reading.rows import RowReader
from crm.rosters.reading.tables import Row, open_table

HEADER_WITHIN = 40
_LONGEST_TITLE = 200
_LONGEST_HEADER = 60
_MOST_HEADERS_TOLD = 40

# What a member's field can be read from.
_SOURCES: dict[str, tuple[Field, ...]] = {
    "first_name": (Field.FIRST_NAME, Field.FULL_NAME),
    "last_name": (Field.LAST_NAME, Field.FULL_NAME),
    "care_of": (Field.CARE_OF, Field.STREET),
    "street": (Field.STREET,),
    "postcode": (Field.POSTCODE, Field.POSTAL_LINE),
    "town": (Field.TOWN, Field.POSTAL_LINE),
    "phones": (Field.PHONE,),
    "email": (Field.EMAIL,),
    "birth_year": (Field.BIRTH, Field.IDENTITY_NUMBER),
    "joined_on": (Field.JOINED_ON,),
    "paid_until": (Field.PAID_UNTIL,),
    "clubs": (Field.CLUB,),
}


def read_roster(
    content: bytes,
    *,
    filename: str,
    encoding: str | None = None,
    mapping: Mapping[str, Field] | None = None,
    blank: Iterable[str] = (),
    keyed: Keyed | None = None,
    today: date | None = None,
) -> RosterReading:
    """Read an uploaded roster. Raises UnreadableRoster, with a sentence that says what to do, and nothing else.

    ``encoding`` forces one of ``ENCODINGS``; ``mapping`` gives columns (by ``Column.key`` or header) a field,
    before what their headers say; ``blank`` are the keys of those where an empty cell means that there is nothing.
    ``keyed`` gives the lines of a file without member numbers theirs. ``today`` (default: the clock's day) tells
    birth years and dates to come.
    """
    today = today or timezone.localdate()
    table = open_table(content, encoding)
    head = list(islice(table.rows, HEADER_WITHIN))
    place = find_header([cells for _, cells in head], mapping)
    if place is None:
        raise _no_header(head, today)
    titles = [text for _, cells in head[:place] if (text := _title(cells, today))]
    printed_on = roster_date(titles, filename, today)
    columns = table_columns(head, place, mapping, today)
    if not NAME_FIELDS & {column.field for column in columns}:
        raise _no_name_column(headers_of(head[place][1], today))
    reading = RosterReading(
        encoding=table.encoding,
        delimiter=table.delimiter,
        title=titles[0] if titles else "",
        roster_date=printed_on,
        header_line=head[place][0],
        columns=columns,
        fields=_fields(columns),
        stray_quotes=table.stray_quotes,
        emptied=emptied([(column.key, column.field) for column in columns], blank),
    )
    reading.lines = [_above(line, cells) for line, cells in head[:place]]
    reading.lines.append(Line(head[place][0], Kind.NOT_MEMBER, Reason.HEADER))
    reader = RowReader(columns, today=today, keyed=keyed)
    reading.lines += _lines(reader, chain(head[place + 1 :], table.rows))
    group(reading.lines, is_keyed=keyed is not None)
    reader.fill_samples()
    return reading


def _lines(reader: RowReader, rows: Iterator[Row]) -> Iterator[Line]:
    return (reader.read(line, cells) for line, cells in rows)


def _above(line: int, cells: Sequence[str]) -> Line:
    is_blank = not any(cell.strip() for cell in cells)
    return Line(line, Kind.NOT_MEMBER, Reason.BLANK if is_blank else Reason.TITLE)


def _title(cells: Sequence[str], today: date) -> str:
    text = " ".join(" ".join(cells[:20]).split())[: _LONGEST_TITLE * 2]
    return drop_numbers(text, today=today)[0][:_LONGEST_TITLE]


def table_columns(
    head: Sequence[Row], place: int, mapping: Mapping[str, Field] | None, today: date
) -> list[Column]:
    """The table's columns. Rows that are wider than the header, if most are, give it columns without a header."""
    headers = headers_of(head[place][1], today)
    while headers and not headers[-1]:
        headers.pop()
    widths = sorted(_filled_width(cells) for _, cells in head[place + 1 :] if any(cells))
    return columns_of(headers, widths[len(widths) // 2] if widths else 0, mapping)


def headers_of(cells: Sequence[str], today: date) -> list[str]:
    """A row's cells as column names: short, and without an identity number that stands among them."""
    headers = [" ".join(cell.split())[: _LONGEST_HEADER * 2] for cell in cells]
    return [drop_numbers(header, today=today)[0][:_LONGEST_HEADER] for header in headers]


def _filled_width(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _fields(columns: Sequence[Column]) -> frozenset[str]:
    held = {column.field for column in columns}
    return frozenset(name for name, sources in _SOURCES.items() if held.intersection(sources))


def _no_header(head: Sequence[Row], today: date) -> UnreadableRoster:
    place = likely_header(head, today)
    if place is None:
        return UnreadableRoster("no_header")
    return _no_name_column(headers_of(head[place][1], today))


def likely_header(head: Sequence[Row], today: date) -> int | None:
    """The first wide row, if it looks like column names and not like a person's data."""
    for place, (_, cells) in enumerate(head):
        headers = [header for header in headers_of(cells, today) if header]
        if len(headers) < 2:
            continue
        is_data = any("@" in header or any(map(str.isdigit, header)) for header in headers)
        return None if is_data else place
    return None


def _no_name_column(headers: Sequence[str]) -> UnreadableRoster:
    seen = [header for header in headers if header][:_MOST_HEADERS_TOLD]
    return UnreadableRoster("no_name_column", headers=", ".join(seen))
