"""What programs are told in tables: those of the board's files of the same day, and nothing to whoever may not read."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.board import links
from crm.people.models import Branch
from tests.board.making import applied_roster
from tests.board.sheets import as_csv
from tests.factories import BranchFactory, user_with
from tests.figures.histories import period
from tests.logins import log_in_as
from tests.outreach.making import newcomer

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)
JOINED = date(2025, 2, 3)


@pytest.fixture
def branch() -> Branch:
    """Nine have moved and two have died; nine came by the web, two were asked in."""
    found: Branch = BranchFactory.create()
    applied_roster(found, date(2025, 1, 1))
    for place in range(11):
        period(found, date(2020, 1, 1), date(2026, 2, 3), reason="moved" if place < 9 else "deceased")
        newcomer(found, JOINED, "web" if place < 9 else "recruiter")
    return found


def told(client: Client, address: str) -> dict[str, dict[str, object]]:
    answer = client.get(f"{address}siffror.json?on={ON}")
    assert answer.status_code == 200
    found: dict[str, dict[str, object]] = json.loads(answer.content)["tables"]
    return found


def test_the_same_cells_as_in_the_csv_of_the_day(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    base = f"/{branch.slug}/styrelsen/"
    found = told(client, base)
    assert as_csv(found) == client.get(f"{base}siffror.csv?on={ON}").content.decode()
    assert {"balance", "leaving_reasons", "staying", "new_by_source", "new_by_club"} <= set(found)


def test_who_holds_the_boards_link_is_told_the_same(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    last = timezone.localdate() + timedelta(days=9)
    token = links.make(branch=branch, expires_on=last, by=user_with("board", branch))
    assert told(Client(), f"/siffror/{token}/") == told(client, f"/{branch.slug}/styrelsen/")


def test_small_groups_are_told_together(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    found = told(client, f"/{branch.slug}/styrelsen/")
    for name in ("leaving_reasons", "new_by_source", "new_by_club"):
        numbers = [row[1] for row in found[name]["rows"]]  # type: ignore[attr-defined]
        assert [number for number in numbers if 0 < number < 5] == []
    assert "peka ut någon" in str(found["leaving_reasons"]["note"])


@pytest.mark.parametrize("kind", ["caller", "host"])
def test_who_may_not_see_figures_is_told_none(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch)
    answer = client.get(f"/{branch.slug}/styrelsen/siffror.json?on={ON}")
    assert (answer.status_code, b"leaving_reasons" in answer.content) == (403, False)


def test_another_branchs_board_finds_none(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", BranchFactory.create())
    assert client.get(f"/{branch.slug}/styrelsen/siffror.json?on={ON}").status_code == 404
