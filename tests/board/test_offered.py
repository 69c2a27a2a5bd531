"""What the board's page offers to take away: each address leads to the day that is shown, for whoever may have it."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people.models import Branch
from tests.crm.markup import Markup
from tests.factories import BranchFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
TAKEN_AWAY = ("rapport.pdf", "siffror.xlsx", "siffror.csv", "verksamhetsberattelse/")


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create()
    period(found, date(2020, 1, 1))
    return found


def offered(client: Client, branch: Branch, query: str = "") -> dict[str, str]:
    """Address below the board's page to the day that it asks for."""
    page = Markup.of(client.get(f"/{branch.slug}/styrelsen/{query}").content.decode())
    found = {}
    for link in page.all("a"):
        address = link.attributes.get("href") or ""
        if told := re.fullmatch(rf"/{branch.slug}/styrelsen/([\w./-]+)\?on=([\d-]+)", address):
            found[told[1]] = told[2]
    return found


def test_all_are_of_the_day_that_is_shown(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    assert offered(client, branch, "?on=2025-12-31") == dict.fromkeys(TAKEN_AWAY, "2025-12-31")


def test_each_of_them_is_there(client: Client, branch: Branch) -> None:
    log_in_as(client, "call_leader", branch)
    statuses = [
        client.get(f"/{branch.slug}/styrelsen/{address}?on={day}").status_code
        for address, day in offered(client, branch).items()
    ]
    assert statuses == [200] * len(TAKEN_AWAY)


@pytest.mark.parametrize("address", TAKEN_AWAY)
def test_nothing_is_changed_by_them(client: Client, branch: Branch, address: str) -> None:
    log_in_as(client, "board", branch)
    assert client.post(f"/{branch.slug}/styrelsen/{address}").status_code == 405


@pytest.mark.parametrize("address", TAKEN_AWAY)
def test_they_cost_as_many_queries_for_one_member_as_for_three(
    client: Client, branch: Branch, address: str
) -> None:
    log_in_as(client, "board", branch)
    # What is told for the first time is kept.
    client.get(f"/{branch.slug}/styrelsen/{address}")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/{branch.slug}/styrelsen/{address}")
        counts.append(len(queries))
        for _ in range(2):
            period(branch, date(2020, 1, 1))
    assert counts[0] == counts[1] <= 25
