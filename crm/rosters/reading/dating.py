"""Of what day a roster is: from its title rows, else from its file name."""

import re
from collections.abc import Sequence
from datetime import date

from crm.rosters.reading.dates import last_day, read_date

_DATE_IN_TEXT = re.compile(
    r"\b(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2} \d{4}|\d{1,2} [a-zåäö]{3,9} \d{4}|(?:19|20)\d{6})\b", re.IGNORECASE
)
_PRINTED = re.compile(r"utskriv|uttag|datum|\bper\b|skapad|printed|hämtad", re.IGNORECASE)
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def roster_date(titles: Sequence[str], filename: str, today: date) -> date | None:
    """The day that title rows tell (those that say printed first), else the file name's.

    A file name with only a month means the month's last day, or today while that month is not over.
    A day to come is no roster's date.
    """
    for title in sorted(titles, key=lambda text: _PRINTED.search(text) is None):
        for found in _DATE_IN_TEXT.finditer(title):
            day, _ = read_date(found[1], today)
            if day:
                return day
    match = _DATE_IN_NAME.search(filename)
    return _from_name(match, today) if match else None


def _from_name(match: re.Match[str], today: date) -> date | None:
    year, month = int(match[1]), int(match[2])
    try:
        day = date(year, month, int(match[3])) if match[3] else last_day(year, month)
    except ValueError:
        return None
    if not match[3] and (year, month) == (today.year, today.month):
        return today
    return day if day <= today else None
