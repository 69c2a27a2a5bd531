"""What a page may hold: nothing inline, nothing from elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT, shown, templates

RULES = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script\b(?![^>]*(?:\bsrc=|type=.application/json))|\son[a-z]+\s*=\s*[\"']|javascript:",
        re.IGNORECASE,
    ),
    "an address elsewhere": re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]", re.IGNORECASE),
    "a filter that trusts": re.compile(r"(?<!help_text)\|\s*safe\b|\bautoescape off\b"),
    "work left to do": re.compile(r"\bTO[D]O\b|\bFIX[M]E\b"),
}


def faults(name: str, text: str, rules: dict[str, re.Pattern[str]] = RULES) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in rules.items():
            if pattern.search(line):
                yield f"{name}:{number}: {what}"


def static_files() -> list[Path]:
    found = sorted((ROOT / "static").rglob("*"))
    return [path for path in found if path.suffix in {".css", ".js", ".svg", ".webmanifest"}]


def rules_for(path: Path) -> dict[str, re.Pattern[str]]:
    """A letter in plain text is not escaped."""
    return (
        RULES if path.suffix == ".html" else {k: v for k, v in RULES.items() if k != "a filter that trusts"}
    )


def test_every_template_keeps_the_rules_of_a_page() -> None:
    found = (faults(shown(path), path.read_text(encoding="utf-8"), rules_for(path)) for path in templates())
    assert [fault for faults_of_one in found for fault in faults_of_one] == []


def test_no_static_file_asks_another_host() -> None:
    rules = {"an address elsewhere": RULES["an address elsewhere"]}
    found = (faults(shown(path), path.read_text(encoding="utf-8"), rules) for path in static_files())
    assert [fault for faults_of_one in found for fault in faults_of_one] == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('<p style="color: red">', "an inline style"),
        ("<style>p { color: red }</style>", "an inline style"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<button onclick="go()">', "an inline script"),
        ('<script src="https://cdn.example.org/x.js"></script>', "an address elsewhere"),
        ("{{ note|safe }}", "a filter that trusts"),
    ],
)
def test_what_breaks_a_rule_is_named_with_its_line(line: str, what: str) -> None:
    assert list(faults("page.html", f"\n{line}\n")) == [f"page.html:2: {what}"]


def test_what_a_page_needs_is_allowed() -> None:
    page = """<script src="{% static 'js/x.js' %}" defer></script><svg xmlns="http://www.w3.org/2000/svg"></svg>"""
    assert list(faults("page.html", page)) == []


BLOCK = re.compile(r"\{% block (?P<name>\w+) %\}(?P<text>.*?)\{% endblock(?: \w+)? %\}", re.DOTALL)
GOES_UP = re.compile(r'\{\{ up \}\}|=up\b|\{% include "components/form\.html"(?![^%]*\bup=)')


def blocks_that_go_nowhere(text: str) -> list[str]:
    """Blocks that lead "up" without saying where: what another block has set is not known in this one."""
    found = []
    for block in BLOCK.finditer(text):
        asked = GOES_UP.search(block["text"])
        if asked and " as up %}" not in block["text"][: asked.start()]:
            found.append(block["name"])
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{% block main %}{% include "components/form.html" %}{% endblock main %}', ["main"]),
        ('{% block main %}{% include "components/form.html" with up="" %}{% endblock main %}', []),
        ("{% block a %}{% url 'x' as up %}{% endblock %}{% block main %}{{ up }}{% endblock %}", ["main"]),
        ("{% block main %}{% url 'x' as up %}{{ up }}{% endblock main %}", []),
    ],
)
def test_the_rule_about_the_way_up_finds_its_cases(text: str, found: list[str]) -> None:
    assert blocks_that_go_nowhere(text) == found


def test_every_cancel_leads_somewhere() -> None:
    pages = {str(path.relative_to(ROOT)): blocks_that_go_nowhere(path.read_text()) for path in templates()}
    assert {page: blocks for page, blocks in pages.items() if blocks} == {}
