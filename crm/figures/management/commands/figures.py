"""``manage.py figures BRANCH``: every registered figure and the months, as the board's page has them."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm import access
from crm.figures import corrected, membership, reading
from crm.people.models import Branch, User

MONTHS = 24


def iso_date(text: str) -> date:
    return date.fromisoformat(text)


def ask_the_door(email: str | None, branch: Branch) -> None:
    """Raises ``CommandError`` when whom the command is run as may not see the figures."""
    user = User.objects.filter(email=email.lower()).first() if email else User.objects.console()
    if user is None:
        raise CommandError(f"There is no user {email!r}.")
    try:
        access.require(user, access.Permission.SEE_FIGURES, branch)
    except PermissionDenied as denied:
        raise CommandError(str(denied)) from denied


def as_json(
    branch: Branch, on: date, rosters: membership.RosterDates, months: list[membership.Month]
) -> dict[str, Any]:
    read = reading.read(branch, on)
    return {
        "branch": branch.slug,
        "on": on.isoformat(),
        "first_roster": rosters.first and rosters.first.isoformat(),
        "latest_roster": rosters.latest and rosters.latest.isoformat(),
        "figures": {name: found.value for name, found in read.items()},
        "corrected": [
            {"figure": found.figure.name, "on": found.on.isoformat(), "told": found.told, "now": found.now}
            for found in corrected.corrections(
                branch, on, read=read, members={month.last: month.closing for month in months if month.known}
            )
        ],
        "months": [
            {
                "month": f"{month.first:%Y-%m}",
                "opening": month.opening,
                "joined": month.came - month.returned,
                "returned": month.returned,
                "left": month.left,
                "closing": month.closing,
                "running": month.running,
                "known": month.known,
            }
            for month in months
        ],
    }


class Command(BaseCommand):
    help = "Prints a branch's figures on a date, and its members month by month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("branch", help="the branch's address name")
        parser.add_argument("--on", type=iso_date, default=None, help="as of this day, YYYY-MM-DD (today)")
        parser.add_argument("--as", dest="as_email", metavar="EMAIL", help="who asks (the console's account)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        branch = Branch.objects.filter(slug=options["branch"]).first()
        if branch is None:
            raise CommandError(f"There is no branch {options['branch']!r}.")
        ask_the_door(options["as_email"], branch)
        on = options["on"] or timezone.localdate()
        rosters = membership.roster_dates(branch, on)
        months = membership.months_until(branch, on, count=MONTHS, known_since=rosters.first)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(branch, on, rosters, months), ensure_ascii=False))
            return
        for name, read in reading.read(branch, on).items():
            value = "-" if read.value is None else read.value
            self.stdout.write(f"{name:16} {value:>8}  {read.figure.label}")
        for month in months:
            mark = " (running)" if month.running else "" if month.known else " (before the first roster)"
            self.stdout.write(f"{month.first:%Y-%m}{month.came:+6}{-month.left:+6}{month.closing:8}{mark}")
