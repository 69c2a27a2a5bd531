"""A roster's values between the preview and the applying."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.rosters import staged
from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.reading import MemberValues, Remark
from crm.rosters.staged import StagedLine, StagedRoster, filled, pack, plain_changes, unpack
from tests.rosters.reading.making import identity_number, read_rows

HEADER = ("Medlemsnr", "Namn", "Ort", "Skydd")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
dates = st.none() | st.dates(date(1900, 1, 2), date(2090, 12, 31))
members = st.builds(
    MemberValues,
    member_number=words,
    first_name=words,
    town=words,
    phones=st.lists(words, max_size=3).map(tuple),
    birth_year=st.none() | st.integers(1901, 2026),
    joined_on=dates,
    paid_until=dates,
    clubs=st.lists(words, max_size=3).map(tuple),
)
lines = st.builds(
    StagedLine,
    line=st.integers(1, 250_000),
    values=members,
    remarks=st.lists(st.builds(Remark, words, words), max_size=2).map(tuple),
)
numbers = st.frozensets(words, max_size=3)


@settings(max_examples=60)
@given(
    roster=st.builds(
        StagedRoster,
        fields=st.frozensets(st.sampled_from(COMPARED_FIELDS)),
        members=st.lists(lines, max_size=4),
        kept=numbers,
        protected=numbers,
    )
)
def test_what_is_packed_comes_out_the_same(roster: StagedRoster) -> None:
    assert unpack(pack(roster)) == roster


def test_what_is_packed_is_the_same_bytes_each_time() -> None:
    roster = StagedRoster(frozenset(COMPARED_FIELDS), [], frozenset("abc"), frozenset("xyz"))
    assert pack(roster) == pack(unpack(pack(roster)))


def from_rows(*rows: tuple[str, ...], on_file: tuple[str, ...] = ()) -> StagedRoster:
    return staged.from_reading(read_rows(*rows, header=HEADER), on_file=on_file)


def test_members_are_kept_with_their_line_and_remarks() -> None:
    number = identity_number(date(1954, 1, 23))
    (line,) = from_rows(("1", "Ek, Anna", f"Åby 19{number}", "")).members
    assert (line.line, line.values.town, line.values.birth_year) == (2, "Åby", 1954)
    assert line.remarks == (Remark("town", "identity_number_dropped"),)


@pytest.mark.parametrize("on_file", [(), ("2",), ("2", "3")])
def test_of_protected_people_only_known_numbers_are_kept(on_file: tuple[str, ...]) -> None:
    roster = from_rows(("1", "Ek, Anna", "", ""), ("2", "Ek, Bo", "Åby", "ja"), on_file=on_file)
    assert roster.protected == ({"2"} if on_file else set())
    assert [line.values.member_number for line in roster.members] == ["1"]


def test_of_rejected_lines_only_known_numbers_are_kept() -> None:
    rows = (("2", "Ek, Bo", "", ""), ("2", "Al, Eva", "", ""), ("3", "", "Åby", ""), ("", "Ek, Ida", "", ""))
    assert from_rows(*rows, on_file=("2", "3", "4")).kept == {"2", "3"}
    assert from_rows(*rows).kept == frozenset()


def test_a_further_line_is_no_second_member() -> None:
    roster = from_rows(("1", "Ek, Anna", "", ""), ("1", "Ek, Anna", "Åby", ""))
    assert [(line.line, line.values.town) for line in roster.members] == [(2, "Åby")]


def test_the_files_fields_are_kept() -> None:
    assert from_rows(("1", "Ek, Anna", "", "")).fields == {"first_name", "last_name", "town"}


def test_nothing_of_a_rejected_or_protected_person_is_packed() -> None:
    roster = from_rows(("2", "Ek, Bo", "Näs", "ja"), ("3", "", "Vik", ""), on_file=("2", "3"))
    (head,) = pack(roster).splitlines()
    assert json.loads(head) == {
        "fields": sorted(roster.fields),
        "kept": ["3"],
        "protected": ["2"],
        "emptied": [],
        "key": "member_number",
    }


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1_200])
def test_any_number_of_members_is_packed_in_order(count: int) -> None:
    members = [StagedLine(line, MemberValues(str(line), "Anna\n", "Öst;")) for line in range(count)]
    roster = StagedRoster(fields=frozenset(["first_name"]), members=members)
    assert unpack(pack(roster)) == roster


def test_a_row_shows_what_is_filled_as_json_takes_it() -> None:
    values = MemberValues("1", "Anna", phones=("+46701740605",), joined_on=date(2020, 3, 4), clubs=())
    assert filled(values) == {"first_name": "Anna", "phones": ["+46701740605"], "joined_on": "2020-03-04"}


def test_changes_are_plain() -> None:
    changes = {"paid_until": (None, date(2027, 6, 30)), "clubs": ((), ("Ryd",)), "birth_year": (1950, 1951)}
    assert plain_changes(changes) == {
        "paid_until": [None, "2027-06-30"],
        "clubs": [[], ["Ryd"]],
        "birth_year": [1950, 1951],
    }
    assert json.loads(json.dumps(plain_changes(changes))) == plain_changes(changes)
