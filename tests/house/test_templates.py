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
