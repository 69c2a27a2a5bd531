"""Telephone numbers to E.164, with the library's own ear for numbers in free text.

Three of four cells in a roster are one well-formed Swedish number: those are taken apart by a pattern
and checked against the library's own table of number series, some twenty times as fast.
"""

import re
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    PhoneNumberType,
    format_number,
    number_type,
    parse,
)

REGION = "SE"
# Prefix, area code, one separator, and groups of two digits and more; but not 080101-9802, which has
# the form of an identity number and must come before the one who knows them.
_WELL_FORMED = re.compile(
    r"(?!\d{6}-\d{4}$)(?:(?:\+46|0046)[ -]?(?:\(0\) ?)?|0)([1-9]\d{0,2}(?: ?[-/–] ?| )?\d{2,}(?:[ -]\d{2,})*)",
    re.ASCII,
)
_SEPARATORS = str.maketrans("", "", " -/–")
_BLANK = frozenset(
    (
        "",
        "-",
        "–",
        "--",
        "0",
        "saknas",
        "saknar",
        "ingen",
        "inget",
        "finns ej",
        "ej",
        "okänt",
        "nej",
        "x",
        "?",
    )
)
# What a spreadsheet makes of a number; repairable only if it kept every digit.
_POWER = re.compile(r"(\d)[.,](\d+)E\+?(\d+)", re.IGNORECASE)
# Nine digits are a whole number without its first zero; with fewer, the area code may be what is missing.
_LOST_ZERO = re.compile(r"[1-9]\d{8}", re.ASCII)
_MOST_IN_A_CELL = 10
_LONGEST_CELL = 200


def _series(kind: str) -> re.Pattern[str]:
    metadata = PhoneMetadata.metadata_for_region(REGION)
    description = getattr(metadata, kind)
    return re.compile(description.national_number_pattern)


_IS_MOBILE = _series("mobile").fullmatch
_IS_FIXED = _series("fixed_line").fullmatch


def read_phone(text: str) -> str:
    """The number in a cell that is one well-formed Swedish number, else an empty string."""
    match = _WELL_FORMED.fullmatch(text)
    if match is None:
        return ""
    national = match[1].translate(_SEPARATORS)
    return f"+46{national}" if _IS_MOBILE(national) or _IS_FIXED(national) else ""


def read_phones(text: str) -> tuple[tuple[str, ...], str]:
    """All numbers in a cell, once each, and the code of a remark if a number was meant but none is right."""
    return _read_phones(text) if len(text) <= _LONGEST_CELL else ((), "phone_not_understood")


@lru_cache(maxsize=50_000)
def _read_phones(text: str) -> tuple[tuple[str, ...], str]:
    if text.lower() in _BLANK:
        return (), ""
    if power := _POWER.fullmatch(text):
        text = _without_power(power)
    if number := read_phone(text):
        return (number,), ""
    if _LOST_ZERO.fullmatch(text) and (number := read_phone(f"0{text}")):
        return (number,), ""
    numbers: dict[str, None] = {}
    for match in PhoneNumberMatcher(text, REGION):
        numbers[format_number(match.number, PhoneNumberFormat.E164)] = None
        if len(numbers) == _MOST_IN_A_CELL:
            break
    return tuple(numbers), "" if numbers else "phone_not_understood"


@lru_cache(maxsize=50_000)
def is_mobile(number: str) -> bool:
    """Whether an E.164 number is a mobile's: it can get SMS."""
    if number.startswith("+46"):
        return _IS_MOBILE(number[3:]) is not None
    try:
        kind = number_type(parse(number))
    except NumberParseException:
        return False
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def _without_power(power: re.Match[str]) -> str:
    digits = power[1] + power[2]
    return digits if len(digits) == int(power[3][:3]) + 1 else ""
