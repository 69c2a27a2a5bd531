"""An officer's decision about a preview: apply it, take it another way, or throw it away."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.people.models import User
from crm.rosters import stops, unchanged
from crm.rosters.models import RosterImport
from crm.rosters.stops import Stop
from crm.wake import wake

State = RosterImport.State
# Once an officer has decided, nobody reads the file another way.
FILE_GONE = {"content": None, "readable_until": None}


class AlreadyDecided(Exception):  # noqa: N818 -- what is so, not what went wrong
    """Somebody else has accepted or discarded it in the meantime; ``roster_import`` says who."""

    def __init__(self, roster_import: RosterImport) -> None:
        super().__init__(roster_import.state)
        self.roster_import = roster_import


class NotUnderstood(Exception):  # noqa: N818 -- what is so, not what went wrong
    """Stops that were not ticked."""

    def __init__(self, left: list[Stop]) -> None:
        super().__init__(" ".join(stop.sentence for stop in left))
        self.left = left


@transaction.atomic
def accept(
    roster_import: RosterImport, *, by: User, understood: Collection[str] = (), digest: str | None = None
) -> None:
    """Let a worker apply the preview; see ``record_acceptance``."""
    record_acceptance(roster_import, by=by, understood=understood, digest=digest)
    wake("rosters")


@transaction.atomic
def record_acceptance(
    roster_import: RosterImport, *, by: User, understood: Collection[str] = (), digest: str | None = None
) -> None:
    """An officer wants the preview applied. ``understood`` are the codes of the stops that were ticked; ``digest``
    names the preview that was looked at.

    Raises ``NotUnderstood``, ``AlreadyDecided`` (also when the preview was made anew), ``PermissionDenied``.
    """
    require(by, Permission.IMPORT_ROSTERS, roster_import.branch)
    if roster_import.state != State.STAGED:
        raise AlreadyDecided(roster_import)
    if left := stops.not_accepted(stops.from_data(roster_import.stops), understood):
        raise NotUnderstood(left)
    seen = roster_import.digest if digest is None else digest
    _decide(
        roster_import,
        seen=seen,
        state=State.ACCEPTED,
        accepted_at=timezone.now(),
        accepted_by=by,
        accepted_stops=[stop["code"] for stop in roster_import.stops],
        problem="",
        **FILE_GONE,
    )


@transaction.atomic
def discard(roster_import: RosterImport, *, by: User) -> None:
    """Throw a preview away, with all that was staged of it. Raises ``AlreadyDecided``."""
    require(by, Permission.IMPORT_ROSTERS, roster_import.branch)
    _decide(roster_import, seen=roster_import.digest, state=State.DISCARDED, staged=None, **FILE_GONE)
    forget_contents(roster_import)


@transaction.atomic
def take_as(roster_import: RosterImport, *, by: User, roster_date: date, is_full: bool) -> None:
    """Make the preview anew with another date, or as a part of a roster. Raises ``AlreadyDecided``."""
    require(by, Permission.IMPORT_ROSTERS, roster_import.branch)
    _decide(
        roster_import,
        seen=roster_import.digest,
        state=State.UPLOADED,
        roster_date=roster_date,
        is_full=is_full,
        date_source=RosterImport.DateSource.CHOSEN,
        problem="",
    )
    wake("rosters")


def forget_contents(roster_import: RosterImport) -> None:
    """The counts stay, and which lines there were; what they said goes."""
    roster_import.rows.update(values={}, changes={}, member_number="", member=None)
    packed = RosterImport.objects.values_list("unchanged_lines", flat=True).get(pk=roster_import.pk)
    roster_import.missing_members.all().delete()
    roster_import.correction_checks.all().delete()
    roster_import.contents_gone_at = timezone.now()
    RosterImport.objects.filter(pk=roster_import.pk).update(
        unchanged_lines=unchanged.forgotten(packed), contents_gone_at=roster_import.contents_gone_at
    )


def _decide(roster_import: RosterImport, *, seen: str, **fields: object) -> None:
    """One decision per preview: the second of two officers is told of the first."""
    waiting = RosterImport.objects.filter(pk=roster_import.pk, state=State.STAGED, digest=seen)
    if waiting.update(attempts=0, lease_until=None, **fields) != 1:
        raise AlreadyDecided(
            RosterImport.objects.light().select_related("accepted_by").get(pk=roster_import.pk)
        )
    for name, value in fields.items():
        setattr(roster_import, name, value)
