"""Every registered figure of a branch, or of many, on a date: whatever shows a number reads it here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils import timezone

from crm import extensions
from crm.extensions import Figure
from crm.figures.models import KeptFigure
from crm.people.models import Branch

Value = int | float | None


@dataclass(frozen=True)
class Reading:
    """A figure and its value; ``None`` is not known on that date, ``was_kept`` what was told on the day itself."""

    figure: Figure
    value: Value
    was_kept: bool = False


def read(
    branch: Branch,
    on: date,
    names: Collection[str] | None = None,
    *,
    known: Mapping[str, Value] = MappingProxyType({}),
) -> dict[str, Reading]:
    """The named figures that are registered, else all, in the order in which they were registered.

    ``known`` are values that have been read already.
    """
    wanted = _wanted(names)
    asked = {name: figure for name, figure in wanted.items() if name not in known}
    tallied, kept = _tallied([branch.pk], on, asked), _kept([branch.pk], on, asked)
    found = {}
    for name, figure in wanted.items():
        if name in known:
            found[name] = Reading(figure, known[name])
        elif name in kept:
            found[name] = Reading(figure, kept[name][branch.pk], was_kept=True)
        else:
            value = tallied[name][branch.pk] if name in tallied else figure.read(branch, on)
            found[name] = Reading(figure, value)
    return found


def names_for(may: Callable[[str], bool]) -> list[str]:
    """The figures of all lists that a reader who ``may`` use some permissions sees."""
    return [name for name, figure in _wanted(None).items() if may(figure.permission)]


def read_known(branch: Branch, on: date, names: Collection[str]) -> list[Reading]:
    """Those of the named figures that have a value on the day, for a mail that tells them."""
    return [found for found in read(branch, on, names).values() if found.value is not None]


def _kept(branches: Collection[int], on: date, wanted: Mapping[str, Figure]) -> dict[str, dict[int, Value]]:
    """Of an earlier day, what is known of today alone is what was kept then."""
    then = [] if on > timezone.localdate() else [name for name in wanted if not wanted[name].is_known(on)]
    found: dict[str, dict[int, Value]] = {name: dict.fromkeys(branches) for name in then}
    if found:
        for row in KeptFigure.objects.filter(branch__in=branches, on=on, name__in=found):
            found[row.name][row.branch_id] = row.number
    return found


def read_each(
    branches: Collection[int], on: date, names: Collection[str] | None = None, *, everywhere: bool = True
) -> dict[str, dict[int, Value]]:
    """The figures that are counted for many branches in one pass: name to branch key to value.

    With ``everywhere`` the pass counts all branches there are; without it these alone, which are few of many.
    """
    wanted = _wanted(names)
    found = _tallied(branches, on, wanted, everywhere=everywhere)
    return found | _kept(branches, on, {name: wanted[name] for name in found})


def kept_names() -> set[str]:
    """The figures that one pass counts for all branches: those are kept each day."""
    return {name for tally in extensions.tallies.all() for name in tally.names}


def kept_apart() -> set[str]:
    """The figures that are kept each day besides, branch by branch; what is left tells of closed blocks alone."""
    told = {figure.name for figure in _wanted(None).values() if not figure.of_blocks}
    return told - kept_names()


def _wanted(names: Collection[str] | None) -> dict[str, Figure]:
    return {
        figure.name: figure
        for figure in extensions.figures.all()
        if (not figure.only_coarse if names is None else figure.name in names)
    }


def _tallied(
    branches: Collection[int], on: date, wanted: Mapping[str, Figure], *, everywhere: bool = False
) -> dict[str, dict[int, Value]]:
    found: dict[str, dict[int, Value]] = {}
    for tally in extensions.tallies.all():
        names = [name for name in tally.names if name in wanted]
        known = [name for name in names if wanted[name].is_known(on)]
        counted = tally.count(None if everywhere else branches, on) if known else {}
        for name in names:
            absent = tally.absent if name in known else None
            found[name] = {branch: counted.get(name, {}).get(branch, absent) for branch in branches}
    return found
