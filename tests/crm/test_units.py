"""What a figure counts is said in the right number, on pages and in mails."""

import pytest
from django.utils import translation

from crm import extensions, units
from crm.templatetags.tusen import in_unit
from crm.units import Unit

ALL = [unit for unit in vars(units).values() if isinstance(unit, Unit)]


def test_every_registered_figure_has_one_of_the_units() -> None:
    strangers = [figure.name for figure in extensions.figures.all() if figure.unit not in ALL]
    assert strangers == []


@pytest.mark.parametrize(
    ("unit", "one", "many"),
    [
        (units.ACTIVITIES, "aktivitet", "aktiviteter"),
        (units.ADDRESSES, "adress", "adresser"),
        (units.ANSWERS, "svar", "svar"),
        (units.CLUBS, "förening", "föreningar"),
        (units.CONVERSATIONS, "samtal", "samtal"),
        (units.CORRECTIONS, "rättelse", "rättelser"),
        (units.COURSES, "kurs", "kurser"),
        (units.DAYS, "dag", "dagar"),
        (units.EVENINGS, "kväll", "kvällar"),
        (units.INVITATIONS, "inbjudan", "inbjudningar"),
        (units.LETTERS, "brev", "brev"),
        (units.MEETINGS, "träff", "träffar"),
        (units.MEMBERS, "medlem", "medlemmar"),
        (units.PERCENT, "procent", "procent"),
        (units.PLACES, "plats", "platser"),
    ],
)
def test_a_unit_follows_its_number(unit: Unit, one: str, many: str) -> None:
    assert [unit.of(number) for number in (0, 1, 2, 1.5)] == [many, one, many, many]
    assert str(unit) == many


def test_each_unit_is_tried_above() -> None:
    assert len(ALL) == 15


@pytest.mark.parametrize("unit", ALL)
def test_one_and_many_differ_in_english_but_for_percent(unit: Unit) -> None:
    with translation.override("en"):
        assert (unit.of(1) == unit.of(2)) is (unit is units.PERCENT)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, units.MEMBERS, "1 medlem"),
        (0, units.MEMBERS, "0 medlemmar"),
        (99999, units.MEMBERS, "99\xa0999 medlemmar"),
        (1.0, units.MEMBERS, "1 medlem"),
        (88.0, units.PERCENT, "88 procent"),
        (88.25, units.PERCENT, "88,2 procent"),
        (1, units.DAYS, "1 dag"),
    ],
)
def test_a_number_stands_with_its_unit(value: float, unit: Unit, said: str) -> None:
    assert in_unit(value, unit) == said


def test_a_figure_is_registered_with_a_unit_that_is_read_in_the_readers_language() -> None:
    members = extensions.figures.get("members")
    assert members is not None
    with translation.override("en"):
        assert (str(members.unit), members.unit.of(1)) == ("members", "member")
    assert (str(members.unit), members.unit.of(1)) == ("medlemmar", "medlem")
