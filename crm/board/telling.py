"""The figures of a branch for another program: what the board's page says, under stable names."""

from collections.abc import Callable
from datetime import date
from typing import Any

from crm.board import tables
from crm.board.overview import overview
from crm.extensions import PublishedTable
from crm.figures import corrected, reading
from crm.figures.corrected import Corrected
from crm.figures.membership import Month
from crm.people.models import Branch


def as_data(branch: Branch, on: date, *, may: Callable[[str], bool]) -> dict[str, Any]:
    """Ready for JSON; what is not known on that day is null. Days are ISO 8601.

    Of the figures those whose permission the reader ``may`` use. The tables are those of the page's files, which
    whoever may see figures reads.
    """
    page = overview(branch, on)
    read = reading.read(branch, on, reading.names_for(may))
    known = {month.last: month.closing for month in page.months if month.known}
    return {
        "branch": branch.slug,
        "on": on.isoformat(),
        "first_roster": page.rosters.first and page.rosters.first.isoformat(),
        "latest_roster": page.rosters.latest and page.rosters.latest.isoformat(),
        "figures": {name: found.value for name, found in read.items()},
        "corrected": [
            of_correction(found) for found in corrected.corrections(branch, on, read=read, members=known)
        ],
        "months": [of_month(month) for month in page.months],
        "tables": {table.name: of_table(table) for table in tables.published(branch, page)},
    }


def of_correction(found: Corrected) -> dict[str, Any]:
    """What stood there, what is counted now, and the rosters that made the difference; none when it was no roster."""
    return {
        "figure": found.figure.name,
        "on": found.on.isoformat(),
        "told": found.told,
        "now": found.now,
        "rosters": [
            {
                "roster": cause.roster_date and cause.roster_date.isoformat(),
                "on": cause.on.isoformat(),
                "taken_back": cause.was_undone,
            }
            for cause in found.causes
        ],
    }


def of_month(month: Month) -> dict[str, Any]:
    return {
        "month": f"{month.first:%Y-%m}",
        "opening": month.opening,
        "joined": month.came - month.returned,
        "returned": month.returned,
        "left": month.left,
        "closing": month.closing,
        "running": month.running,
        "known": month.known,
    }


def of_table(table: PublishedTable) -> dict[str, Any]:
    """The words are the reader's: programs hold on to the table's name and the places of its columns."""
    return {"title": table.title, "headers": table.headers, "rows": table.rows, "note": table.note}
