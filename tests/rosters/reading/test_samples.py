"""The sample files, read in memory, give the figures that an import of them must find."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm.rosters.comparing import compare
from crm.rosters.reading import Kind, MemberValues, Reason, RosterReading, read_roster

SAMPLES = Path(__file__).parents[1] / "samples"
EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text())
SEPTEMBER, OCTOBER = "storkoping-2026-09.csv", "storkoping-2026-10.csv"


def read(name: str) -> RosterReading:
    return read_roster((SAMPLES / name).read_bytes(), filename=name)


def members(reading: RosterReading) -> dict[str, MemberValues]:
    return {line.member_number: line.values for line in reading.members if line.values}


@pytest.mark.parametrize("name", [SEPTEMBER, OCTOBER, "lillberga-2026-09.csv"])
def test_encoding_delimiter_and_figures(name: str) -> None:
    reading, expected = read(name), EXPECTED[name]
    counts = reading.counts
    assert (reading.encoding, reading.delimiter) == (expected["encoding"], expected["delimiter"])
    assert counts.members == expected["new"] + expected["changed"] + expected["unchanged"]
    assert (counts.rejected, counts.protected) == (expected["rejected"], expected["protected"])


def test_every_line_of_september_is_accounted_for() -> None:
    reading, expected = read(SEPTEMBER), EXPECTED[SEPTEMBER]
    counts = reading.counts
    assert counts.lines == expected["lines"]
    assert counts.repeated == expected["repeated"]
    assert counts.not_member_rows == expected["not_member_rows"]
    assert [line.line for line in reading.lines] == list(range(1, counts.lines + 1))


def test_why_lines_of_september_are_no_members() -> None:
    lines = [line for line in read(SEPTEMBER).lines if line.kind in (Kind.REJECTED, Kind.NOT_MEMBER)]
    assert [(line.line, line.reason) for line in lines] == [
        (1, Reason.TITLE),
        (2, Reason.TITLE),
        (3, Reason.HEADER),
        (44, Reason.BLANK),
        (45, Reason.NO_MEMBER_NUMBER),
        (342, Reason.NO_MEMBER_NUMBER),
        (561, Reason.NUMBER_CONFLICT),
        (606, Reason.NUMBER_CONFLICT),
        (624, Reason.TOTAL),
    ]


@pytest.mark.parametrize("number", EXPECTED[SEPTEMBER]["sample"])
def test_values_of_september(number: str) -> None:
    expected = EXPECTED[SEPTEMBER]["sample"][number]
    values = members(read(SEPTEMBER))[number]
    found = {
        "phones": list(values.phones),
        "birth_year": values.birth_year,
        "joined_on": values.joined_on and values.joined_on.isoformat(),
        "email": values.email,
        "postcode": values.postcode,
        "last_name": values.last_name,
    }
    assert found == expected


def test_protected_people_leave_their_line_and_number_only() -> None:
    lines = [line for line in read(SEPTEMBER).lines if line.kind is Kind.PROTECTED]
    assert [(line.line, line.member_number) for line in lines] == [
        (93, "700109"),
        (200, "700214"),
        (270, "700283"),
    ]
    assert [(line.values, line.remarks) for line in lines] == [(None, ())] * 3


def test_october_against_september() -> None:
    expected = EXPECTED[OCTOBER]
    reading = read(OCTOBER)
    old, new = members(read(SEPTEMBER)), members(reading)
    changed = [number for number in new.keys() & old if compare(old[number], new[number], reading.fields)]
    heard_of = {line.member_number for line in reading.lines}
    assert sorted(new.keys() - old) == expected["new_numbers"]
    assert sorted(old.keys() - heard_of) == expected["missing_numbers"]
    assert len(changed) == expected["changed"]
    assert len(new.keys() & old) - len(changed) == expected["unchanged"]


def test_when_the_samples_are_from() -> None:
    september = read(SEPTEMBER)
    assert september.title == "Medlemslista Storköpings arbetarekommun"
    assert str(september.roster_date) == "2026-09-30"
    assert str(read(OCTOBER).roster_date) == "2026-10-31"
    assert read("storkoping-half.csv").roster_date is None
