"""Doing what the preview said: one transaction that happened or did not."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from crm.people import erasing
from crm.people.models import Branch, Member, User
from crm.rosters import corrections, periods, preparing, telling, undo_rows, vault, writing
from crm.rosters.collecting import without_collecting
from crm.rosters.models import RosterImport
from crm.rosters.preparing import Prepared
from crm.rosters.staged import StagedRoster, unpack

State = RosterImport.State


class BranchChanged(Exception):  # noqa: N818 -- what is so, not what went wrong
    """The branch is no longer as it was at the preview; applying would do something else."""


@without_collecting()
def apply(roster_import: RosterImport, *, by: User) -> bool:
    """Apply an accepted roster. False when it is no longer waiting: applied by another, or discarded.

    Refused if the branch has changed since in a way that alters the outcome; then it waits for a new preview,
    which is made from what was staged.
    """
    if roster_import.staged is None:
        return False
    try:
        return _apply(roster_import, unpack(vault.unlock(roster_import.staged)), by)
    except vault.Locked:
        RosterImport.objects.filter(pk=roster_import.pk, state=State.ACCEPTED).update(
            state=State.UNREADABLE, problem="locked", staged=None, lease_until=None
        )
        return False
    except BranchChanged:
        RosterImport.objects.filter(pk=roster_import.pk, state=State.ACCEPTED).update(
            state=State.UPLOADED,
            accepted_at=None,
            accepted_by=None,
            accepted_stops=[],
            problem="branch_changed",
            lease_until=None,
            attempts=0,
        )
        roster_import.refresh_from_db()
        return False


@transaction.atomic
def _apply(roster_import: RosterImport, roster: StagedRoster, by: User) -> bool:
    # Two imports of one branch follow one another; rows that merely point at the branch are not held up.
    branch = Branch.objects.select_for_update(no_key=True).get(pk=roster_import.branch_id)
    now = timezone.now()
    fields = {"state": State.APPLIED, "applied_at": now, "staged": None, "lease_until": None, "problem": ""}
    if RosterImport.objects.filter(pk=roster_import.pk, state=State.ACCEPTED).update(**fields) != 1:
        return False
    prepared = _as_previewed(roster_import, roster, branch)
    with undo_rows.what_was(prepared.plan, branch=branch, roster_import=roster_import):
        writing.write(prepared.plan, branch=branch, roster_import=roster_import, by=by)
        corrections.take_in(prepared.plan.checks, by=by, at=now)
    fields["figures_from"] = periods.figures_from(prepared.plan)
    RosterImport.objects.filter(pk=roster_import.pk).update(figures_from=fields["figures_from"])
    transaction.on_commit(partial(telling.forget, roster_import.pk), robust=True)
    _erase_protected(prepared, by)
    for name, value in fields.items():
        setattr(roster_import, name, value)
    return True


def _as_previewed(roster_import: RosterImport, roster: StagedRoster, branch: Branch) -> Prepared:
    if roster_import.roster_date is None:
        raise BranchChanged
    # The row says "applied" already; its own date must not count as an earlier roster's.
    prepared = preparing.beside(
        branch,
        roster,
        roster_date=roster_import.roster_date,
        is_full=roster_import.is_full,
        sha256=roster_import.sha256,
        besides=roster_import.pk,
    )
    new_stops = {stop.code for stop in prepared.stops} - set(roster_import.accepted_stops)
    if prepared.plan.digest != roster_import.digest or new_stops:
        raise BranchChanged
    return prepared


def _erase_protected(prepared: Prepared, by: User) -> None:
    """Members whom the register now protects: no trace of them stays, and undoing does not bring them back."""
    keys = [person.member_id for person in prepared.plan.protected]
    for member in Member.objects.filter(pk__in=keys).select_related("branch"):
        on = prepared.plan.terms.roster_date
        erasing.erase(member=member, by=by, on=on, remember_wishes=False)
