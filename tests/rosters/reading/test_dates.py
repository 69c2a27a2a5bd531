from datetime import date

import pytest

from crm.rosters.reading.dates import read_birth_year, read_date
from crm.rosters.reading.dating import roster_date
from tests.rosters.reading.making import TODAY

FIRST_OF_APRIL = date(2023, 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2023-04-01",
        "20230401",
        "230401",
        "1/4 2023",
        "1/4-2023",
        "1.4.2023",
        "2023-04-01 00:00:00",
        "2023-04-01T00:00:00",
        "2023/4/1",
        "45017",
        "45017.0",
        "1 april 2023",
        "den 1:a apr 2023",
    ],
)
def test_all_forms_of_one_day(text: str) -> None:
    assert read_date(text, TODAY) == (FIRST_OF_APRIL, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("-", ""),
        ("saknas", ""),
        ("1/4/2023", "date_ambiguous"),
        ("2023-02-30", "date_not_understood"),
        ("i våras", "date_not_understood"),
        ("1 smarch 2023", "date_not_understood"),
        ("2023", "date_not_understood"),
        ("9" * 100_000, "date_not_understood"),
        ("1900-01-01", "date_placeholder"),
        ("9999-12-31", "date_placeholder"),
        ("2099-12-31", "date_placeholder"),
        ("2026-11-22", "date_in_future"),
    ],
)
def test_what_is_no_date_is_blank_with_a_remark(text: str, code: str) -> None:
    assert read_date(text, TODAY) == (None, code)


def test_days_to_come_make_sense_for_what_is_paid() -> None:
    assert read_date("2027-06-30", TODAY, future=True) == (date(2027, 6, 30), "")
    assert read_date("270630", TODAY, future=True) == (date(2027, 6, 30), "")
    assert read_date("13/12/2026", TODAY, future=True) == (date(2026, 12, 13), "")
    assert read_date("12/13/2026", TODAY, future=True) == (date(2026, 12, 13), "")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1954", 1954),
        ("1954.0", 1954),
        ("1954-01-23", 1954),
        ("19540123", 1954),
        ("540123", 1954),
        ("100123", 2010),
    ],
)
def test_birth_years(text: str, year: int) -> None:
    assert read_birth_year(text, TODAY) == (year, "")


@pytest.mark.parametrize("text", ["1899", "2027", "54", "541399", "gammal", "1/4/1954", "1" * 5_000])
def test_what_is_no_birth_year(text: str) -> None:
    assert read_birth_year(text, TODAY) == (None, "birth_not_understood")


@pytest.mark.parametrize(
    ("titles", "filename", "day"),
    [
        (["Utskriven 2026-09-30"], "roster-2026-08.csv", date(2026, 9, 30)),
        (["Möte 2026-01-15", "Utskriven 30/9 2026"], "", date(2026, 9, 30)),
        (["Medlemmar per 30 september 2026"], "", date(2026, 9, 30)),
        (["Nästa möte 2027-01-15"], "x-2026-09.csv", date(2026, 9, 30)),
        ([], "storkoping-2026-09-15.csv", date(2026, 9, 15)),
        ([], "storkoping_20260915.xlsx", date(2026, 9, 15)),
        ([], "2026-11.csv", TODAY),
        ([], "2027-01.csv", None),
        ([], "2026-02-31.csv", None),
        ([], "half.csv", None),
    ],
)
def test_of_what_day_a_roster_is(titles: list[str], filename: str, day: date | None) -> None:
    assert roster_date(titles, filename, TODAY) == day
