"""Rosters and identity numbers for tests, made when they are needed: none stands in a file."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from crm.rosters.reading import Line, MemberValues, RosterReading, read_roster

TODAY = date(2026, 11, 21)
HEADER = ("Medlemsnr", "Efternamn", "Förnamn", "Adress", "Postnr", "Ort", "Telefon", "E-post", "Förening")


def check_digit(nine: str) -> int:
    digits = [int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(nine)]
    return -sum(digit // 10 + digit % 10 for digit in digits) % 10


def identity_number(born: date, serial: int = 985, *, coordination: bool = False) -> str:
    """Ten digits of nobody's number: the authorities use serials of 980 and more for tests alone."""
    day = born.day + 60 if coordination else born.day
    nine = f"{born:%y%m}{day:02}{serial:03}"
    return f"{nine}{check_digit(nine)}"


def table(rows: Iterable[Sequence[str]], delimiter: str = ";", end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def read(text: str | bytes, filename: str = "medlemmar.csv", **options: object) -> RosterReading:
    content = text.encode() if isinstance(text, str) else text
    return read_roster(content, filename=filename, today=TODAY, **options)  # type: ignore[arg-type]


def read_rows(*rows: Sequence[str], header: Sequence[str] = HEADER) -> RosterReading:
    return read(table([header, *rows]))


def read_one(**cells: str) -> Line:
    """The line of one member with these cells under these headers (``e_post`` for ``E-post``)."""
    given = {"Medlemsnr": "1001", "Namn": "Ek, Anna", **cells}
    return read_rows(list(given.values()), header=list(given)).lines[1]


def values_of(**cells: str) -> MemberValues:
    values = read_one(**cells).values
    assert values is not None
    return values
