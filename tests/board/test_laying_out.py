"""Tables on the printed report: within the margins, with headers that do not run into each other."""

import string

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.board import laying_out
from crm.extensions import PublishedTable
from crm.paper import SMALL
from tests.board.sheets import pages_of, sheet

WORDS = st.text(string.ascii_letters + "åäö ", max_size=30)
CELLS = st.none() | st.integers(0, 9_999_999) | WORDS
LONG = PublishedTable(
    "staying",
    "Medlemmar ett år efter inträdet",
    ("Gick med", "Nya", "Efter sex månader", "Efter ett år", "Procent", "Anmärkning"),
    [("2024 kv 4 – 2025 kv 2", 42, None, 37, 88, ""), ("2025 kv 3", 23, None, None, None, "visas senare")],
)


@st.composite
def tables(draw: st.DrawFn) -> PublishedTable:
    columns = draw(st.integers(1, 8))
    headers = tuple(draw(st.lists(WORDS, min_size=columns, max_size=columns)))
    rows = draw(st.lists(st.tuples(*[CELLS] * columns), min_size=1, max_size=4))
    return PublishedTable("table", "Rubrik", headers, rows)


SHEET = sheet()


@settings(deadline=None, max_examples=60)
@given(tables())
def test_no_table_goes_over_the_edge(table: PublishedTable) -> None:
    widths = laying_out.widths_of(SHEET, table)
    assert len(widths) == len(table.headers)
    assert min(widths) > 0
    assert sum(widths) <= SHEET.epw + 0.01


@settings(deadline=None, max_examples=60)
@given(tables())
def test_what_is_written_in_a_column_stays_in_it_and_is_not_cut(table: PublishedTable) -> None:
    widths = laying_out.widths_of(SHEET, table)
    SHEET.write_in(SMALL)
    for row in table.rows:
        for cell, width in zip(row, widths, strict=True):
            lines = laying_out.lines_of(SHEET, laying_out.written(cell), width)
            assert "".join("".join(lines).split()) == "".join(laying_out.written(cell).split())
            assert max(map(SHEET.get_string_width, lines)) <= width - 2 * SHEET.c_margin + 0.01


def test_every_column_of_a_real_table_holds_its_words_on_one_line() -> None:
    drawn = sheet()
    widths = laying_out.widths_of(drawn, LONG)
    assert {laying_out.height_of(drawn, row, widths) for row in LONG.rows} == {laying_out.ROW}


def test_a_header_is_as_wide_as_its_column_or_in_several_lines() -> None:
    drawn = sheet()
    widths = laying_out.widths_of(drawn, LONG)
    drawn.write_in(SMALL, bold=True)
    longest = [max(drawn.get_string_width(word) for word in head.split()) for head in LONG.headers]
    assert [
        head for head, least, width in zip(LONG.headers, longest, widths, strict=True) if least > width
    ] == []


def test_a_narrow_table_keeps_its_headers_on_one_line() -> None:
    drawn = sheet()
    table = PublishedTable("table", "t", ("Väg in", "Nya medlemmar"), [("På webben", 21)])
    drawn.write_in(SMALL, bold=True)
    assert laying_out.widths_of(drawn, table)[1] > drawn.get_string_width("Nya medlemmar")


def test_words_stand_to_the_left_and_numbers_to_the_right() -> None:
    assert laying_out.aligns_of(LONG) == ["L", "R", "R", "R", "R", "L"]


@pytest.mark.parametrize(("cell", "is_number"), [("–", True), ("7,4", True), (None, True), ("få", False)])
def test_a_dash_is_a_number_that_is_not_known(cell: str | None, is_number: bool) -> None:
    assert laying_out.is_of_numbers([3, cell]) is is_number


def test_a_long_text_is_broken_and_leaves_the_narrow_columns_their_room() -> None:
    drawn = sheet()
    table = PublishedTable(
        "table", "t", ("Mål", "Läge", "Antal"), [("Öppna möten i kommundelarna " * 12, "nått", 7)]
    )
    goal, *narrow = laying_out.widths_of(drawn, table)
    assert [goal + sum(narrow), goal > 2 * sum(narrow)] == [pytest.approx(drawn.epw), True]
    assert laying_out.height_of(drawn, table.rows[0], [goal, *narrow]) > 3 * laying_out.ROW
    assert {laying_out.height_of(drawn, table.rows[0][1:], narrow)} == {laying_out.ROW}


@pytest.mark.parametrize(
    ("wanted", "widths"),
    [
        ([30, 20], [30, 20]),
        ([10, 500, 20], [10, 70, 20]),
        ([1600, 10, 40], [53.5, 10, 36.5]),
        ([900, 10, 400], [47.3, 10, 42.7]),
    ],
)
def test_narrow_columns_get_what_they_ask_for(wanted: list[float], widths: list[float]) -> None:
    assert laying_out.shared_out(wanted, 100) == pytest.approx(widths, abs=0.1)


def test_a_table_of_broken_rows_is_not_begun_where_it_does_not_fit() -> None:
    drawn = sheet()
    drawn.set_y(200)
    rows: list[tuple[str | int | float | None, ...]] = [("Öppna möten i kommundelarna " * 8, "nått")] * 5
    laying_out.draw_table(drawn, PublishedTable("table", "Rubrik", ("Mål", "Läge"), rows))
    first, second = pages_of(drawn)
    assert ("Rubrik" in first, second.count("nått")) == (False, 5)


def test_a_table_longer_than_a_page_has_its_head_on_each() -> None:
    drawn = sheet()
    laying_out.draw_table(
        drawn, PublishedTable("table", "Rubrik", ("Mål", "Läge"), [("Öppet möte", "nått")] * 90)
    )
    pages = pages_of(drawn)
    assert len(pages) == 3
    assert all("Mål Läge Öppet möte" in page for page in pages)
    assert sum(page.count("Öppet möte nått") for page in pages) == 90


def test_a_table_is_read_back_row_by_row() -> None:
    drawn = sheet()
    with translation.override("sv"):
        laying_out.draw_table(
            drawn, PublishedTable("table", "Rubrik", ("a", "b"), [("x", 1200), ("y", None)], "Not.")
        )
    assert pages_of(drawn)[0].startswith("Rubrik a b x 1 200 y – Not.")


def test_a_header_of_several_lines_does_not_lie_on_the_first_row() -> None:
    drawn = sheet()
    top = drawn.get_y()
    laying_out.draw_head(drawn, ("Gick med", "Efter sex månader"), (30, 20), ("L", "R"))
    assert drawn.get_y() - top > 2 * laying_out.HEAD_LINE


def test_a_table_is_not_begun_where_it_does_not_fit() -> None:
    drawn = sheet()
    drawn.set_y(250)
    laying_out.draw_table(drawn, PublishedTable("table", "Rubrik", ("a", "b"), [("rad", 7)] * 8))
    first, second = pages_of(drawn)
    assert ("Rubrik" in first, "Rubrik a b rad 7" in second) == (False, True)


def test_a_table_without_rows_has_its_note_alone() -> None:
    drawn = sheet()
    laying_out.draw_table(drawn, PublishedTable("table", "Rubrik", ("a", "b"), [], "Inget visas."))
    assert pages_of(drawn)[0].startswith("Rubrik Inget visas.")


@pytest.mark.parametrize("words", ["Å" * 400, "ö " * 300, "Ж漢字 نص", "a\u202eb"])
def test_any_sentence_can_be_printed(words: str) -> None:
    drawn = sheet()
    laying_out.heading(drawn, "Rubrik", room=90)
    laying_out.say(drawn, words)
    assert "Rubrik" in pages_of(drawn)[0]
