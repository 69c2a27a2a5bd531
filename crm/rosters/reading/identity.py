"""Personal identity numbers: recognised wherever they stand, to be dropped.

Recognised are 12 digits, and 6 or 8 digits with ``-`` or ``+`` and 4 more, with a date (the day + 60
in a samordningsnummer) and a right check digit; outside telephone columns also 10 bare digits and a
space as separator. A telephone number such as 070-17406xx can read as ten such digits, so there it stays.
"""

import re
from calendar import monthrange
from datetime import date

_DASH = r"\ ?[-+‐‑‒–—−]\ ?"
_ANYWHERE = re.compile(
    rf"(?<!\d)(?P<century>1[89]|20)?(?P<birth>\d{{6}})(?P<sign>{_DASH}|(?(century)|(?!)))(?P<serial>\d{{4}})(?!\d)",
    re.ASCII,
)
_OUTSIDE_TELEPHONES = re.compile(
    rf"(?<!\d)(?P<century>1[89]|20)?(?P<birth>\d{{6}})(?P<sign>{_DASH}|\ ?)(?P<serial>\d{{4}})(?!\d)",
    re.ASCII,
)
_HINT = re.compile(r"\d{6}(?:\ ?[-+‐‑‒–—−]?\ ?)\d{4}", re.ASCII)
# The first digit of each pair counts double, with the digits of what that gives added up.
_PAIR = {f"{pair:02}": sum(divmod(pair // 10 * 2, 10)) + pair % 10 for pair in range(100)}
_COORDINATION_DAY = 60
_LOOKS_LIKE_ONE = re.compile(r"(?:\d{2})?" + _HINT.pattern, re.ASCII)
MASK = "••••••–••••"
# The birth date alone, or a number whose last four digits the register has covered.
_COVERED = re.compile(r"(\d{8}|\d{6})(?:\ ?[-+‐‑‒–—−]?\ ?[Xx*]{4}|[-+])?", re.ASCII)


def may_stand_in(text: str) -> bool:
    """A quick look, for texts that hardly ever hold a number; says yes too often, never too seldom."""
    return _HINT.search(text) is not None


def drop_numbers(text: str, *, today: date, telephone: bool = False) -> tuple[str, int | None]:
    """The text without identity numbers, and the birth year of the first one (None: there was none)."""
    years: list[int] = []

    def drop(match: re.Match[str]) -> str:
        year = _birth_year(match, today)
        if year is None:
            return match[0]
        years.append(year)
        return " "

    pattern = _ANYWHERE if telephone else _OUTSIDE_TELEPHONES
    kept = pattern.sub(drop, text)
    if not years:
        return text, None
    return " ".join(kept.replace("()", " ").replace("( )", " ").split()), years[0]


def birth_year_in(text: str, today: date) -> int | None:
    """The birth year that an identity number in ``text`` tells; for the column where they belong."""
    match = _OUTSIDE_TELEPHONES.search(text)
    return _birth_year(match, today) if match else None


def birth_date_in(text: str, today: date) -> date | None:
    """The birth date that an identity number tells: only for telling people apart, never to be kept."""
    match = _OUTSIDE_TELEPHONES.search(text)
    if match is None or _birth_year(match, today) is None:
        return None
    year = _full_year(match["century"], match["birth"], match["sign"], today)
    month, day = int(match["birth"][2:4]), int(match["birth"][4:6])
    try:
        return date(year, month, day - _COORDINATION_DAY if day > _COORDINATION_DAY else day)
    except ValueError:  # 29 February of a century that had none
        return None


def masked(text: str, *, telephone: bool = False) -> str:
    """The text for an officer's eyes, with everything covered that only looks like such a number, too."""
    return text if telephone else _LOOKS_LIKE_ONE.sub(MASK, text)


def covered_birth_date(text: str) -> str:
    """The digits of a birth date that stands where a number belongs: ``19540123-XXXX``, ``19540123``."""
    match = _COVERED.fullmatch(text)
    return match[1] if match else ""


def _birth_year(match: re.Match[str], today: date) -> int | None:
    birth, serial = match["birth"], match["serial"]
    if serial[:3] == "000" or not _check_digit_is_right(birth + serial):
        return None
    year = _full_year(match["century"], birth, match["sign"], today)
    month, day = int(birth[2:4]), int(birth[4:6])
    if day > _COORDINATION_DAY:
        day -= _COORDINATION_DAY
    if not 1 <= month <= 12 or day < 1 or year > today.year:
        return None
    if day <= 28:
        return year
    # 29 February: without a century any of them may have been meant.
    last = 29 if month == 2 and not match["century"] else monthrange(year, month)[1]
    return year if day <= last else None


def _full_year(century: str | None, birth: str, sign: str, today: date) -> int:
    if century:
        return int(century + birth[:2])
    year = today.year - (today.year - int(birth[:2])) % 100
    return year - 100 if "+" in sign else year


def _check_digit_is_right(digits: str) -> bool:
    """Ten digits; two by two from a table, for every row of a roster comes through here."""
    total = (
        _PAIR[digits[:2]] + _PAIR[digits[2:4]] + _PAIR[digits[4:6]] + _PAIR[digits[6:8]] + _PAIR[digits[8:]]
    )
    return total % 10 == 0
