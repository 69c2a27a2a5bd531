"""An officer says how the file is to be read: its characters, its columns, how members are told apart."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.access import Permission, require
from crm.people.models import User
from crm.rosters import remembering, vault
from crm.rosters.accepting import AlreadyDecided
from crm.rosters.models import RosterImport
from crm.rosters.reading import Choices, UnreadableRoster
from crm.rosters.reading.sampling import Sample, digest_of, sample
from crm.wake import wake

State = RosterImport.State


class FileGone(Exception):  # noqa: N818 -- what is so, not what went wrong
    """The file is no longer kept: its time is over, or somebody has decided."""


@dataclass(frozen=True)
class Terms:
    """Of what day the roster is, and whether it is everybody."""

    roster_date: date | None
    is_full: bool


def look(roster_import: RosterImport) -> Sample:
    """The file's columns with some values of each. Raises ``FileGone``."""
    content = _content(roster_import)
    choices = remembering.chosen(roster_import) or remembering.recalled(roster_import.branch, content)
    protected = roster_import.rows.filter(outcome="protected").values_list("line", flat=True)
    try:
        return sample(
            content, encoding=choices.encoding or None, mapping=choices.columns, without=set(protected)
        )
    except UnreadableRoster:
        return Sample(choices.encoding)


@transaction.atomic
def choose(roster_import: RosterImport, *, by: User, choices: Choices, terms: Terms) -> None:
    """Let a worker read the file again in this way, and remember it for the branch's next file with these headers.

    Raises ``FileGone``, ``AlreadyDecided``, ``PermissionDenied``.
    """
    require(by, Permission.IMPORT_ROSTERS, roster_import.branch)
    content = _content(roster_import)
    before = remembering.chosen(roster_import) or Choices()
    if choices.encoding != before.encoding:  # other characters, other headers: known ones keep their meaning
        known = remembering.recalled(roster_import.branch, content, encoding=choices.encoding)
        choices = replace(choices, columns={**known.columns, **choices.columns})
    _read_again(roster_import, choices, terms)
    if headers := _headers(content, choices):
        remembering.remember(roster_import.branch, choices, headers=headers, by=by, at=timezone.now())
    wake("rosters")


def forget_files() -> None:
    """Files whose time is over: a sweep each minute, also when nobody comes back to the page."""
    over = Q(readable_until__lt=timezone.now(), state__in=(State.STAGED, State.UNREADABLE))
    RosterImport.objects.filter(over, content__isnull=False).update(content=None, readable_until=None)


def _content(roster_import: RosterImport) -> bytes:
    if not roster_import.can_be_read_again(timezone.now()) or roster_import.content is None:
        raise FileGone
    try:
        return vault.unlock(roster_import.content)
    except vault.Locked:
        raise FileGone from None


def _headers(content: bytes, choices: Choices) -> str:
    try:
        return digest_of(content, encoding=choices.encoding or None)
    except UnreadableRoster:
        return ""


def _read_again(roster_import: RosterImport, choices: Choices, terms: Terms) -> None:
    """One decision per preview: the second of two officers is told of the first."""
    is_same_day = terms.roster_date == roster_import.roster_date
    source = roster_import.date_source if is_same_day else RosterImport.DateSource.CHOSEN
    as_seen = RosterImport.objects.filter(
        pk=roster_import.pk, state=roster_import.state, digest=roster_import.digest, content__isnull=False
    )
    changed = as_seen.update(
        state=State.UPLOADED,
        choices=choices.as_data(),
        roster_date=terms.roster_date,
        is_full=terms.is_full,
        date_source=source,
        staged=None,
        problem="",
        problem_details={},
        attempts=0,
        lease_until=None,
    )
    if changed != 1:
        raise AlreadyDecided(
            RosterImport.objects.light().select_related("accepted_by").get(pk=roster_import.pk)
        )
