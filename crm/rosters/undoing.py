"""Undoing an applied import: everything back as it was, but what has been changed or done since.

The newest import goes first, like a pile: an older one's members may have been changed by the newer.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm.access import Permission, require
from crm.people.models import Branch, Club, Member, User
from crm.rosters import accepting, bulk, on_file, removing, snapshots
from crm.rosters.models import RosterImport, RosterRow, UndoRow
from crm.rosters.on_file import Standing
from crm.rosters.snapshots import Snapshot
from crm.rosters.staged import filled
from crm.wake import wake

State = RosterImport.State
# As long as an import can be undone (DESIGN, promise 7); what it takes is dropped then.
UNDO_DAYS = timedelta(days=30)
NOT_ASKED: dict[str, Any] = {
    "undo_asked_at": None,
    "undo_asked_by": None,
    "attempts": 0,
    "lease_until": None,
}


class WhyNot(StrEnum):
    """Why an import can't be undone."""

    NOT_APPLIED = "not_applied"
    ALREADY = "already"
    TOO_OLD = "too_old"
    NEWER = "newer"


class CannotUndo(Exception):  # noqa: N818 -- what is so, not what went wrong
    """``why`` says what is in the way."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass
class Outlook:
    """What undoing would do. ``restored`` and ``kept`` by member; ``removed`` came with the import."""

    restored: dict[int, Snapshot] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    kept: dict[int, UndoRow.Kept] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {"restored": len(self.restored), "removed": len(self.removed), "kept": len(self.kept)}


def asked_for() -> Q:
    """The imports that wait to be undone."""
    return Q(state=State.APPLIED, undo_asked_at__isnull=False)


def why_not(roster_import: RosterImport) -> WhyNot | None:
    """What is in the way of undoing it, or ``None``."""
    if roster_import.state == State.UNDONE or roster_import.is_being_undone:
        return WhyNot.ALREADY
    return _hindrance(roster_import)


def _hindrance(roster_import: RosterImport) -> WhyNot | None:
    applied_at = roster_import.applied_at
    if roster_import.state != State.APPLIED or applied_at is None:
        return WhyNot.NOT_APPLIED
    if timezone.now() - applied_at > UNDO_DAYS:
        return WhyNot.TOO_OLD
    later = Q(applied_at__gt=applied_at) | Q(applied_at=applied_at, pk__gt=roster_import.pk)
    newer = RosterImport.objects.applied().filter(later, branch=roster_import.branch_id)
    return WhyNot.NEWER if newer.exists() else None


@transaction.atomic
def ask(roster_import: RosterImport, *, by: User) -> None:
    """Let a worker undo it. Raises ``CannotUndo``, ``PermissionDenied``."""
    record_wish(roster_import, by=by)
    wake("rosters")


@transaction.atomic
def record_wish(roster_import: RosterImport, *, by: User) -> None:
    """An officer wants the import undone. Raises ``CannotUndo``, ``PermissionDenied``."""
    require(by, Permission.IMPORT_ROSTERS, roster_import.branch)
    if why := why_not(roster_import):
        raise CannotUndo(why)
    fields = NOT_ASKED | {"undo_asked_at": timezone.now(), "undo_asked_by": by, "problem": ""}
    asked = RosterImport.objects.filter(pk=roster_import.pk, state=State.APPLIED, undo_asked_at=None)
    if asked.update(**fields) != 1:
        raise CannotUndo(WhyNot.ALREADY)
    for name, value in fields.items():
        setattr(roster_import, name, value)


@transaction.atomic
def undo(roster_import: RosterImport) -> bool:
    """Undo what was asked for. False when it can't be any more: another roster came in between."""
    branch = Branch.objects.select_for_update(no_key=True).get(pk=roster_import.branch_id)
    roster_import.refresh_from_db(fields=["state", "undo_asked_at", "undo_asked_by"])
    by = roster_import.undo_asked_by
    if not roster_import.is_being_undone or by is None:
        return False
    if _hindrance(roster_import):
        _set(roster_import, problem="undo_too_late", **NOT_ASKED)
        return False
    outlook = foresee(roster_import)
    _put_back(outlook, branch=branch, by=by)
    removing.remove(outlook.removed, branch=branch, by=by)
    Club.objects.filter(pk__in=roster_import.clubs_made, club_memberships=None).delete()
    _note_kept(roster_import, outlook.kept)
    accepting.forget_contents(roster_import)
    _set(
        roster_import,
        state=State.UNDONE,
        undone_at=timezone.now(),
        undo_counts=outlook.counts,
        lease_until=None,
        problem="",
    )
    return True


def _set(roster_import: RosterImport, **fields: Any) -> None:
    RosterImport.objects.filter(pk=roster_import.pk).update(**fields)
    for name, value in fields.items():
        setattr(roster_import, name, value)


# What it would do


def foresee(roster_import: RosterImport) -> Outlook:
    """Who comes back as before, who goes again, and who is kept since something has happened. Changes nothing."""
    outlook = Outlook()
    rows = {
        member: (before, after)
        for member, before, after in roster_import.undo_rows.values_list("member_id", "before", "after")
    }
    for key, snapshot in snapshots.take(rows).items():
        before, after = rows[key]
        if snapshots.digest_of(snapshot) == after:
            outlook.restored[key] = before
        else:
            outlook.kept[key] = UndoRow.Kept.EDITED
    brought = dict(brought_in(roster_import).exclude(member__in=rows).values_list("member_id", "values"))
    _sort_arrivals(outlook, brought, roster_import.branch)
    return outlook


def brought_in(roster_import: RosterImport) -> "QuerySet[RosterRow]":
    """The lines of members new with this import."""
    return roster_import.rows.filter(outcome=RosterRow.Outcome.NEW, member__isnull=False)


def _sort_arrivals(outlook: Outlook, brought: dict[int, dict[str, Any]], branch: Branch) -> None:
    known = {person.member_id: person for person in on_file.everybody(branch).values()} if brought else {}
    met = removing.with_history(list(brought), branch=branch)
    for key, given in brought.items():
        person = known.get(key)
        if person is None:
            continue  # erased since
        if person.standing is not Standing.MEMBER or filled(person.values) != given:
            outlook.kept[key] = UndoRow.Kept.EDITED
        elif key in met:
            outlook.kept[key] = UndoRow.Kept.HISTORY
        else:
            outlook.removed.append(key)


# Doing it


def _put_back(outlook: Outlook, *, branch: Branch, by: User) -> None:
    keys = list(outlook.restored)
    before = _members_among(keys)
    snapshots.restore(outlook.restored)
    removing.tell(branch, sorted(before - _members_among(keys)), by)


def _members_among(keys: list[int]) -> set[int]:
    found: set[int] = set()
    for some in snapshots.parts(keys):
        found |= set(Member.objects.filter(pk__in=some).current().values_list("pk", flat=True))
    return found


def _note_kept(roster_import: RosterImport, kept: dict[int, UndoRow.Kept]) -> None:
    roster_import.undo_rows.all().delete()
    rows = [(roster_import.pk, key, reason.value) for key, reason in kept.items()]
    bulk.insert(UndoRow, ("roster_import_id", "member_id", "kept"), rows)
