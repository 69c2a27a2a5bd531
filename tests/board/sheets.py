"""A sheet to draw on, and what can be read on it; the tables told to programs, as a file."""

import io
from typing import Any

from pypdf import PdfReader

from crm.board import tables
from crm.extensions import PublishedTable
from crm.paper import Sheet


def sheet() -> Sheet:
    found = Sheet(title="t", language="sv")
    found.add_page()
    return found


def pages_of(drawn: Sheet) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(drawn.as_bytes())).pages]


def as_csv(told: dict[str, dict[str, Any]]) -> str:
    """The tables of ``siffror.json``."""
    return tables.as_csv(
        PublishedTable(
            name, table["title"], tuple(table["headers"]), [*map(tuple, table["rows"])], table["note"]
        )
        for name, table in told.items()
    )
