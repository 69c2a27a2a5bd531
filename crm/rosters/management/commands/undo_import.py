"""``manage.py undo_import ID``: take an applied roster back, at once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import Permission
from crm.rosters import access, undoing, undoing_pages
from crm.rosters.console import actor
from crm.rosters.models import RosterImport
from crm.rosters.undoing import CannotUndo


class Command(BaseCommand):
    help = "Undoes an applied roster within 30 days. Members changed since are kept as they are, and listed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import", type=int, metavar="ID", help="the import's number, as in its address")
        parser.add_argument("--as", dest="actor", metavar="EMAIL", help="in this user's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        key = options["import"]
        roster_import = RosterImport.objects.light().select_related("branch").filter(pk=key).first()
        if roster_import is None:
            raise CommandError(_("There is no import %(key)s.") % {"key": key})
        by = actor(options["actor"], permission=Permission.IMPORT_ROSTERS, branch=roster_import.branch)
        try:
            with transaction.atomic():
                undoing.record_wish(roster_import, by=by)
                undoing.undo(roster_import)
        except CannotUndo as error:
            raise CommandError(undoing_pages.why_not_in_words(error.why, roster_import)) from None
        report = report_of(roster_import)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else in_words(report))


def report_of(roster_import: RosterImport) -> dict[str, Any]:
    return {
        "import": roster_import.pk,
        "branch": roster_import.branch.slug,
        "file": roster_import.filename,
        "undone": roster_import.state == RosterImport.State.UNDONE,
        **roster_import.undo_counts,
        "kept_members": [
            {"member_number": row.member.member_number, "why": row.kept}
            for row in access.kept_of(roster_import)
        ],
    }


def in_words(report: dict[str, Any]) -> str:
    told = [f"{report['file']}: undone"]
    told += [f"{name:10} {report[name]:6}" for name in ("restored", "removed", "kept")]
    told += [f"kept {kept['member_number']}: {kept['why']}" for kept in report["kept_members"]]
    return "\n".join(told)
