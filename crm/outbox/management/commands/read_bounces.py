"""``manage.py read_bounces``: mails that came back, from a mailbox or standard input."""

import json
import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.outbox import bounces


class Command(BaseCommand):
    help = "Marks addresses that do not exist, from mails that came back. Reading them twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "mailbox", nargs="?", type=Path, help="an mbox file or a maildir; else one mail on stdin"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {"read": 0, "bounced": 0}
        for content in mails(options["mailbox"]):
            notice = bounces.notice_of(content)
            counts["read"] += 1
            counts["bounced"] += bool(notice and bounces.take(notice))
        shown = json.dumps(counts) if options["json"] else "{read} read, {bounced} bounced".format(**counts)
        self.stdout.write(shown)


def mails(where: Path | None) -> Iterator[bytes]:
    if where is None:
        yield sys.stdin.buffer.read()
    elif where.is_dir():
        yield from (mail.as_bytes() for mail in mailbox.Maildir(where, create=False))
    elif where.is_file():
        yield from (mail.as_bytes() for mail in mailbox.mbox(where, create=False))
    else:
        raise CommandError(f"There is no mailbox {where}.")
