"""From a number on the plan's pages to how it is counted and to the rows."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from crm.people.models import Branch
from crm.plan.measuring import measure_one
from crm.plan.models import Area, Goal, Plan, Status
from tests.factories import ClubFactory, MemberFactory
from tests.logins import log_in_as
from tests.outreach.making import activity
from tests.plan.making import make_area, make_goal, make_plan, noted

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


def page_of(client: Client, branch: Branch, goal: Goal, role: str = "board") -> str:
    log_in_as(client, role, branch)
    return client.get(f"/{branch.slug}/plan/mal/{goal.pk}/").content.decode()


def part(page: str) -> str:
    """The section of what is counted; empty where there is none."""
    found = re.search(r'<section aria-labelledby="counted-title">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_each_activity_that_is_counted_is_a_row_that_can_be_opened(
    client: Client, branch: Branch, area: Area
) -> None:
    shown = [activity(branch, kind="cafe", place=place) for place in ("Parken", "Torget")]
    activity(branch, date(2025, 5, 1), kind="cafe", place="Förra året")
    told = part(page_of(client, branch, make_goal(area, figure="cafes", wanted=8)))
    assert [f'href="/{branch.slug}/varvning/{one.pk}/"' in told for one in shown] == [True, True]
    assert (told.count("<li>"), "Förra året" in told) == (2, False)


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_of_a_percentage_it_says_what_is_wanting(client: Client, branch: Branch, area: Area) -> None:
    ClubFactory.create(branch=branch, name="Centrums s-förening", election_plan_on=date(2026, 3, 1))
    ClubFactory.create(branch=branch, name="Ryds s-förening")
    goal = make_goal(area, figure="clubs_with_election_plan", of_figure="clubs_active", wanted=100)
    told, missing = part(page_of(client, branch, goal)).split("Inte med ännu")
    assert ["Centrums" in told, "Ryds" in told] == [True, False]
    assert ["Centrums" in missing, "Ryds" in missing] == [False, True]


def test_with_nothing_counted_it_says_so(client: Client, branch: Branch, area: Area) -> None:
    assert "Ingenting ännu." in part(page_of(client, branch, make_goal(area, figure="cafes")))


@pytest.mark.parametrize(
    ("role", "leads"), [("board", False), ("member_officer", True), ("call_leader", False)]
)
def test_the_list_of_members_is_for_those_who_may_see_it(
    client: Client, branch: Branch, area: Area, role: str, leads: bool
) -> None:
    MemberFactory.create(branch=branch, first_name="Ärla")
    page = page_of(client, branch, make_goal(area, figure="members", wanted=10), role)
    today = timezone.localdate().isoformat()
    address = f"/{branch.slug}/medlemmar/raknade/members/?on={today}"
    assert (address in part(page), "Ärla" in page) == (leads, False)


@time_machine.travel("2027-02-01 12:00", tick=False)
def test_a_number_of_a_year_that_is_over_leads_to_those_counted_on_its_last_day(
    client: Client, branch: Branch, area: Area
) -> None:
    """Who has joined or left since is neither missing nor too many."""
    stayed, gone = (MemberFactory.create(branch=branch, since=date(2026, 3, 1)) for _ in range(2))
    gone.memberships.update(ended_on=date(2027, 1, 10), end_reason="requested")
    MemberFactory.create(branch=branch, since=date(2027, 1, 5))
    goal = make_goal(area, figure="members", wanted=10)
    (address,) = re.findall(
        r'href="([^"]*raknade[^"]*)"', part(page_of(client, branch, goal, "member_officer"))
    )
    listed = client.get(address).context
    assert (address.partition("?")[2], measure_one(goal, date(2027, 2, 1)).value) == ("on=2026-12-31", 2)
    assert {member.pk for member in listed["page"]} == {stayed.pk, gone.pk}


@pytest.mark.parametrize(
    ("figure", "of_figure"),
    [
        ("joined", ""),
        ("members_trained", ""),
        ("municipal_officers_offered", "municipal_officers"),
        ("year_welcomed_and_heard", "year_new_members"),
        ("calls_kept", "calls_of"),
    ],
)
@time_machine.travel("2026-07-01 12:00", tick=False)
def test_a_number_of_people_leads_officers_to_each_of_them(
    client: Client, branch: Branch, area: Area, figure: str, of_figure: str
) -> None:
    goal = make_goal(area, figure=figure, of_figure=of_figure, wanted=10)
    wanted = [
        f"/{branch.slug}/medlemmar/raknade/{name}/?on=2026-07-01" for name in (figure, of_figure) if name
    ]
    found = [
        re.findall(r'href="([^"]*raknade[^"]*)"', page_of(client, branch, goal, role))
        for role in ("member_officer", "board")
    ]
    assert found == [wanted, []]
    log_in_as(client, "member_officer", branch)
    assert [client.get(address).status_code for address in wanted] == [200] * len(wanted)


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_people_known_of_today_alone_are_not_listed_for_a_day_gone_by(
    client: Client, branch: Branch, plan: Plan
) -> None:
    """A list of another day would show others than those the number counted."""
    old = make_area(make_plan(branch, year=2025))
    goal = make_goal(old, figure="year_welcomed_and_heard", of_figure="year_new_members", wanted=100)
    page = page_of(client, branch, goal, "member_officer")
    assert re.findall(r"raknade/([a-z_]+)/\?on=([0-9-]+)", page) == [("year_new_members", "2025-12-31")]


@pytest.mark.parametrize(("role", "leads"), [("board", True), ("admin", False)])
@time_machine.travel("2026-07-01 12:00", tick=False)
def test_rows_are_told_to_all_and_opened_by_those_who_may(
    client: Client, branch: Branch, area: Area, role: str, leads: bool
) -> None:
    shown = activity(branch, kind="cafe", place="Parken")
    told = part(page_of(client, branch, make_goal(area, figure="cafes"), role))
    assert ("Kafé, Parken" in told, f"/varvning/{shown.pk}/" in told) == (True, leads)


def test_a_goal_of_notes_has_its_notes_and_no_other_rows(client: Client, branch: Branch, goal: Goal) -> None:
    noted(goal, date(2026, 3, 1), text="Torgmöte i regn")
    page = page_of(client, branch, goal)
    assert (part(page), "Torgmöte i regn" in page) == ("", True)


def hrefs(client: Client, branch: Branch, role: str = "board") -> set[str]:
    log_in_as(client, role, branch)
    page = client.get(f"/{branch.slug}/plan/2026/").content.decode()
    return set(re.findall(r'href="([^"]*)"', page))


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_every_number_and_status_of_the_plan_leads_to_how_it_is_counted(
    client: Client, branch: Branch, area: Area
) -> None:
    make_goal(area, figure="cafes", wanted=8)
    late = make_goal(area, due_on=date(2026, 5, 1))
    found = hrefs(client, branch)
    how = f"/{branch.slug}/styrelsen/sa-raknas-det/"
    assert {f"{how}#figure-cafes", f"{how}#goal-at_risk", f"{how}#goal-late"} <= found
    assert f"/{branch.slug}/plan/mal/{late.pk}/#notes-title" in found
    explained = client.get(how).content.decode()
    anchors = [address.partition("#")[2] for address in found if address.startswith(how)]
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in explained] == []


def test_the_page_of_how_explains_every_status(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    explained = client.get(f"/{branch.slug}/styrelsen/sa-raknas-det/").content.decode()
    assert [status for status in Status.values if f'id="goal-{status}"' not in explained] == []


def test_who_sees_no_figures_is_led_to_none(client: Client, branch: Branch, area: Area) -> None:
    make_goal(area, figure="cafes")
    assert [address for address in hrefs(client, branch, "admin") if "sa-raknas-det" in address] == []


@pytest.mark.parametrize(
    ("status", "shown"),
    [("late", ["försenat mål"]), ("reached", ["nått mål"]), ("", ["försenat mål", "nått mål"]), ("x", None)],
)
@time_machine.travel("2026-07-01 12:00", tick=False)
def test_a_count_leads_to_its_goals(
    client: Client, branch: Branch, area: Area, status: str, shown: list[str] | None
) -> None:
    make_goal(area, "försenat mål", due_on=date(2026, 5, 1))
    noted(make_goal(area, "nått mål"), date(2026, 2, 1))
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/plan/2026/", {"status": status})
    goals = [one.goal.text for part in answer.context["page"].areas for one in part.goals]
    assert goals == (shown if shown is not None else ["försenat mål", "nått mål"])
    assert answer.context["page"].number == 2


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_only_counts_above_nothing_lead_somewhere(client: Client, branch: Branch, area: Area) -> None:
    make_goal(area, due_on=date(2026, 5, 1))
    assert {address for address in hrefs(client, branch) if "status=" in address} == {"?status=late#goals"}
