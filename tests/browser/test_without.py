"""The product without what not everybody has: a script, a mouse, colours, a large window."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from calls import rounds
from calls.models import Attempt
from crm.people.models import Branch, Role, User
from tests.browser.conftest import Person
from tests.calls.conftest import EVENING, OPENING
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in

pytestmark = pytest.mark.django_db(transaction=True)
FOCUSED = """() => {
    const at = document.activeElement;
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    return {tag: at.tagName, text: (at.innerText || at.value || at.ariaLabel || "").trim(), width: box.width,
            outline: style.outlineStyle !== "none" || style.boxShadow !== "none"};
}"""


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    MemberFactory.create_batch(4, branch=made)
    return made


@pytest.fixture
def scriptless(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[[User], Page]]:
    """A window that runs no script, logged in."""
    context = chromium.new_context(java_script_enabled=False, locale="sv-SE")

    def open_as(user: User) -> Page:
        client = Client()
        log_in(client, user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return context.new_page()

    yield open_as
    context.close()


def test_a_call_is_reported_without_a_script(
    scriptless: Callable[[User], Page], branch: Branch, live_server: LiveServer
) -> None:
    caller = user_with(Role.Kind.CALLER, branch)
    rounds.open_rounds(branch=branch, on=OPENING.replace(year=EVENING.year))
    page = scriptless(caller)
    page.goto(f"{live_server.url}/storkoping/ringa/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("script:not([src])").count() == 0


def test_a_member_is_found_without_a_script(
    scriptless: Callable[[User], Page], branch: Branch, live_server: LiveServer
) -> None:
    MemberFactory.create(branch=branch, first_name="Åke", last_name="Zetterlund")
    page = scriptless(user_with(Role.Kind.MEMBER_OFFICER, branch))
    page.goto(f"{live_server.url}/storkoping/medlemmar/")
    page.get_by_label("Sök").fill("zetter")
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_role("link", name="Zetterlund").first).to_be_visible()
    assert page.get_by_role("link", name="Öberg").count() == 0
    page.get_by_role("link", name="Zetterlund").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Åke Zetterlund")


def test_the_language_is_switched_without_a_script(
    scriptless: Callable[[User], Page], branch: Branch, live_server: LiveServer
) -> None:
    page = scriptless(user_with(Role.Kind.BOARD, branch))
    page.goto(f"{live_server.url}/storkoping/plan/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yearly plan")
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verksamhetsplan")


@pytest.mark.parametrize("path", ["medlemmar/", "styrelsen/", "plan/", "medlemsfiler/", "traffar/"])
def test_everything_is_reached_by_the_keyboard_and_seen_where_one_is(
    person_at: Callable[[str], Person], branch: Branch, path: str
) -> None:
    """Each stop of the tab key is visible and marked; the first leads past the navigation."""
    person = person_at("desk")
    person.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    page = person.open(f"/storkoping/{path}")
    stops = []
    for _stop in range(40):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["tag"] == "BODY":
            break
        stops.append(stop)
    assert "innehåll" in stops[0]["text"].lower()
    assert [stop for stop in stops if not stop["outline"] or stop["width"] == 0] == []
    assert len(stops) > 8


def test_the_first_stop_leads_past_the_navigation(person_at: Callable[[str], Person], branch: Branch) -> None:
    person = person_at("desk")
    person.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    page = person.open("/storkoping/medlemmar/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
    assert inside


@pytest.mark.parametrize("path", ["styrelsen/", "plan/", "medlemmar/", "traffar/"])
def test_a_page_at_four_times_the_size_needs_no_sideways_scrolling(
    chromium: Browser, live_server: LiveServer, branch: Branch, path: str
) -> None:
    """WCAG 2.2, 1.4.10: 320 pixels wide is a desk's window at 400 per cent."""
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale="sv-SE")
    client = Client()
    log_in(client, user_with(Role.Kind.MEMBER_OFFICER, branch))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/storkoping/{path}")
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    context.close()
    assert wide <= 320


@pytest.mark.parametrize("path", ["plan/", "styrelsen/"])
def test_on_paper_there_are_no_buttons(person_at: Callable[[str], Person], branch: Branch, path: str) -> None:
    person = person_at("desk")
    person.sign_in(user_with(Role.Kind.BOARD, branch), two_factors=False)
    page = person.open(f"/storkoping/{path}")
    page.emulate_media(media="print")
    seen = [button for button in page.get_by_role("button").all() if button.is_visible()]
    assert [button.inner_text() for button in seen] == []
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_nothing_was_reported_by_looking(person_at: Callable[[str], Person], branch: Branch) -> None:
    caller = user_with(Role.Kind.CALLER, branch)
    person = person_at("phone")
    person.sign_in(caller, two_factors=False)
    for _again in range(2):
        person.open("/storkoping/ringa/")
    assert not Attempt.objects.exists()
