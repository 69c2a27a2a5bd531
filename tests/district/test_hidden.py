"""Nothing of a branch that does not share, and no group of 1-4 people, can be computed from any page or file.

A page that stays the same, byte by byte, whatever a number is, tells nothing of the number.
"""

import re
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
import time_machine
from django.test import Client

from crm.people.models import Branch
from tests.district.making import (
    ALL,
    LONG_AGO,
    ON,
    add_periods,
    give_role_above,
    make_branch,
    make_district,
    set_goal,
    user_above,
)
from tests.logins import log_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
DAYS = (ON, date(2026, 9, 30), date(2025, 10, 31), date(2025, 2, 28))
LATELY = date(2026, 3, 1)


# The token against forged forms is another one each time.
CHANGING = re.compile(r"[A-Za-z0-9]{64}")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def branches(client: Client) -> list[Branch]:
    """Two that share all, one that shares calls alone, and one that shares nothing; of all sizes."""
    district = make_district()
    found = [
        make_branch(district, 65, ALL, name="Aby"),
        make_branch(district, 600, ALL, name="Bro"),
        make_branch(district, 212, {"calls": True}, name="Dal"),
        make_branch(district, 430, name="Ed"),
    ]
    for branch in found:
        set_goal(branch, 1000)
        add_periods(branch, 7, LATELY)
    reader = user_above(district)
    give_role_above(reader, None)
    log_in(client, reader)
    return found


def published(client: Client, branches: list[Branch]) -> list[str]:
    """All that the district's and the party's readers can get, on several days and in every form."""
    told = []
    for place in ("/distrikt/ostra/", "/partiet/"):
        for on in DAYS:
            page = client.get(f"{place}?on={on}&sort=-members").content.decode()
            told.append(CHANGING.sub("", page))
            told.append(client.get(f"{place}siffror.csv?on={on}").content.decode())
    return told


def leave_and_join(branch: Branch, chance: Random) -> None:
    """All numbers of the branch become others, at every one of the days."""
    add_periods(branch, chance.randint(1, 300), LONG_AGO)
    add_periods(branch, chance.randint(1, 300), date(2025, 2, 1), chance.choice([None, LATELY]))
    add_periods(branch, chance.randint(1, 40), LATELY)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_tells_of_a_branch_that_does_not_share(
    client: Client, branches: list[Branch], seed: int
) -> None:
    before = published(client, branches)
    leave_and_join(branches[3], Random(seed))
    assert published(client, branches) == before


def test_nothing_tells_of_a_part_that_is_not_shared(client: Client, branches: list[Branch]) -> None:
    before = published(client, branches)
    leave_and_join(branches[2], Random(1))
    assert published(client, branches) == before


def test_what_is_shared_does_tell(client: Client, branches: list[Branch]) -> None:
    before = published(client, branches)
    leave_and_join(branches[1], Random(1))
    assert published(client, branches) != before


def with_leavers(branch: Branch, number: int) -> None:
    """600 a year ago and 605 now, whoever has come and gone: so many have left, five more have joined."""
    branch.members.all().delete()
    add_periods(branch, 600 - number)
    add_periods(branch, number, LONG_AGO, LATELY)
    add_periods(branch, 5 + number, LATELY)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_one_to_four_who_have_left_look_like_none(
    client: Client, branches: list[Branch], number: int
) -> None:
    """Members a year ago, members now and who has joined would tell them, were these exact."""
    with_leavers(branches[1], 0)
    before = published(client, branches)
    with_leavers(branches[1], number)
    assert published(client, branches) == before


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_branch_of_few_looks_like_a_branch_of_four(
    client: Client, branches: list[Branch], number: int
) -> None:
    small = make_branch(branches[0].district, 4, ALL, name="Fyr")
    set_goal(small, 50)
    before = published(client, branches)
    for member in list(small.members.all())[number:]:
        member.delete()
    assert published(client, branches) == before


def test_no_number_of_people_that_is_shown_is_below_five_or_between_fives(
    client: Client, branches: list[Branch]
) -> None:
    page = published(client, branches)[0]
    for label in ("Medlemmar", "Nya"):
        cells = re.findall(rf'data-label="{label}">([\d\s\xa0]+)<', page)
        numbers = [int(re.sub(r"\D", "", cell)) for cell in cells]
        assert numbers
        assert [number for number in numbers if number < 5 or number % 5] == []


def test_no_name_of_anybody_is_there(client: Client, branches: list[Branch]) -> None:
    member = branches[0].members.first()
    assert member is not None
    member.last_name = "Hemligsson"
    member.save()
    assert [page for page in published(client, branches) if "Hemligsson" in page] == []
