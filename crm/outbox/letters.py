"""Letters: printed in batches, folded into window envelopes, posted."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.outbox.models import LetterBatch, Message
from crm.paper import MARGIN, SMALL, Sheet
from crm.people.models import Branch, User

State = Message.State
MOST = 250  # letters in a batch: what one person folds in an evening
# The window of C5 and C65 envelopes lies to the right (SS 614111): the address begins 110 mm from the left edge
# and 47 mm from the top, four to six lines within 85 x 30 mm.
WINDOW_X, WINDOW_Y, WINDOW_WIDTH = 110, 47, 85
TEXT_Y = 100  # below the first fold of a C65
ADDRESS_POINTS, TEXT_POINTS, LINE = 11, 12, 5.5
QR_SIDE = 34


@transaction.atomic
def print_waiting(*, branch: Branch, by: User) -> LetterBatch | None:
    """A batch of the letters that wait, the oldest first; ``None`` when none does. The PDF is drawn when asked for."""
    now = timezone.now()
    keys = list(
        Message.objects.to_print(now)
        .filter(branch=branch)
        .order_by("queued_at", "pk")
        .values_list("pk", flat=True)[:MOST]
    )
    if not keys:
        return None
    batch = LetterBatch.objects.create(branch=branch, printed_at=now, printed_by=by)
    ours = Message.objects.filter(pk__in=keys, state=State.QUEUED)
    if not ours.update(state=State.PRINTED, batch=batch):  # somebody else printed them at the same moment
        batch.delete()
        return None
    return batch


@transaction.atomic
def note_posted(*, batch: LetterBatch, by: User) -> bool:
    """The batch is in the letter box, but for what was to be taken out; false if that was noted before."""
    now = timezone.now()
    if LetterBatch.objects.filter(pk=batch.pk, posted_at=None).update(posted_at=now, posted_by=by) != 1:
        return False
    out = Message.objects.filter(pk__in=list(batch.messages.to_take_out().values_list("pk", flat=True)))
    out.update(
        state=State.CANCELLED,
        batch=None,
        error=_("Taken out before posting: has left, or wants no letters."),
        decided_at=now,
        decided_by=by,
    )
    batch.messages.filter(state=State.PRINTED).update(state=State.POSTED, sent_at=now)
    return True


@transaction.atomic
def put_back(*, batch: LetterBatch, by: User) -> bool:
    """The paper is gone: its letters wait again; false once they are posted."""
    if not LetterBatch.objects.select_for_update().filter(pk=batch.pk, posted_at=None).exists():
        return False
    back = {"state": State.QUEUED, "batch": None, "decided_at": timezone.now(), "decided_by": by}
    batch.messages.filter(state=State.PRINTED).update(**back)
    if not batch.messages.exists():
        batch.delete()
    return True


def pdf(batch: LetterBatch) -> bytes:
    """One letter to a sheet, or more where the text is long; who has left or said no since is left out."""
    left_out = batch.messages.to_take_out().values("pk")
    letters = batch.messages.exclude(address="").exclude(pk__in=left_out)
    return pdf_of(batch.branch, letters.order_by("queued_at", "pk"))


def pdf_of(branch: Branch, messages: Iterable[Message]) -> bytes:
    """These letters as they are printed, in the language of the letters."""
    with translation.override(settings.LANGUAGE_CODE):
        return draw(branch, messages)


def draw(branch: Branch, messages: Iterable[Message]) -> bytes:
    sheet = Letters(
        title=_("Letters from %(branch)s") % {"branch": branch.name}, language="sv", footer_text=branch.name
    )
    for message in messages:
        _draw_one(sheet, branch, message)
    return sheet.as_bytes()


class Letters(Sheet):
    """Each letter counts its own pages: whoever gets it knows of no others. One page needs no number."""

    first_page = 1

    def begin(self) -> None:
        self.add_page()
        self.first_page = self.page_no()

    def footer(self) -> None:
        self.set_y(-MARGIN - 3)
        self.write_in(SMALL)
        self.cell(self.epw * 0.75, 6, self.footer_text)
        if (page := self.page_no() - self.first_page + 1) > 1:
            self.cell(self.epw * 0.25, 6, _("Page %(page)s") % {"page": page}, align="R")


def _draw_one(sheet: Letters, branch: Branch, message: Message) -> None:
    sheet.begin()
    sheet.write_in(SMALL)
    sheet.set_xy(MARGIN, MARGIN)
    sheet.multi_cell(
        80, 4.5, "\n".join(line for line in (branch.name, branch.office_phone) if line), align="L"
    )
    sheet.write_in(ADDRESS_POINTS)
    sheet.set_xy(WINDOW_X, MARGIN)
    written = message.batch.printed_at if message.batch else message.queued_at
    sheet.cell(WINDOW_WIDTH, LINE, timezone.localtime(written).date().isoformat())
    sheet.set_xy(WINDOW_X, WINDOW_Y)
    sheet.multi_cell(WINDOW_WIDTH, 5, message.address, align="L")
    sheet.set_xy(MARGIN, TEXT_Y)
    sheet.write_in(TEXT_POINTS + 2, bold=True)
    sheet.multi_cell(0, 7, message.subject, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2)
    sheet.write_in(TEXT_POINTS)
    sheet.multi_cell(0, LINE, body(message), align="L", new_x="LMARGIN", new_y="NEXT")
    _draw_answer(sheet, branch, message)


def body(message: Message) -> str:
    """The text without the foot of an e-mail; a line with the address that the QR code holds is left out."""
    lines = message.text.partition("\n--\n")[0].replace("\r\n", "\n").split("\n")
    kept = [line for line in lines if not (message.answer_url and message.answer_url in line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def typed_at(answer_url: str) -> str:
    """Where a code is typed: the page above those that links lead to, and short enough to copy from paper."""
    return answer_url.rstrip("/").rpartition("/")[0].partition("://")[2] + "/"


def _asks(message: Message) -> bool:
    """Whether the words hold the link itself, and not only the calendar file below it."""
    link = re.escape(message.answer_url) + r"(?!\w)"
    return bool(message.answer_url and re.search(link, message.text))


def _draw_answer(sheet: Sheet, branch: Branch, message: Message) -> None:
    """How to answer: the QR code, or a short address and the code to type there, or the telephone."""
    if not _asks(message):
        return
    if sheet.will_page_break(QR_SIDE + 6):
        sheet.add_page()
    sheet.ln(4)
    top = sheet.get_y()
    sheet.qr(message.answer_url, x=MARGIN - 2, y=top, side=QR_SIDE)
    lines = [_("Point your telephone's camera at the square, or go to:")]
    if message.answer_code:
        lines.append(typed_at(message.answer_url))
        lines.append(_("and write your code: %(code)s") % {"code": message.answer_code})
    else:
        lines.append(message.answer_url)
    if branch.office_phone:
        lines.append(_("Or call us: %(phone)s.") % {"phone": branch.office_phone})
    sheet.set_xy(MARGIN + QR_SIDE + 4, top + 3)
    sheet.write_in(TEXT_POINTS - 1)
    sheet.multi_cell(
        sheet.epw - QR_SIDE - 4, LINE, "\n".join(lines), align="L", new_x="LMARGIN", new_y="NEXT"
    )
