"""The board's page of the fictitious branch has its 25 queries at most, also with all on it that may be corrected."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import extensions
from crm.figures.models import KeptFigure, ToldBlock
from crm.people.models import Branch, User
from crm.rosters.models import RosterImport
from demo import cast
from demo.clock import moment
from tests.demo.loaded.conftest import TODAY
from tests.logins import log_in

MONTH_END = TODAY.replace(day=1) - timedelta(days=1)
CORRECTED = "Något av det har rättats sedan dess"


def groups(told: ToldBlock) -> list[str]:
    """Without the notes of which contacts were counted."""
    return [name for name in told.numbers if not name.startswith("counted:")]


@pytest.fixture
def corrected(branch: Branch) -> Iterator[Branch]:
    """Told in the night, one more of each kind than is counted now; the files have been brought in anew since."""
    with time_machine.travel(moment(TODAY, 2)):
        job = extensions.jobs.get("tell_quarters")
        assert job
        job.run(branch=branch, on=TODAY)
        kept = {"value": 1, "kept_at": timezone.now()}
        KeptFigure.objects.update_or_create(name="members", on=MONTH_END, branch=branch, defaults=kept)
    for subject in ("leaving", "staying", "ways_in"):
        told = ToldBlock.objects.filter(subject=subject).latest("last")
        told.numbers[max(groups(told), key=told.numbers.__getitem__)] += 1
        told.save()
    with time_machine.travel(moment(TODAY, 18)):
        RosterImport.objects.filter(branch=branch, state="applied").update(applied_at=timezone.now())
        yield branch


@pytest.mark.parametrize("query", ["", f"?on={MONTH_END}"])
def test_the_page_has_no_more_queries_than_that(client: Client, corrected: Branch, query: str) -> None:
    log_in(client, User.objects.get(email=cast.BOARD.email))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/{corrected.slug}/styrelsen/{query}").content.decode()
    assert page.count(CORRECTED) == 3
    assert "Rättat av medlemsfilen" in page
    assert len(queries) <= 25
