"""The last roster, this one, and what is known locally: in memory, without a database."""

from typing import Any

import pytest

from crm.rosters.matching import Outcome, Plan
from crm.rosters.on_file import Noted
from crm.rosters.reading import Remark
from crm.rosters.staged import StagedLine
from crm.rosters.three_way import Check, Verdict, weigh
from tests.rosters.plans import person, plan_of, values

NUMBERS = ("+46701740605", "+46701740606")
OTHER = ("+46701740609",)


def planned(field: str, *, register: Any, local: Any, said: Any, **choices: Any) -> Plan:
    """What a roster that says ``said`` does about a correction of the register's value to the local one."""
    known = person(**{field: local})
    known.corrections = {field: Noted(7, register)}
    return plan_of([known], [values(**{field: said})], **choices)


def test_the_register_still_says_what_it_said() -> None:
    plan = planned("street", register="Gamla vägen 1", local="Nya vägen 2", said="Gamla vägen 1")
    assert (plan.matches[0].outcome, plan.checks) == (Outcome.UNCHANGED, [])


def test_the_register_shows_it() -> None:
    plan = planned("street", register="Gamla vägen 1", local="Nya vägen 2", said="Nya vägen 2")
    assert plan.checks == [Check(7, Verdict.SHOWN, "Nya vägen 2")]
    assert plan.matches[0].outcome is Outcome.UNCHANGED


def test_the_register_says_a_third_thing_and_the_local_value_stays() -> None:
    plan = planned("street", register="Gamla vägen 1", local="Nya vägen 2", said="Tredje vägen 3")
    assert plan.checks == [Check(7, Verdict.CONTRADICTED, "Tredje vägen 3")]
    assert plan.matches[0].changes == {}


@pytest.mark.parametrize("field", ["street", "town", "care_of"])
def test_capitals_of_an_address_are_the_registers(field: str) -> None:
    plan = planned(field, register="GAMLA", local="Nya", said="NYA")
    assert plan.checks == [Check(7, Verdict.SHOWN, "NYA")]
    assert plan.matches[0].changes == {field: ("Nya", "NYA")}


def test_capitals_of_a_name_are_a_correction() -> None:
    plan = planned("last_name", register="VON ESSEN", local="von Essen", said="VON ESSEN")
    assert (plan.checks, plan.matches[0].changes) == ([], {})


def test_numbers_count_in_any_order() -> None:
    plan = planned("phones", register=OTHER, local=NUMBERS, said=NUMBERS[::-1])
    assert [check.verdict for check in plan.checks] == [Verdict.SHOWN]
    assert plan.matches[0].changes == {"phones": (NUMBERS, NUMBERS[::-1])}


def test_a_number_struck_out_stays_out_while_the_register_has_it() -> None:
    plan = planned("phones", register=NUMBERS, local=NUMBERS[:1], said=NUMBERS)
    assert (plan.checks, plan.matches[0].changes) == ([], {})


def test_a_blank_says_nothing_of_a_noted_value() -> None:
    plan = planned("email", register="fel@example.org", local="ada@example.org", said="")
    assert (plan.checks, plan.matches[0].changes) == ([], {})


def test_a_blank_shows_that_something_was_struck_out() -> None:
    plan = planned("email", register="fel@example.org", local="", said="")
    assert [check.verdict for check in plan.checks] == [Verdict.SHOWN]


def test_a_cell_that_can_not_be_read_says_nothing() -> None:
    known = person(email="")
    known.corrections = {"email": Noted(7, "fel@example.org")}
    line = StagedLine(2, values(), (Remark("email", "email_not_understood"),))
    assert weigh(known, line, {}, {"email"}) == ()


@pytest.mark.parametrize(("emptied", "verdicts"), [((), []), (("email",), [Verdict.CONTRADICTED])])
def test_a_blank_that_means_empty_is_a_third_value(emptied: tuple[str, ...], verdicts: list[Verdict]) -> None:
    known = person(email="ada@example.org")
    known.corrections = {"email": Noted(7, "fel@example.org")}
    checks = weigh(known, StagedLine(2, values(email="")), {}, {"email"}, emptied)
    assert [check.verdict for check in checks] == verdicts


def test_a_file_without_the_column_says_nothing() -> None:
    plan = planned("street", register="A", local="B", said="B", fields={"first_name", "last_name"})
    assert plan.checks == []


def test_other_fields_change_as_ever() -> None:
    known = person(street="Nya vägen 2", town="ÅBY")
    known.corrections = {"street": Noted(7, "Gamla vägen 1")}
    plan = plan_of([known], [values(street="Gamla vägen 1", town="RYD")])
    assert plan.matches[0].changes == {"town": ("ÅBY", "RYD")}


def test_a_correction_made_after_the_preview_is_another_plan() -> None:
    one = planned("street", register="A", local="B", said="C")
    other = planned("street", register="A", local="B", said="D")
    assert one.digest != other.digest
