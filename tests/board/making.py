"""Months and rosters for tests of the board's page, without a database where none is needed."""

from datetime import date, timedelta

from django.utils import timezone

from crm.figures.membership import Month
from crm.figures.months import last_of_month, months_between
from crm.people.models import Branch
from crm.rosters.models import RosterImport
from tests.factories import UserFactory


def months(
    flows: list[tuple[int, int]],
    *,
    opening: int = 600,
    first: date = date(2025, 1, 1),
    known_from: int = 0,
    running_day: int = 0,
) -> list[Month]:
    """A month for each (came, left), one after another; with ``running_day`` the last one is not over."""
    found = []
    for place, month in enumerate(months_between(first, first + timedelta(days=31 * len(flows) + 31))):
        if place == len(flows):
            break
        came, left = flows[place]
        running = bool(running_day) and place == len(flows) - 1
        found.append(
            Month(
                first=month,
                last=month.replace(day=running_day) if running else last_of_month(month),
                opening=opening,
                joined=came,
                returned=0,
                left=left,
                running=running,
                known=place >= known_from,
            )
        )
        opening = found[-1].closing
    return found


def applied_roster(branch: Branch, roster_date: date, *, is_full: bool = True) -> RosterImport:
    """As if such a file had been applied, without a line in it."""
    now = timezone.now()
    return RosterImport.objects.create(
        branch=branch,
        filename="medlemmar.csv",
        sha256="",
        is_full=is_full,
        roster_date=roster_date,
        uploaded_at=now,
        uploaded_by=UserFactory.create(),
        state=RosterImport.State.APPLIED,
        applied_at=now,
    )
