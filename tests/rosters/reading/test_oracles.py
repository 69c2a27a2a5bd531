"""The readers beside slow, plain ways to the same answer, over any day, number and text."""

import string
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.rosters.reading.dates import last_day, read_birth_date, read_birth_year, read_date
from crm.rosters.reading.dating import roster_date
from crm.rosters.reading.identity import (
    birth_date_in,
    birth_year_in,
    covered_birth_date,
    drop_numbers,
    masked,
)
from crm.rosters.reading.phones import read_phone, read_phones
from crm.rosters.reading.values import (
    read_clubs,
    read_email,
    read_member_number,
    read_postcode,
    split_name,
    split_postal_line,
)
from tests.rosters.reading.making import TODAY, identity_number

A_CENTURY = st.dates(date(1926, 11, 22), TODAY)
SINCE_1900 = st.dates(date(1900, 1, 2), TODAY)
MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
TEN_DIGITS = st.from_regex(r"\A[0-9]{10}\Z")
RIGHT = st.builds(identity_number, SINCE_1900, st.integers(980, 999), coordination=st.booleans())
NEARLY_RIGHT = st.builds(
    lambda ten, place, digit: ten[:place] + digit + ten[place + 1 :],
    RIGHT,
    st.integers(0, 9),
    st.sampled_from(string.digits),
)


def is_right(ten: str) -> bool:
    """The check digit as the authority explains it: 2, 1, 2, 1 ... and the digits of each product added up."""
    products = "".join(str(int(digit) * weight) for digit, weight in zip(ten, (2, 1) * 5, strict=True))
    return sum(map(int, products)) % 10 == 0


def exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_an_identity_number(ten: str) -> bool:
    """With a day of the calendar in one of the centuries that two digits can mean."""
    day = int(ten[4:6])
    day -= 60 if day > 60 else 0
    years = [century + int(ten[:2]) for century in (1800, 1900, 2000)]
    is_day = any(exists(year, int(ten[2:4]), day) for year in years)
    return is_day and ten[6:9] != "000" and is_right(ten)


@given(ten=TEN_DIGITS | RIGHT | NEARLY_RIGHT)
def test_ten_digits_are_dropped_exactly_when_they_are_an_identity_number(ten: str) -> None:
    kept, year = drop_numbers(ten, today=TODAY)
    assert (kept == "", year is not None) == (is_an_identity_number(ten),) * 2


@given(born=A_CENTURY, serial=st.integers(980, 999), coordination=st.booleans())
def test_every_born_day_of_a_century_is_told(born: date, serial: int, coordination: bool) -> None:
    ten = identity_number(born, serial, coordination=coordination)
    text = f"{born.year // 100}{ten[:6]}-{ten[6:]}"
    assert is_an_identity_number(ten)
    assert (birth_date_in(text, TODAY), birth_year_in(text, TODAY)) == (born, born.year)
    assert drop_numbers(text, today=TODAY, telephone=True) == ("", born.year)


@given(born=st.dates(date(1900, 1, 1), date(1925, 12, 31)))
def test_a_plus_tells_the_day_of_who_is_over_a_hundred(born: date) -> None:
    ten = identity_number(born)
    assert birth_date_in(f"{ten[:6]}+{ten[6:]}", TODAY) == born


def test_the_29th_of_february_of_a_year_without_one_is_no_birth_date() -> None:
    right = next(ten for digit in range(10) if is_right(ten := f"000229980{digit}"))
    assert birth_date_in(f"{right[:6]}-{right[6:]}", TODAY) == date(2000, 2, 29)
    assert birth_date_in(f"{right[:6]}+{right[6:]}", TODAY) is None
    assert birth_year_in(f"19{right}", TODAY) is None


@given(
    ten=TEN_DIGITS,
    sign=st.sampled_from(["", "-", "+", " ", " - "]),
    century=st.sampled_from(["", "19", "20"]),
)
def test_what_an_officer_sees_shows_no_ten_digits_in_a_row(ten: str, sign: str, century: str) -> None:
    shown = masked(f"Anna {century}{ten[:6]}{sign}{ten[6:]} Ek")
    assert [char for char in shown if char.isdigit()] == []
    assert (shown[:5], shown[-3:]) == ("Anna ", " Ek")


@given(born=A_CENTURY, cover=st.sampled_from(["", "-XXXX", "-****", "XXXX", " xxxx", "-", "+"]))
def test_a_covered_number_leaves_its_birth_date(born: date, cover: str) -> None:
    assert covered_birth_date(f"{born:%Y%m%d}{cover}") == f"{born:%Y%m%d}"
    assert covered_birth_date(f"{born:%y%m%d}{cover}") == f"{born:%y%m%d}"
    assert covered_birth_date(f"{born:%Y%m%d}-12XX") == ""


@given(day=SINCE_1900)
def test_every_day_is_read_in_every_form(day: date) -> None:
    forms = (
        f"{day}",
        f"{day:%Y%m%d}",
        f"{day} 13:37:00",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.day}/{day.month} {day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"den {day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day.day} {MONTHS[day.month - 1][:3].upper()}. {day.year}",
    )
    assert {read_date(text, TODAY) for text in forms} == {(day, "")}


@given(day=st.dates(date(1927, 5, 19), TODAY))
def test_the_number_that_a_spreadsheet_keeps_is_its_day(day: date) -> None:
    serial = (day - date(1900, 3, 1)).days + 61
    assert read_date(str(serial), TODAY) == read_date(f"{serial}.0", TODAY) == (day, "")


@given(day=SINCE_1900)
def test_slashes_are_read_only_where_one_reading_makes_sense(day: date) -> None:
    texts = [f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}"]
    is_ambiguous = day.day <= 12 and day.day != day.month
    assert [read_date(text, TODAY) for text in texts] == [
        (None, "date_ambiguous") if is_ambiguous else (day, "")
    ] * 2


@given(days=st.integers(1, 10_000))
def test_a_day_to_come_is_dirt_unless_it_is_what_is_paid(days: int) -> None:
    day = TODAY + timedelta(days=days)
    assert read_date(f"{day}", TODAY) == (None, "date_in_future")
    assert read_date(f"{day}", TODAY, future=True) == (day, "")


@given(born=st.dates(date(1914, 1, 1), date(2013, 12, 31)))
def test_two_digits_for_the_year_are_the_last_such_year_of_somebody_old_enough(born: date) -> None:
    latest = max(year for year in range(1850, TODAY.year - 12) if year % 100 == born.year % 100)
    assert latest == born.year
    for text in (f"{born:%y%m%d}", f"{born:%y-%m-%d}"):
        assert (read_birth_year(text, TODAY), read_birth_date(text, TODAY)) == ((born.year, ""), born)


@given(text=st.text(max_size=60))
def test_no_text_at_all_breaks_the_readers_of_dates(text: str) -> None:
    day, code = read_date(text, TODAY)
    assert day is None or (code == "" and date(1900, 1, 1) < day <= TODAY)
    year, remark = read_birth_year(text, TODAY)
    assert year is None or (remark == "" and 1900 <= year <= TODAY.year)


@given(day=st.dates(date(2000, 1, 1), date(2026, 10, 31)), sign=st.sampled_from(["-", "_", ".", ""]))
def test_a_file_name_tells_the_day_or_the_last_of_the_month(day: date, sign: str) -> None:
    last = max(
        one for number in range(31) if (one := day.replace(day=1) + timedelta(days=number)).month == day.month
    )
    assert last_day(day.year, day.month) == last
    assert roster_date([], f"medlemmar {day:%Y}{sign}{day:%m}{sign}{day:%d}.csv", TODAY) == day
    assert roster_date([], f"medlemmar {day:%Y}{sign}{day:%m}.csv", TODAY) == last


@given(day=st.dates(date(2026, 11, 22), date(2090, 1, 1)))
def test_no_roster_is_of_a_day_to_come(day: date) -> None:
    assert roster_date([f"Utskriven {day}"], f"x-{day}.csv", TODAY) is None


@given(printed=SINCE_1900, other=SINCE_1900, place=st.integers(0, 1))
def test_what_says_printed_goes_before_other_days_wherever_it_stands(
    printed: date, other: date, place: int
) -> None:
    titles = [f"Möte {other}", f"Sida 1 ({other})"]
    titles.insert(place, f"Utskriven {printed}")
    assert roster_date(titles, "x-2026-01-01.csv", TODAY) == printed


NAMES = st.from_regex(r"\A[A-ZÅÄÖ][a-zåäö]{1,8}\Z")


@given(first=st.lists(NAMES, min_size=1, max_size=2), particles=st.integers(0, 2), last=NAMES)
def test_a_name_loses_no_word_and_its_particles_belong_to_the_last(
    first: list[str], particles: int, last: str
) -> None:
    assume(not {word.lower() for word in first} & {"von", "af", "de", "di", "da", "du", "van", "der", "den"})
    assume(not {word.lower() for word in first} & {"la", "le", "el", "al", "ten", "ter", "zu"})
    surname = " ".join([*("von", "der")[:particles], last])
    assert split_name(f"{' '.join(first)} {surname}") == (" ".join(first), surname)
    assert split_name(f"{surname}, {' '.join(first)}") == (" ".join(first), surname)


@given(
    number=st.integers(100_00, 999_99),
    form=st.sampled_from(["{} {}", "{}{}", "SE-{} {}", "S {} {}", "{}{}.0"]),
)
def test_every_swedish_postcode_is_written_one_way(number: int, form: str) -> None:
    front, back = f"{number:05}"[:3], f"{number:05}"[3:]
    assert read_postcode(form.format(front, back)) == (f"{front} {back}", "")
    assert split_postal_line(f"{front} {back} STORKÖPING") == (f"{front} {back}", "STORKÖPING")


@given(number=st.integers(1, 10**15 - 1))
def test_a_member_number_survives_what_spreadsheets_do(number: int) -> None:
    forms = (f"{number}", f"{number}.0", f'="{number}"', f"'{number}", f" {number}".strip())
    assert {read_member_number(text) for text in forms} == {(str(number), "")}


@given(last=st.integers(605, 699), groups=st.sampled_from(["{}-{}", "{} {}", "{}{}", "{}/{}"]))
def test_a_mobile_number_is_the_same_in_every_dress(last: int, groups: str) -> None:
    wanted = f"+4670174{last:04}"
    local = groups.format("070", f"174{last:04}")
    for text in (
        local,
        f"+46 (0)70-174{last:04}",
        f"004670174{last:04}",
        f"mobil: {local}",
        f"70174{last:04}",
    ):
        assert read_phones(text) == ((wanted,), "")
    assert read_phone(local) == wanted


@given(numbers=st.lists(st.integers(605, 699), min_size=1, max_size=6))
def test_several_numbers_in_a_cell_are_each_kept_once_in_their_order(numbers: list[int]) -> None:
    text = ", ".join(f"070-174{last:04}" for last in numbers)
    assert read_phones(text) == (tuple(dict.fromkeys(f"+4670174{last:04}" for last in numbers)), "")


@given(
    clubs=st.lists(st.sampled_from(["Centrum", "Norra", "Fri grupp", "", "S-kvinnor", "ingen"]), max_size=8)
)
def test_clubs_are_kept_once_in_order_and_fri_grupp_is_none(clubs: list[str]) -> None:
    wanted = [club for club in dict.fromkeys(clubs) if club in {"Centrum", "Norra", "S-kvinnor"}]
    assert read_clubs("; ".join(clubs)) == (tuple(wanted), "")


@pytest.mark.parametrize("dress", ["{}", "<{}>", "mailto:{}", "Anna <{}>", '"{}"', "({})", "{}.", "{};"])
def test_an_address_comes_out_of_what_mail_programs_put_around_it(dress: str) -> None:
    assert read_email(dress.format("Anna.Ek@Example.org")) == ("anna.ek@example.org", "")
