"""A figure is the same number wherever it is told: on the page, on paper, in each file, to programs, by the command."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
import tablib
import time_machine
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from crm.board import links, tables, telling
from crm.board.overview import overview
from crm.people.models import Branch
from crm.units import grouped
from tests.board.sheets import as_csv
from tests.demo.loaded.conftest import TODAY
from tests.factories import BranchFactory, user_with
from tests.logins import log_in, log_in_as

DAYS = [TODAY, date(2026, 10, 31), date(2025, 12, 31)]
Told = dict[str, Any]


@pytest.fixture(autouse=True)
def on_the_day(branch: Branch) -> Any:
    with time_machine.travel(f"{TODAY}T12:00:00+01:00", tick=False):
        yield


@pytest.fixture(params=DAYS, ids=str)
def on(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture
def on_the_page(branch: Branch, on: date) -> Told:
    """By label, as the files have no other name."""
    return {
        str(read.figure.label): "" if read.value is None else read.value
        for read in overview(branch, on).explained.values()
    }


@pytest.fixture
def board(client: Client, branch: Branch) -> Client:
    log_in_as(client, "board", branch)
    return client


def fetched(board: Client, branch: Branch, file: str, on: date) -> bytes:
    answer = board.get(f"/{branch.slug}/styrelsen/{file}?on={on}")
    assert answer.status_code == 200
    return answer.content


def test_in_the_csv(board: Client, branch: Branch, on: date, on_the_page: Told) -> None:
    text = fetched(board, branch, "siffror.csv", on).decode("utf-8-sig")
    rows = {row[0]: row[1] for row in csv.reader(io.StringIO(text), delimiter=";") if len(row) > 1}
    assert {label: rows[label] for label in on_the_page} == {
        label: str(value) for label, value in on_the_page.items()
    }


def test_in_the_workbook(board: Client, branch: Branch, on: date, on_the_page: Told) -> None:
    book: Any = tablib.Databook().load(fetched(board, branch, "siffror.xlsx", on), "xlsx")
    rows = {row[0]: "" if row[1] is None else row[1] for row in book.sheets()[0]}
    assert {label: rows[label] for label in on_the_page} == on_the_page


def test_to_programs_and_by_the_command(board: Client, branch: Branch, on: date) -> None:
    said = io.StringIO()
    call_command("figures", branch.slug, "--json", "--on", on.isoformat(), stdout=said)
    by_program = json.loads(fetched(board, branch, "siffror.json", on))
    assert by_program == json.loads(said.getvalue())
    shown = {name: read.value for name, read in overview(branch, on).explained.items()}
    assert {name: by_program["figures"][name] for name in shown} == shown


def test_on_paper(board: Client, branch: Branch, on: date) -> None:
    pages = PdfReader(io.BytesIO(fetched(board, branch, "rapport.pdf", on))).pages
    paper = " ".join(" ".join(page.extract_text().split()) for page in pages)
    explained = overview(branch, on).explained
    known = {str(read.figure.label): read.value for read in explained.values() if read.value is not None}
    assert len(known) > len(explained) / 2
    for label, value in known.items():
        assert label in paper
        assert " ".join(grouped(value).split()) in paper


def test_by_the_boards_link(branch: Branch, on: date) -> None:
    token = links.make(branch=branch, expires_on=date(2026, 12, 31), by=user_with("board", branch))
    answer = Client().get(f"/siffror/{token}/siffror.json?on={on}")
    assert answer.json() == json.loads(json.dumps(telling.as_data(branch, on, may=bool)))
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("token", ["wrong", "x" * 43])
def test_a_wrong_link_tells_no_program_anything(branch: Branch, token: str) -> None:
    assert Client().get(f"/siffror/{token}/siffror.json").status_code == 404


def test_a_withdrawn_link_tells_nothing_more(branch: Branch) -> None:
    by = user_with("board", branch)
    token = links.make(branch=branch, expires_on=date(2026, 12, 31), by=by)
    links.withdraw(branch=branch, by=by)
    assert Client().get(f"/siffror/{token}/siffror.json").status_code == 404


@pytest.mark.parametrize("query", ["?on=2027-01-01", "?on=i%20g%C3%A5r"])
def test_a_day_that_can_not_be_is_refused(board: Client, branch: Branch, query: str) -> None:
    assert board.get(f"/{branch.slug}/styrelsen/siffror.json{query}").status_code == 404


@pytest.mark.parametrize(("kind", "status"), [("board", 200), ("caller", 403)])
def test_who_may_see_figures_may_fetch_them(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in(client, user_with(kind, branch))
    assert client.get(f"/{branch.slug}/styrelsen/siffror.json").status_code == status


def test_another_branchs_board_finds_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", BranchFactory.create())
    assert client.get(f"/{branch.slug}/styrelsen/siffror.json").status_code == 404


def test_nobody_is_named(board: Client, branch: Branch) -> None:
    told = fetched(board, branch, "siffror.json", TODAY).decode()
    numbers = branch.members.values_list("member_number", flat=True)
    assert [number for number in numbers if f'"{number}"' in told] == []
    assert set(json.loads(told)) == {
        "branch",
        "on",
        "first_roster",
        "latest_roster",
        "figures",
        "corrected",
        "months",
        "tables",
    }


def test_programs_get_the_tables_of_the_files(board: Client, branch: Branch, on: date) -> None:
    told = json.loads(fetched(board, branch, "siffror.json", on))["tables"]
    assert as_csv(told) == fetched(board, branch, "siffror.csv", on).decode()


def test_the_tables_names_stay(branch: Branch) -> None:
    assert [table.name for table in tables.published(branch, overview(branch, TODAY))] == [
        "figures",
        "months",
        "balance",
        "club_goals",
        "corrected",
        "leaving_reasons",
        "staying",
        "staying_call",
        "staying_meeting",
        "new_by_source",
        "new_by_club",
        "outreach_by_month",
        "outreach_by_kind",
        "yearly_plan",
    ]


def test_the_months_are_the_tables(branch: Branch, on: date) -> None:
    table = tables.months(overview(branch, on).months)
    told = [(month["month"], month["closing"]) for month in telling.as_data(branch, on, may=bool)["months"]]
    assert [(row[0], row[5]) for row in table.rows] == told
