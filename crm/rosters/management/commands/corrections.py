"""``manage.py corrections BRANCH --csv|--json``: what the central register is to be told, for scripts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from crm.access import Permission
from crm.rosters import correction_lists
from crm.rosters.console import actor, branch_named


class Command(BaseCommand):
    help = "Prints the corrections that the central register has not been told of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("branch", help="the branch's address name")
        shape = parser.add_mutually_exclusive_group()
        shape.add_argument("--csv", action="store_true", help="CSV for spreadsheets (the default)")
        shape.add_argument("--json", action="store_true", help="a JSON list")
        parser.add_argument(
            "--show",
            choices=correction_lists.SHOWS,
            default="unreported",
            help="which of those that the register does not show yet",
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the access log")
        parser.add_argument("--as", dest="actor", metavar="EMAIL", help="in this user's name")

    def handle(self, *args: Any, **options: Any) -> None:
        branch = branch_named(options["branch"])
        by = actor(options["actor"], permission=Permission.SEE_MEMBERS, branch=branch)
        found = correction_lists.export(
            branch=branch, by=by, show=options["show"], reason=options["reason"] or "corrections"
        )
        if options["json"]:
            records = [correction_lists.as_record(correction) for correction in found]
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(correction_lists.as_csv(found))
