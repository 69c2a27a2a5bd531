"""What the pages say of undoing an import: whether it can be undone, what that would do, and whom it left alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch, Member
from crm.rosters import access, undoing
from crm.rosters.models import RosterImport, UndoRow
from crm.rosters.undoing import UNDO_DAYS, WhyNot

State = RosterImport.State

SHOWN_AT_ONCE = 200
WHY_NOT: dict[WhyNot, Promise] = {
    WhyNot.NOT_APPLIED: _("The file has not been applied, so there is nothing to undo."),
    WhyNot.ALREADY: _("The import has been undone already, or is just being undone."),
    WhyNot.TOO_OLD: _("An import can be undone for 30 days. This one was applied %(applied_on)s."),
    WhyNot.NEWER: _(
        "A newer file has been applied since. Undo the newest one first: then this one can be undone."
    ),
}


@dataclass
class KeptMember:
    """A member whom undoing leaves as they are now, and why."""

    member: Member
    why: str


@dataclass
class ShownOutlook:
    """What undoing would do, for the page that asks whether to."""

    restored: int
    removed: int
    kept_count: int
    kept: list[KeptMember] = field(default_factory=list)

    @property
    def members(self) -> list[Member]:
        return [kept.member for kept in self.kept]


@dataclass
class UndoState:
    """What an import's own page says of undoing."""

    can_be_undone: bool
    until: date | None
    why_not: str
    kept: Sequence[KeptMember]

    @property
    def members(self) -> list[Member]:
        return [kept.member for kept in self.kept]


def why_not_in_words(why: WhyNot, roster_import: RosterImport) -> str:
    applied_at = roster_import.applied_at
    day = timezone.localtime(applied_at).date().isoformat() if applied_at else "–"
    return str(WHY_NOT[why]) % {"applied_on": day}


def outlook_of(branch: Branch, roster_import: RosterImport) -> ShownOutlook:
    outlook = undoing.foresee(roster_import)
    shown = access.in_name_order(branch, outlook.kept)[:SHOWN_AT_ONCE]
    return ShownOutlook(
        restored=len(outlook.restored),
        removed=len(outlook.removed),
        kept_count=len(outlook.kept),
        kept=[KeptMember(member, str(outlook.kept[member.pk].label)) for member in shown],
    )


def state_of(roster_import: RosterImport) -> UndoState | None:
    """``None`` for an import that was never applied."""
    if roster_import.state not in (State.APPLIED, State.UNDONE) or roster_import.applied_at is None:
        return None
    why = undoing.why_not(roster_import)
    rows = access.kept_of(roster_import) if roster_import.state == State.UNDONE else []
    return UndoState(
        can_be_undone=why is None,
        until=timezone.localtime(roster_import.applied_at + UNDO_DAYS).date(),
        why_not=why_not_in_words(why, roster_import) if why else "",
        kept=[KeptMember(row.member, str(UndoRow.Kept(row.kept).label)) for row in rows[:SHOWN_AT_ONCE]],
    )
