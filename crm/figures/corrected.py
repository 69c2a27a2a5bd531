"""What the board was told of a past day, where another number is counted for that day now, and what changed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.extensions import Figure
from crm.figures import membership
from crm.figures.models import KeptFigure
from crm.figures.reading import Reading, Value
from crm.people.models import Branch
from crm.rosters.models import RosterImport


@dataclass(frozen=True)
class Cause:
    """An import that was applied, or taken back, after the day was kept. Its file's name is not told: it may name."""

    key: int
    roster_date: date | None
    at: datetime
    was_undone: bool

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    @property
    def sentence(self) -> str:
        values = {
            "roster": self.roster_date.isoformat() if self.roster_date else "–",
            "day": self.on.isoformat(),
        }
        if self.was_undone:
            return _("Corrected when the member file of %(roster)s was taken back on %(day)s.") % values
        return _("Corrected by the member file of %(roster)s, brought in on %(day)s.") % values


@dataclass(frozen=True)
class Corrected:
    """A figure that stood at ``told`` when the day was kept, and is ``now``. No ``causes``: changed by hand."""

    figure: Figure
    on: date
    told: int | float
    now: int | float
    causes: tuple[Cause, ...] = ()

    @property
    def is_of_membership(self) -> bool:
        return self.figure.of_membership


def corrections(
    branch: Branch, on: date, *, read: Mapping[str, Reading], members: Mapping[date, int]
) -> list[Corrected]:
    """The figures of ``on`` as ``read`` now, and the ``members`` of other days, that differ from those kept then.

    Oldest first. Two queries, of which the second is asked only when something differs, and once of a branch.
    """
    counted: dict[tuple[date, str], Value] = {(day, "members"): number for day, number in members.items()}
    counted |= {(on, name): found.value for name, found in read.items() if not found.was_kept}
    figures = {name: found.figure for name, found in read.items()}
    differing = [
        row
        for row in _kept(branch, on, members)
        if (now := counted.get((row.on, row.name))) is not None and now != row.number and row.name in figures
    ]
    if not differing:
        return []
    imports = _imports_since(branch, min(row.kept_at for row in differing))
    return [
        Corrected(
            figure=figures[row.name],
            on=row.on,
            told=row.number,
            now=counted[row.on, row.name] or 0,
            causes=tuple(_causes(figures[row.name], row, imports)),
        )
        for row in differing
    ]


def since_told(
    branch: Branch, told: Iterable[tuple[datetime, date]], *, of_reasons: bool = False
) -> list[Cause]:
    """Which imports have changed membership in blocks of closed quarters since: when each was told, and its last day.

    ``of_reasons``: an import that confirms who has left gives a reason to those who were missing until then.
    """
    blocks = list(told)
    if not blocks:
        return []
    found = []
    for roster in _imports_since(branch, min(told_at for told_at, _last in blocks)):
        causes = [
            cause
            for told_at, last in blocks
            if (of_reasons and roster.leaving) or _is_until(last, roster.figures_from)
            if (cause := _cause(roster, told_at))
        ]
        found += causes[:1]
    return found


def note(branch: Branch, told: Iterable[tuple[datetime, date]], *, of_reasons: bool = False) -> str:
    """What to say beside blocks of closed quarters of which something has been corrected, as ``since_told`` has them.

    Empty when nothing has: there are no blocks.
    """
    blocks = list(told)
    return changed_since(since_told(branch, blocks, of_reasons=of_reasons)) if blocks else ""


def changed_since(causes: Iterable[Cause]) -> str:
    """Of what stands as it was told; no ``causes``: changed by hand."""
    by = [cause.sentence for cause in causes] or [_("Corrected by hand since, not by a member file.")]
    anew = _("Something of it has been corrected since. It is told anew when that points nobody out.")
    return " ".join([anew, *by])


def _kept(branch: Branch, on: date, members: Iterable[date]) -> list[KeptFigure]:
    """Not of today, which is not over."""
    wanted = Q(name="members", on__in=list(members)) | Q(on=on)
    rows = KeptFigure.objects.filter(wanted, branch=branch, on__lt=timezone.localdate())
    return list(rows.order_by("on", "pk"))


def imports_of(branch: Branch) -> list[RosterImport]:
    """Asked for once and held beside the branch, for the board's page needs them for several tables."""
    held = Prefetch("roster_imports", membership.applied_imports(), to_attr="applied_imports")
    prefetch_related_objects([branch], held)
    found: list[RosterImport] = branch.applied_imports  # type: ignore[attr-defined]
    return found


def _imports_since(branch: Branch, since: datetime) -> list[RosterImport]:
    """Those that were applied or taken back after a moment."""
    return [
        one for one in imports_of(branch) if any(at and at > since for at in (one.applied_at, one.undone_at))
    ]


def _first_moved(figure: Figure, found: RosterImport) -> date | None:
    """The first day of which an import may have changed the figure."""
    if figure.of_rosters:
        return found.roster_date if found.is_full else None
    return found.figures_from if figure.of_membership else None


def _causes(figure: Figure, row: KeptFigure, imports: Iterable[RosterImport]) -> Iterable[Cause]:
    for found in imports:
        if _is_until(row.on, _first_moved(figure, found)) and (cause := _cause(found, row.kept_at)):
            yield cause


def _is_until(day: date, first: date | None) -> bool:
    return first is not None and first <= day


def _cause(found: RosterImport, since: datetime) -> Cause | None:
    """One that was both applied and taken back since a moment has left everything as it was."""
    if found.applied_at is None:
        return None
    came_since = found.applied_at > since
    if found.undone_at is None and came_since:
        return Cause(found.pk, found.roster_date, found.applied_at, was_undone=False)
    if found.undone_at is not None and found.undone_at > since and not came_since:
        return Cause(found.pk, found.roster_date, found.undone_at, was_undone=True)
    return None
