"""``manage.py import_roster BRANCH FILE``: the preview of a roster, and with ``--apply`` the import itself."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.access import Permission
from crm.people.models import Branch, Membership
from crm.rosters import importing, preparing, remembering, stops
from crm.rosters.console import actor, branch_named
from crm.rosters.importing import BranchChanged, Preview
from crm.rosters.matching import Outcome
from crm.rosters.pages import PROBLEMS
from crm.rosters.reading import ENCODINGS, Choices, Field, Key, UnreadableRoster

EndReason = Membership.EndReason
NOT_READ: dict[type[OSError], Promise] = {
    FileNotFoundError: _("There is no such file."),
    IsADirectoryError: _("That is a folder, not a file."),
    PermissionError: _("The file may not be read."),
}


def iso_date(text: str) -> date:
    return date.fromisoformat(text)


def column(text: str) -> tuple[str, Field]:
    """``Bostad=town``: the last = parts them. argparse turns the error into a sentence."""
    header, _sign, kind = text.rpartition("=")
    if not header:
        raise ValueError(text)
    return header, Field(kind)


class Command(BaseCommand):
    help = "Shows what a roster would change in a branch; with --apply, changes it. Exit status 1 where it stops."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("branch", help="the branch's address name")
        parser.add_argument("file", type=Path, help="the roster: CSV, text or XLSX")
        parser.add_argument("--partial", action="store_true", help="not a full roster: nobody is missing")
        parser.add_argument("--apply", action="store_true", help="change the branch; otherwise only look")
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            choices=sorted(stops.SENTENCES),
            metavar="STOP",
            help=f"go on past a stop: {', '.join(sorted(stops.SENTENCES))}",
        )
        parser.add_argument("--date", type=iso_date, help="the roster's date, YYYY-MM-DD (else the file's)")
        parser.add_argument(
            "--encoding", choices=ENCODINGS, default="", help="the file's characters (else they are found)"
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            type=column,
            metavar="HEADER=FIELD",
            help=f"what a column holds: {', '.join(Field)}; without a header it is #1, #2 ...",
        )
        parser.add_argument(
            "--blank", action="append", default=[], metavar="HEADER", help="an empty cell there empties"
        )
        parser.add_argument(
            "--key", choices=[key.value for key in Key], help="how members are told apart (member_number)"
        )
        parser.add_argument(
            "--confirm-left",
            nargs="?",
            const=EndReason.UNKNOWN.value,
            choices=EndReason.values,
            metavar="REASON",
            help=f"those missing from the file have left: {', '.join(EndReason.values)} (unknown)",
        )
        parser.add_argument("--as", dest="actor", metavar="EMAIL", help="in this user's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        branch = branch_named(options["branch"])
        by = actor(options["actor"], permission=Permission.IMPORT_ROSTERS, branch=branch)
        try:
            content = content_of(options["file"])
            seen = importing.preview(
                branch=branch,
                content=content,
                filename=options["file"].name,
                is_full=not options["partial"],
                roster_date=options["date"],
                choices=choices_of(branch, content, options),
            )
        except UnreadableRoster as error:
            if options["json"]:
                self.stdout.write(json.dumps({"applied": False, "stopped": error.sentence}))
            raise CommandError(error.sentence) from None
        stopped = " ".join(stop.sentence for stop in seen.stops_left(options["accept"])) or None
        if options["apply"] and not stopped:
            try:
                importing.apply_preview(
                    seen, by=by, understood=options["accept"], left_because=options["confirm_left"]
                )
            except BranchChanged:
                raise CommandError(str(PROBLEMS["branch_changed"])) from None
        report = report_of(seen, applied=options["apply"] and not stopped, stopped=stopped)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else in_words(report))
        if stopped:
            raise CommandError(stopped)


def content_of(path: Path) -> bytes:
    """Raises ``UnreadableRoster`` for a file that is too large, without reading it."""
    try:
        if path.stat().st_size > settings.ROSTER_MAX_BYTES:
            raise preparing.too_large()
        return path.read_bytes()
    except OSError as error:
        said = NOT_READ.get(type(error), str(error.strerror))
        raise CommandError(f"{path}: {said}") from None


def choices_of(branch: Branch, content: bytes, options: dict[str, Any]) -> Choices:
    """What is remembered of files with these headers, and before it what the options say."""
    known = remembering.recalled(branch, content, encoding=options["encoding"])
    return Choices(
        encoding=options["encoding"],
        columns={**known.columns, **dict(options["column"])},
        key=Key(options["key"]) if options["key"] else known.key,
        blank=known.blank | set(options["blank"]),
    )


def report_of(seen: Preview, *, applied: bool, stopped: str | None) -> dict[str, Any]:
    plan, reading = seen.prepared.plan, seen.reading
    return {
        "branch": seen.branch.slug,
        "file": seen.filename,
        "encoding": reading.encoding,
        "key": seen.choices.key.value,
        "not_recognised": [column.header for column in reading.unmapped if column.header][:200],
        "delimiter": reading.delimiter,
        "roster_date": plan.terms.roster_date.isoformat(),
        "full": seen.is_full,
        **seen.figures,
        "rejections": [
            {"line": line.line, "reason": line.reason.value, "sentence": str(line.reason.label)}
            for line in reading.lines
            if line.kind == "rejected" and line.reason
        ],
        "missing_numbers": sorted(person.number for person in plan.missing),
        "leaving_numbers": sorted(person.number for person in plan.leaving),
        "new_numbers": sorted(match.values.member_number for match in plan.of(Outcome.NEW)),
        "stops": [stop.as_data() for stop in seen.prepared.stops],
        "applied": applied,
        "stopped": stopped,
    }


def in_words(report: dict[str, Any]) -> str:
    """For a person at a terminal: the figures and the rejected lines, and no names."""
    counts = (
        "new", "changed", "unchanged", "missing", "leaving", "rejected", "protected",
        "repeated", "not_member_rows", "lines",
    )  # fmt: skip
    told = [f"{report['file']} ({report['encoding']}), {report['roster_date']}"]
    told += [f"{name.replace('_', ' '):16} {report[name]:6}" for name in counts]
    told += [f"line {line['line']}: {line['sentence']}" for line in report["rejections"]]
    return "\n".join([*told, "applied" if report["applied"] else "not applied"])
