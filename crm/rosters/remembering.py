"""How files are to be read: what was chosen for one, what is remembered of others like it, how long it is kept."""

from datetime import datetime, timedelta

from django.utils import timezone

from crm.people.models import Branch, User
from crm.rosters.models import RememberedReading, RosterImport
from crm.rosters.reading import Choices, UnreadableRoster
from crm.rosters.reading.sampling import digest_of

State = RosterImport.State
# From the upload: long enough to look at the columns, short enough to be no archive (docs/decisions).
KEPT_FOR = timedelta(minutes=30)
# What another encoding or another reading of the columns can mend.
MENDABLE = frozenset(("wrong_encoding", "no_header", "no_name_column"))


def chosen(roster_import: RosterImport) -> Choices | None:
    """What an officer has chosen for this file."""
    return Choices.from_data(roster_import.choices) if roster_import.choices else None


def recalled(branch: Branch, content: bytes, *, encoding: str = "") -> Choices:
    """What was chosen for the branch's last file with the same headers; else what the file itself says."""
    known = RememberedReading.objects.filter(branch=branch)
    if known.exists():
        try:
            digest = digest_of(content, encoding=encoding or None)
        except UnreadableRoster:
            digest = ""
        remembered = known.filter(headers=digest).first() if digest else None
        if remembered is not None:
            return Choices.from_data(remembered.choices)
    return Choices()


def remember(branch: Branch, choices: Choices, *, headers: str, by: User, at: datetime) -> None:
    """For the next file with these headers. The encoding is each file's own."""
    kept = choices.as_data() | {"encoding": ""}
    RememberedReading.objects.update_or_create(
        branch=branch,
        headers=headers,
        defaults={"choices": kept, "chosen_at": at, "chosen_by": by},
    )


def is_kept(roster_import: RosterImport, *, state: str, problem: str) -> bool:
    """Whether the file stays, encrypted, for another reading once this one has ended in ``state``."""
    is_open = state == State.STAGED or (state == State.UNREADABLE and problem in MENDABLE)
    until = roster_import.readable_until
    return is_open and roster_import.content is not None and until is not None and timezone.now() < until
