"""From a file's bytes, or from what was staged of it, to a plan and its stops. Writes nothing."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from crm.people.models import Branch
from crm.rosters import matching, on_file, staged, stops
from crm.rosters.keys import KeyMaker, resolve
from crm.rosters.matching import Outcome, Plan, Terms
from crm.rosters.models import RosterImport, RosterImportQuerySet
from crm.rosters.reading import Choices, Key, Line, RosterReading, UnreadableRoster, read_roster
from crm.rosters.reading.encoding import refuse_other_files
from crm.rosters.staged import StagedRoster
from crm.rosters.stops import Stop

# A workbook is packed: its bytes look like no text, and only unpacking tells what it is.
_PACKED = b"PK\x03\x04"
AS_IT_SAYS = Choices()


@dataclass
class Prepared:
    """A roster beside the branch: what the preview shows and the applying does."""

    roster: StagedRoster
    plan: Plan
    stops: list[Stop]


def refuse_at_once(content: bytes) -> None:
    """What can be said of a file before a worker reads it. Raises ``UnreadableRoster``."""
    if len(content) > settings.ROSTER_MAX_BYTES:
        raise too_large()
    if not content.strip():
        raise UnreadableRoster("empty")
    if not content.startswith(_PACKED):
        refuse_other_files(content)


def too_large() -> UnreadableRoster:
    return UnreadableRoster("too_large", megabytes=settings.ROSTER_MAX_BYTES // (1024 * 1024))


def read(
    content: bytes, *, filename: str, branch: Branch, choices: Choices = AS_IT_SAYS
) -> tuple[RosterReading, StagedRoster]:
    """Raises ``UnreadableRoster``."""
    refuse_at_once(content)
    keys = None if choices.key is Key.MEMBER_NUMBER else KeyMaker(choices.key, branch)
    reading = read_roster(
        content,
        filename=filename,
        encoding=choices.encoding or None,
        mapping=choices.columns,
        blank=choices.blank,
        keyed=keys,
    )
    if keys is not None:
        resolve(reading, keys)
    return reading, staged.from_reading(reading, on_file=on_file.numbers(branch), key=choices.key)


def beside(
    branch: Branch,
    roster: StagedRoster,
    *,
    roster_date: date,
    is_full: bool,
    sha256: str,
    besides: int = 0,
) -> Prepared:
    """Lay a roster beside what the branch has on file now. ``besides`` is the import itself, where it has a row."""
    applied = RosterImport.objects.light().applied().filter(branch=branch).exclude(pk=besides)
    same = applied.filter(sha256=sha256).first()
    terms = terms_for(applied, roster_date=roster_date, is_full=is_full, is_repeat=same is not None)
    plan = matching.plan(roster, known=on_file.everybody(branch), terms=terms)
    found = stops.find(plan, same_before=same)
    return Prepared(roster=roster, plan=plan, stops=[*found, *stops.of_key(roster.key)])


def terms_for(applied: RosterImportQuerySet, *, roster_date: date, is_full: bool, is_repeat: bool) -> Terms:
    last = applied.aggregate(of_all=Max("roster_date"), of_full=Max("roster_date", filter=Q(is_full=True)))
    return Terms(
        roster_date=roster_date,
        is_full=is_full,
        last_roster=last["of_all"],
        last_full=last["of_full"],
        is_repeat=is_repeat,
    )


def date_of(reading: RosterReading, chosen: date | None) -> date:
    """The chosen date, else the one that the file tells, else today."""
    return chosen or reading.roster_date or timezone.localdate()


def source_of_date(reading: RosterReading, chosen: date | None) -> RosterImport.DateSource:
    """From where the roster's date is, for the officer who is to say whether it is right."""
    if chosen:
        return RosterImport.DateSource.CHOSEN
    return RosterImport.DateSource.FILE if reading.roster_date else RosterImport.DateSource.TODAY


def other_lines(reading: RosterReading) -> list[Line]:
    """The lines that are no member's first one."""
    return [line for line in reading.lines if line.values is None or line.kind != "member"]


def figures(reading: RosterReading, plan: Plan) -> dict[str, int]:
    """The counts of an import's row; ``lines`` is the sum of those that count lines."""
    counts, lines = plan.counts, reading.counts
    return plan_figures(plan) | {
        "lines": sum(counts.values())
        + lines.repeated
        + lines.rejected
        + lines.protected
        + lines.not_member_rows,
        "repeated": lines.repeated,
        "rejected": lines.rejected,
        "protected": lines.protected,
        "not_member_rows": lines.not_member_rows,
    }


def plan_figures(plan: Plan) -> dict[str, int]:
    counts = plan.counts
    return {
        "new": counts[Outcome.NEW],
        "changed": counts[Outcome.CHANGED],
        "unchanged": counts[Outcome.UNCHANGED],
        "missing": len(plan.missing),
        "leaving": len(plan.leaving),
    }
