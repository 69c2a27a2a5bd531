from datetime import date

import pytest

from crm.rosters.comparing import COMPARED_FIELDS, compare
from crm.rosters.reading import MemberValues


def anna(**changes: object) -> MemberValues:
    values = MemberValues(
        "1",
        "Anna",
        "Ek",
        "Bo Ek",
        "Storgatan 3",
        "582 22",
        "Åby",
        ("+46701740605", "+46846500415"),
        "anna@example.org",
        1954,
        date(2020, 3, 4),
        date(2027, 6, 30),
        ("Ryd", "Kvinnor", "Metall"),
    )
    for name, value in changes.items():
        setattr(values, name, value)
    return values


def test_the_same_is_no_change() -> None:
    assert compare(anna(), anna()) == {}


def test_changes_have_a_before_and_an_after() -> None:
    new = anna(street="Nygatan 1", paid_until=date(2028, 6, 30))
    assert compare(anna(), new) == {
        "street": ("Storgatan 3", "Nygatan 1"),
        "paid_until": (date(2027, 6, 30), date(2028, 6, 30)),
    }


def test_blank_leaves_the_value_alone() -> None:
    assert compare(anna(), MemberValues("1")) == {}


def test_blank_can_mean_empty() -> None:
    assert compare(anna(), anna(email="", town=""), blank_means_empty={"email"}) == {
        "email": ("anna@example.org", "")
    }


def test_a_value_where_there_was_none() -> None:
    assert compare(MemberValues("1"), anna(), {"email"}) == {"email": ("", "anna@example.org")}


def test_fields_that_the_file_does_not_have_are_not_compared() -> None:
    new = anna(email="new@example.org", town="Ryd")
    assert compare(anna(), new, {"town"}, blank_means_empty={"email"}) == {"town": ("Åby", "Ryd")}


@pytest.mark.parametrize(
    ("clubs", "is_changed"),
    [
        (("Ryd", "Metall", "Kvinnor"), False),
        (("Kvinnor", "Ryd", "Metall"), True),
        (("Ryd", "Kvinnor"), True),
        (("Ryd", "Kvinnor", "Åby"), True),
    ],
)
def test_clubs_are_the_primary_one_and_the_others(clubs: tuple[str, ...], is_changed: bool) -> None:
    assert ("clubs" in compare(anna(), anna(clubs=clubs))) is is_changed


def test_capitals_and_the_order_of_telephones_count() -> None:
    new = anna(town="ÅBY", phones=("+46846500415", "+46701740605"))
    assert compare(anna(), new).keys() == {"town", "phones"}


def test_every_field_but_the_number_is_compared() -> None:
    assert {"member_number", *COMPARED_FIELDS} == set(MemberValues.__slots__)
