from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.figures import blocks
from crm.figures.models import KeptFigure
from crm.people.models import Branch, MembershipGoal
from crm.rosters.models import RosterImport
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create()
    MembershipGoal.objects.create(branch=found, members_wanted=1000, by_date=date(2099, 12, 31))
    return found


def address(branch: Branch, query: str = "") -> str:
    return f"/{branch.slug}/styrelsen/{query}"


@pytest.mark.parametrize("kind", ["board", "member_officer", "register_officer", "call_leader"])
def test_the_board_and_the_officers_see_the_figures(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch, two_factors=False)
    assert client.get(address(branch)).status_code == 200


@pytest.mark.parametrize("kind", ["caller", "admin"])
def test_a_teammate_without_the_role_is_told_so(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch)
    assert client.get(address(branch)).status_code == 403


def test_a_stranger_finds_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", BranchFactory.create())
    assert client.get(address(branch)).status_code == 404


def test_nobody_is_led_to_the_login(client: Client, branch: Branch) -> None:
    assert client.get(address(branch)).status_code == 302


def test_members_now_and_the_goal(client: Client, branch: Branch) -> None:
    for _ in range(3):
        MemberFactory.create(branch=branch)
    log_in_as(client, "board", branch)
    page = client.get(address(branch)).context["page"]
    assert (page.members, page.pace.goal, page.pace.to_go) == (3, 1000, 997)


@pytest.mark.parametrize(("day", "offered"), [("2026-12-31", False), ("2027-01-01", True)])
@time_machine.travel(datetime(2027, 2, 1, 12, tzinfo=UTC), tick=False)
def test_of_a_goal_that_has_passed_its_own_day_can_be_seen(
    client: Client, branch: Branch, day: str, offered: bool
) -> None:
    branch.goals.update(by_date=date(2026, 12, 31))
    log_in_as(client, "board", branch)
    page = client.get(address(branch, f"?on={day}")).content.decode()
    assert ('href="?on=2026-12-31"' in page) is offered


def test_no_member_is_named(client: Client, branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    log_in_as(client, "board", branch)
    body = client.get(address(branch)).content.decode()
    assert [word for word in (member.last_name, member.member_number, member.email) if word in body] == []


def test_the_day_can_be_set_back(client: Client, branch: Branch) -> None:
    period(branch, date(2020, 1, 1), date(2024, 5, 1))
    period(branch, date(2020, 1, 1))
    log_in_as(client, "board", branch)
    page = client.get(address(branch, "?on=2024-04-30")).context["page"]
    assert (page.on, page.members, page.months[-1].running) == (date(2024, 4, 30), 2, False)


@pytest.mark.parametrize("on", ["2024-13-01", "i går", "1999-12-31", "2999-01-01", "0001-01-01"])
def test_a_bad_day_gets_a_sentence_and_todays_figures(client: Client, branch: Branch, on: str) -> None:
    log_in_as(client, "board", branch)
    answer = client.get(address(branch, f"?on={on}"))
    assert answer.status_code == 422
    assert answer.context["page"].on == timezone.localdate()
    assert list(answer.context["form"].errors) == ["on"]


def test_a_branch_without_anything_has_a_page(client: Client) -> None:
    empty = BranchFactory.create()
    log_in_as(client, "board", empty)
    page = client.get(address(empty)).context["page"]
    assert (page.members, page.pace, page.rosters.latest, page.calls, page.meetings) == (
        0,
        None,
        None,
        [],
        [],
    )


def test_reasons_of_a_few_are_not_told_apart(client: Client, branch: Branch) -> None:
    ended = blocks.quarter_of(timezone.localdate()) - timedelta(days=1)  # in the last whole quarter
    for reason, number in (("left", 7), ("moved", 2), ("deceased", 3)):
        for _ in range(number):
            period(branch, date(2020, 1, 1), ended, reason=reason)
    log_in_as(client, "board", branch)
    leaving = client.get(address(branch)).context["page"].leaving
    assert ([number for _, number in leaving.reasons], leaving.merged) == ([7], 5)


def test_the_age_of_the_latest_roster(client: Client, branch: Branch) -> None:
    now = timezone.now()
    RosterImport.objects.create(
        branch=branch,
        filename="x.csv",
        sha256="",
        roster_date=date(2026, 1, 1),
        uploaded_at=now,
        uploaded_by=UserFactory.create(),
        state="applied",
        applied_at=now,
    )
    log_in_as(client, "board", branch)
    page = client.get(address(branch, "?on=2026-02-20")).context["page"]
    assert (page.roster_age, page.roster_is_old, page.year_ago) == (50, True, None)


def test_the_number_of_queries_does_not_grow_with_the_branch(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    counts = []
    for wanted in (1, 3):
        while branch.members.count() < wanted:
            period(branch, date(2020, 1, 1))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(branch))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


@pytest.mark.parametrize("query", ["", "?on=2026-05-31"])
@time_machine.travel(datetime(2026, 6, 15, 12, tzinfo=UTC))
def test_with_everything_on_it_the_page_costs_at_most_25_queries(
    client: Client, branch: Branch, query: str
) -> None:
    """With a goal that is past, and a day that was corrected since."""
    branch.goals.update(by_date=date(2026, 1, 1))
    for day in (1, 2, 3):
        period(branch, date(2025, 2, day), date(2026, 3, day))
    applied_roster(branch, date(2024, 1, 31))
    kept_at = datetime(2026, 2, 28, 20, tzinfo=UTC)
    KeptFigure.objects.create(branch=branch, name="members", on=date(2026, 2, 28), value=9, kept_at=kept_at)
    log_in_as(client, "board", branch)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address(branch, query)).context["page"]
    assert (page.pace.goal, [found.told for found in page.corrected]) == (1000, [9])
    assert len(queries) <= 25


def test_the_page_is_in_the_navigation_of_those_who_may_see_it(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    nav = client.get(address(branch)).context["nav"]
    assert [item.url for item in nav if item.current] == [address(branch)]
