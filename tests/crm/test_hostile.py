"""What anybody can put into an address or a form: no page of the site answers with a fault of its own.

The forms are read from the pages themselves, so that a new field is tried without a new test.
"""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from crm.people.models import Branch
from tests.crm.markup import Markup
from tests.crm.rows import make_rows
from tests.crm.test_site import BRANCH_PAGES, KINDS, OUTER, OWN, Page, with_roles
from tests.logins import log_in

pytestmark = pytest.mark.django_db

NAMES = (
    "q",
    "page",
    "on",
    "show",
    "club",
    "first",
    "last",
    "user",
    "purpose",
    "number",
    "state",
    "next",
    "area",
)
VALUES = {
    "nothing": "",
    "nul": "a\x00b",
    "right to left": "\u202egpj.exe",
    "markup": "<script>alert(1)</script>",
    "quotes": "'; DROP TABLE people_member; -- %*[(",
    "negative": "-1",
    "beyond 64 bits": "99999999999999999999",
    "not a number": "NaN",
    "far year": "99999-01-01",
    "early year": "0001-01-01",
    "emoji": "👩🏽‍🌾" * 40,
    "long": "å" * 5_000,
}


@pytest.fixture
def own(client: Client) -> Branch:
    branch: Branch = make_rows(OWN)[Branch]  # type: ignore[assignment]
    log_in(client, with_roles(branch, *KINDS))
    client.raise_request_exception = False
    return branch


def ask(client: Client, method: str, path: str, data: dict[str, Any]) -> int:
    with transaction.atomic():
        status = getattr(client, method)(path, data).status_code
        transaction.set_rollback(True)
    return int(status)


def paths(branch: Branch, pages: list[Page]) -> list[str]:
    return [page.path(branch=branch.slug, key=OWN) for page in pages]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_no_question_in_an_address_breaks_a_page(client: Client, own: Branch, value: str) -> None:
    data = dict.fromkeys(NAMES, value)
    broken = [path for path in paths(own, BRANCH_PAGES) if ask(client, "get", path, data) >= 500]
    assert broken == []


@pytest.mark.parametrize("key", [0, 2**31, 2**63 - 1])
def test_no_key_breaks_a_page(client: Client, own: Branch, key: int) -> None:
    keyed = [page.path(branch=own.slug, key=key) for page in BRANCH_PAGES if page.has_key]
    broken = [path for path in keyed if ask(client, "get", path, {}) >= 500]
    assert broken == []


def forms(client: Client, path: str) -> list[tuple[str, set[str]]]:
    """Where each form of a page is sent, and the names of the page's fields."""
    with transaction.atomic():
        answer = client.get(path)
        transaction.set_rollback(True)
    if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
        return []
    page = Markup.of(answer.content.decode())
    posts = [form for form in page.all("form") if (form.attributes.get("method") or "").lower() == "post"]
    fields = page.all("input", "select", "textarea", "button")
    names = {str(name) for field in fields if (name := field.attributes.get("name"))}
    actions = {form.attributes.get("action") or path for form in posts}
    own = sorted(action for action in actions if action.startswith(f"/row-{OWN}/"))
    return [(action, names - {"csrfmiddlewaretoken"}) for action in own]


def test_nothing_that_is_typed_breaks_a_form(client: Client, own: Branch) -> None:
    actions: dict[str, set[str]] = {}
    for path in paths(own, BRANCH_PAGES):
        for action, names in forms(client, path):
            actions.setdefault(action, set()).update(names)
    broken = {}
    for action, names in actions.items():
        for kind, value in VALUES.items():
            if ask(client, "post", action, dict.fromkeys(names, value)) >= 500:
                broken[action, kind] = sorted(names)
    assert broken == {}
    assert len(actions) > 20


@pytest.mark.parametrize("value", ["", "a\x00b", "<script>", "å" * 5_000, "https://evil.example.org/"])
def test_nothing_breaks_a_page_for_nobody(client: Client, value: str) -> None:
    client.raise_request_exception = False
    data = dict.fromkeys((*NAMES, "login", "password", "code", "answer", "token"), value)
    broken = []
    for page in OUTER:
        if not page.route.startswith("admin/"):
            path = page.path(key=OWN)
            broken += [path for method in ("get", "post") if ask(client, method, path, data) >= 500]
    assert broken == []


@pytest.mark.parametrize(
    "target", ["https://evil.example.org/", "//evil.example.org/", "\\\\evil.example.org"]
)
@pytest.mark.parametrize("path", ["/i18n/setlang/", "/konto/login/"])
def test_no_page_leads_to_another_site(client: Client, own: Branch, target: str, path: str) -> None:
    answer = client.post(path, {"next": target, "language": "en", "login": "", "password": ""})
    assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "path",
    ["/%00", "/../etc/passwd", "/row-7001/%2e%2e/", "/row-7001//medlemmar/", "/å/ä/ö/", "/" + "a" * 3000],
)
def test_no_address_breaks_the_site(client: Client, own: Branch, path: str) -> None:
    assert client.get(path).status_code in {301, 302, 404}


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused_or_harmless(client: Client, own: Branch, method: str) -> None:
    broken = [path for path in paths(own, BRANCH_PAGES) if ask(client, method, path, {}) >= 500]
    assert broken == []


def test_a_body_that_is_no_form_is_refused(client: Client, own: Branch) -> None:
    broken = []
    for path in paths(own, BRANCH_PAGES):
        with transaction.atomic():
            answer = client.post(path, b"\xff\x00{not json", content_type="application/json")
            transaction.set_rollback(True)
        broken += [path] if answer.status_code >= 500 else []
    assert broken == []
