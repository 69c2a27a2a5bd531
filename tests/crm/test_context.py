"""What the frame of a page knows: where one is, and which pages are one's own."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from crm.people.models import Branch
from tests.crm.markup import Markup
from tests.factories import BranchFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(client: Client) -> Callable[[str], list[str]]:
    """Addresses of the navigation entries that the named page marks as the current one, for a call leader."""
    branch: Branch = BranchFactory.create(slug="ekby")
    log_in_as(client, "call_leader", branch)

    def marked(url_name: str) -> list[str]:
        nav = client.get(reverse(url_name, args=["ekby"])).context["nav"]
        return [item.url for item in nav if item.current]

    return marked


@pytest.mark.parametrize("url_name", ["calls:mine", "calls:rounds", "calls:follow_ups"])
def test_one_is_in_one_place_also_where_an_address_begins_another(
    where: Callable[[str], list[str]], url_name: str
) -> None:
    assert where(url_name) == [reverse(url_name, args=["ekby"])]


def test_a_page_below_an_entry_marks_the_entry(where: Callable[[str], list[str]]) -> None:
    assert where("calls:recent") == [reverse("calls:mine", args=["ekby"])]


def test_the_branchs_start_page_is_no_entry(where: Callable[[str], list[str]]) -> None:
    assert where("branch") == []


def more_of(page: str) -> list[str]:
    """What the page's navigation shows behind "Mer", the button first; nothing without one."""
    _, found, rest = page.partition('<details class="switch nav-more">')
    part = Markup.of(rest.partition("</details>")[0]) if found else Markup()
    return [" ".join(one.text.split()) for one in part.elements if one.tag in ("summary", "a")]


@pytest.mark.parametrize(
    ("url_name", "button"),
    [("people:members", "Mer"), ("outbox:index", "Mer: Utskick")],
    ids=["first", "rest"],
)
def test_what_one_line_has_no_room_for_is_one_press_away(client: Client, url_name: str, button: str) -> None:
    branch: Branch = BranchFactory.create(slug="ekby")
    log_in_as(client, "member_officer", branch)
    answer = client.get(reverse(url_name, args=["ekby"]))
    assert more_of(answer.content.decode()) == [button, *(item.label for item in answer.context["nav"][6:])]


def test_a_short_menu_hides_nothing(client: Client) -> None:
    branch: Branch = BranchFactory.create(slug="ekby")
    log_in_as(client, "caller", branch)
    answer = client.get(reverse("calls:mine", args=["ekby"]))
    assert len(answer.context["nav"]) <= 7
    assert more_of(answer.content.decode()) == []
