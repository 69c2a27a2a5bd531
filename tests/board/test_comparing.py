from datetime import date
from xml.etree import ElementTree as Tree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm import units
from crm.board import comparing
from crm.board.comparing import WIDTH, Beside
from crm.extensions import Figure
from crm.figures.months import a_year_before
from crm.figures.reading import Reading
from crm.people.models import Branch

numbers = st.none() | st.integers(0, 100_000)


def not_asked(branch: Branch, on: date) -> None:
    raise AssertionError


def reading(value: int | None) -> Reading:
    return Reading(Figure("x", "x", units.MEMBERS, "", not_asked), value)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 3, 1), date(2025, 3, 1)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2029, 2, 28), date(2028, 2, 28)),
        (date(2026, 12, 31), date(2025, 12, 31)),
    ],
)
def test_the_same_date_last_year(day: date, before: date) -> None:
    assert a_year_before(day) == before


def test_what_is_not_known_this_year_is_not_compared() -> None:
    now = {"a": reading(5), "b": reading(None)}
    then = {"a": reading(None), "b": reading(7)}
    assert comparing.beside(now, then, {"a": "A", "b": "B", "c": "C"}) == [Beside("A", 5, None)]


@pytest.mark.parametrize(
    ("then", "says"), [(12, "Reached: 30, and 12 a year ago."), (None, "Reached: 30, not known a year ago.")]
)
def test_it_is_said_in_words(then: int | None, says: str) -> None:
    with translation.override("en"):
        assert Beside("Reached", 30, then).sentence == says


@given(st.lists(st.tuples(st.integers(0, 100_000), numbers), min_size=1, max_size=4))
def test_bars_keep_to_the_picture_and_to_each_other(pairs: list[tuple[int, int | None]]) -> None:
    found = comparing.picture([Beside(str(place), now, then) for place, (now, then) in enumerate(pairs)])
    widths = [width for row in found.rows for width in (row.now_width, row.then_width)]
    values = [value or 0 for pair in pairs for value in pair]
    assert min(widths) >= 0
    assert max(widths) < WIDTH - 60
    largest = max(values)
    assert all(
        abs(width * largest - value * max(widths)) <= largest
        for width, value in zip(widths, values, strict=True)
    )


def test_the_picture_has_its_words_and_its_table() -> None:
    found = comparing.picture([Beside("Reached", 30, 12), Beside("Kept", 31, None)])
    tree = Tree.fromstring(render_to_string("board/beside.html", {"picture": found, "title": "Calls"}))
    svg = tree.find("svg")
    assert svg is not None
    assert svg.get("aria-label") == found.sentence
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert rows == [["Reached", "30", "12"], ["Kept", "31", "–"]]
