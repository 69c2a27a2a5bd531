"""``manage.py figures BRANCH``: every registered figure and the months, as the board's page has them."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm import access
from crm.board import telling
from crm.board.overview import overview
from crm.figures import reading
from crm.people.models import Branch, User


def iso_date(text: str) -> date:
    return date.fromisoformat(text)


def ask_the_door(email: str | None, branch: Branch) -> Callable[[str], bool]:
    """What whom the command is run as may; raises ``CommandError`` when they may not see the figures."""
    user = User.objects.filter(email=email.lower()).first() if email else User.objects.console()
    if user is None:
        raise CommandError(f"There is no user {email!r}.")
    try:
        access.require(user, access.Permission.SEE_FIGURES, branch)
    except PermissionDenied as denied:
        raise CommandError(str(denied)) from denied
    return partial(access.may, user, branch=branch)


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
        may = ask_the_door(options["as_email"], branch)
        today = timezone.localdate()
        on = options["on"] or today
        if on > today:
            # What the board is told of quarters that are over is kept: none may seem over before it is.
            raise CommandError("That day is still to come.")
        if options["json"]:
            self.stdout.write(json.dumps(telling.as_data(branch, on, may=may), ensure_ascii=False))
            return
        for name, read in reading.read(branch, on, reading.names_for(may)).items():
            value = "-" if read.value is None else read.value
            self.stdout.write(f"{name:16} {value:>8}  {read.figure.label}")
        for month in overview(branch, on).months:
            mark = " (running)" if month.running else "" if month.known else " (before the first roster)"
            self.stdout.write(f"{month.first:%Y-%m}{month.came:+6}{-month.left:+6}{month.closing:8}{mark}")
