from datetime import date

import pytest

from crm.months import months_before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 11, 21), 12, date(2026, 11, 21)),
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2027, 12, 1), 36, date(2024, 12, 1)),
    ],
)
def test_months_are_counted_back(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
