"""The page says when a past figure has been corrected since, and by which file; no names, no file names."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from crm.board import links, report, sentences, tables
from crm.board import overview as board
from crm.figures import keeping
from crm.people.models import Branch
from tests.board.test_report import words
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, CECILIA, SEPTEMBER, bring_in

pytestmark = pytest.mark.django_db
AUGUST, OCTOBER, NOW = date(2026, 8, 31), date(2026, 10, 31), datetime(2026, 11, 20, 12, tzinfo=UTC)
SAID = "Medlemmar: den 2026-10-31 stod det 3; nu räknas 2."
BY = "Rättat av medlemsfilen från 2026-09-30, inläst 2026-11-03."


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    with time_machine.travel(at(AUGUST, 12), tick=False):
        bring_in(made, ANNA, BO, CECILIA, on=AUGUST)
    with time_machine.travel(at(OCTOBER, 21), tick=False):
        keeping.keep_day(OCTOBER)
    with time_machine.travel(at(date(2026, 11, 3), 12), tick=False):
        bring_in(made, ANNA, BO, on=SEPTEMBER)
    return made


def page(client: Client, branch: Branch, kind: str, query: str = "") -> str:
    with time_machine.travel(NOW, tick=False):
        log_in_as(client, kind, branch)
        return client.get(f"/{branch.slug}/styrelsen/{query}").content.decode()


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("query", ["", "?on=2026-10-31"])
def test_the_month_and_the_day_set_back_say_what_stood_there(
    client: Client, branch: Branch, query: str
) -> None:
    html = page(client, branch, "board", query)
    assert f"{SAID} {BY}" in plain(html)
    assert "(stod 3)" in plain(html)
    assert ("Rättat sedan den dagen" in html) == bool(query)


def test_who_may_see_the_files_is_led_to_it_and_the_board_is_not(client: Client, branch: Branch) -> None:
    made = branch.roster_imports.get(roster_date=SEPTEMBER)
    address = reverse("rosters:show", args=[branch.slug, made.pk])
    assert address in page(client, branch, "register_officer")
    assert address not in page(Client(), branch, "board")
    assert address not in page(Client(), branch, "call_leader")


def test_nobody_is_named_nor_the_file(client: Client, branch: Branch) -> None:
    html = page(client, branch, "board", "?on=2026-10-31")
    assert [word for word in ("Ek", "Cecilia", "roster.csv") if re.search(rf"\b{word}\b", html)] == []


def test_the_boards_link_says_it_without_a_way_further(client: Client, branch: Branch) -> None:
    with time_machine.travel(NOW, tick=False):
        board_member = user_with("board", branch)
        token = links.make(branch=branch, expires_on=NOW.date() + timedelta(days=9), by=board_member)
        html = client.get(reverse("board_shared", args=[token])).content.decode()
    assert SAID in plain(html)
    assert "/medlemsfiler/" not in html


def told(branch: Branch, on: date) -> board.Overview:
    with time_machine.travel(NOW, tick=False), translation.override("sv"):
        return board.overview(branch, on)


def test_the_files_hold_them(branch: Branch) -> None:
    overview = told(branch, date(2026, 11, 20))
    with translation.override("sv"):
        assert tables.corrections(overview).rows == [("2026-10-31", "Medlemmar", 3, 2, BY)]
        assert tables.corrections(overview) in tables.tables(overview)
        remarks = {row[0]: row[-1] for row in tables.months(overview.months, overview.corrected).rows}
    assert (remarks["2026-10"], remarks["2026-09"]) == ("stod 3", "")


def test_the_report_says_it(branch: Branch) -> None:
    with time_machine.travel(NOW, tick=False), translation.override("sv"):
        drawn = report.draw(branch, board.overview(branch, OCTOBER)).as_bytes()
    assert SAID in " ".join(words(drawn).split())


def test_a_page_without_corrections_says_nothing_of_them(client: Client) -> None:
    html = page(client, BranchFactory.create(), "board")
    assert [word for word in ("Rättat", "rättats", "stod") if word in html] == []


def test_corrections_cost_one_query_more_however_many_they_are(client: Client, branch: Branch) -> None:
    with time_machine.travel(NOW, tick=False):
        log_in_as(client, "board", branch)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/{branch.slug}/styrelsen/?on=2026-11-01")
    assert len(queries) <= 25
    assert sum("figures_keptfigure" in query["sql"] for query in queries) <= 3


def test_without_an_import_it_was_a_person_or_later_notes(branch: Branch) -> None:
    correction = told(branch, date(2026, 11, 20)).corrected[0]
    by_hand = type(correction)(correction.figure, OCTOBER, 3, 2)
    with translation.override("sv"):
        assert sentences.correction(by_hand) == f"{SAID} Rättat för hand sedan dess, inte av en medlemsfil."
