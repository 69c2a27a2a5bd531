"""From a cell's text to a value. What can't be repaired comes back blank with the code of a remark.

Cells come composed (NFC), without invisible characters and with single spaces. Capitals are never changed.
"""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Text = tuple[str, str]

# As long as the columns that will hold them.
LONGEST = {
    "member_number": 40,
    "first_name": 100,
    "last_name": 100,
    "care_of": 100,
    "street": 150,
    "postcode": 12,
    "town": 60,
    "email": 254,
    "club": 100,
}
_LONGEST_POSTCODE = 20
_LONGEST_CLUBS = 500
_LONGEST_EMAILS = 500
_BLANK = frozenset(("-", "–", "—", ".", "--", "#N/A", "#SAKNAS!", "#REF!", "#VÄRDEFEL!", "#VALUE!"))
_NO_EMAIL = frozenset(("saknas", "saknar", "ingen", "nej", "x", "0", "?", "finns ej", "ej"))
_FLOAT = re.compile(r"(\d+)[.,]0+")
_SPACED_DIGITS = re.compile(r"\d[\d ]*\d")
_POWER = re.compile(r"\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="?([^"]*)"?')
_POSTCODE = re.compile(r"(?:SE?[- ]?)?([1-9]\d{2}) ?(\d{2})(?:[.,]0+)?", re.IGNORECASE | re.ASCII)
_FOREIGN_POSTCODE = re.compile(r"(?!SE?[- ])[A-Z]{1,3}[- ]?[A-Z0-9][A-Z0-9 -]{2,8}")
_POSTAL_LINE = re.compile(r"((?:SE?[- ]?)?\d{3} ?\d{2}),? (.+)", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII
)
_CARE_OF = re.compile(r"c\s?[/.]\s?o\.?:? ?|co ", re.IGNORECASE)
_CARE_OF_FIRST = re.compile(r"c\s?/\s?o:? ?([^,;]+?) ?[,;] ?(.+)", re.IGNORECASE)
_CARE_OF_LAST = re.compile(r"(.+?) ?[,;] ?c\s?/\s?o:? ?([^,;]+)", re.IGNORECASE)
_HAS_CARE_OF = re.compile(r"\bc\s?/\s?o\b", re.IGNORECASE)
# A name's small words that belong to what follows: "Anna von Essen" is von Essen.
_PARTICLES = frozenset(
    ("von", "af", "de", "di", "da", "du", "van", "der", "den", "la", "le", "el", "al", "ten", "ter", "zu")
)


def is_blank(text: str) -> bool:
    return not text or text in _BLANK


def read_text(text: str, name: str) -> Text:
    """Any plain text, kept as it is."""
    if is_blank(text):
        return "", ""
    if len(text) > LONGEST[name]:
        return "", "too_long"
    return text, ""


def read_member_number(text: str) -> Text:
    """The register's number as text, without what a spreadsheet did to it (``1001.0``, ``="1001"``)."""
    if text.isdecimal() and len(text) <= LONGEST["member_number"]:
        return text, ""
    if text[:1] == "=" and (match := _FORMULA_TEXT.fullmatch(text)):
        text = match[1].strip()
    text = text.lstrip("'’").strip()
    if is_blank(text):
        return "", ""
    if match := _FLOAT.fullmatch(text):
        text = match[1]
    if _SPACED_DIGITS.fullmatch(text):
        text = text.replace(" ", "")
    if _POWER.fullmatch(text):
        return "", "number_lost_digits"
    if len(text) > LONGEST["member_number"]:
        return "", "too_long"
    return (text, "") if any(map(str.isdecimal, text)) else ("", "number_without_digits")


def read_name(text: str, name: str) -> Text:
    """A name as it is written; a cell without any letter is no name."""
    if text.isalpha() and len(text) <= LONGEST[name]:
        return text, ""
    if is_blank(text):
        return "", ""
    if len(text) > LONGEST[name]:
        return "", "too_long"
    return (text, "") if any(map(str.isalpha, text)) else ("", "name_without_letters")


def split_name(text: str) -> tuple[str, str]:
    """First and last name of ``Efternamn, Förnamn``, or of ``Förnamn Efternamn`` with its particles."""
    last, comma, first = text.partition(",")
    if comma:
        return first.strip(), last.strip()
    words = text.split(" ")
    if len(words) == 1:
        return text, ""
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].lower() in _PARTICLES:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def read_care_of(text: str) -> Text:
    """Whose home it is, without the ``c/o`` itself."""
    return read_text(_CARE_OF.sub("", text, count=1) if _CARE_OF.match(text) else text, "care_of")


def split_street(text: str) -> tuple[str, str, str]:
    """Street, c/o and a remark's code, of an address that may hold both."""
    if "/" not in text or len(text) > 2 * LONGEST["street"] or not _HAS_CARE_OF.search(text):
        return text, "", ""
    if match := _CARE_OF_FIRST.fullmatch(text):
        return match[2], match[1], ""
    if match := _CARE_OF_LAST.fullmatch(text):
        return match[1], match[2], ""
    return text, "", "care_of_in_street"


def read_postcode(text: str) -> Text:
    """``NNN NN``; a foreign one with its country or letters is kept as it is."""
    return _read_postcode(text) if len(text) <= _LONGEST_POSTCODE else ("", "postcode_not_understood")


@lru_cache(maxsize=20_000)
def _read_postcode(text: str) -> Text:
    if match := _POSTCODE.fullmatch(text):
        return f"{match[1]} {match[2]}", ""
    if is_blank(text):
        return "", ""
    if len(text) <= LONGEST["postcode"] and _FOREIGN_POSTCODE.fullmatch(text.upper()):
        return text, ""
    return "", "postcode_not_understood"


def split_postal_line(text: str) -> tuple[str, str]:
    """Postcode and town of ``582 22 Storköping``; without a postcode all of it is the town."""
    match = _POSTAL_LINE.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def read_email(text: str) -> Text:
    """Lower case, without what mail programs put around it; of several the first."""
    email = text.lower()
    if len(email) > _LONGEST_EMAILS:
        return "", "email_not_understood"
    if len(email) <= LONGEST["email"] and _EMAIL.fullmatch(email):
        return email, ""
    if is_blank(email) or email in _NO_EMAIL:
        return "", ""
    email, several = _first_email(email)
    try:
        validate_email(email)
    except ValidationError:
        return "", "email_not_understood"
    if len(email) > LONGEST["email"]:
        return "", "too_long"
    return email, "several_emails" if several else ""


def _first_email(text: str) -> tuple[str, bool]:
    parts = [part for part in re.split(r"[;,\s]+|/(?=\S*@)", text.replace("mailto:", "")) if part]
    found = [part.strip("<>()[]\"'.") for part in parts if "@" in part]
    return (found[0] if found else "", len(found) > 1)


_CLUB_SEPARATORS = re.compile(r" ?[;|] ?")
_NO_CLUB = frozenset(("fri grupp", "ingen", "saknas", "direktansluten", "0"))


def read_clubs(text: str) -> tuple[tuple[str, ...], str]:
    """The clubs in a cell, in order; “fri grupp” is none."""
    return _read_clubs(text) if len(text) <= _LONGEST_CLUBS else ((), "too_long")


@lru_cache(maxsize=5_000)
def _read_clubs(text: str) -> tuple[tuple[str, ...], str]:
    clubs: dict[str, None] = {}
    remark = ""
    for part in _CLUB_SEPARATORS.split(text):
        if is_blank(part) or part.lower() in _NO_CLUB:
            continue
        if len(part) > LONGEST["club"]:
            remark = "too_long"
        else:
            clubs[part] = None
    return tuple(clubs), remark
