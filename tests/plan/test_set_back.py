"""The plan as it was on an earlier day: for the meeting that looks back, and for who doubts a number."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from crm.people.models import Branch
from crm.plan.models import Area, Goal, Status
from tests.factories import MemberFactory
from tests.logins import log_in_as
from tests.outreach.making import activity
from tests.plan.making import make_goal, noted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel("2026-11-22 12:00", tick=False):
        yield


@pytest.fixture
def goal(area: Area) -> Goal:
    """Noted once in spring and once in autumn."""
    goal = make_goal(area, wanted=2)
    for day in (date(2026, 4, 1), date(2026, 10, 1)):
        noted(goal, day)
    return goal


@pytest.mark.parametrize(
    ("on", "stood"),
    [
        ("2026-01-01", (0, Status.ON_THE_WAY)),
        ("2026-03-31", (0, Status.ON_THE_WAY)),
        ("2026-04-01", (1, Status.ON_THE_WAY)),
        ("2026-09-30", (1, Status.ON_THE_WAY)),
        ("2026-10-01", (2, Status.REACHED)),
        ("2025-12-31", (None, Status.UNKNOWN)),
        ("", (2, Status.REACHED)),
    ],
)
def test_the_plan_stands_as_it_did_that_day(
    client: Client, branch: Branch, goal: Goal, on: str, stood: tuple[int | None, Status]
) -> None:
    log_in_as(client, "board", branch)
    page = client.get(f"/{branch.slug}/plan/2026/", {"on": on}).context["page"]
    told = client.get(f"/{branch.slug}/plan/mal/{goal.pk}/", {"on": on}).context["measured"]
    (shown,) = page.all_areas[0].goals
    assert (shown.value, shown.status) == (told.value, told.status) == stood


def test_links_carry_the_day_along(client: Client, branch: Branch, goal: Goal) -> None:
    log_in_as(client, "board", branch)
    page = client.get(f"/{branch.slug}/plan/2026/", {"on": "2026-05-01"}).content.decode()
    assert f'href="/{branch.slug}/plan/mal/{goal.pk}/?on=2026-05-01"' in page
    assert 'href="?on=2026-05-01&amp;status=on_the_way#goals"' in page
    assert "Som det såg ut den 2026-05-01, mot målen som de står nu." in page


def test_today_carries_no_day(client: Client, branch: Branch, goal: Goal) -> None:
    log_in_as(client, "board", branch)
    page = client.get(f"/{branch.slug}/plan/2026/", {"on": "2026-11-22"}).content.decode()
    assert f'href="/{branch.slug}/plan/mal/{goal.pk}/"' in page
    assert ("?on=" in page.partition("<main")[2].partition("</main")[0], "mot målen som de" in page) == (
        False,
        False,
    )


@pytest.mark.usefixtures("goal")
@pytest.mark.parametrize("on", ["2026-11-23", "1999-12-31", "i går", "2026-02-29", "%00"])
def test_a_day_that_cant_be_is_said(client: Client, branch: Branch, on: str) -> None:
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/plan/2026/", {"on": on})
    assert (answer.status_code, answer.context["page"].on) == (422, date(2026, 11, 22))


def test_a_goals_page_takes_such_a_day_for_today(client: Client, branch: Branch, goal: Goal) -> None:
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/plan/mal/{goal.pk}/", {"on": "2026-12-24"})
    assert (answer.status_code, answer.context["measured"].on) == (200, date(2026, 11, 22))


def test_the_rows_are_those_of_the_day(client: Client, branch: Branch, area: Area) -> None:
    activity(branch, date(2026, 2, 1), kind="cafe", place="Vinterkafé")
    activity(branch, date(2026, 9, 1), kind="cafe", place="Höstkafé")
    goal = make_goal(area, figure="cafes", wanted=8)
    log_in_as(client, "board", branch)
    counted = client.get(f"/{branch.slug}/plan/mal/{goal.pk}/", {"on": "2026-06-30"}).context["counted"]
    assert [line.label for line in counted.lines] == ["Kafé, Vinterkafé"]


def test_the_people_are_those_of_the_day(client: Client, branch: Branch, area: Area) -> None:
    MemberFactory.create(branch=branch, since=date(2026, 9, 1))
    goal = make_goal(area, figure="members", wanted=8)
    log_in_as(client, "member_officer", branch)
    page = client.get(f"/{branch.slug}/plan/mal/{goal.pk}/", {"on": "2026-06-30"}).content.decode()
    assert f"/{branch.slug}/medlemmar/raknade/members/?on=2026-06-30" in page


def test_a_note_written_while_looking_back_is_kept_once(client: Client, branch: Branch, goal: Goal) -> None:
    log_in_as(client, "board", branch)
    address = f"/{branch.slug}/plan/mal/{goal.pk}/?on=2026-06-30"
    form = client.get(address).context["form"]
    said = {"happened_on": "2026-06-01", "text": "Sommarmöte", "token": form["token"].value()}
    assert [client.post(address, said).status_code for _ in range(2)] == [302, 302]
    assert goal.notes.filter(text="Sommarmöte").count() == 1
