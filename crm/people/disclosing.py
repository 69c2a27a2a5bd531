"""Registerutdrag: all that is known of one person, in one file (GDPR articles 15 and 20)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm import extensions
from crm.paper import SMALL, Sheet
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Member, User

PDF, JSON = "application/pdf", "application/json"
LAST = "reads"  # it is the longest, and the details should stand on the first page


@dataclass(frozen=True)
class Part:
    """One part of the file: ``names`` and ``labels`` of its columns, and its rows."""

    key: str
    title: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def first_in_words(self, number: int) -> list[list[tuple[str, str]]]:
        """The first rows as pairs of label and text, for a page."""
        return [
            [(label, in_words(value)) for label, value in zip(self.labels, row, strict=True)]
            for row in self.rows[:number]
        ]


@transaction.atomic
def disclose(*, member: Member, by: User, reason: str) -> list[Part]:
    """Every app's part of what is known of a person. This reading stands in it too."""
    log_read(
        user=by,
        branch=member.branch,
        members=[member],
        purpose=AccessLog.Purpose.DISCLOSURE,
        reason=reason,
    )
    return parts_of(member)


def parts_of(member: Member) -> list[Part]:
    """The same without a row in the log: the caller has written it."""
    names = sorted(extensions.disclosures.names(), key=lambda name: name == LAST)
    return [_part(name, member) for name in names]


def _part(key: str, member: Member) -> Part:
    disclosure = extensions.disclosures.get(key)
    assert disclosure is not None
    return Part(
        key=key,
        title=str(disclosure.title),
        names=tuple(name for name, _label in disclosure.columns),
        labels=tuple(capfirst(str(label)) for _name, label in disclosure.columns),
        rows=tuple(disclosure.rows(member=member)),
    )


def as_file(parts: Iterable[Part], *, member: Member, content_type: str) -> bytes:
    """The bytes of the PDF or of the JSON."""
    now = timezone.localtime()
    return as_pdf(parts, member, now) if content_type == PDF else as_json(parts, member, now)


def as_json(parts: Iterable[Part], member: Member, now: datetime) -> bytes:
    """Machine-readable: names in English, dates as ISO 8601."""
    content: dict[str, object] = {
        "branch": member.branch.name,
        "made_at": now.isoformat(timespec="seconds"),
    }
    for part in parts:
        content[part.key] = [dict(zip(part.names, map(_plain, row), strict=True)) for row in part.rows]
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def as_pdf(parts: Iterable[Part], member: Member, now: datetime) -> bytes:
    """Readable: a heading and a table for each part; one with a single row stands upright."""
    title = _("What %(branch)s knows about %(name)s") % {"branch": member.branch, "name": member.name}
    sheet = Sheet(title=title, language=translation.get_language() or "sv", footer_text=title)
    sheet.add_page()
    sheet.multi_cell(0, 8, title, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.write_in(SMALL)
    about = _("Made %(day)s. You have the right to have it put right or erased; ask the branch.")
    sheet.multi_cell(0, 5, about % {"day": f"{now:%Y-%m-%d %H:%M}"}, align="L", new_x="LMARGIN", new_y="NEXT")
    for part in parts:
        _write_part(sheet, part)
    return sheet.as_bytes()


def _write_part(sheet: Sheet, part: Part) -> None:
    sheet.ln(5)
    sheet.write_in(12, bold=True)
    sheet.multi_cell(0, 7, part.title, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.write_in(SMALL)
    if not part.rows:
        sheet.multi_cell(0, 5, _("Nothing."), align="L", new_x="LMARGIN", new_y="NEXT")
    elif len(part.rows) == 1:
        upright = list(zip(part.labels, map(in_words, part.rows[0]), strict=True))
        _table(sheet, upright, widths=(35, 65))
    else:
        _table(sheet, [part.labels, *(tuple(map(in_words, row)) for row in part.rows)])


def _table(sheet: Sheet, rows: Iterable[Sequence[str]], *, widths: tuple[int, ...] | None = None) -> None:
    upright = widths is not None
    with sheet.table(
        col_widths=widths,
        text_align="LEFT",
        first_row_as_headings=not upright,
        borders_layout="HORIZONTAL_LINES",
        line_height=5,
    ) as table:
        for row in rows:
            table.row([text or "–" for text in row])


def in_words(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
