"""What a worker does when it is woken for rosters: all that waits, one claimed row at a time."""

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from crm.rosters import applying, choosing, staging, undoing
from crm.rosters.models import RosterImport, RosterImportQuerySet

log = logging.getLogger(__name__)
State = RosterImport.State

# A worker that was killed is followed by another after this long; each step of the work renews it.
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3


def work_through() -> int:
    """Stage and apply what waits; returns how many rows were finished."""
    choosing.forget_files()
    done = 0
    for key in claimable().order_by("uploaded_at", "pk").values_list("pk", flat=True):
        done += claim_and_work(key)
    give_up()
    return done


def claimable() -> RosterImportQuerySet:
    waiting = Q(state__in=(State.UPLOADED, State.ACCEPTED)) | undoing.asked_for()
    return RosterImport.objects.filter(
        waiting, Q(attempts__lt=MOST_ATTEMPTS), Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    )


def claim_and_work(key: int) -> bool:
    """Whether this process got the row and did what it waits for; only one of two workers does."""
    claimed = (
        claimable().filter(pk=key).update(lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    )
    if claimed != 1:
        return False
    roster_import = RosterImport.objects.select_related("branch", "accepted_by", "undo_asked_by").get(pk=key)
    try:
        work_on(roster_import)
    except Exception as error:  # the row stays waiting; only the place is logged, never a person's data
        place = "".join(traceback.format_tb(error.__traceback__))
        log.error("Roster %s failed: %s\n%s", key, type(error).__name__, place)
        RosterImport.objects.filter(pk=key).update(lease_until=None)
        return False
    return True


def work_on(roster_import: RosterImport) -> None:
    if roster_import.is_being_undone:
        undoing.undo(roster_import)
    if roster_import.state == State.ACCEPTED and roster_import.accepted_by is not None:
        applying.apply(roster_import, by=roster_import.accepted_by)
    if roster_import.state == State.UPLOADED:  # also when the branch had changed since the preview
        staging.stage(roster_import, progress=_progress(roster_import))


def _progress(roster_import: RosterImport) -> Callable[[int], None]:
    def tell(rows: int) -> None:
        RosterImport.objects.filter(pk=roster_import.pk).update(
            rows_done=rows, lease_until=timezone.now() + LEASE
        )

    return tell


def give_up() -> None:
    """What failed too often comes back to a person's eyes: an accepted preview can be accepted again."""
    worn_out = RosterImport.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=timezone.now()), attempts__gte=MOST_ATTEMPTS
    )
    worn_out.filter(state=State.ACCEPTED).update(
        state=State.STAGED,
        accepted_at=None,
        accepted_by=None,
        accepted_stops=[],
        problem="interrupted",
        attempts=0,
        lease_until=None,
    )
    worn_out.filter(undoing.asked_for()).update(problem="undo_interrupted", **undoing.NOT_ASKED)
    worn_out.filter(state=State.UPLOADED).update(
        state=State.FAILED, content=None, staged=None, problem="interrupted", lease_until=None
    )
