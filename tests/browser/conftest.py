"""Chromium, as a person on a phone or at a desk sees the product."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

# Playwright keeps a loop of its own in the test's thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from crm.people.models import User
from tests import servers
from tests.conftest import worker_process
from tests.logins import log_in

# Without these Chromium asks hosts of its maker's at every start.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
ANSWERED_WITHIN = 20  # seconds, on a busy machine
SETTLES = 200  # milliseconds from a click until its page is on the way
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = servers.find("chromium")
    assert program, "No Chromium was found; ./dev test says how to get one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser: one window, one login. What goes wrong in the window fails the test at its end."""

    page: Page
    site: str
    wrongs: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.wrongs.append(f"script error: {error}"))
        self.page.on("console", self.on_console)
        self.page.on("request", self.on_request)
        self.page.on("response", self.on_response)

    def on_console(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is also written here; pages give it on purpose (422 for an invalid form).
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrongs.append(f"console: {message.text}")

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.wrongs.append(f"asked another host: {request.url}")

    def on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.wrongs.append(f"{response.status} at {response.url}")

    def sign_in(self, user: User, *, two_factors: bool = True) -> None:
        """As after a login with an e-mailed code, and a second factor unless told."""
        client = Client()
        log_in(client, user, two_factors=two_factors)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.site}]
        )

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def assert_accessible(self) -> None:
        """axe finds nothing on the page as it stands, in light and in dark; nothing needs sideways scrolling."""
        self.page.wait_for_timeout(SETTLES)
        self.page.wait_for_load_state()
        # Waited for rather than asked: a click may have set out for the next page, which has no document yet.
        self.page.wait_for_function("document.documentElement?.scrollWidth <= window.innerWidth")
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found: Any = Axe().run(self.page, options=AXE).response["violations"]
            assert [f"{v['id']}: {n['html'][:200]}" for v in found for n in v["nodes"]] == [], (
                scheme,
                self.page.url,
            )


def wait_for_answers() -> None:
    """Until the live server has no visitor left.

    A page that is closed may have asked for something a moment before. PostgreSQL takes that and the emptying of the
    tables at the test's end for a deadlock, and whoever loses it is a matter of chance.
    """
    until = time.monotonic() + ANSWERED_WITHIN
    while visitors := [one for one in threading.enumerate() if "process_request_thread" in one.name]:
        assert time.monotonic() < until, visitors
        time.sleep(0.02)


@pytest.fixture
def person_at(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[[str], Person]]:
    """``person_at("phone")`` or ``person_at("desk")``: a new person each time, logged in as nobody."""
    people: list[Person] = []
    contexts: list[BrowserContext] = []

    def arrive(size: str) -> Person:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", locale="sv-SE"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        people.append(Person(context.new_page(), live_server.url))
        people[-1].watch()
        return people[-1]

    yield arrive
    for context in contexts:
        context.close()
    wait_for_answers()
    assert [wrong for person in people for wrong in person.wrongs] == []


@pytest.fixture(params=list(SIZES))
def person(request: pytest.FixtureRequest, person_at: Callable[[str], Person]) -> Person:
    """One person; the test runs once on a phone and once at a desk."""
    return person_at(request.param)


@pytest.fixture
def worker(live_server: LiveServer) -> Iterator[object]:
    """A real worker beside the live server, for stories in which a job must run."""
    with worker_process() as process:
        yield process
