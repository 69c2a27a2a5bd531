"""What has to be understood before a roster is applied."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from crm.rosters import stops
from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.models import RosterImport
from crm.rosters.stops import Stop
from tests.rosters.files import OCTOBER, SEPTEMBER
from tests.rosters.plans import person, plan_of, terms, values

EXAMPLES = {
    "missing": Stop("missing", {"missing": 12, "members": 40}),
    "date": Stop("date", {"roster_date": "2026-09-30", "last_roster": "2026-10-31"}),
    "same_file": Stop("same_file", {"applied_on": "2026-10-31"}),
    "column": Stop("column", {"field": "town", "changed": 31, "rows": 100}),
    "wrong_branch": Stop("wrong_branch"),
    "name_birth": Stop("name_birth"),
    "name_email": Stop("name_email"),
}


def codes(
    known: int, members: int, *, differing: int = 0, field: str = "town", old: Any = "ÅBY", **choices: Any
) -> list[str]:
    """The stops of a branch of ``known`` members whose roster has the first ``members`` of them."""
    on_file = [person(number, **{field: old}) for number in range(1, known + 1)]
    said = [
        values(number, **{field: "Ryd" if number <= differing else old}) for number in range(1, members + 1)
    ]
    return [stop.code for stop in stops.find(plan_of(on_file, said, **choices), same_before=None)]


@pytest.mark.parametrize(
    ("known", "members", "stopped"),
    [
        (6, 1, False),  # five members are never many
        (7, 1, True),
        (120, 114, False),  # exactly five per cent
        (119, 113, True),
        (1000, 950, False),
        (1000, 949, True),
    ],
)
def test_more_than_five_members_and_five_per_cent_missing(known: int, members: int, stopped: bool) -> None:
    assert codes(known, members) == (["missing"] if stopped else [])


def test_those_missing_already_do_not_count_once_more() -> None:
    on_file = [person(number, missing=SEPTEMBER) for number in range(1, 9)] + [person(9)]
    assert stops.find(plan_of(on_file, [values(9)]), same_before=None) == []


@pytest.mark.parametrize(
    ("members", "differing", "stopped"),
    [(20, 5, False), (20, 6, False), (20, 7, True), (10, 5, False), (10, 6, True)],
)
def test_one_column_changing_for_more_than_a_third(members: int, differing: int, stopped: bool) -> None:
    assert codes(members, members, differing=differing) == (["column"] if stopped else [])


def test_a_column_that_fills_what_was_blank_is_no_mix_up() -> None:
    assert codes(20, 20, differing=20, field="street", old="") == []


def test_the_column_that_changes_most_is_named() -> None:
    on_file = [person(number, street="Storgatan 1") for number in range(1, 21)]
    said = [
        values(number, town="Ryd", street="Nygatan 2" if number < 10 else "Storgatan 1")
        for number in range(1, 21)
    ]
    assert stops.find(plan_of(on_file, said), same_before=None) == [
        Stop("column", {"field": "town", "changed": 20, "rows": 20})
    ]


def test_coming_back_is_no_column() -> None:
    on_file = [person(number, missing=SEPTEMBER) for number in range(1, 21)]
    assert stops.find(plan_of(on_file, [each.values for each in on_file]), same_before=None) == []


@pytest.mark.parametrize(
    ("known", "numbers", "stopped"),
    [(6, [], False), (6, [101, 102], True), (6, [101, 1], False), (5, [101], False)],
)
def test_no_member_of_the_file_is_a_member_here(known: int, numbers: list[int], stopped: bool) -> None:
    on_file = [person(number) for number in range(1, known + 1)]
    plan = plan_of(on_file, [values(number) for number in numbers], terms(is_full=False))
    assert [stop.code for stop in stops.find(plan, same_before=None)] == (["wrong_branch"] if stopped else [])


def test_an_older_date_stops_with_both_days() -> None:
    plan = plan_of([person(1)], [values(1)], terms(SEPTEMBER, last=OCTOBER))
    details = {"roster_date": "2026-09-30", "last_roster": "2026-10-31"}
    assert stops.find(plan, same_before=None) == [Stop("date", details)]


@pytest.mark.parametrize("last", [None, SEPTEMBER, OCTOBER])
def test_the_same_date_or_a_first_roster_does_not_stop(last: date | None) -> None:
    plan = plan_of([person(1)], [values(1)], terms(OCTOBER, last=last))
    assert stops.find(plan, same_before=None) == []


@pytest.mark.parametrize(("town", "stopped"), [("ÅBY", []), ("Ryd", ["same_file"])])
def test_the_same_file_stops_only_where_it_would_alter_something(town: str, stopped: list[str]) -> None:
    before = RosterImport(applied_at=datetime(2026, 10, 31, 12, tzinfo=UTC))
    plan = plan_of([person(1)], [values(1, town=town)])
    assert [stop.code for stop in stops.find(plan, same_before=before)] == stopped


def test_the_same_file_is_dated_by_the_branch_s_clock() -> None:
    before = RosterImport(applied_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    plan = plan_of([person(1)], [values(1, town="Ryd")])
    assert stops.find(plan, same_before=before) == [Stop("same_file", {"applied_on": "2026-11-01"})]


def test_several_stops_come_together() -> None:
    on_file = [person(number) for number in range(1, 21)]
    plan = plan_of(on_file, [values(number, town="Ryd") for number in range(1, 11)])
    assert [stop.code for stop in stops.find(plan, same_before=None)] == ["missing", "column"]


# Their words


def test_every_stop_has_a_sentence_and_an_answer() -> None:
    assert set(EXAMPLES) == set(stops.SENTENCES) == set(stops.UNDERSTOOD)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_every_sentence_can_be_said(code: str, language: str) -> None:
    with translation.override(language):
        sentence = EXAMPLES[code].sentence
    assert sentence.endswith(".")
    assert "%" not in sentence


def test_a_stop_tells_its_figures_and_its_days() -> None:
    with translation.override("sv"):
        assert EXAMPLES["missing"].sentence.startswith("12 av arbetarekommunens 40 medlemmar")
        assert "31 oktober 2026" in EXAMPLES["date"].sentence
        assert "ort" in EXAMPLES["column"].sentence


def test_every_field_that_can_change_has_a_label() -> None:
    assert set(stops.FIELD_LABELS) == {*COMPARED_FIELDS, "status"}


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_stop_goes_through_the_database_unaltered(code: str) -> None:
    assert stops.from_data([EXAMPLES[code].as_data()]) == [EXAMPLES[code]]


@pytest.mark.parametrize(
    ("ticked", "left"),
    [([], ["missing", "date"]), (["date"], ["missing"]), (["missing", "date", "column"], [])],
)
def test_what_was_not_ticked_is_left(ticked: list[str], left: list[str]) -> None:
    found = [EXAMPLES["missing"], EXAMPLES["date"]]
    assert [stop.code for stop in stops.not_accepted(found, ticked)] == left
