"""Every page that a role can open, read as markup: rules that hold for all, so that a new page needs no new test."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client

from crm.people.models import Branch
from tests.crm.markup import Element, Markup
from tests.crm.rows import make_rows
from tests.crm.test_site import BRANCH_PAGES, KINDS, OUTER, OWN, Page, with_roles
from tests.factories import UserFactory
from tests.logins import log_in

pytestmark = pytest.mark.django_db
Fault = Callable[[Markup], list[str]]


@pytest.fixture
def own() -> Branch:
    return make_rows(OWN)[Branch]  # type: ignore[return-value]


def opened(client: Client, branch: Branch, pages: list[Page]) -> Iterator[tuple[str, Markup]]:
    """The pages that answer with HTML, by their address."""
    client.raise_request_exception = False
    for page in pages:
        with transaction.atomic():
            answer = client.get(page.path(branch=branch.slug, key=OWN))
            transaction.set_rollback(True)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            text = answer.content.decode()
            if "<html" in text:
                yield page.route, Markup.of(text)


def not_closed(page: Markup) -> list[str]:
    return page.unclosed


def not_one_heading(page: Markup) -> list[str]:
    headings = page.all("h1")
    return [] if len(headings) == 1 and headings[0].text.strip() else [f"{len(headings)} h1"]


def levels_left_out(page: Markup) -> list[str]:
    """A heading is at most one level below the one before."""
    levels = [int(element.tag[1]) for element in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    return [f"h{one} h{next_}" for one, next_ in pairwise(levels) if next_ > one + 1]


def without_language(page: Markup) -> list[str]:
    return [] if [html.attributes.get("lang") for html in page.all("html")] == ["sv"] else ["lang"]


def without_title(page: Markup) -> list[str]:
    titles = [element.text.strip() for element in page.all("title") if "svg" not in element.inside]
    return [] if len(titles) == 1 and titles[0] else [f"titles {titles}"]


def doubled_ids(page: Markup) -> list[str]:
    ids = page.ids()
    return sorted({one for one in ids if ids.count(one) > 1})


def inline_code(page: Markup) -> list[str]:
    """The policy would block it, and the page would lack it."""
    scripts = [script for script in page.all("script") if not script.attributes.get("src")]
    data = {"application/json", "speculationrules"}
    found = ["script" for script in scripts if script.attributes.get("type") not in data]
    found += ["style" for _element in page.all("style")]
    for element in page.elements:
        found += [name for name in element.attributes if name == "style" or name.startswith("on")]
    return found


def other_hosts(page: Markup) -> list[str]:
    """What a page fetches comes from here; only a link that one presses may lead elsewhere."""
    fetched = ("src", "srcset", "action", "data", "poster", "xlink:href")
    addresses = [element.attributes.get(name) or "" for element in page.elements for name in fetched]
    addresses += [link.attributes.get("href") or "" for link in page.all("link", "use", "image")]
    return [address for address in addresses if urlsplit(address).netloc]


def unnamed_fields(page: Markup) -> list[str]:
    labels = {label.attributes.get("for") for label in page.all("label")}
    fields = [
        element
        for element in page.all("input", "select", "textarea")
        if element.attributes.get("type") not in {"hidden", "submit", "button"}
    ]
    return [field.attributes.get("name") or "?" for field in fields if not is_named(field, labels)]


def is_named(field: Element, labels: set[str | None]) -> bool:
    named = field.attributes.get("aria-label") or field.attributes.get("aria-labelledby")
    return bool(named) or "label" in field.inside or field.attributes.get("id") in labels


def unnamed_buttons(page: Markup) -> list[str]:
    pressed = page.all("button", "a")
    return [
        str(element.attributes)
        for element in pressed
        if not element.text.strip() and not element.attributes.get("aria-label")
    ]


def posts_without_token(page: Markup) -> list[str]:
    """Django refuses a form without its token; whoever pressed the button would see a page of errors."""
    posts = [form for form in page.all("form") if (form.attributes.get("method") or "").lower() == "post"]
    tokens = [one for one in page.all("input") if one.attributes.get("name") == "csrfmiddlewaretoken"]
    return [] if len(posts) == len(tokens) else [f"{len(posts)} forms, {len(tokens)} tokens"]


def pictures_without_words(page: Markup) -> list[str]:
    """An SVG is decoration, or has a name."""
    told = ("aria-hidden", "aria-label", "aria-labelledby")
    svgs = [svg for svg in page.all("svg") if not any(svg.attributes.get(name) for name in told)]
    images = [image for image in page.all("img") if image.attributes.get("alt") is None]
    return [str(element.attributes) for element in svgs + images]


def tables_without_headings(page: Markup) -> list[str]:
    cells = [
        cell for cell in page.all("th") if cell.attributes.get("scope") not in {"col", "row", "colgroup"}
    ]
    return [cell.text.strip() for cell in cells]


def references_to_nothing(page: Markup) -> list[str]:
    """Labels, descriptions and links within the page lead to something in it."""
    ids = set(page.ids())
    wanted: list[str] = []
    for element in page.elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            wanted += (element.attributes.get(name) or "").split()
        href = element.attributes.get("href") or ""
        wanted += [href[1:]] if href.startswith("#") and len(href) > 1 else []
    return [one for one in wanted if one not in ids]


RULES: list[Fault] = [
    not_closed,
    not_one_heading,
    levels_left_out,
    without_language,
    without_title,
    doubled_ids,
    inline_code,
    other_hosts,
    unnamed_fields,
    unnamed_buttons,
    posts_without_token,
    pictures_without_words,
    tables_without_headings,
    references_to_nothing,
]


def faults(pages: Iterator[tuple[str, Markup]]) -> tuple[int, dict[str, dict[str, list[str]]]]:
    """How many pages were read, and what is wrong with which."""
    found: dict[str, dict[str, list[str]]] = {}
    number = 0
    for route, page in pages:
        number += 1
        wrong = {rule.__name__: told for rule in RULES if (told := rule(page))}
        if wrong:
            found[route] = wrong
    return number, found


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_a_role_keeps_every_rule(client: Client, own: Branch, kind: str) -> None:
    log_in(client, with_roles(own, kind))
    number, found = faults(opened(client, own, BRANCH_PAGES))
    assert found == {}
    assert number >= 1


def test_every_page_without_a_branch_keeps_every_rule(client: Client, own: Branch) -> None:
    log_in(client, UserFactory.create())
    outer = [page for page in OUTER if not page.route.startswith(("admin/", "demo/"))]
    number, found = faults(opened(client, own, outer))
    assert (found, number > 5) == ({}, True)


def test_every_page_for_nobody_keeps_every_rule(client: Client, own: Branch) -> None:
    outer = [page for page in OUTER if not page.route.startswith("admin/")]
    number, found = faults(opened(client, own, outer))
    assert (found, number > 2) == ({}, True)


@pytest.mark.parametrize(
    ("rule", "page"),
    [
        (not_closed, "<html><p>Nej"),
        (not_one_heading, "<h1>A</h1><h1>B</h1>"),
        (not_one_heading, "<h1> </h1>"),
        (levels_left_out, "<h1>A</h1><h3>B</h3>"),
        (without_language, "<html lang=en></html>"),
        (without_title, "<title></title>"),
        (doubled_ids, "<p id=a></p><p id=a></p>"),
        (inline_code, "<script>alert(1)</script>"),
        (inline_code, "<style>p{}</style>"),
        (inline_code, "<p style='color:red'></p>"),
        (inline_code, "<p onclick='x()'></p>"),
        (other_hosts, "<img src='https://example.org/a.png'>"),
        (other_hosts, "<link href='//example.org/a.css'>"),
        (unnamed_fields, "<input name=a>"),
        (unnamed_buttons, "<a href='/x'><svg></svg></a>"),
        (posts_without_token, "<form method=POST></form>"),
        (pictures_without_words, "<svg></svg>"),
        (pictures_without_words, "<img src='/a.png'>"),
        (tables_without_headings, "<th>Namn</th>"),
        (references_to_nothing, "<label for=a></label>"),
        (references_to_nothing, "<a href='#there'>Dit</a>"),
    ],
)
def test_what_breaks_a_rule_is_found(rule: Fault, page: str) -> None:
    assert rule(Markup.of(page)) != []


@pytest.mark.parametrize("rule", RULES)
def test_a_page_as_it_should_be_breaks_none(rule: Fault) -> None:
    page = """<html lang="sv"><head><title>Träffar</title><script src="/static/a.js"></script></head><body>
    <h1>Träffar</h1><h2>Kommande</h2><form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">
    <label for="a">Namn</label><input id="a" name="a"><button>Spara</button></form>
    <svg aria-hidden="true"><circle r="1"/></svg><a href="https://example.org/">Dit</a></body></html>"""
    assert rule(Markup.of(page)) == []
