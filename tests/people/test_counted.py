"""The list of those whom a figure counts: for whom, on which days, logged, and nobody else's."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from crm.people.models import AccessLog, Branch
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
TODAY = date(2026, 11, 21)


@pytest.fixture
def november() -> Iterator[None]:
    with time_machine.travel("2026-11-21 09:00+00:00", tick=False):
        yield


@pytest.fixture
def branch() -> Branch:
    """Three joined this year, one of whom has left."""
    made: Branch = BranchFactory.create(slug="lillberga")
    MemberFactory.create_batch(2, branch=made, since=date(2020, 1, 1))
    for day in (date(2026, 2, 1), date(2026, 9, 1)):
        MemberFactory.create(branch=made, since=day)
    period(made, date(2026, 3, 1), date(2026, 10, 1))
    return made


def address(name: str, query: str = "") -> str:
    return f"/lillberga/medlemmar/raknade/{name}/{query}"


@pytest.mark.parametrize(
    ("name", "query", "people"),
    [
        ("joined", "", 3),
        ("joined", "?on=2026-08-31", 2),
        ("joined", "?on=2025-12-31", 0),
        ("left", "", 1),
        ("left", "?on=2026-09-30", 0),
        ("joined_12_months", "", 3),
        ("left_12_months", "", 1),
    ],
)
def test_those_counted_on_a_day_are_listed(
    client: Client, branch: Branch, name: str, query: str, people: int
) -> None:
    log_in_as(client, "member_officer", branch)
    answer = client.get(address(name, query))
    assert (answer.context["people"], answer.context["value"]) == (people, people)
    assert answer.content.decode().count('class="list-rows__sub"') == people


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("member_officer", 200),
        ("register_officer", 200),
        ("board", 403),
        ("call_leader", 403),
        ("caller", 403),
    ],
)
def test_who_may_see_members_may_read_it(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get(address("joined")).status_code == status


def test_a_stranger_finds_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", BranchFactory.create())
    assert client.get(address("joined")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        "nothing/",
        "without_phone/",  # it has a list of its own
        "outreach_activities/",
        "joined/?on=2026-11-22",
        "joined/?on=2026-02-30",
        "addresses_bounced/?on=2026-11-20",
    ],
)
def test_what_is_not_counted_in_people_or_not_known_is_not_there(
    client: Client, branch: Branch, wrong: str
) -> None:
    log_in_as(client, "member_officer", branch)
    assert client.get(f"/lillberga/medlemmar/raknade/{wrong}").status_code == 404


def test_each_who_is_shown_is_logged(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    client.get(address("joined"))
    rows = AccessLog.objects.filter(purpose=AccessLog.Purpose.LIST)
    assert rows.exclude(member=None).count() == 3


def test_another_branch_s_people_are_never_among_them(client: Client, branch: Branch) -> None:
    MemberFactory.create(branch=BranchFactory.create(), since=date(2026, 5, 1), first_name="Främmande")
    log_in_as(client, "member_officer", branch)
    assert "Främmande" not in client.get(address("joined")).content.decode()


def test_who_came_twice_is_counted_twice_and_shown_once(client: Client, branch: Branch) -> None:
    gone = period(branch, date(2026, 4, 1), date(2026, 5, 1)).member
    gone.memberships.create(branch=branch, started_on=date(2026, 6, 1))
    log_in_as(client, "member_officer", branch)
    answer = client.get(address("joined"))
    assert (answer.context["value"], answer.context["counted"], answer.context["people"]) == (5, 5, 4)
    assert "räknas mer än en gång" in answer.content.decode()


def test_of_a_share_all_are_listed_and_who_is_counted_marked(client: Client, branch: Branch) -> None:
    applied_roster(branch, date(2024, 1, 1))
    for number in range(12):
        period(branch, date(2025, 2, 1), date(2025, 8, 1) if number < 5 else None)
    log_in_as(client, "member_officer", branch)
    page = client.get(address("kept")).content.decode()
    assert "Siffran: 58 procent." in page
    assert "Av de 12 som står nedan räknas 7." in page
    assert (page.count(">räknas</span>"), page.count(">räknas inte</span>")) == (7, 5)
