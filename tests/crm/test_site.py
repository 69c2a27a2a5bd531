"""Every address of the site, as nobody, as a stranger, with another branch's keys, and as each teammate.

A new page is covered without a new test: its address is read from the resolver, its keys lead to rows of every table.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from crm import extensions
from crm.access import NEEDS_TWO_FACTORS, ROLES_THAT_MAY
from crm.people.models import KINDS_IN_A_BRANCH, Branch, User
from tests.crm.rows import make_rows
from tests.factories import UserFactory, give_role
from tests.logins import log_in

pytestmark = pytest.mark.django_db

OWN, OTHER, NOTHING = 7001, 8002, 9003
KINDS = [kind.value for kind in KINDS_IN_A_BRANCH]
# Words that stand in an address and are no key.
WORDS = {
    "wish": "no_calls",
    "part": "new",
    "key": "waiting",
    "kind": "yearly",
    "reason": "left",
    "token": "wrong",
    "figure": "joined",
}
# Who is not logged in may open these: to log in, to choose a language, and to answer what was sent to them.
PUBLIC = {
    "arshjul/",
    "i/",
    "i18n/setlang/",
    "inloggningskod/",
    "demo/login/",
    "konto/^confirm-email/",
    "konto/^password/reset/",
    "konto/2fa/authenticate/",
    "konto/2fa/webauthn/login/",
    "konto/confirm-email/",
    "konto/inactive/",
    "konto/login/",
    "konto/logout/",
    "konto/password/reset/",
    "konto/signup/",
    "min-sida/",
    "nej/",
    "siffror/",
}


@dataclass(frozen=True)
class Page:
    """An address of the resolver: ``<slug:branch>/medlemmar/<int:pk>/`` and its view."""

    route: str
    view: Any

    @property
    def of_a_branch(self) -> bool:
        return self.route.startswith("<slug:branch>/")

    @property
    def has_key(self) -> bool:
        return "<int:" in self.route

    def path(self, *, branch: str = "", key: int = 0) -> str:
        filled = self.route.replace("<slug:branch>", branch)
        filled = re.sub(r"<int:\w+>", str(key), filled)
        filled = re.sub(r"<\w+:(\w+)>", lambda word: WORDS.get(word[1], "x"), filled)
        # The regular expressions of Django's and allauth's own addresses: the first choice, else a letter.
        filled = re.sub(
            r"\(\?P<\w+>([^)|]*)[^)]*\)", lambda group: group[1] if group[1].isalpha() else "x", filled
        )
        return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "")


def pages(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[Page]:
    for part in patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from pages(part.url_patterns, route)
        else:
            yield Page(route, part.callback)


SITE = list(pages(get_resolver().url_patterns))
BRANCH_PAGES = [page for page in SITE if page.of_a_branch]
KEYED = [page for page in BRANCH_PAGES if page.has_key]
OUTER = [page for page in SITE if not page.of_a_branch]


@pytest.fixture
def own() -> Branch:
    return make_rows(OWN)[Branch]  # type: ignore[return-value]


@pytest.fixture
def other() -> Branch:
    return make_rows(OTHER)[Branch]  # type: ignore[return-value]


def with_roles(branch: Branch, *kinds: str) -> User:
    user: User = UserFactory.create()
    for kind in kinds:
        give_role(user, kind, branch)
    return user


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """Status and where it leads; what the request has changed is taken back, so that each meets the same rows."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    return answer.status_code, answer.headers.get("location", "")


def statuses(client: Client, page: Page, path: str) -> set[int]:
    return {ask(client, method, path)[0] for method in ("get", "post")}


def test_the_walk_sees_the_site() -> None:
    routes = [page.route for page in SITE]
    assert len(routes) > 80
    assert {"<slug:branch>/medlemmar/<int:pk>/", "konto/login/", ""} <= set(routes)


def test_nobody_is_led_to_the_login_from_everywhere_else(client: Client, own: Branch) -> None:
    open_to_nobody = set()
    for page in SITE:
        for method in ("get", "post"):
            status, location = ask(client, method, page.path(branch=own.slug, key=OWN))
            if status != 302 or not location.startswith(("/konto/login/", "/admin/login/")):
                open_to_nobody.add(page.route)
    assert {route for route in open_to_nobody if not route.startswith(tuple(PUBLIC))} == set()


def test_nothing_fails_for_nobody(client: Client, own: Branch) -> None:
    failing = [
        page.route for page in SITE if max(statuses(client, page, page.path(branch=own.slug, key=OWN))) >= 500
    ]
    assert failing == []


def test_every_page_of_a_branch_goes_through_the_door() -> None:
    assert [page.route for page in BRANCH_PAGES if not hasattr(page.view, "permissions")] == []


def test_every_permission_of_a_page_is_known() -> None:
    asked = {permission for page in BRANCH_PAGES for permission in page.view.permissions}
    assert asked - ROLES_THAT_MAY.keys() == set()


def test_a_stranger_finds_no_page_of_the_branch(client: Client, own: Branch, other: Branch) -> None:
    log_in(client, with_roles(own, *KINDS))
    found = {
        page.route: answers
        for page in BRANCH_PAGES
        if not (answers := statuses(client, page, page.path(branch=other.slug, key=OTHER))) <= {404, 405}
    }
    assert found == {}


def test_another_branchs_keys_are_answered_as_keys_of_nothing(
    client: Client, own: Branch, other: Branch
) -> None:
    """404, or the same way back to the own list that a call no longer held leads: nothing tells that it is there."""
    log_in(client, with_roles(own, *KINDS))
    told = {}
    for page in KEYED:
        for method in ("get", "post"):
            of_other = ask(client, method, page.path(branch=own.slug, key=OTHER))
            of_nothing = ask(client, method, page.path(branch=own.slug, key=NOTHING))
            if of_other != of_nothing or of_other[0] not in {302, 404, 405}:
                told[page.route] = (of_other, of_nothing)
    assert told == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_teammate_is_refused_or_served(client: Client, own: Branch, kind: str) -> None:
    log_in(client, with_roles(own, kind))
    wrong = {}
    for page in BRANCH_PAGES:
        answers = statuses(client, page, page.path(branch=own.slug, key=OWN))
        needed = page.view.permissions
        may = not needed or any(kind in ROLES_THAT_MAY[permission] for permission in needed)
        if max(answers) >= 500 or (not may and not answers <= {403, 405}) or (may and 403 in answers):
            wrong[page.route] = answers
    assert wrong == {}


def test_one_factor_opens_no_page_that_needs_two(client: Client, own: Branch) -> None:
    log_in(client, with_roles(own, *KINDS), two_factors=False)
    wrong = {}
    for page in BRANCH_PAGES:
        if page.view.permissions and NEEDS_TWO_FACTORS.issuperset(page.view.permissions):
            for method in ("get", "post"):
                status, location = ask(client, method, page.path(branch=own.slug, key=OWN))
                if status != 405 and not location.startswith("/tva-steg/"):
                    wrong[page.route] = status
    assert wrong == {}


def test_a_superuser_without_a_role_is_a_stranger_too(client: Client, own: Branch) -> None:
    log_in(client, User.objects.create_superuser("root@example.org", name="Rut Rot"))
    found = [
        page.route
        for page in BRANCH_PAGES
        if not statuses(client, page, page.path(branch=own.slug, key=OWN)) <= {404, 405}
    ]
    assert found == []


def test_nothing_outside_the_branches_fails_for_a_superuser(client: Client, own: Branch) -> None:
    failing = []
    for page in OUTER:
        log_in(client, User.objects.filter(is_superuser=True).first() or superuser())
        if max(statuses(client, page, page.path(key=OWN))) >= 500:
            failing.append(page.route)
    assert failing == []


def superuser() -> User:
    return User.objects.create_superuser("root@example.org", name="Rut Rot")


def test_every_entry_of_the_navigation_has_its_page(own: Branch) -> None:
    entries = list(extensions.navigation.all())
    assert [entry.url_name for entry in entries if not reverse(entry.url_name, args=[own.slug])] == []
    assert len(entries) == len(list(extensions.pages_of(own)))
