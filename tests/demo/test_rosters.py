from datetime import date
from random import Random

import pytest

from crm.rosters.reading import read_roster
from crm.rosters.reading.phones import is_mobile
from demo import names, rosters
from demo.population import Person

FIRST, LAST = date(2024, 11, 30), date(2026, 10, 31)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return rosters.people_of(seed=7, size=200, first=FIRST, last=LAST)


def test_the_same_seed_gives_the_same_people(people: list[Person]) -> None:
    assert rosters.people_of(seed=7, size=200, first=FIRST, last=LAST) == people
    assert rosters.people_of(seed=8, size=200, first=FIRST, last=LAST) != people


def test_about_as_many_as_asked_for_are_members_on_the_last_day(people: list[Person]) -> None:
    assert abs(sum(person.is_member(LAST) for person in people) - 200) < 25


def test_people_join_and_leave_between_the_rosters(people: list[Person]) -> None:
    assert [person for person in people if person.left_on and person.left_on <= person.joined_on] == []
    assert 20 < sum(FIRST < person.joined_on <= LAST for person in people) < 90
    assert 8 < sum(person.left_on is not None for person in people) < 60


def test_every_telephone_number_is_one_of_those_kept_for_fiction(people: list[Person]) -> None:
    kept = {f"{area}-{first + place}" for area, first, count in names.PHONE_SERIES for place in range(count)}
    used = {number for person in people for number in (person.mobile, person.landline) if number}
    assert used <= kept


def test_identity_numbers_have_serials_nobody_is_given(people: list[Person]) -> None:
    numbers = [person.identity_number for person in people]
    assert {number[9:12] for number in numbers} <= {str(serial) for serial in range(980, 1000)}
    assert [number for number in numbers if not luhn(number[2:8] + number[9:])] == []


def luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def test_the_import_reads_every_member_of_a_file(people: list[Person]) -> None:
    found = read_roster(
        rosters.roster(people, on=LAST, branch="Storköpings arbetarekommun"), filename="roster.csv"
    )
    members = {person.number: person for person in people if person.is_member(LAST)}
    assert (found.encoding, found.roster_date, found.counts.rejected) == ("cp1252", LAST, 0)
    assert {int(line.member_number) for line in found.members} == set(members)
    assert found.counts.repeated == sum(len(person.clubs) == 2 for person in members.values())


def test_dirt_changes_the_spelling_and_not_what_is_said(people: list[Person]) -> None:
    clean, dirty = (
        read_roster(rosters.roster(people, on=LAST, branch="X", dirty=dirty), filename="roster.csv")
        for dirty in (False, True)
    )
    assert [line.values for line in clean.members] == [line.values for line in dirty.members]
    phones = {number for line in clean.members if line.values for number in line.values.phones}
    assert {is_mobile(number) for number in phones} == {True, False}


@pytest.mark.parametrize("seed", range(30))
def test_a_number_is_spelled_in_many_ways_with_the_same_digits(seed: int) -> None:
    spelled = rosters.spelled_phone("070-1740605", Random(seed))
    digits = "".join(char for char in spelled if char.isdigit())
    assert digits.endswith("701740605")


def test_a_later_file_has_the_changes_asked_for(people: list[Person]) -> None:
    later = rosters.with_changes(people, share=0.1, seed=3, on=LAST)
    moved = [
        new for old, new in zip(people, later, strict=True) if new.street_on(LAST) != old.street_on(LAST)
    ]
    assert 8 < len(moved) < 40
