"""Printed pages: A4, black and white, with the product's own typeface, so that å ä ö and every name come out.

An app lays out its own sheet; what all sheets share stands here.
"""

import io
from pathlib import Path

import segno
from django.utils.translation import gettext as _
from fpdf import FPDF

FONTS = Path(__file__).resolve().parent / "fonts"
MARGIN = 15  # millimetres
SMALL = 9  # points
READABLE = 14  # points: what a 75-year-old reads without leaning in


class Sheet(FPDF):
    """An A4 document, lengths in millimetres; each page ends with ``footer_text`` and "page x of y"."""

    def __init__(self, *, title: str, language: str, footer_text: str = "", landscape: bool = False) -> None:
        super().__init__(orientation="landscape" if landscape else "portrait", unit="mm", format="A4")
        self.footer_text = footer_text
        self.add_font("sans", "", FONTS / "DejaVuSans.ttf")
        self.add_font("sans", "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 8)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Tusen")
        self.alias_nb_pages("{pages}")
        self.write_in(READABLE)

    def write_in(self, points: float, *, bold: bool = False) -> None:
        """The size and weight of what is written next."""
        self.set_font("sans", "B" if bold else "", points)

    def qr(self, address: str, *, x: float, y: float, side: float) -> None:
        """A QR code of ``address``, ``side`` millimetres wide with its quiet zone."""
        code = segno.make(address, error="m", micro=False)
        matrix = list(code.matrix_iter(scale=1, border=4))
        module = side / len(matrix)
        self.set_fill_color(0)
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    self.rect(x + column * module, y + row * module, module, module, style="F")

    def footer(self) -> None:
        self.set_y(-MARGIN - 3)
        self.write_in(SMALL)
        page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{pages}"}
        self.cell(self.epw * 0.75, 6, self.footer_text)
        self.cell(self.epw * 0.25, 6, page, align="R")

    def as_bytes(self) -> bytes:
        """The finished document."""
        written = io.BytesIO()
        self.output(written)
        return written.getvalue()
