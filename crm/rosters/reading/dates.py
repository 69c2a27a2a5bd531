"""Dates in all the forms that rosters have. What is ambiguous or a placeholder is no date."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{2})-?(\d{2})-?(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})([ /.-]) ?(\d{4})")
_WORDED = re.compile(r"(?:den )?(\d{1,2})(?::?[ae])? ([a-zåäö]{3,9})\.? (\d{4})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH_NAMES = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
    "sept",
]
_EXCEL_EPOCH = date(1899, 12, 30)
_EARLIEST_YEAR = 1900
# Beyond it a date is a "never ends" of some system (2099-12-31, 9999-12-31).
_LATEST_YEAR = 2090
_NO_DATE = frozenset(("", "-", "–", "saknas", "0", "0000-00-00", "00000000", "okänt", "ingen", "nej", "null"))
# Nobody younger joins: decides the century of a birth date with two digits for the year.
_YOUNGEST = 13

# No date is longer; what is does not get into a cache.
_LONGEST = 40

Reading = tuple[date | None, str]


def read_date(text: str, today: date, *, future: bool = False) -> Reading:
    """The date, and the code of a remark where there is text but no date that can be trusted.

    ``future`` says that days after ``today`` make sense (paid until); without it they are dirt.
    """
    return _read_date(text, today, future) if len(text) <= _LONGEST else (None, "date_not_understood")


@lru_cache(maxsize=20_000)
def _read_date(text: str, today: date, future: bool) -> Reading:
    if text.lower() in _NO_DATE:
        return None, ""
    try:
        found = _parse(text.lower(), today, future=future)
    except ValueError:
        return None, "date_not_understood"
    if found is None:
        return None, "date_ambiguous"
    if found == date(1900, 1, 1) or not _EARLIEST_YEAR <= found.year <= _LATEST_YEAR:
        return None, "date_placeholder"
    if not future and found > today:
        return None, "date_in_future"
    return found, ""


def read_birth_year(text: str, today: date) -> tuple[int | None, str]:
    """The birth year in a column of birth dates or years."""
    return _read_birth_year(text, today) if len(text) <= _LONGEST else (None, "birth_not_understood")


@lru_cache(maxsize=20_000)
def _read_birth_year(text: str, today: date) -> tuple[int | None, str]:
    if text.lower() in _NO_DATE:
        return None, ""
    plain = text.removesuffix(".0")
    if plain.isdecimal() and len(plain) == 4:
        year = int(plain)
        return (year, "") if _EARLIEST_YEAR < year <= today.year else (None, "birth_not_understood")
    if short := _SHORT.fullmatch(plain):
        year = _century(int(short[1]), today.year - _YOUNGEST)
        return (year, "") if _is_day(year, int(short[2]), int(short[3])) else (None, "birth_not_understood")
    found, code = read_date(text, today)
    return (found.year, "") if found else (None, "birth_not_understood" if code else "")


def read_birth_date(text: str, today: date) -> date | None:
    """The whole birth date, where the text has one: only for telling people apart, never to be kept."""
    plain = text.removesuffix(".0")
    if len(plain) > _LONGEST:
        return None
    if short := _SHORT.fullmatch(plain):
        year = _century(int(short[1]), today.year - _YOUNGEST)
        month, day = int(short[2]), int(short[3])
        return date(year, month, day) if _is_day(year, month, day) else None
    return read_date(plain, today)[0]


def last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _parse(text: str, today: date, *, future: bool) -> date | None:
    """The date; None where day and month can be taken for each other. ValueError: no date."""
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SHORT.fullmatch(text):
        year = _century(int(match[1]), today.year + (30 if future else 0))
        return date(year, int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return _day_first(match)
    if match := _WORDED.fullmatch(text):
        return date(int(match[3]), _month(match[2]), int(match[1]))
    if _SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + timedelta(days=int(text[:5]))
    raise ValueError(text)


def _day_first(match: "re.Match[str]") -> date | None:
    """``1/4 2023``, ``1.4.2023`` and ``13/4/2023`` are Swedish; ``1/4/2023`` may be American."""
    day, month, year = int(match[1]), int(match[3]), int(match[5])
    if month > 12:
        day, month = month, day
    elif match[2] == match[4] == "/" and day <= 12 and day != month:
        return None
    return date(year, month, day)


def _month(word: str) -> int:
    if word in _MONTH_NAMES or word in _MONTHS:
        return _MONTHS.index(word[:3]) + 1
    raise ValueError(word)


def _century(two_digits: int, latest: int) -> int:
    """The latest year with these two last digits that is not after ``latest``."""
    return latest - (latest - two_digits) % 100


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
