"""A sheet to draw on, and what can be read on it."""

import io

from pypdf import PdfReader

from crm.paper import Sheet


def sheet() -> Sheet:
    found = Sheet(title="t", language="sv")
    found.add_page()
    return found


def pages_of(drawn: Sheet) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(drawn.as_bytes())).pages]
