"""Every number that the board's, recruitment's, the district's and the plan's pages show leads to how it is counted.

And from there, for those who may see members, to the rows: read of the fictitious branch, whose pages are full.
"""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from crm import extensions, units
from crm.access import Permission
from crm.figures import reading
from crm.people.models import Branch, User
from demo import cast
from demo.clock import moment
from tests.board.numbers import Page, unexplained
from tests.demo.loaded.conftest import TODAY
from tests.logins import log_in

HOW = "/storkoping/styrelsen/sa-raknas-det/"
OF_BRANCH = [
    "/storkoping/styrelsen/",
    "/storkoping/styrelsen/?on=2026-06-30",
    "/storkoping/styrelsen/?on=2026-02-11",
    "/storkoping/varvning/",
]
PEOPLE = [figure.name for figure in extensions.figures.all() if figure.people]


@pytest.fixture(autouse=True)
def _on_the_day_of_set_up() -> Iterator[None]:
    with time_machine.travel(moment(TODAY, 18)):
        yield


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def board(client: Client) -> Client:
    log_in(client, User.objects.get(email=cast.BOARD.email))
    return client


def anchors(client: Client) -> set[str]:
    return set(re.findall(r'id="(figure-\w+)"', read(client, HOW)))


@pytest.mark.parametrize("address", OF_BRANCH)
def test_every_number_leads_to_how_it_is_counted(client: Client, branch: Branch, address: str) -> None:
    known, html = anchors(board(client)), read(client, address)
    assert len(Page(html).numbers) > 20
    assert unexplained(html, known) == []


@pytest.mark.parametrize("address", OF_BRANCH)
def test_no_way_leads_to_what_is_not_explained(client: Client, branch: Branch, address: str) -> None:
    known = set(re.findall(r'id="([\w-]+)"', read(board(client), HOW)))
    led_to = set(re.findall(rf'href="{HOW}#([\w-]+)"', read(client, address)))
    assert len(led_to) > 5
    assert led_to <= known


def test_every_table_is_explained_once(client: Client, branch: Branch) -> None:
    known = anchors(board(client))
    names = (*extensions.figures.names(), *extensions.accounts.names())
    assert known == {f"figure-{name}" for name in names}
    assert not set(extensions.figures.names()) & set(extensions.accounts.names())


def test_every_goal_of_the_plan_with_a_figure_leads_to_it(client: Client, branch: Branch) -> None:
    answer = board(client).get("/storkoping/plan/2026/")
    goals = [one for area in answer.context["page"].areas for one in area.goals if one.figure]
    led_to = re.findall(rf'href="{HOW}#figure-(\w+)"', answer.content.decode())
    assert len(goals) > 5
    assert led_to == [one.figure.name for one in goals]
    for one in goals[:5]:
        own = read(client, f"/storkoping/plan/mal/{one.goal.pk}/")
        assert f'href="{HOW}#figure-{one.figure.name}"' in own


def test_who_may_not_see_figures_is_led_nowhere_by_the_plan(client: Client, branch: Branch) -> None:
    log_in(client, User.objects.get(email=cast.ADMIN.email))
    assert HOW not in read(client, "/storkoping/plan/2026/")


def test_every_number_of_the_district_leads_to_how_it_is_counted(client: Client, branch: Branch) -> None:
    assert branch.district
    log_in(client, User.objects.get(email=cast.DISTRICT.email))
    html = read(client, f"/distrikt/{branch.district.slug}/")
    known = set(re.findall(r'id="(how-\w+)"', html))
    assert len(known) == 9
    assert len(Page(html).numbers) > 10
    assert unexplained(html, known) == []


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("on", [TODAY, date(2026, 6, 30)])
def test_every_figure_of_people_is_as_many_as_it_lists(
    client: Client, branch: Branch, name: str, on: date
) -> None:
    figure = extensions.figures.get(name)
    assert figure
    assert figure.people
    value = reading.read(branch, on, {name})[name].value
    keys = list(figure.people(branch, on))
    if (
        value is not None
        and figure.is_known(on)
        and figure.unit is not units.PERCENT
        and name != "addresses_bounced"
    ):
        off = abs(len(keys) - value)
        # To the nearest five in each of four blocks at most.
        assert off <= (8 if name == "recruiters_credited" else 0)


def test_who_stays_is_the_share_of_those_listed(client: Client, branch: Branch) -> None:
    """Nothing that had been told has been corrected in the fictitious branch."""
    figure = extensions.figures.get("kept")
    assert figure and figure.people and figure.out_of  # noqa: PT018
    stayed, everybody = set(figure.people(branch, TODAY)), list(figure.out_of(branch, TODAY))
    assert len(everybody) == len(set(everybody)) > len(stayed) > 20
    assert stayed <= set(everybody)
    assert figure.read(branch, TODAY) == round(100 * len(stayed) / len(everybody))


def test_from_each_figure_the_officer_reaches_the_rows(client: Client, branch: Branch) -> None:
    log_in(client, User.objects.get(email=cast.MEMBER_OFFICER.email))
    told = client.get(HOW).context["told"]
    led = {figure.name: url for figure, _who, url in told if url}
    closed = {
        figure.name
        for figure, _who, _url in told
        if figure.rows and figure.rows.permission in {Permission.MANAGE_BRANCH, Permission.LEAD_CALLS}
    }
    assert {figure.name for figure, _who, _url in told} - set(led) == closed
    assert {url: client.get(url).status_code for url in set(led.values())} == dict.fromkeys(led.values(), 200)


def test_from_each_table_too(client: Client, branch: Branch) -> None:
    log_in(client, User.objects.get(email=cast.MEMBER_OFFICER.email))
    told = client.get(HOW).context["accounts"]
    assert len(told) == len(extensions.accounts.names()) == 10
    ways = [url for _account, url in told if url]
    assert len(ways) == 9
    assert {client.get(url.partition("#")[0]).status_code for url in ways} == {200}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<main><section><table><td class="num">7</td></table></section></main>', 1),
        (
            '<main><section><a href="/x/#figure-one">Så</a><table><td class="num">7</td></table></section></main>',
            0,
        ),
        (
            '<main><a href="/x/#figure-one">Så</a><section><table><td class="num">7</td></table></section></main>',
            1,
        ),
        (
            '<main><a href="/x/#figure-one">Så</a><div class="tile"><dd class="tile__value">7</dd></div></main>',
            1,
        ),
        ('<main><section><table><td class="num">–</td></table></section></main>', 0),
        ('<main><figure class="chart"><svg><text>7</text></svg></figure></main>', 1),
    ],
)
def test_a_number_that_leads_nowhere_is_found(html: str, found: int) -> None:
    assert len(unexplained(html, {"figure-one"})) == found
