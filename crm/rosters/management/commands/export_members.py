"""``manage.py export_members BRANCH --json``: everybody on file, as data; logged like any export."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from crm.access import Permission
from crm.rosters import exporting
from crm.rosters.console import actor, branch_named


class Command(BaseCommand):
    help = "Prints everybody whom a branch has on file: members, missing and left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("branch", help="the branch's address name")
        parser.add_argument("--json", action="store_true", help="a JSON list (else CSV for spreadsheets)")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the access log")
        parser.add_argument("--as", dest="actor", metavar="EMAIL", help="in this user's name")

    def handle(self, *args: Any, **options: Any) -> None:
        branch = branch_named(options["branch"])
        by = actor(options["actor"], permission=Permission.EXPORT_MEMBERS, branch=branch)
        people = exporting.export(branch=branch, by=by, reason=options["reason"] or "export_members")
        if options["json"]:
            records = [exporting.as_record(person) for person in people]
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(exporting.as_csv(people))
