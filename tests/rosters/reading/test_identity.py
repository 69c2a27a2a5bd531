from datetime import date

import pytest

from crm.rosters.reading.identity import birth_year_in, drop_numbers, may_stand_in
from tests.rosters.reading.making import TODAY, identity_number

TEN = identity_number(date(1954, 1, 23))
BIRTH, SERIAL = TEN[:6], TEN[6:]
FORMS = [
    f"19{TEN}",
    f"19{BIRTH}-{SERIAL}",
    f"{BIRTH}-{SERIAL}",
    f"19{BIRTH}+{SERIAL}",
    f"{BIRTH}\u2013{SERIAL}",
    f"{BIRTH} - {SERIAL}",
]


@pytest.mark.parametrize("telephone", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_dropped_and_tells_the_birth_year(form: str, telephone: bool) -> None:
    assert drop_numbers(f"Anna ({form}) Ek", today=TODAY, telephone=telephone) == ("Anna Ek", 1954)


def test_ten_bare_digits_are_one_outside_telephones_only() -> None:
    assert drop_numbers(TEN, today=TODAY) == ("", 1954)
    assert drop_numbers(f"{BIRTH} {SERIAL}", today=TODAY) == ("", 1954)
    assert drop_numbers(TEN, today=TODAY, telephone=True) == (TEN, None)


def test_plus_means_a_hundred_years_or_more() -> None:
    ten = identity_number(date(1912, 12, 12))
    assert birth_year_in(f"{ten[:6]}+{ten[6:]}", TODAY) == 1912
    assert birth_year_in(f"{ten[:6]}-{ten[6:]}", TODAY) == 2012


def test_a_coordination_number_has_sixty_more_days() -> None:
    ten = identity_number(date(1970, 10, 3), coordination=True)
    assert ten[4:6] == "63"
    assert birth_year_in(f"{ten[:6]}-{ten[6:]}", TODAY) == 1970


def test_several_in_one_text_are_all_dropped() -> None:
    other = identity_number(date(1980, 5, 5))
    assert drop_numbers(f"{FORMS[0]} och {FORMS[2]}, 19{other}", today=TODAY) == ("och ,", 1954)


@pytest.mark.parametrize(
    "text",
    [
        f"19{TEN[:-1]}{(int(TEN[-1]) + 1) % 10}",
        f"1{TEN}",
        f"19{TEN}0",
        f"{BIRTH}-0000",
        f"541323-{SERIAL}",
        "0046701740605",
        "2026-09-30",
        "070-1740605",
        "1001",
        "",
    ],
)
def test_what_is_none_stays(text: str) -> None:
    assert drop_numbers(text, today=TODAY) == (text, None)


def test_a_year_to_come_is_no_birth_year() -> None:
    ten = identity_number(date(2027, 1, 1))
    assert birth_year_in(f"20{ten}", TODAY) is None


@pytest.mark.parametrize("form", [*FORMS, TEN])
def test_the_quick_look_misses_none(form: str) -> None:
    assert may_stand_in(f"x {form}")
    assert not may_stand_in("070-174 06 05")
