"""Nobody real stands in tests, demo, bench, templates or documents."""

import re
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import pytest

from tests.house.sources import ROOT, shown

FOLDERS = ("tests", "demo", "bench", "templates", "docs", "static")
TEXT = {".py", ".html", ".txt", ".md", ".csv", ".json", ".svg", ".js", ".css", ".po"}
# The series that the Swedish telecom authority (PTS) reserves for books and films, as first and last number.
SERIES = (
    (46701740605, 46701740699),
    (46313900600, 46313900699),
    (46406280400, 46406280499),
    (46846500400, 46846500499),
    (46980319200, 46980319299),
)
NUMBER = re.compile(r"(?<![\w.+/-])(?:\+46|0046|0)[\s-]?(?:\(0\))?[1-9][\d\s-]{5,11}\d(?![\w-])")
EMAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)


def real_numbers(text: str) -> Iterator[str]:
    for found in NUMBER.finditer(text):
        try:
            number = phonenumbers.parse(found.group(), "SE")
        except phonenumbers.NumberParseException:
            continue
        whole = number.country_code * 10 ** len(str(number.national_number)) + (number.national_number or 0)
        if phonenumbers.is_valid_number(number) and not any(first <= whole <= last for first, last in SERIES):
            yield found.group()


def real_addresses(text: str) -> Iterator[str]:
    for found in EMAIL.finditer(text):
        domain = found.group(1).lower()
        if domain != "example.org" and not domain.endswith((".example.org", ".example")):
            yield found.group()


def files() -> list[Path]:
    paths = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    return [path for path in paths if path.suffix in TEXT]


def read(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def test_every_telephone_number_is_from_the_series_for_fiction() -> None:
    assert [f"{shown(path)}: {number}" for path in files() for number in real_numbers(read(path))] == []


def test_every_address_is_below_example_org() -> None:
    assert [f"{shown(path)}: {address}" for path in files() for address in real_addresses(read(path))] == []


@pytest.mark.parametrize("digits", ["701234567", "70-123 45 67", "84650050"])
@pytest.mark.parametrize("prefix", ["0", "+46", "0046"])
def test_a_number_outside_the_series_is_found(prefix: str, digits: str) -> None:
    number = prefix + digits
    assert list(real_numbers(f"Ring {number} i kväll")) == [number]


@pytest.mark.parametrize("number", ["070-174 06 05", "+46 70 174 06 99", "08-465 004 00", "031-390 06 00"])
def test_a_number_of_the_series_is_let_through(number: str) -> None:
    assert list(real_numbers(number)) == []


def test_an_address_elsewhere_is_found() -> None:
    assert list(real_addresses("anna@example.org, anna@party." + "se")) == ["anna@party." + "se"]
