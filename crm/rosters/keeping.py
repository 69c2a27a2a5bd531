"""How long an import's contents are kept. Its counts stay for good."""

from datetime import date, timedelta

from crm.people.models import Branch
from crm.rosters.accepting import FILE_GONE, forget_contents
from crm.rosters.models import RosterImport, UndoRow
from crm.rosters.undoing import UNDO_DAYS

State = RosterImport.State
# What each line said, and who was kept at an undoing: long enough to answer an officer's questions.
CONTENTS_DAYS = timedelta(days=90)


def forget_old_imports(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: after 30 days nothing to undo with, after 90 days no row contents."""
    applied = RosterImport.objects.filter(branch=branch, applied_at__isnull=False)
    past_undo = applied.filter(applied_at__date__lt=on - UNDO_DAYS)
    undo_rows = UndoRow.objects.filter(roster_import__in=past_undo.values("pk"), kept="")
    kept = UndoRow.objects.filter(
        roster_import__branch=branch, roster_import__uploaded_at__date__lt=on - CONTENTS_DAYS
    )
    dropped = undo_rows.delete()[0] + kept.delete()[0]
    return {"undo_rows": dropped, "imports": _forget_contents(branch, on)}


def _forget_contents(branch: Branch, on: date) -> int:
    """A preview that nobody has decided about in all that time is thrown away with the rest."""
    old = RosterImport.objects.light().filter(
        branch=branch, uploaded_at__date__lt=on - CONTENTS_DAYS, contents_gone_at=None
    )
    old.filter(state=State.STAGED).update(state=State.DISCARDED, staged=None, **FILE_GONE)
    forgotten = list(old.exclude(state__in=(State.UPLOADED, State.ACCEPTED)))
    for roster_import in forgotten:
        forget_contents(roster_import)
    return len(forgotten)
