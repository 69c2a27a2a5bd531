"""How a list looks on paper: A4, nothing smaller than a 75-year-old reads, black on white.

The first page tells how to tick and how to be safe, then come the people, and what to say stands last.
"""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from calls import scripts
from calls.models import Attempt, PrintedSheet, Question, Script, SheetQuestion, SheetRow
from crm.paper import READABLE, Sheet
from crm.people.models import Member

Outcome = Attempt.Outcome
FIRST_PAGES = 1
LARGE, TITLE = 18, 24  # points
ROW, NUMBER, BOX, COLUMN, LINE, QR = 44, 15, 7, 44.5, 9, 30  # millimetres
ROW_WITH_QUESTIONS = 51.5
ASKED = 7  # millimetres of a line at the head of the page

# What is ticked on paper and typed in the grid. Swedish in every language: the sheet was printed in one, and may be
# typed by somebody who reads the page in another.
LETTERS: dict[str, str] = {
    Outcome.REACHED: "P",
    Outcome.NO_ANSWER: "I",
    Outcome.BUSY: "U",
    Outcome.LEFT_MESSAGE: "M",
    Outcome.CALL_LATER: "R",
    Outcome.OTHER_ANSWERED: "A",
    Outcome.WRONG_NUMBER: "F",
    Outcome.OUT_OF_SERVICE: "N",
    Outcome.MOVED: "Y",
    Outcome.OTHER_LANGUAGE: "S",
    Outcome.DECLINES_CALLS: "V",
    Outcome.WANTS_TO_LEAVE: "L",
    Outcome.DECEASED: "D",
}
BY_LETTER = {letter: outcome for outcome, letter in LETTERS.items()}


def box_words() -> list[tuple[str, str]]:
    """The eight boxes of a row; what is rarer is written on the line."""
    return [
        ("P", _("Talked")),
        ("I", _("No answer")),
        ("U", _("Busy")),
        ("M", _("Message")),
        ("R", _("Call later")),
        ("F", _("Wrong number")),
        ("V", _("No calls")),
        ("", _("Other")),
    ]


def rows_on_a_page(*, has_questions: bool) -> int:
    return 4 if has_questions else 5


def page_of(number: int, *, has_questions: bool) -> int:
    return FIRST_PAGES + 1 + (number - 1) // rows_on_a_page(has_questions=has_questions)


def draw(sheet: PrintedSheet, *, on: date) -> Sheet:
    """The whole document as the rows stand today: who may no longer be called is struck out."""
    caller = sheet.call_list.caller
    title = _("Call list for %(caller)s") % {"caller": caller}
    destroy = _("Sheet %(code)s. Destroy by %(day)s.") % {"code": sheet.code, "day": sheet.last_day}
    document = Sheet(title=title, language=get_language() or "sv", footer_text=destroy)
    rows = list(
        sheet.rows.select_related("call__member", "call__round").prefetch_related("call__member__phones")
    )
    open_now = set(
        Member.objects.callable()
        .filter(pk__in=[row.call.member_id for row in rows])
        .values_list("pk", flat=True)
    )
    asked = list(sheet.asked.select_related("question"))
    draw_first_page(document, sheet, title, len(rows))
    on_a_page = rows_on_a_page(has_questions=bool(asked))
    for start in range(0, len(rows), on_a_page):
        draw_head(document, sheet, rows[start], asked)
        for row in rows[start : start + on_a_page]:
            draw_row(document, row, row.call.member, asked, is_open=row.call.member_id in open_now, on=on)
    draw_scripts(document, sheet, rows, on)
    draw_questions(document, asked)
    return document


def draw_first_page(document: Sheet, sheet: PrintedSheet, title: str, people: int) -> None:
    branch = sheet.call_list.round.branch
    document.add_page()
    document.write_in(TITLE, bold=True)
    document.multi_cell(0, 11, title, new_x="LMARGIN", new_y="NEXT")
    document.write_in(LARGE)
    document.multi_cell(0, 9, str(branch), new_x="LMARGIN", new_y="NEXT")
    paragraph(
        document,
        _("%(people)s people on sheet %(code)s. Destroy it by %(day)s, or give it back to your call leader.")
        % {"people": people, "code": sheet.code, "day": sheet.last_day},
    )
    heading(document, _("How to do"))
    for line in (
        _("Call in the daytime or early evening, never on Sundays and red days."),
        _("Tick one box in each row, and write the date."),
        _("In “Other” you write one of the letters below."),
        _("Write nothing about health, family, faith or the like."),
    ):
        paragraph(document, f"•  {line}")
    draw_letters(document)
    heading(document, _("Safe for both of you"))
    for line in safety(sheet):
        paragraph(document, f"•  {line}")


def safety(sheet: PrintedSheet) -> list[str]:
    office = sheet.call_list.round.branch.office_phone
    lines = [_("Never ask for an identity number, BankID, a card number or money.")]
    if office:
        lines.append(
            _("Whoever wants to check that you call from us can ring the office: %(number)s.")
            % {"number": office}
        )
    return [
        *lines,
        _("Somebody who does not want to talk: thank them and say goodbye."),
        _("Show the list to nobody, and keep it where nobody else reads it."),
    ]


def draw_letters(document: Sheet) -> None:
    """Two columns: each outcome with its letter."""
    heading(document, _("The letters"))
    half = document.epw / 2
    pairs = list(LETTERS.items())
    rows = -(-len(pairs) // 2)
    for left, right in zip(pairs[:rows], [*pairs[rows:], None], strict=False):
        for pair in (left, right):
            if pair is not None:
                outcome, letter = pair
                document.write_in(READABLE, bold=True)
                document.cell(9, 7, letter)
                document.write_in(READABLE)
                document.cell(half - 9, 7, shortened(document, str(Outcome(outcome).label), half - 10))
        document.ln(7)


def draw_head(document: Sheet, sheet: PrintedSheet, first: SheetRow, asked: list[SheetQuestion]) -> None:
    """Above a page of people: whose sheet it is, what to ask, and the square that leads to where it is typed."""
    document.add_page()
    top, right = document.t_margin, document.w - document.r_margin
    document.qr(entry_address(sheet, first), x=right - QR, y=top - 6, side=QR)
    document.write_in(LARGE, bold=True)
    code = _("Sheet %(code)s") % {"code": sheet.code}
    document.cell(document.get_string_width(code) + 4, 9, code)
    document.write_in(READABLE)
    room = right - document.get_x() - QR - 4
    document.cell(
        room, 9, shortened(document, str(sheet.call_list.caller), room), new_x="LMARGIN", new_y="NEXT"
    )
    for line in (line for one in asked for line in question_lines(one)):
        room = document.epw - (QR + 4 if document.get_y() < top + QR - 6 else 0)
        document.cell(room, ASKED, shortened(document, line, room), new_x="LMARGIN", new_y="NEXT")
    document.set_y(max(document.get_y() + 2, top + QR - 4))


def question_lines(asked: SheetQuestion) -> list[str]:
    """The question under its number, and what each number to write stands for."""
    lines = [f"{asked.number}: {asked.question.text}"]
    if asked.question.kind == Question.Kind.CHOICE:
        lines.append("     " + "   ".join(f"{sign} {label}" for sign, label in asked.question.signed_options))
    return lines


def entry_address(sheet: PrintedSheet, row: SheetRow) -> str:
    branch = sheet.call_list.round.branch
    return f"{settings.SITE_URL}{reverse('calls:own_sheet', args=[branch.slug, sheet.pk])}#rad-{row.number}"


def draw_row(
    document: Sheet, row: SheetRow, member: Member, asked: list[SheetQuestion], *, is_open: bool, on: date
) -> None:
    top, left, width = document.get_y(), document.l_margin, document.epw
    height = ROW_WITH_QUESTIONS if asked else ROW
    document.line(left, top, left + width, top)
    document.set_y(top + 2)
    document.write_in(LARGE, bold=True)
    document.cell(NUMBER, 9, f"{row.number:02}")
    if not is_open:
        document.cell(0, 9, _("Struck out: do not call"))
        document.set_y(top + height)
        return
    numbers = [str(phone.number.as_national) for phone in member.phones.all()][:2]
    phones = " / ".join(numbers)
    document.write_in(LARGE if len(numbers) == 1 else READABLE, bold=True)
    room = document.get_string_width(phones) + 2
    is_new = scripts.kind_for(row.call, on) == Script.Kind.WELCOME
    name = f"{_('NEW')}  {member.name}" if is_new else member.name
    document.cell(width - NUMBER - room, 9, shortened(document, name, width - NUMBER - 2 - room))
    document.cell(room, 9, phones, align="R")
    draw_boxes(document, left, top + 12)
    note = top + 12 + 2 * LINE
    if asked:
        draw_answers(document, left, note, asked)
        note += LINE
    document.write_in(READABLE)
    document.set_xy(left, note)
    blank = _("Date") + " ____/____   " + _("A note")
    document.cell(0, LINE, blank)
    document.line(left + document.get_string_width(blank) + 4, note + LINE - 2, left + width, note + LINE - 2)
    document.set_y(top + height)


def draw_answers(document: Sheet, left: float, top: float, asked: list[SheetQuestion]) -> None:
    """Side by side: two boxes for yes and no, one for a number, or a line for words."""
    width = document.epw / len(asked)
    for place, one in enumerate(asked):
        x = left + place * width
        document.set_xy(x, top)
        document.write_in(READABLE, bold=True)
        document.cell(NUMBER / 2, BOX, f"{one.number}:")
        x += NUMBER / 2 + 1
        document.write_in(READABLE)
        if one.question.kind == Question.Kind.TEXT:
            document.line(x, top + LINE - 2, left + (place + 1) * width - 4, top + LINE - 2)
        elif one.question.kind == Question.Kind.CHOICE:
            document.rect(x, top, BOX, BOX)
            document.set_xy(x + BOX, top)
            document.cell(width - NUMBER, BOX, _("number"))
        else:
            for sign, _label in one.question.signed_options:
                document.rect(x, top, BOX, BOX)
                document.set_xy(x + BOX, top)
                document.cell(BOX, BOX, sign)
                x += 2 * BOX + 2


def draw_boxes(document: Sheet, left: float, top: float) -> None:
    """Two lines of four boxes, wide enough for a thumb and a blunt pencil."""
    for place, (letter, words) in enumerate(box_words()):
        x, y = left + (place % 4) * COLUMN, top + (place // 4) * LINE
        document.rect(x, y, BOX, BOX)
        document.set_xy(x + BOX, y)
        document.write_in(READABLE)
        document.cell(COLUMN - BOX, BOX, f"{letter} {words}".strip())


def draw_scripts(document: Sheet, sheet: PrintedSheet, rows: Iterable[SheetRow], on: date) -> None:
    """What to say, with the caller's own name in it; the new members' words when the sheet has any."""
    branch, caller = sheet.call_list.round.branch, sheet.call_list.caller
    values = {
        "ringare": caller.get_short_name(),
        "kommun": branch.place,
        "träffen": sheet.call_list.round.about or _("our meeting"),
        "expedition": branch.office_phone,
    }
    kinds = {scripts.kind_for(row.call, on) for row in rows}
    document.add_page()
    for kind in (kind for kind in Script.Kind.values if kind in kinds):
        new = kind == Script.Kind.WELCOME
        heading(document, _("What to say to new members") if new else _("What to say"))
        for number, step in enumerate(scripts.fill(scripts.text_for(branch, kind), values), start=1):
            paragraph(document, f"{number}.  {step}")


def draw_questions(document: Sheet, asked: list[SheetQuestion]) -> None:
    """Whole, however long; at the head of a page each has a line."""
    if not asked:
        return
    heading(document, _("Ask when you have talked"))
    for one in asked:
        for line in question_lines(one):
            paragraph(document, line)
    paragraph(document, _("J is yes and N is no. Write nothing about health, faith or how somebody votes."))


def heading(document: Sheet, text: str) -> None:
    document.ln(3)
    document.write_in(LARGE, bold=True)
    document.multi_cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")


def paragraph(document: Sheet, text: str) -> None:
    document.write_in(READABLE)
    document.multi_cell(0, 7, text, align="L", new_x="LMARGIN", new_y="NEXT")
    document.ln(1)


def shortened(document: Sheet, text: str, room: float) -> str:
    """What fits into ``room`` millimetres, in the size that is set."""
    if document.get_string_width(text) <= room:
        return text
    while text and document.get_string_width(text + "…") > room:
        text = text[:-1]
    return text + "…"
