from datetime import date

from crm.figures import months


def test_months_of_two_years() -> None:
    found = list(months.months_between(date(2025, 11, 21), date(2026, 2, 1)))
    assert found == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_last_day_of_a_leap_february() -> None:
    assert months.last_of_month(date(2028, 2, 3)) == date(2028, 2, 29)


def test_months_back_over_new_year() -> None:
    assert months.months_back(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert months.months_back(date(2026, 11, 21), 24) == date(2024, 11, 1)


def test_a_year_that_ends_with_the_day_has_ended() -> None:
    days = (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1))
    ends = [months.last_year_end(day) for day in days]
    assert ends == [date(2025, 12, 31), date(2026, 12, 31), date(2026, 12, 31)]
