"""Every registered figure of a branch on a date: whatever shows a number reads it here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from crm import extensions
from crm.extensions import Figure
from crm.people.models import Branch


@dataclass(frozen=True)
class Reading:
    """A figure and its value; ``None`` is not known on that date."""

    figure: Figure
    value: int | float | None


def read(branch: Branch, on: date, names: Collection[str] | None = None) -> dict[str, Reading]:
    """The named figures that are registered, else all, in the order in which they were registered."""
    return {
        figure.name: Reading(figure=figure, value=figure.count(branch, on))
        for figure in extensions.figures.all()
        if names is None or figure.name in names
    }
