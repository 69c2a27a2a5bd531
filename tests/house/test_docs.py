"""What the documents say is there: files, commands, settings, and the words on the buttons."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from crm import catalogues

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])
GUIDES = sorted(ROOT.glob("docs/guide/*.md"))
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
BOLD = re.compile(r"\*\*([^*\n]+(?:\n[^*\n]+)?)\*\*")
# Bold words that begin a line or an item are its heading, not a button.
BEGINS = re.compile(r"\s*([-*]|\d+\.|\|)?\s*")
VARIABLE = re.compile(r"`([A-Z][A-Z_]{3,})(?:=[^`]*)?`")
DJANGOS = frozenset(
    {"check", "migrate", "makemigrations", "shell", "createsuperuser", "collectstatic", "dbshell"}
)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_link_leads_to_a_file(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_command_that_is_named_is_there(path: Path) -> None:
    named = set(COMMAND.findall(path.read_text(encoding="utf-8")))
    assert sorted(named - set(get_commands()) - DJANGOS) == []


def settings_read() -> str:
    sources = [ROOT / "crm" / "settings.py", ROOT / "dev", ROOT / "pyproject.toml"]
    return "\n".join(source.read_text(encoding="utf-8") for source in sources)


def test_every_variable_of_the_operations_is_read_somewhere() -> None:
    named = VARIABLE.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
    read = settings_read()
    assert len(named) > 10
    assert sorted({name for name in named if name not in read}) == []


def spoken() -> str:
    """Everything that the product says in Swedish, in one text: placeholders left out, spaces single."""
    said: list[str] = []
    for catalogue in catalogues.all_catalogues():
        for message in catalogues.merged(catalogue):
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            said += [plain(str(text)) for text in strings]
    return "\n".join(said)


def plain(text: str) -> str:
    without = re.sub(r"%\(\w+\)[sd]|%%", " ", text)
    return " ".join(without.split()).casefold()


def bold_words(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for found in BOLD.finditer(text):
        before = text[: found.start()].rpartition("\n")[2]
        if not BEGINS.fullmatch(before):
            yield plain(found[1]).rstrip(".:")


@pytest.mark.parametrize("path", GUIDES, ids=shown)
def test_the_guide_names_buttons_by_the_words_on_them(path: Path) -> None:
    """Bold in the guide is what stands on the screen; what means something else is in italics."""
    said = spoken()
    assert [words for words in bold_words(path) if words not in said] == []


@pytest.mark.parametrize("path", GUIDES, ids=shown)
def test_the_guide_is_swedish(path: Path) -> None:
    words = set(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower()))
    assert words & {"the", "and", "which", "with", "click"} == set()


@pytest.mark.parametrize("path", DECISIONS, ids=shown)
def test_a_decision_is_half_a_page_with_its_number(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    number, _dash, _name = path.name.partition("-")
    assert re.match(rf"# {int(number)}\. \S", text)
    assert len(text.splitlines()) <= 60


def test_a_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name.partition("-")[0] for path in DECISIONS]
    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []


def test_a_link_to_nothing_and_a_missing_command_are_found() -> None:
    text = "[se](finns-inte.md) och `manage.py finns_inte`"
    assert (LINK.findall(text), COMMAND.findall(text)) == (["finns-inte.md"], ["finns_inte"])


def test_words_over_two_lines_are_one_button() -> None:
    assert BOLD.findall("tryck **Föreslå nästa\nårs plan** nu") == ["Föreslå nästa\nårs plan"]
    assert plain("%(n)s  av\n Alla %% ") == "av alla"
