"""From a goal's number to what it counts: the rows one by one, or the page on which those who may find them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils import timezone

from crm.access import Permission, Standing
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
    club = measured.goal.club_id
    told = lines_of(measured.figure, branch, until, club)
    whole = lines_of(measured.of_figure, branch, until, club)
    return Counted(
        lines=None if told is None else openable(told, measured.figure, branch, mine),
        missing=[]
        if told is None
        else openable(without(whole or [], told), measured.of_figure, branch, mine),
        rows=list(pages(measured, branch, until, mine)),
    )


def pages(measured: Measured, branch: Branch, until: date, mine: Standing) -> Iterator[tuple[Figure, str]]:
    for figure in (measured.figure, measured.of_figure):
        if figure and (url := page_of(figure, branch, until, mine)):
            yield figure, url


def page_of(figure: Figure, branch: Branch, until: date, mine: Standing) -> str:
    """Where the rows are kept; of people the list of those counted on that very day, for those who may see members."""
    has_list = figure.people is not None and figure.is_known(until) and until <= timezone.localdate()
    if has_list and mine.may(Permission.SEE_MEMBERS, branch):
        address = reverse("people:counted", args=[branch.slug, figure.name])
        return f"{address}?on={until.isoformat()}"
    return figure.rows.url_of(branch) if figure.rows and mine.may(figure.rows.permission, branch) else ""


def lines_of(
    figure: Figure | None, branch: Branch, until: date, club: int | None = None
) -> list[Line] | None:
    if figure is None or figure.lines is None or not figure.is_known(until):
        return None
    return [line for line in figure.lines(branch, until) if club is None or line.club == club]


def openable(lines: list[Line], figure: Figure | None, branch: Branch, mine: Standing) -> list[Line]:
    """Without their addresses, for those who may not open them."""
    if figure and figure.rows and mine.may(figure.rows.permission, branch):
        return lines
    return [replace(line, url="") for line in lines]


def without(whole: Iterable[Line], part: Iterable[Line]) -> list[Line]:
    """Rows with a page are known by it, the others by their name."""
    there = {line.url or line.label for line in part}
    return [line for line in whole if (line.url or line.label) not in there]
