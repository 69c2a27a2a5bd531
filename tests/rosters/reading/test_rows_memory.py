"""Cells that come again and again are read once."""

import pytest

from crm.rosters.reading import rows
from crm.rosters.reading.rows import _Known


def counting() -> tuple[list[str], _Known]:
    asked: list[str] = []

    def read(text: str) -> tuple[object, str]:
        asked.append(text)
        return text.upper(), ""

    return asked, _Known(read)


def test_the_same_cell_is_read_once() -> None:
    asked, known = counting()
    assert [known["åby"], known["ryd"], known["åby"]] == [("ÅBY", ""), ("RYD", ""), ("ÅBY", "")]
    assert asked == ["åby", "ryd"]


def test_a_long_cell_is_not_kept() -> None:
    asked, known = counting()
    long = "x" * (rows._LONGEST_KNOWN + 1)
    assert known[long] == known[long] == (long.upper(), "")
    assert (len(asked), len(known)) == (2, 0)


def test_too_many_different_cells_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_MOST_KNOWN", 2)
    _asked, known = counting()
    for text in ("a", "b", "c"):
        known[text]
    assert dict(known) == {"c": ("C", "")}
