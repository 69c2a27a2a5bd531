"""Every registered figure of a branch on a date: whatever shows a number reads it here."""

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


def read(branch: Branch, on: date) -> dict[str, Reading]:
    """All registered figures by name."""
    return {
        figure.name: Reading(figure=figure, value=figure.count(branch, on))
        for figure in extensions.figures.all()
    }
