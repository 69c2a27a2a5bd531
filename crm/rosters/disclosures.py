"""What rosters have said of one person, for the person's own reading."""

import json
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.people.models import Member
from crm.rosters.correction_lists import shown
from crm.rosters.models import Correction, MissingMember, RosterRow, UndoRow


def rows(*, member: Member) -> Iterable[tuple[object, ...]]:
    """What stands in a row is shown as it is kept: a new member's values, a known one's before and after."""
    found = RosterRow.objects.filter(member__in=member.row_keys).select_related("roster_import")
    for row in found.order_by("-roster_import__uploaded_at", "line"):
        told = json.dumps(row.values or row.changes, ensure_ascii=False) if row.values or row.changes else ""
        yield (row.roster_import.uploaded_at, row.line, row.get_outcome_display(), told)


def absences(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = MissingMember.objects.filter(member__in=member.row_keys).select_related("roster_import")
    for row in found.order_by("-roster_import__uploaded_at"):
        yield (row.roster_import.uploaded_at, row.roster_import.roster_date, row.is_leaving)


def undo_rows(*, member: Member) -> Iterable[tuple[object, ...]]:
    """What was kept for undoing an import, as it is kept."""
    found = UndoRow.objects.filter(member__in=member.row_keys).select_related("roster_import")
    for row in found.order_by("-roster_import__uploaded_at"):
        yield (
            row.roster_import.uploaded_at,
            json.dumps(row.before, ensure_ascii=False) if row.before else "",
        )


def corrected(*, member: Member) -> Iterable[tuple[object, ...]]:
    """What was noted otherwise than in the register, and what became of it."""
    found = Correction.objects.filter(member=member).select_related("noted_by")
    for correction in found.order_by("-noted_at", "-pk"):
        told = shown(correction)
        yield (
            correction.noted_at,
            told.label,
            told.register,
            told.local,
            str(correction.noted_by),
            correction.reported_at,
            correction.settled_at,
        )


PARTS = {
    "roster_rows": Disclosure(
        title=_("Lines of member files"),
        models=("rosters.RosterRow",),
        columns=(
            ("at", _("Uploaded")),
            ("line", _("Line")),
            ("outcome", _("Outcome")),
            ("told", _("Content")),
        ),
        rows=rows,
    ),
    "roster_absences": Disclosure(
        title=_("Member files that did not have the person"),
        models=("rosters.MissingMember",),
        columns=(("at", _("Uploaded")), ("roster_date", _("The file's date")), ("is_leaving", _("Has left"))),
        rows=absences,
    ),
    "roster_undo": Disclosure(
        title=_("As it was before a member file, kept for undoing it"),
        models=("rosters.UndoRow",),
        columns=(("at", _("Uploaded")), ("before", _("Content"))),
        rows=undo_rows,
    ),
    "corrections": Disclosure(
        title=_("Corrections"),
        models=("rosters.Correction",),
        columns=(
            ("noted_at", _("Noted")),
            ("detail", _("Detail")),
            ("register", _("In the register")),
            ("local", _("Correct")),
            ("noted_by", _("Noted by")),
            ("reported_at", _("Reported to the register")),
            ("settled_at", _("Settled")),
        ),
        rows=corrected,
    ),
}
