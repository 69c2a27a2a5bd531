"""The figures of a branch for another program: what the board's page says, under stable names."""

from collections.abc import Callable
from datetime import date
from typing import Any

from crm.figures import corrected, membership, reading
from crm.figures.corrected import Corrected
from crm.figures.membership import Month, RosterDates
from crm.people.models import Branch

MONTHS = 24


def months(branch: Branch, on: date, rosters: RosterDates) -> list[Month]:
    """The last two years, the running month last."""
    return membership.months_until(branch, on, count=MONTHS, known_since=rosters.first)


def as_data(branch: Branch, on: date, *, may: Callable[[str], bool]) -> dict[str, Any]:
    """Numbers alone, ready for JSON; a figure that is not known on that day is null. Days are ISO 8601.

    Of the figures those whose permission the reader ``may`` use.
    """
    read = reading.read(branch, on, reading.names_for(may))
    rosters = membership.roster_dates(branch, on)
    told = months(branch, on, rosters)
    known = {month.last: month.closing for month in told if month.known}
    return {
        "branch": branch.slug,
        "on": on.isoformat(),
        "first_roster": rosters.first and rosters.first.isoformat(),
        "latest_roster": rosters.latest and rosters.latest.isoformat(),
        "figures": {name: found.value for name, found in read.items()},
        "corrected": [
            of_correction(found) for found in corrected.corrections(branch, on, read=read, members=known)
        ],
        "months": [of_month(month) for month in told],
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
