"""The night's job tells what is over, so that nobody who reads the page waits for it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import extensions
from crm.figures.models import ToldBlock
from crm.people.models import Branch
from tests.board.making import applied_roster
from tests.factories import BranchFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
AFTER_CLOSING = datetime(2026, 8, 3, 12, tzinfo=UTC)
PAGES = ("styrelsen/", "styrelsen/rapport.pdf", "styrelsen/siffror.csv", "varvning/")


def end_of(number: int, year: int) -> tuple[date | None, str]:
    """Of the twelve, five ask to leave and five move; of this year's nobody yet."""
    if year == AFTER_CLOSING.year or number >= 10:
        return None, ""
    return date(year + 1, 1, 20), "left" if number < 5 else "moved"


@pytest.fixture
def branch() -> Iterator[Branch]:
    """Two years in which so many joined and left in each quarter that every one is told."""
    with time_machine.travel(AFTER_CLOSING, tick=False):
        made: Branch = BranchFactory.create(slug="lillberga")
        applied_roster(made, date(2024, 1, 1))
        for year in (2024, 2025, 2026):
            for month in (2, 5, 8, 11) if year < 2026 else (2, 5):
                for number in range(12):
                    gone, reason = end_of(number, year)
                    period(made, date(year, month, 10), gone, reason=reason)
        yield made


def run(branch: Branch, on: date) -> dict[str, int]:
    job = extensions.jobs.get("tell_quarters")
    assert job
    assert job.daily
    return job.run(branch=branch, on=on)


def test_after_the_job_nobody_who_reads_writes(client: Client, branch: Branch) -> None:
    assert run(branch, AFTER_CLOSING.date())["blocks"] == ToldBlock.objects.count() > 0
    subjects = set(ToldBlock.objects.values_list("subject", flat=True))
    assert subjects == {"leaving", "moved_in", "staying", "ways_in", "clubs"}
    log_in_as(client, "board", branch)
    with CaptureQueriesContext(connection) as queries:
        for page in PAGES:
            assert client.get(f"/lillberga/{page}").status_code == 200
    assert not [
        query for query in queries if "figures_toldblock" in query["sql"] and "INSERT" in query["sql"]
    ]


def test_the_page_of_the_day_on_which_a_quarter_is_told_has_no_more_queries(
    client: Client, branch: Branch
) -> None:
    log_in_as(client, "board", branch)
    run(branch, AFTER_CLOSING.date())
    with CaptureQueriesContext(connection) as queries:
        client.get("/lillberga/styrelsen/")
    assert len(queries) <= 25


def test_done_twice_it_keeps_nothing_more(branch: Branch) -> None:
    first = run(branch, AFTER_CLOSING.date())
    told = list(ToldBlock.objects.order_by("pk").values())
    assert first["blocks"] == len(told)
    assert run(branch, AFTER_CLOSING.date()) == {"blocks": 0}
    assert list(ToldBlock.objects.order_by("pk").values()) == told


def test_it_tells_what_the_file_would_have_told(client: Client, branch: Branch) -> None:
    other: Branch = BranchFactory.create(slug="ekby")
    branch.memberships.update(branch=other)
    branch.members.update(branch=other)
    branch.roster_imports.update(branch=other)
    log_in_as(client, "board", other)
    client.get("/ekby/styrelsen/siffror.csv")
    read = list(ToldBlock.objects.order_by("subject", "first").values("subject", "first", "last", "numbers"))
    ToldBlock.objects.all().delete()
    run(Branch.objects.get(pk=other.pk), AFTER_CLOSING.date())
    told = list(ToldBlock.objects.order_by("subject", "first").values("subject", "first", "last", "numbers"))
    assert told == read != []
