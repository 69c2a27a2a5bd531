"""The list at the door on paper: a box to tick per person, and empty lines for those who just come."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.paper import READABLE, SMALL, Sheet
from onboarding.models import Gathering, Invitation

LINE = 10  # millimetres
BOX = 6
EMPTY_LINES = 8


def door_sheet(gathering: Gathering, invited: Iterable[Invitation]) -> bytes:
    """A4 with names, answers and whom they bring."""
    when = date_format(timezone.localtime(gathering.starts_at), "l j F Y H:i")
    sheet = Sheet(
        title=f"{gathering.name} {gathering.day}",
        language=get_language() or "sv",
        footer_text=_("Names of members: shred the list when it is entered."),
    )
    sheet.add_page()
    sheet.write_in(18, bold=True)
    sheet.multi_cell(0, 9, gathering.name, new_x="LMARGIN", new_y="NEXT")
    sheet.write_in(READABLE)
    sheet.multi_cell(0, 8, f"{when}, {gathering.place}", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
    for invitation in invited:
        _line(sheet, invitation.member.name, _answer(invitation))
    sheet.ln(4)
    sheet.write_in(READABLE, bold=True)
    sheet.cell(0, LINE, _("Came without an invitation"), new_x="LMARGIN", new_y="NEXT")
    for _number in range(EMPTY_LINES):
        _line(sheet, "", "")
    return sheet.as_bytes()


def _line(sheet: Sheet, name: str, answer: str) -> None:
    if sheet.will_page_break(LINE):
        sheet.add_page()
    top, left = sheet.get_y(), sheet.get_x()
    sheet.rect(left, top + (LINE - BOX) / 2, BOX, BOX)
    sheet.set_x(left + BOX + 4)
    sheet.write_in(READABLE)
    sheet.cell(sheet.epw * 0.6, LINE, name)
    sheet.write_in(SMALL)
    sheet.cell(0, LINE, answer, new_x="LMARGIN", new_y="NEXT")
    sheet.line(left + BOX + 4, top + LINE - 1, left + sheet.epw, top + LINE - 1)


def _answer(invitation: Invitation) -> str:
    said = str(invitation.get_answer_display()) if invitation.answer else _("no answer")
    if invitation.waiting:
        said = _("waiting list")
    return f"{said} +{invitation.companions}" if invitation.companions else said
