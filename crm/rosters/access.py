"""This app's part of the door: imports and their lines, of the branch whose page was opened."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from crm.access import members_of
from crm.people.models import Branch, Member
from crm.rosters import corrections
from crm.rosters.matching import Outcome
from crm.rosters.models import Correction, CorrectionCheck, MissingMember, RosterImport, RosterRow, UndoRow
from crm.rosters.unchanged import UnchangedRows, unpack


def imports_of(branch: Branch) -> "QuerySet[RosterImport]":
    """The branch's imports, the newest first, without their contents."""
    return (
        RosterImport.objects.light()
        .filter(branch=branch)
        .select_related("uploaded_by", "accepted_by", "undo_asked_by")
    )


def import_of(branch: Branch, key: int) -> RosterImport:
    """Raises ``Http404`` for another branch's."""
    found = imports_of(branch).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def rows_of(roster_import: RosterImport, *outcomes: str) -> "QuerySet[RosterRow]":
    return roster_import.rows.filter(outcome__in=outcomes).select_related("member").order_by("line")


def unchanged_of(roster_import: RosterImport) -> "QuerySet[RosterRow] | UnchangedRows":
    """Imports of earlier versions have a row for each of these lines, too."""
    if roster_import.unchanged_lines is None:
        return rows_of(roster_import, Outcome.UNCHANGED)
    return UnchangedRows(roster_import)


def members_on_lines(roster_import: RosterImport, lines: Collection[int]) -> list[int]:
    """The keys of the branch's members who stand on these lines of the file."""
    first, last = min(lines, default=0), max(lines, default=0)
    rows = roster_import.rows.filter(line__gte=first, line__lte=last, member__isnull=False)
    keys = {key for key in rows.order_by().values_list("member_id", flat=True) if key is not None}
    unchanged = unpack(roster_import.unchanged_lines)
    looked_at = set(lines)
    keys.update(
        key for line, key in zip(unchanged.lines, unchanged.members, strict=True) if key and line in looked_at
    )
    return sorted(keys)


def missing_of(roster_import: RosterImport, *, is_leaving: bool) -> "QuerySet[MissingMember]":
    return (
        roster_import.missing_members.filter(is_leaving=is_leaving)
        .select_related("member")
        .order_by("member__name_sort", "pk")
    )


def kept_of(roster_import: RosterImport) -> list[UndoRow]:
    """Members whom undoing left as they are, in name order."""
    kept = roster_import.undo_rows.exclude(kept="").select_related("member")
    return list(kept.order_by("member__name_sort", "pk"))


def in_name_order(branch: Branch, keys: Iterable[int]) -> list[Member]:
    return list(members_of(branch).filter(pk__in=list(keys)).in_name_order())


def corrections_of(branch: Branch, *, show: str) -> "QuerySet[Correction]":
    """Open corrections in name order; ``show`` is "unreported", "reported" or "all"."""
    found = corrections.of(branch)
    if show != "all":
        unreported = found.unreported()
        found = unreported if show == "unreported" else found.exclude(pk__in=unreported.values("pk"))
    people = found.select_related("member", "noted_by", "reported_by")
    return people.order_by("member__name_sort", "member_id", "noted_at", "pk")


def correction_of(branch: Branch, key: int) -> Correction:
    """Of whoever is on file: who has left can still be put right."""
    found = corrections.on_file().filter(member__branch=branch)
    return get_object_or_404(found.select_related("member"), pk=key)


def corrections_of_member(member: Member) -> list[Correction]:
    return list(Correction.objects.open().filter(member=member).select_related("noted_by", "reported_by"))


def checks_of(roster_import: RosterImport) -> "QuerySet[CorrectionCheck]":
    """What the roster says of local corrections, contradictions first."""
    checks = roster_import.correction_checks.select_related("correction__member")
    return checks.order_by("verdict", "correction__member__name_sort", "pk")


def rows_with_swedish_letters(roster_import: RosterImport, at_most: int) -> list[RosterRow]:
    """Some members of the file whose names show whether å ä ö came out right."""
    told, untold = rows_of(roster_import, Outcome.NEW, Outcome.CHANGED), unchanged_of(roster_import)
    looked_at = sorted([*told[:200], *untold[:200]], key=lambda row: row.line)
    return [row for row in looked_at if not name_of(row).isascii()][:at_most] or looked_at[:at_most]


def name_of(row: RosterRow) -> str:
    """The name on a line: what the file says of a new member, what is on file of a known one."""
    if row.values:
        return f"{row.values.get('first_name', '')} {row.values.get('last_name', '')}".strip()
    return row.member.name if row.member else ""


def members_in(rows: "list[RosterRow] | list[MissingMember]") -> list[Member]:
    return [row.member for row in rows if row.member is not None]
