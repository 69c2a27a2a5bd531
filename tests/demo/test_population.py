"""The people of the demo: like a real branch, and nobody."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import names
from demo.population import Maker, Person, grow

FIRST, LAST = date(2024, 10, 31), date(2026, 10, 31)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return grow(seed=1889, size=612, first=FIRST, last=LAST)


def members_on(people: list[Person], day: date) -> list[Person]:
    return [person for person in people if person.is_member(day)]


def test_member_numbers_are_given_once_and_rise(people: list[Person]) -> None:
    numbers = [person.number for person in people]
    assert [before for before, after in pairwise(numbers) if after <= before] == []
    assert min(numbers) > 700_000


def test_the_branch_grows_towards_its_size(people: list[Person]) -> None:
    sizes = [len(members_on(people, day)) for day in (FIRST, date(2025, 10, 31), LAST)]
    assert sizes == sorted(sizes)
    assert abs(sizes[-1] - 612) < 25


def test_a_member_leaves_after_joining_and_counts_in_between(people: list[Person]) -> None:
    leavers = [person for person in people if person.left_on]
    assert [person for person in leavers if person.left_on and person.left_on <= person.joined_on] == []
    gone = leavers[0]
    assert gone.left_on is not None
    days = (gone.joined_on, gone.left_on - timedelta(days=1), gone.left_on)
    assert [gone.is_member(day) for day in days] == [True, True, False]


def test_more_join_in_spring_and_autumn_than_in_summer(people: list[Person]) -> None:
    joins = Counter(person.joined_on.month for person in people if person.joined_on > FIRST)
    assert joins[3] + joins[9] > joins[6] + joins[7]


def test_every_month_has_somebody_who_joins_and_who_leaves(people: list[Person]) -> None:
    months = {(year, month) for year in (2025,) for month in range(1, 13)}
    joined = {(person.joined_on.year, person.joined_on.month) for person in people}
    left = {(person.left_on.year, person.left_on.month) for person in people if person.left_on}
    assert months <= joined
    assert len(months - left) <= 1


def test_half_of_them_are_pensioners(people: list[Person]) -> None:
    ages = [LAST.year - person.born.year for person in members_on(people, LAST)]
    assert 0.35 < mean(age >= 65 for age in ages) < 0.65
    assert 15 <= min(ages) <= 25
    assert max(ages) < 130


def test_couples_share_their_home_and_their_numbers(people: list[Person]) -> None:
    couples = [
        (one, other)
        for one, other in pairwise(people)
        if (one.street, one.postcode, one.last_name) == (other.street, other.postcode, other.last_name)
    ]
    assert len(couples) > 40
    assert [pair for pair in couples if pair[0].mobile != pair[1].mobile] == []
    assert {other.email in {"", one.email} for one, other in couples} == {True}


def test_some_have_no_number_no_address_and_no_club(people: list[Person]) -> None:
    shares = {
        "number": mean(not person.mobile and not person.landline for person in people),
        "address": mean(not person.email for person in people),
        "club": mean(not person.clubs for person in people),
        "two clubs": mean(len(person.clubs) == 2 for person in people),
    }
    assert [name for name, share in shares.items() if not 0.02 < share < 0.5] == []


def test_mobile_numbers_are_mobile_and_landlines_are_not(people: list[Person]) -> None:
    assert {person.mobile.split("-")[0] for person in people if person.mobile} == {"070"}
    landlines = {person.landline.split("-")[0] for person in people if person.landline}
    assert landlines == {"08", "031", "040", "0980"}


def test_addresses_are_plain_and_below_example_org(people: list[Person]) -> None:
    addresses = [person.email for person in people if person.email]
    assert [address for address in addresses if not address.isascii() or " " in address] == []
    assert {address.partition("@")[2] for address in addresses} == {"example.org"}


def test_names_with_every_swedish_letter_are_there(people: list[Person]) -> None:
    letters = set("".join(person.first_name + person.last_name for person in people).lower())
    assert set("åäöé") <= letters


def test_one_in_twelve_moves(people: list[Person]) -> None:
    moved = [person for person in people if person.moved_on]
    assert 0.04 < len(moved) / len(people) < 0.12
    mover = moved[0]
    assert mover.moved_on is not None
    assert mover.street_on(mover.moved_on - timedelta(days=1)) == mover.street
    assert mover.street_on(mover.moved_on) == mover.new_street


def test_who_pays_is_paid_for_a_year_ahead_at_most(people: list[Person]) -> None:
    for person in members_on(people, LAST):
        if person.pays:
            until = person.paid_until(LAST)
            assert until is not None
            assert LAST < until <= LAST + timedelta(days=366)


def test_who_does_not_pay_stays_behind(people: list[Person]) -> None:
    late = [person for person in members_on(people, LAST) if not person.pays]
    assert 0.05 < len(late) / len(members_on(people, LAST)) < 0.3
    until = [person.paid_until(LAST) for person in late]
    assert [day for day in until if day and day > LAST] == []


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), size=st.integers(60, 300), years=st.integers(1, 3))
def test_any_seed_grows_a_branch(seed: int, size: int, years: int) -> None:
    first = date(LAST.year - years, 10, 31)
    people = grow(seed=seed, size=size, first=first, last=LAST)
    assert abs(len(members_on(people, LAST)) - size) < max(size * 0.25, 20)
    assert len({person.number for person in people}) == len(people)


@given(st.integers(0, 10**6))
def test_identity_numbers_have_a_right_check_digit(seed: int) -> None:
    number = Maker(seed, 1).person(LAST).identity_number
    digits = [int(digit) for digit in number[2:8] + number[9:]]
    doubled = [digit * (2 - place % 2) for place, digit in enumerate(digits)]
    assert sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def test_numbers_come_round_again_when_the_series_are_used_up() -> None:
    maker = Maker(1, 1)
    dealt = [maker.phone("mobile") for _ in range(96)]
    assert len(set(dealt)) == 95
    assert dealt[0] == dealt[95] == "070-1740605"


def test_every_series_is_one_of_those_kept_for_fiction() -> None:
    assert {(area, first, first + count - 1) for area, first, count in names.PHONE_SERIES} == {
        ("070", 1740605, 1740699),
        ("031", 3900600, 3900699),
        ("040", 6280400, 6280499),
        ("08", 46500400, 46500499),
        ("0980", 319200, 319299),
    }


@pytest.mark.parametrize("listed", [names.FIRST_NAMES, names.LAST_NAMES, names.STREETS, names.CLUBS])
def test_no_name_stands_twice_in_a_list(listed: tuple[str, ...]) -> None:
    assert len(set(listed)) == len(listed)
