"""How each figure is counted: every number of the page leads there, and from there, for some, to the rows."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm import extensions
from crm.board import links
from crm.figures import reading
from crm.people.models import AccessLog, Branch
from crm.people.names import sort_key
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
MEMBERS_LISTED = {
    "members": 6,
    "joined": 2,
    "without_phone": 3,
    "without_email": 1,
    "unpaid_new": 1,
}


@pytest.fixture
def branch() -> Branch:
    """Six members: one joined this year, one lacks an address, one a fee; another joined this year and left."""
    made: Branch = BranchFactory.create()
    today = timezone.localdate()
    new_year = today.replace(month=1, day=1)
    paid = {"branch": made, "paid_until": today}
    MemberFactory.create_batch(2, **paid)
    MemberFactory.create(**paid, email="")
    MemberFactory.create(branch=made, paid_until=None, phone="")
    MemberFactory.create(**paid, since=new_year, phone="")
    gone = period(made, new_year, today)
    if today == new_year:  # on that day it would never have counted
        gone.delete()
    left = MemberFactory.create(**paid, phone="")
    assert left.memberships.get().ended_on is None
    return made


def address(branch: Branch) -> str:
    return f"/{branch.slug}/styrelsen/sa-raknas-det/"


def page(client: Client, branch: Branch, kind: str = "board") -> str:
    log_in_as(client, kind, branch)
    return client.get(address(branch)).content.decode()


def test_every_registered_figure_is_told_once_with_its_words(client: Client, branch: Branch) -> None:
    html = page(client, branch)
    assert re.findall(r'<section class="card" id="figure-(\w+)"', html) == [
        *extensions.figures.names(),
        *extensions.accounts.names(),
    ]
    log_in_as(client, "board", branch)
    told = client.get(address(branch)).context["told"]
    assert [figure for figure, _who, _url in told] == list(extensions.figures.all())
    assert {who.count(",") for _figure, who, _url in told} == {3}


def test_every_figure_is_found_by_its_name_in_swedish_order(client: Client, branch: Branch) -> None:
    html = page(client, branch)
    contents = re.search(r'<ul class="contents">.*?</ul>', html, re.DOTALL)
    assert contents
    found = re.findall(r'href="#figure-(\w+)">([^<]+)<', contents[0])
    named = {*extensions.figures.names(), *extensions.accounts.names()}
    assert (len(found), {name for name, _label in found}) == (len(named), named)
    labels = [label for _name, label in found]
    assert labels == sorted(labels, key=lambda label: sort_key(unescape(label), ""))


@pytest.mark.parametrize(
    ("kind", "status"),
    [("board", 200), ("call_leader", 200), ("register_officer", 200), ("caller", 403), ("admin", 403)],
)
def test_who_may_read_it(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get(address(branch)).status_code == status


def test_a_stranger_finds_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", BranchFactory.create())
    assert client.get(address(branch)).status_code == 404


def test_each_figure_on_the_boards_page_leads_to_where_it_is_explained(
    client: Client, branch: Branch
) -> None:
    anchors = set(re.findall(r'id="(figure-\w+)"', page(client, branch)))
    html = client.get(f"/{branch.slug}/styrelsen/").content.decode()
    led_to = set(re.findall(rf'href="{address(branch)}#([\w-]+)"', html))
    shown = {"members", "joined", "left", "unpaid_new", "without_phone", "without_email", "addresses_bounced"}
    assert led_to <= anchors
    assert {f"figure-{name}" for name in shown} <= led_to


def test_the_boards_link_leads_nowhere_further(client: Client, branch: Branch) -> None:
    last = timezone.localdate() + timedelta(days=1)
    token = links.make(branch=branch, expires_on=last, by=user_with("board", branch))
    html = client.get(reverse("board_shared", args=[token])).content.decode()
    assert "sa-raknas-det" not in html
    assert "#figure-" not in html


@pytest.mark.parametrize("kind", ["board", "call_leader"])
def test_who_may_not_see_members_is_led_to_no_list(client: Client, branch: Branch, kind: str) -> None:
    assert f"/{branch.slug}/medlemmar/" not in page(client, branch, kind).split("<main")[1]


@pytest.mark.parametrize("name", list(MEMBERS_LISTED))
def test_a_figure_can_be_followed_to_the_rows_it_counts(client: Client, branch: Branch, name: str) -> None:
    log_in_as(client, "member_officer", branch)
    told = {figure.name: url for figure, _who, url in client.get(address(branch)).context["told"]}
    listed = client.get(told[name]).context["page"].paginator.count
    assert listed == reading.read(branch, timezone.localdate())[name].value


def test_a_list_of_the_counted_is_logged_as_any_other(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    client.get(f"/{branch.slug}/medlemmar/?show=no_email")
    assert AccessLog.objects.filter(purpose=AccessLog.Purpose.LIST).count() == 1


def test_every_way_to_the_rows_is_a_page_that_opens(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    ways = [url for _figure, _who, url in client.get(address(branch)).context["told"] if url]
    assert len(ways) >= 8
    assert {client.get(url).status_code for url in ways} == {200}
