"""The demo in the browser's eyes: every role's first page has something on it."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people.models import Branch, User
from demo import cast
from demo.clock import moment
from tests.demo.loaded.conftest import TODAY
from tests.logins import log_in


@pytest.fixture(autouse=True)
def _on_the_day_of_set_up() -> Iterator[None]:
    with time_machine.travel(moment(TODAY, 18)):
        yield


def test_the_boards_page_is_full_and_costs_at_most_25_queries(client: Client, branch: Branch) -> None:
    log_in(client, User.objects.get(email=cast.BOARD.email))
    client.get("/storkoping/styrelsen/")  # what is told for the first time is kept
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/storkoping/styrelsen/").context["page"]
    assert [share.label for share in page.calls + page.meetings if not share.number] == []
    assert page.pace.forecast.low < page.pace.forecast.expected
    assert page.leaving.reasons
    assert len(queries) <= 25


def test_reached_is_never_more_than_attempted_or_kept(client: Client, branch: Branch) -> None:
    log_in(client, User.objects.get(email=cast.BOARD.email))
    page = client.get("/storkoping/styrelsen/").context["page"]
    reached, attempted, kept = (share.number for share in page.calls)
    assert reached <= attempted <= page.calls[0].of
    assert reached < kept


@pytest.mark.parametrize("part", cast.EVERYBODY, ids=lambda part: part.email.partition("@")[0])
def test_everybody_in_the_cast_has_a_first_page(client: Client, branch: Branch, part: cast.Part) -> None:
    log_in(client, User.objects.get(email=part.email))
    assert client.get("/", follow=True).status_code == 200


@pytest.mark.parametrize("part", cast.EVERYBODY[:5], ids=lambda part: part.email.partition("@")[0])
def test_every_page_of_the_navigation_opens(client: Client, branch: Branch, part: cast.Part) -> None:
    log_in(client, User.objects.get(email=part.email))
    nav = client.get("/", follow=True).context["nav"]
    assert [item.url for item in nav if client.get(item.url, follow=True).status_code != 200] == []
