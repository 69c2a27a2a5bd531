from datetime import date

import pytest

from crm.board.forms import EARLIEST, DayForm

TODAY = date(2026, 11, 21)


def form(on: str) -> DayForm:
    return DayForm({"on": on}, today=TODAY)


@pytest.mark.parametrize("on", ["2026-11-21", "2024-02-29", "2000-01-01", " 2025-05-05 "])
def test_days_until_today_are_fine(on: str) -> None:
    assert form(on).is_valid()


@pytest.mark.parametrize("on", ["2026-11-22", "1999-12-31", "0001-01-01", "9999-12-31"])
def test_a_day_that_has_not_been_or_lies_long_ago_is_not(on: str) -> None:
    found = form(on)
    assert not found.is_valid()
    assert EARLIEST.isoformat() in found.errors["on"][0]


@pytest.mark.parametrize("on", ["", "21/11 2026", "2026-02-30", "<script>", "2026-11-21T00:00", "\x00"])
def test_what_is_no_day_gets_an_example(on: str) -> None:
    found = form(on)
    assert not found.is_valid()
    assert len(found.errors["on"]) == 1
