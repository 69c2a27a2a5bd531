"""What an import keeps so that it can be undone: how each member it touches was before, and was left."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from crm.people.models import Branch, Club
from crm.rosters import bulk, snapshots
from crm.rosters.matching import Plan
from crm.rosters.models import RosterImport, UndoRow


@contextmanager
def what_was(plan: Plan, *, branch: Branch, roster_import: RosterImport) -> Iterator[None]:
    """Around the writing of a plan, inside its transaction."""
    before = snapshots.take(touched_by(plan))
    clubs = _clubs(branch)
    yield
    after = snapshots.take(before)
    bulk.insert(
        UndoRow,
        ("roster_import_id", "member_id", "before", "after"),
        [
            (roster_import.pk, key, snapshot, snapshots.digest_of(after[key]))
            for key, snapshot in before.items()
            if after[key] != snapshot
        ],
    )
    roster_import.clubs_made = sorted(_clubs(branch) - clubs)
    RosterImport.objects.filter(pk=roster_import.pk).update(clubs_made=roster_import.clubs_made)


def count_in(roster_import: RosterImport, member_ids: Collection[int]) -> None:
    """What was done to those members after the writing belongs to the import as well: it is undone with it."""
    rows = list(roster_import.undo_rows.filter(member__in=member_ids))
    now = snapshots.take(row.member_id for row in rows)
    for row in rows:
        row.after = snapshots.digest_of(now[row.member_id])
    UndoRow.objects.bulk_update(rows, ["after"], batch_size=500)


def touched_by(plan: Plan) -> list[int]:
    """Members on file whom the plan may change."""
    changed = {
        match.on_file.member_id for match in plan.matches if match.on_file and (match.changes or match.checks)
    }
    absent = {person.member_id for person in (*plan.missing, *plan.leaving, *plan.gone)}
    return sorted(changed | absent)


def _clubs(branch: Branch) -> set[int]:
    return set(Club.objects.filter(branch=branch).values_list("pk", flat=True))
