"""Rows of people with protected identity, as registers and officers mark them.

A row taken for protected though it is not costs an officer a look; one that is missed can cost a
life. So every word that begins so counts, but for streets and offices that do.
"""

import re

from crm.rosters.reading.columns import Field

_STEMS = ("skydd", "sekretess", "kvarskriv", "förmedlingsuppdrag", "formedlingsuppdrag", "fingerad")
_MARK = re.compile(
    r"\b(?:skydd(?!s?\w*(?:väg|gat|stig|gränd|plan|torg|back|ombud|rum|ingenj|kommitt))"
    r"|sekretess|kvarskriv|f[öo]rmedlingsuppdrag|fingerad)"
)
_FORWARDER = re.compile(r"\bskatteverket|\bskattemyndighet")
_NO = frozenset(("", "nej", "n", "no", "0", "false", "falskt", "ej", "inte", "ingen", "-"))
# Where the tax agency's name says that it forwards the mail; in a club or an e-mail it says an employer.
FORWARDING_FIELDS = frozenset((Field.CARE_OF, Field.STREET, Field.TOWN, Field.POSTAL_LINE))


def is_marked(row: str) -> bool:
    """``row`` is a line's cells, joined by something that is no letter, and casefolded."""
    return any(stem in row for stem in _STEMS) and _MARK.search(row) is not None


def is_forwarded(address: str) -> bool:
    """``address`` is the address cells, casefolded: does the tax agency forward this person's mail?"""
    return "skatte" in address and _FORWARDER.search(address) is not None


def is_yes(cell: str) -> bool:
    """In a column that is there to mark protection: anything but a plain no."""
    return cell.casefold().strip(" .") not in _NO
