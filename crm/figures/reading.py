"""Every registered figure of a branch, or of many, on a date: whatever shows a number reads it here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from crm import extensions
from crm.extensions import Figure, Tally
from crm.people.models import Branch

Value = int | float | None


@dataclass(frozen=True)
class Reading:
    """A figure and its value; ``None`` is not known on that date."""

    figure: Figure
    value: Value


def read(branch: Branch, on: date, names: Collection[str] | None = None) -> dict[str, Reading]:
    """The named figures that are registered, else all, in the order in which they were registered."""
    wanted = _wanted(names)
    tallied = _tallied([branch.pk], on, wanted)
    return {
        name: Reading(figure, tallied[name][branch.pk] if name in tallied else figure.count(branch, on))
        for name, figure in wanted.items()
    }


def read_each(
    branches: Collection[int], on: date, names: Collection[str] | None = None
) -> dict[str, dict[int, Value]]:
    """The figures that are counted for all branches in one pass: name to branch key to value."""
    return _tallied(branches, on, _wanted(names), everywhere=True)


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
