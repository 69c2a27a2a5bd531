"""Every page that a person of the demo's branch can reach by links: it answers, fits, and axe finds nothing.

A new page is covered as soon as a page links to it.
"""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.urls import resolve

from crm.people.models import User
from demo import cast
from tests.browser.conftest import Person

# Files and pages of Django's own; a link that logs out is a page that asks first.
LEFT_OUT = ("/admin/", "/static/", "/i18n/", "/media/")
PEOPLE = (
    cast.CALL_LEADER,
    cast.MEMBER_OFFICER,
    cast.REGISTER_OFFICER,
    cast.BOARD,
    cast.ADMIN,
    cast.SUPERUSER,
    cast.DISTRICT,
    cast.CALLERS[0],
    cast.SMALL_BRANCH[0],
)


def route_of(path: str) -> str:
    """Pages of one kind share a route: one member's page stands for all."""
    return resolve(urlsplit(path).path).route


def links_on(person: Person) -> list[str]:
    """Paths of this site that the page links to, files to download left out."""
    hrefs = person.page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
    )
    whole = (urljoin(person.page.url, href).partition("#")[0] for href in hrefs)
    paths = (link.removeprefix(person.site) for link in whole if link.startswith(person.site + "/"))
    return [path for path in paths if not path.startswith(LEFT_OUT)]


def walk(person: Person, start: str, looked_at: set[str]) -> set[str]:
    """See one page of each route, from ``start`` on, and look closely at those nobody has looked at; the routes."""
    waiting, seen = [start], set[str]()
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if route in seen:
            continue
        seen.add(route)
        answer = person.page.request.get(person.site + path)
        assert answer.status == 200, f"{answer.status} at {path}"
        if "html" in answer.headers["content-type"]:
            person.open(path)
            waiting += links_on(person)
            if route not in looked_at:
                person.assert_accessible()
    return seen


@pytest.mark.look
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_page_is_for_everybody(person_at: Callable[[str], Person], size: str) -> None:
    call_command("load_demo")
    looked_at: set[str] = set()
    alone = []
    for part in PEOPLE:
        person = person_at(size)
        person.sign_in(User.objects.get(email=part.email))
        seen = walk(person, "/", looked_at)
        looked_at |= seen
        alone += [part.name] if len(seen) < 2 else []
        person.page.context.close()
    assert alone == []
