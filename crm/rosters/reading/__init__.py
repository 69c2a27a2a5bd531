"""Everything of a roster import that needs no database: bytes in, members and remarks out."""

from crm.rosters.reading.choices import Choices, Key
from crm.rosters.reading.columns import Column, Field
from crm.rosters.reading.encoding import ENCODINGS
from crm.rosters.reading.errors import UnreadableRoster
from crm.rosters.reading.lines import Counts, Kind, Line, MemberValues, Reason, Remark, RosterReading
from crm.rosters.reading.phones import is_mobile
from crm.rosters.reading.roster import read_roster
from crm.rosters.reading.tables import MAX_BYTES

__all__ = [
    "ENCODINGS",
    "MAX_BYTES",
    "Choices",
    "Column",
    "Counts",
    "Field",
    "Key",
    "Kind",
    "Line",
    "MemberValues",
    "Reason",
    "Remark",
    "RosterReading",
    "UnreadableRoster",
    "is_mobile",
    "read_roster",
]
