"""From a goal's number to what it counts: the rows one by one, or the page on which those who may find them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from crm.access import Standing
from crm.extensions import Figure
from crm.lines import Line
from crm.people.models import Branch
from crm.plan.measuring import Measured
from crm.plan.models import Plan


@dataclass(frozen=True)
class Counted:
    """What a goal's figure counts, and of a percentage what is not among it. ``None`` where it lists no rows."""

    lines: list[Line] | None
    missing: list[Line]
    rows: list[tuple[Figure, str]]  # the figures whose rows the user may open, with their page


def counted(measured: Measured, *, plan: Plan, mine: Standing) -> Counted:
    """Read on the same day as the number itself."""
    until = min(measured.on, plan.last_day)
    branch = plan.branch
    told = lines_of(measured.figure, branch, until)
    whole = lines_of(measured.of_figure, branch, until)
    return Counted(
        lines=None if told is None else openable(told, measured.figure, branch, mine),
        missing=[]
        if told is None
        else openable(without(whole or [], told), measured.of_figure, branch, mine),
        rows=list(pages(measured, branch, mine)),
    )


def pages(measured: Measured, branch: Branch, mine: Standing) -> Iterator[tuple[Figure, str]]:
    for figure in (measured.figure, measured.of_figure):
        if figure and figure.rows and mine.may(figure.rows.permission, branch):
            yield figure, figure.rows.url_of(branch)


def lines_of(figure: Figure | None, branch: Branch, until: date) -> list[Line] | None:
    if figure is None or figure.lines is None or not figure.is_known(until):
        return None
    return list(figure.lines(branch, until))


def openable(lines: list[Line], figure: Figure | None, branch: Branch, mine: Standing) -> list[Line]:
    """Without their addresses, for those who may not open them."""
    if figure and figure.rows and mine.may(figure.rows.permission, branch):
        return lines
    return [replace(line, url="") for line in lines]


def without(whole: Iterable[Line], part: Iterable[Line]) -> list[Line]:
    """Rows with a page are known by it, the others by their name."""
    there = {line.url or line.label for line in part}
    return [line for line in whole if (line.url or line.label) not in there]
