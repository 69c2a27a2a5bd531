"""Making the preview: read the file, lay it beside the branch, keep each line's outcome, forget the file."""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from crm.rosters import bulk, preparing, remembering, staged, unchanged, vault
from crm.rosters.collecting import without_collecting
from crm.rosters.matching import Match, Outcome, Plan
from crm.rosters.models import CorrectionCheck, MissingMember, RosterImport, RosterRow
from crm.rosters.preparing import Prepared
from crm.rosters.reading import Choices, Line, RosterReading, UnreadableRoster
from crm.rosters.staged import filled, plain, plain_changes, unpack
from crm.rosters.unchanged import Unchanged

State = RosterImport.State
# Short transactions: on SQLite a caller's report waits for each of them.
ROWS_AT_ONCE = 5_000
_ROW = (
    "roster_import_id", "line", "outcome", "reason", "member_number", "member_id", "values", "changes", "remarks",
)  # fmt: skip
_MEMBER_OUTCOMES = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)
_OF_KIND = {
    "repeated": Outcome.REPEATED,
    "rejected": Outcome.REJECTED,
    "protected": Outcome.PROTECTED,
    "not_member": Outcome.NOT_MEMBER,
}
_NO_FIGURES = dict.fromkeys(
    (
        "lines", "new", "changed", "unchanged", "missing", "leaving", "repeated", "rejected", "protected",
        "not_member_rows",
    ),
    0,
)  # fmt: skip
Cells = tuple[Any, ...]
Progress = Callable[[int], None]


def untold(rows: int) -> None:
    """Nobody asks how far it has come."""


@without_collecting()
def stage(roster_import: RosterImport, *, progress: Progress = untold) -> None:
    """Read an uploaded file and keep its preview; or, where it was read before, lay it beside the branch again.

    Can be cut off anywhere and started again. ``progress`` is told the number of rows written so far.
    """
    try:
        if roster_import.content is None or roster_import.staged is not None:
            stage_again(roster_import, progress=progress)
        else:
            content = vault.unlock(roster_import.content)
            stage_file(roster_import, content=content, progress=progress)
    except UnreadableRoster as error:
        roster_import.rows.all().delete()  # of an earlier reading
        _close(
            roster_import,
            state=State.UNREADABLE,
            staged=None,
            unchanged_lines=None,
            **_NO_FIGURES,
            problem=error.code,
            problem_details={name: str(detail) for name, detail in error.details.items()},
        )
    except vault.Locked:
        _close(roster_import, state=State.UNREADABLE, problem="locked", staged=None)


def stage_file(roster_import: RosterImport, *, content: bytes, progress: Progress = untold) -> None:
    """Raises ``UnreadableRoster``."""
    branch = roster_import.branch
    choices = remembering.chosen(roster_import) or remembering.recalled(branch, content)
    reading, roster = preparing.read(content, filename=roster_import.filename, branch=branch, choices=choices)
    prepared = preparing.beside(
        branch,
        roster,
        roster_date=preparing.date_of(reading, roster_import.roster_date),
        is_full=roster_import.is_full and not reading.is_of_rejected_lines,
        sha256=roster_import.sha256,
    )
    keep(roster_import, reading=reading, prepared=prepared, choices=choices, progress=progress)


def keep(
    roster_import: RosterImport,
    *,
    reading: RosterReading,
    prepared: Prepared,
    choices: Choices,
    progress: Progress = untold,
) -> None:
    """Keep what was read and planned as the import's preview."""
    date_source = preparing.source_of_date(reading, roster_import.roster_date)
    roster_import.rows.all().delete()
    _insert(chain(_member_rows(roster_import, prepared.plan), _other_rows(roster_import, reading)), progress)
    _close(
        roster_import,
        staged=vault.lock(staged.pack(prepared.roster)),
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        columns=[[column.header, column.field or ""] for column in reading.columns[:200]],
        choices=choices.as_data(),
        date_source=roster_import.date_source or date_source,
        **_outcome_of(roster_import, prepared),
        **preparing.figures(reading, prepared.plan),
    )


def stage_again(roster_import: RosterImport, *, progress: Progress = untold) -> None:
    """The file is gone; what was staged of it is laid beside the branch as it is now."""
    if roster_import.staged is None or roster_import.roster_date is None:
        raise vault.Locked
    prepared = preparing.beside(
        roster_import.branch,
        unpack(vault.unlock(roster_import.staged)),
        roster_date=roster_import.roster_date,
        is_full=roster_import.is_full,
        sha256=roster_import.sha256,
    )
    roster_import.rows.filter(outcome__in=_MEMBER_OUTCOMES).delete()
    _insert(_member_rows(roster_import, prepared.plan), progress)
    _close(
        roster_import,
        **_outcome_of(roster_import, prepared),
        **preparing.plan_figures(prepared.plan),
    )


def _outcome_of(roster_import: RosterImport, prepared: Prepared) -> dict[str, Any]:
    _keep_missing(roster_import, prepared.plan)
    _keep_checks(roster_import, prepared.plan)
    return {
        "state": State.STAGED,
        "roster_date": prepared.plan.terms.roster_date,
        "is_full": prepared.plan.terms.is_full,
        "stops": [stop.as_data() for stop in prepared.stops],
        "digest": prepared.plan.digest,
        "unchanged_lines": unchanged.pack(_unchanged(prepared.plan)),
    }


def _unchanged(plan: Plan) -> Unchanged:
    found = Unchanged()
    for match in plan.matches:
        if match.outcome is Outcome.UNCHANGED and match.on_file is not None:
            found.add(match.staged.line, match.on_file.member_id, match.staged.remarks)
    return found


def _keep_missing(roster_import: RosterImport, plan: Plan) -> None:
    roster_import.missing_members.all().delete()
    bulk.insert(
        MissingMember,
        ("roster_import_id", "member_id", "is_leaving"),
        [(roster_import.pk, person.member_id, False) for person in plan.missing]
        + [(roster_import.pk, person.member_id, True) for person in plan.leaving],
    )


def _keep_checks(roster_import: RosterImport, plan: Plan) -> None:
    roster_import.correction_checks.all().delete()
    bulk.insert(
        CorrectionCheck,
        ("roster_import_id", "correction_id", "verdict", "register_value"),
        [
            (roster_import.pk, check.key, check.verdict.value, plain(check.register_value))
            for check in plan.checks
        ],
    )


def _close(roster_import: RosterImport, **fields: Any) -> None:
    """Write what became of it, if it is still waiting: somebody may have discarded it meanwhile."""
    fields |= {"lease_until": None, "attempts": 0, "rows_done": 0}
    if not remembering.is_kept(roster_import, state=fields["state"], problem=fields.get("problem", "")):
        fields |= {"content": None, "readable_until": None}
    updated = RosterImport.objects.filter(pk=roster_import.pk, state=State.UPLOADED).update(**fields)
    if updated:
        for name, value in fields.items():
            setattr(roster_import, name, value)


def _insert(rows: Iterator[Cells], progress: Progress) -> None:
    done = 0
    while some := list(islice(rows, ROWS_AT_ONCE)):
        bulk.insert(RosterRow, _ROW, some)
        done += len(some)
        progress(done)


def _member_rows(roster_import: RosterImport, plan: Plan) -> Iterator[Cells]:
    """Of those whom the file tells something new of; ``unchanged_lines`` has the others."""
    return (
        _member_row(roster_import.pk, match)
        for match in plan.matches
        if match.outcome is not Outcome.UNCHANGED
    )


def _member_row(key: int, match: Match) -> Cells:
    return (
        key,
        match.staged.line,
        match.outcome.value,
        "",
        match.values.member_number,
        match.on_file.member_id if match.on_file else None,
        filled(match.values) if match.outcome is Outcome.NEW else {},
        plain_changes(match.changes),
        [list(remark) for remark in match.staged.remarks],
    )


def _other_rows(roster_import: RosterImport, reading: RosterReading) -> Iterator[Cells]:
    return (_other_row(roster_import.pk, line) for line in preparing.other_lines(reading))


def _other_row(key: int, line: Line) -> Cells:
    if line.kind == "protected":
        return (key, line.line, Outcome.PROTECTED.value, "", "", None, {}, {}, [])
    values = filled(line.values) if line.values else {}
    remarks = [list(remark) for remark in line.remarks]
    outcome = _OF_KIND[line.kind.value]
    return (
        key, line.line, outcome.value, str(line.reason or ""), line.member_number, None, values, {}, remarks,
    )  # fmt: skip
