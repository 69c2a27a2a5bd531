"""Every registered figure of a branch, or of many, on a date: whatever shows a number reads it here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from crm import extensions
from crm.extensions import Figure, Tally
from crm.figures.models import KeptFigure
from crm.people.models import Branch

Value = int | float | None


@dataclass(frozen=True)
class Reading:
    """A figure and its value; ``None`` is not known on that date, ``was_kept`` what was told on the day itself."""

    figure: Figure
    value: Value
    was_kept: bool = False


def read(branch: Branch, on: date, names: Collection[str] | None = None) -> dict[str, Reading]:
    """The named figures that are registered, else all, in the order in which they were registered."""
    wanted = _wanted(names)
    if on >= timezone.localdate():
        return _counted(branch, on, wanted)
    # Of an earlier day, what is known of today alone is what was kept then.
    then = {name: figure for name, figure in wanted.items() if figure.of_today}
    counted = _counted(branch, on, {name: figure for name, figure in wanted.items() if name not in then})
    kept = _kept([branch.pk], on, then)
    return {
        name: counted.get(name) or Reading(figure, kept[name].get(branch.pk), was_kept=True)
        for name, figure in wanted.items()
    }


def _counted(branch: Branch, on: date, wanted: Mapping[str, Figure]) -> dict[str, Reading]:
    tallied = _tallied([branch.pk], on, wanted)
    return {
        name: Reading(figure, tallied[name][branch.pk] if name in tallied else figure.count(branch, on))
        for name, figure in wanted.items()
    }


def _kept(branches: Collection[int], on: date, wanted: Collection[str]) -> dict[str, dict[int, Value]]:
    found: dict[str, dict[int, Value]] = {name: {} for name in wanted}
    if found:
        rows = KeptFigure.objects.filter(branch__in=branches, on=on, name__in=found)
        for row in rows:
            found[row.name][row.branch_id] = row.number
    return found


def read_each(
    branches: Collection[int], on: date, names: Collection[str] | None = None
) -> dict[str, dict[int, Value]]:
    """The figures that are counted for all branches in one pass: name to branch key to value."""
    wanted = _wanted(names)
    found = _tallied(branches, on, wanted, everywhere=True)
    then = [name for name in found if wanted[name].of_today]
    if then and on < timezone.localdate():
        kept = _kept(branches, on, then)
        found |= {name: {branch: kept[name].get(branch) for branch in branches} for name in then}
    return found


def kept_names() -> set[str]:
    """The figures that one pass counts for all branches: those are kept each day."""
    return {name for tally in extensions.tallies.all() for name in tally.names}


def _wanted(names: Collection[str] | None) -> dict[str, Figure]:
    return {
        figure.name: figure for figure in extensions.figures.all() if names is None or figure.name in names
    }


def _tallied(
    branches: Collection[int], on: date, wanted: Mapping[str, Figure], *, everywhere: bool = False
) -> dict[str, dict[int, Value]]:
    found: dict[str, dict[int, Value]] = {}
    for tally in extensions.tallies.all():
        if wanted.keys() & set(tally.names):
            counted = tally.count(None if everywhere else branches, on)
            for name in tally.names:
                found[name] = _of_each(tally, counted.get(name, {}), branches)
    return {name: values for name, values in found.items() if name in wanted}


def _of_each(tally: Tally, counted: Mapping[int, int | float], branches: Collection[int]) -> dict[int, Value]:
    return {branch: counted.get(branch, tally.absent) for branch in branches}
