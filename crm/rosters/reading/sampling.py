"""A look at a file's columns for the officer who says what they hold: a few values of each, none of them kept.

Nothing is shown that is an identity number, or only looks like one, and nobody with protected identity.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.utils import timezone

from crm.rosters.reading.choices import headers_digest
from crm.rosters.reading.columns import Column, Field, field_of, find_header
from crm.rosters.reading.grouping import group
from crm.rosters.reading.roster import HEADER_WITHIN, headers_of, likely_header, table_columns
from crm.rosters.reading.rows import RowReader
from crm.rosters.reading.tables import Row, open_table

_ROWS = 300
_MOST_COLUMNS = 200


@dataclass
class Sample:
    """``columns`` with up to three values each; ``digest`` is of their headers; ``lines`` are those looked at.
    Empty where no row of column names was found: what stands there may be people."""

    encoding: str
    columns: list[Column] = field(default_factory=list)
    digest: str = ""
    lines: list[int] = field(default_factory=list)

    @property
    def recognised(self) -> dict[str, Field | None]:
        """What the headers alone say, by column key."""
        return {column.key: field_of(column.header) for column in self.columns}


def sample(
    content: bytes,
    *,
    encoding: str | None = None,
    mapping: Mapping[str, Field] | None = None,
    without: Collection[int] = (),
    today: date | None = None,
) -> Sample:
    """Raises ``UnreadableRoster``. ``without`` are lines that a whole reading found to be protected."""
    today = today or timezone.localdate()
    table = open_table(content, encoding)
    head = list(islice(table.rows, HEADER_WITHIN))
    place = _header(head, mapping, today)
    if place is None:
        return Sample(table.encoding)
    columns = table_columns(head, place, mapping, today)
    rows = [*head[place + 1 :], *islice(table.rows, _ROWS)]
    lines = _read([row for row in rows if row[0] not in without], columns, today)
    digest = headers_digest(headers_of(head[place][1], today))
    return Sample(table.encoding, columns[:_MOST_COLUMNS], digest, lines)


def digest_of(content: bytes, *, encoding: str | None = None) -> str:
    """Of the headers of a file, by which what was chosen for it is remembered; "" without any."""
    today = timezone.localdate()
    head = list(islice(open_table(content, encoding).rows, HEADER_WITHIN))
    place = _header(head, None, today)
    return "" if place is None else headers_digest(headers_of(head[place][1], today))


def _header(head: list[Row], mapping: Mapping[str, Field] | None, today: date) -> int | None:
    place = find_header([cells for _, cells in head], mapping)
    return likely_header(head, today) if place is None else place


def _read(rows: list[Row], columns: list[Column], today: date) -> list[int]:
    reader = RowReader(columns, today=today, sampled=columns)
    lines = [reader.read(line, cells) for line, cells in rows]
    group(lines)
    reader.fill_samples()
    return [line.line for line in lines]
