import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

from crm.rosters.reading.phones import is_mobile, read_phone, read_phones

MOBILE = "+46701740605"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("070-1740605", MOBILE),
        ("070/1740605", MOBILE),
        ("070 - 174 06 05", MOBILE),
        ("070–174 06 05", MOBILE),
        ("0701740605", MOBILE),
        ("0701-74 06 05", MOBILE),
        ("+46 (0)70 174 06 05", MOBILE),
        ("+46701740605", MOBILE),
        ("0046701740605", MOBILE),
        ("0980–31 92 66", "+46980319266"),
        ("08-465 00 415", "+46846500415"),
        ("031/3900624", "+46313900624"),
        ("040 628 04 30", "+46406280430"),
    ],
)
def test_well_formed_numbers_take_the_short_way(text: str, number: str) -> None:
    assert read_phone(text) == number
    assert [format_number(m.number, PhoneNumberFormat.E164) for m in PhoneNumberMatcher(text, "SE")] == [
        number
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("701740605", [MOBILE]),
        ("46701740605", [MOBILE]),
        ("070-174 06 05 (Lisa)", [MOBILE]),
        ("hem 08-465 00 415, mob 070-1740605", ["+46846500415", MOBILE]),
        ("0980-319266 / 070-1740605", ["+46980319266", MOBILE]),
        ("070-1740605 el 0701740605", [MOBILE]),
        ("7,01740605E+08", [MOBILE]),
        ("7.01740605E+08", [MOBILE]),
    ],
)
def test_other_numbers_take_the_long_way(text: str, numbers: list[str]) -> None:
    assert read_phone(text) == ""
    assert read_phones(text) == (tuple(numbers), "")


@pytest.mark.parametrize("text", ["", "-", "–", "saknas", "Saknas", "0", "ingen"])
def test_no_number_is_no_remark(text: str) -> None:
    assert read_phones(text) == ((), "")


@pytest.mark.parametrize("text", ["112", "0701-7406", "7,0174E+08", "ring Anna", "1" * 5_000, "=cmd()"])
def test_what_is_no_number_is_blanked_with_a_remark(text: str) -> None:
    assert read_phones(text) == ((), "phone_not_understood")


def test_mobiles_are_told_from_landlines() -> None:
    assert is_mobile(MOBILE)
    assert not is_mobile("+46846500415")
    assert not is_mobile("rubbish")


@pytest.mark.parametrize("last", range(605, 700))
def test_no_fictitious_mobile_is_eaten(last: int) -> None:
    assert read_phones(f"0701740{last}") == ((f"+46701740{last}",), "")
