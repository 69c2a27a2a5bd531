"""Headings, sentences and tables on the printed report: columns as wide as their words, and nothing over the edge."""

from collections.abc import Sequence
from math import sqrt

from crm.board.tables import Cell
from crm.extensions import PublishedTable
from crm.paper import SMALL, Sheet
from crm.units import grouped

HEADING, TEXT = 13, 10.5  # points
LINE, GAP, ROW, HEAD_LINE = 5.5, 4, 6, 4  # millimetres
# A table's title with its head; and with so many rows begins one that is longer than a page.
BEGUN, SOME = 18, 3
# Between two columns; and how narrow a column is where there is room.
AIR, NARROW = 2, 20


def heading(sheet: Sheet, words: str, *, room: float) -> None:
    """Never left alone at the foot of a page."""
    if sheet.will_page_break(room):
        sheet.add_page()
    sheet.ln(GAP)
    sheet.write_in(HEADING, bold=True)
    sheet.cell(0, 7, words, new_x="LMARGIN", new_y="NEXT")


def say(sheet: Sheet, sentence: str) -> None:
    sheet.write_in(TEXT)
    sheet.multi_cell(0, LINE, sentence, align="L", new_x="LMARGIN", new_y="NEXT")


def draw_table(sheet: Sheet, table: PublishedTable) -> None:
    """On one page where it fits on one; its head stands again on each page that it goes on to."""
    if table.rows:
        draw_rows(sheet, table)
    else:
        heading(sheet, table.title, room=BEGUN)
    if table.note:
        sheet.ln(1)
        say(sheet, table.note)


def draw_rows(sheet: Sheet, table: PublishedTable) -> None:
    widths, aligns = widths_of(sheet, table), aligns_of(table)
    heights = [height_of(sheet, row, widths) for row in table.rows]
    whole = BEGUN + sum(heights)
    heading(sheet, table.title, room=whole if whole < sheet.eph else BEGUN + sum(heights[:SOME]))
    draw_head(sheet, table.headers, widths, aligns)
    for row, height in zip(table.rows, heights, strict=True):
        if sheet.will_page_break(height):
            sheet.add_page()
            draw_head(sheet, table.headers, widths, aligns)
        draw_row(sheet, row, height, widths, aligns)


def written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "–" if cell is None else grouped(cell)


def aligns_of(table: PublishedTable) -> list[str]:
    """Words to the left; a column of numbers to the right, and the words above it with them."""
    columns = list(zip(*table.rows, strict=True))
    return ["R" if place and is_of_numbers(column) else "L" for place, column in enumerate(columns)]


def is_of_numbers(column: Sequence[Cell]) -> bool:
    return not any(isinstance(cell, str) and any(letter.isalpha() for letter in cell) for cell in column)


def widths_of(sheet: Sheet, table: PublishedTable) -> list[float]:
    """Millimetres, within the margins: as wide as all words ask for, else with headers of several lines, else less."""
    columns = list(zip(*table.rows, strict=True))
    for heads, least in (
        ([[head] for head in table.headers], NARROW),
        (split(table), NARROW),
        (split(table), 0),
    ):
        wanted = [max(needed(sheet, *both), least) for both in zip(heads, columns, strict=True)]
        if sum(wanted) <= sheet.epw:
            return wanted
    return shared_out(wanted, sheet.epw)


def shared_out(wanted: Sequence[float], room: float) -> list[float]:
    """The narrow columns get what they ask for; the words of the wide ones are broken in what is left.

    Each of them gets an equal part of the room, and of the rest one that asks for four times as much twice as much.
    """
    fair = room / len(wanted)
    rest = room - sum(min(width, fair) for width in wanted)
    wide = sum(sqrt(width) for width in wanted if width > fair)
    return [width if width <= fair else min(width, fair + rest * sqrt(width) / wide) for width in wanted]


def split(table: PublishedTable) -> list[list[str]]:
    return [head.split() for head in table.headers]


def needed(sheet: Sheet, head: Sequence[str], column: Sequence[Cell]) -> float:
    """Millimetres for the longest of a header's lines and of the cells beneath it."""
    sheet.write_in(SMALL, bold=True)
    widths = [sheet.get_string_width(line) for line in head]
    sheet.write_in(SMALL)
    widths += [sheet.get_string_width(written(cell)) for cell in column]
    return max(widths) + 2 * sheet.c_margin + AIR


def draw_head(sheet: Sheet, headers: Sequence[str], widths: Sequence[float], aligns: Sequence[str]) -> None:
    """As many lines as the longest header needs, all of them down to the rule."""
    sheet.write_in(SMALL, bold=True)
    told = [lines_of(sheet, header, width) for header, width in zip(headers, widths, strict=True)]
    foot = sheet.get_y() + HEAD_LINE * max(map(len, told)) + 1
    left = sheet.l_margin
    for lines, width, align in zip(told, widths, aligns, strict=True):
        for place, words in enumerate(reversed(lines), start=1):
            sheet.set_xy(left, foot - 1 - HEAD_LINE * place)
            sheet.cell(width, HEAD_LINE, words, align=align)
        left += width
    sheet.line(sheet.l_margin, foot, left, foot)
    sheet.set_xy(sheet.l_margin, foot)


def lines_of(sheet: Sheet, words: str, width: float) -> list[str]:
    """As the sheet breaks them in the width."""
    found = sheet.multi_cell(width, HEAD_LINE, words, dry_run=True, output="LINES")
    return [str(line) for line in found] if isinstance(found, list) else [words]


def draw_row(
    sheet: Sheet, row: Sequence[Cell], height: float, widths: Sequence[float], aligns: Sequence[str]
) -> None:
    sheet.write_in(SMALL)
    foot = sheet.get_y() + height
    top, left = sheet.get_y() + 1, sheet.l_margin
    for cell, width, align in zip(row, widths, aligns, strict=True):
        for place, words in enumerate(lines_of(sheet, written(cell), width)):
            sheet.set_xy(left, top + HEAD_LINE * place)
            sheet.cell(width, HEAD_LINE, words, align=align)
        left += width
    sheet.line(sheet.l_margin, foot, left, foot)
    sheet.set_xy(sheet.l_margin, foot)


def height_of(sheet: Sheet, row: Sequence[Cell], widths: Sequence[float]) -> float:
    """Millimetres: as high as the cell with the most lines."""
    sheet.write_in(SMALL)
    lines = [len(lines_of(sheet, written(cell), width)) for cell, width in zip(row, widths, strict=True)]
    return ROW + HEAD_LINE * (max(lines) - 1)
