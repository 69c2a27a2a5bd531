"""Rows of people with protected identity, as registers and officers mark them.

A row taken for protected though it is not costs an officer a look; one that is missed can cost a
life. So every word that begins so counts, but for streets and offices that do.
"""

import re

from crm.rosters.reading.columns import Field

_MARK = re.compile(
    r"\b(?:skydd(?!s?\w*(?:väg|gat|stig|gränd|plan|torg|back|ombud|rum|ingenj|kommitt))"
    r"|sekretess|kvarskriv|f[öo]rmedlingsuppdrag|fingerad)"
)
# "Ej skyddad", "Ingen sekretess": some registers say so of everybody.
_DENIED = re.compile(
    r"\b(?:ej|inte|icke|ingen|inget|inga|utan|saknar|nej)\W{1,3}(?:skydd|sekretess|kvarskriv)\w*"
)
_FORWARDER = re.compile(r"\bskatteverket|\bskattemyndighet")
_NO = frozenset(("", "nej", "n", "no", "0", "false", "falskt", "ej", "inte", "ingen", "-"))
# Where the tax agency's name says that it forwards the mail; in a club or an e-mail it says an employer.
FORWARDING_FIELDS = frozenset((Field.CARE_OF, Field.STREET, Field.TOWN, Field.POSTAL_LINE))


def is_marked(row: str) -> bool:
    """``row`` is a line's cells, joined by something that is no letter, and casefolded."""
    may_be = (
        "skydd" in row or "sekretess" in row or "kvarskriv" in row or "medlingsup" in row or "fingerad" in row
    )
    return may_be and _MARK.search(_DENIED.sub(" ", row)) is not None


def is_forwarded(address: str) -> bool:
    """``address`` is the address cells, casefolded: does the tax agency forward this person's mail?"""
    return "skatte" in address and _FORWARDER.search(address) is not None


def is_yes(cell: str) -> bool:
    """In a column that is there to mark protection: anything but a plain no."""
    text = cell.casefold().strip(" .")
    return text not in _NO and _DENIED.fullmatch(text) is None
