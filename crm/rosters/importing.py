"""An import's deeds under one name, and the whole of it in one call for commands and the demo."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.people import memberships
from crm.people.models import Branch, User
from crm.rosters import preparing, remembering, staging, stops, undo_rows
from crm.rosters.accepting import (
    AlreadyDecided,
    NotUnderstood,
    accept,
    discard,
    record_acceptance,
    take_as,
)
from crm.rosters.applying import BranchChanged, apply
from crm.rosters.choosing import FileGone, Terms, choose
from crm.rosters.models import RosterImport
from crm.rosters.preparing import Prepared
from crm.rosters.reading import Choices, RosterReading
from crm.rosters.staging import stage
from crm.rosters.stops import Stop
from crm.rosters.uploading import kept_name, upload

__all__ = [
    "AlreadyDecided",
    "BranchChanged",
    "FileGone",
    "NotUnderstood",
    "Preview",
    "Terms",
    "accept",
    "apply",
    "apply_preview",
    "choose",
    "discard",
    "import_file",
    "preview",
    "stage",
    "take_as",
    "upload",
]


@dataclass
class Preview:
    """What a file would do to a branch, reckoned in memory: nothing of it is in the database."""

    branch: Branch
    filename: str
    sha256: str
    is_full: bool
    reading: RosterReading
    prepared: Prepared
    choices: Choices
    date_source: RosterImport.DateSource

    @property
    def figures(self) -> dict[str, int]:
        return preparing.figures(self.reading, self.prepared.plan)

    def stops_left(self, understood: Collection[str]) -> list[Stop]:
        return stops.not_accepted(self.prepared.stops, understood)


def preview(
    *,
    branch: Branch,
    content: bytes,
    filename: str,
    is_full: bool = True,
    roster_date: date | None = None,
    choices: Choices | None = None,
) -> Preview:
    """``choices`` are how to read it, else what is remembered of files with the same headers.

    Raises ``UnreadableRoster``. Changes nothing.
    """
    if choices is None:
        choices = remembering.recalled(branch, content)
    reading, roster = preparing.read(content, filename=filename, branch=branch, choices=choices)
    is_full = is_full and not reading.is_of_rejected_lines
    sha256 = hashlib.sha256(content).hexdigest()
    prepared = preparing.beside(
        branch,
        roster,
        roster_date=preparing.date_of(reading, roster_date),
        is_full=is_full,
        sha256=sha256,
    )
    source = preparing.source_of_date(reading, roster_date)
    return Preview(branch, filename, sha256, is_full, reading, prepared, choices, source)


def apply_preview(
    seen: Preview, *, by: User, understood: Collection[str] = (), left_because: str | None = None
) -> RosterImport:
    """Keep, accept and apply a preview at once, through the deeds of the pages. ``left_because`` confirms that
    those who are missing have left, for that reason (``Membership.EndReason``).

    Raises ``NotUnderstood``, and ``BranchChanged`` when somebody altered the branch in between.
    """
    require(by, Permission.IMPORT_ROSTERS, seen.branch)
    if left := seen.stops_left(understood):
        raise NotUnderstood(left)
    with transaction.atomic():
        roster_import = RosterImport.objects.create(
            branch=seen.branch,
            filename=kept_name(seen.filename),
            sha256=seen.sha256,
            is_full=seen.is_full,
            uploaded_at=timezone.now(),
            uploaded_by=by,
            date_source=seen.date_source,
        )
        staging.keep(roster_import, reading=seen.reading, prepared=seen.prepared, choices=seen.choices)
        record_acceptance(roster_import, by=by, understood=understood)
        if not apply(roster_import, by=by):
            raise BranchChanged
        if left_because is not None:
            missing = [person.member_id for person in seen.prepared.plan.missing]
            memberships.confirm_leaving(branch=seen.branch, member_ids=missing, by=by, reason=left_because)
            undo_rows.count_in(roster_import, missing)
    return roster_import


def import_file(
    *,
    branch: Branch,
    content: bytes,
    filename: str,
    by: User,
    is_full: bool = True,
    roster_date: date | None = None,
    understood: Collection[str] = (),
    choices: Choices | None = None,
) -> RosterImport:
    """A file straight into a branch. Raises ``UnreadableRoster`` and ``NotUnderstood``."""
    seen = preview(
        branch=branch,
        content=content,
        filename=filename,
        is_full=is_full,
        roster_date=roster_date,
        choices=choices,
    )
    return apply_preview(seen, by=by, understood=understood)
