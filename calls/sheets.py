"""Lists on paper: printing one, typing what came of it, and seeing to it that the paper goes away."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from calls import outcomes, paper, questions, telling
from calls.consequences import RULES
from calls.models import (
    Attempt,
    Call,
    CallList,
    CallQuerySet,
    PrintedSheet,
    SheetQuestion,
    SheetRow,
    TypedResult,
    on_paper,
)
from crm.people.logbook import log_read
from crm.people.models import AccessLog, User

# Nothing that is read or written two ways.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 4
# How long a sheet lies at home before it must be gone, and how long after closing leaders may type.
AT_HOME = timedelta(days=14)
TYPED_AFTER_CLOSING = timedelta(days=30)
# When a dial was made, as far as a sheet of paper tells it.
DAYTIME, EVENING = time(14), time(18, 30)


@transaction.atomic
def print_sheet(
    *, call_list: CallList, at_most: int, last_day: date, client_id: UUID, by: User, at: datetime
) -> PrintedSheet | None:
    """Put the people who are due on a sheet of their own. ``None`` when nobody is; twice is once.

    From now on, and until the sheet is back or its day is over, their calls stay on this list.
    """
    CallList.objects.select_for_update().get(pk=call_list.pk)  # two leaders at once print different people
    known = PrintedSheet.objects.filter(client_id=client_id, call_list=call_list).first()
    if known is not None:
        return known
    calls = list(printable(call_list, at).select_for_update(of=("self",))[:at_most])
    if not calls:
        return None
    sheet = PrintedSheet.objects.create(
        call_list=call_list,
        code=new_code(),
        client_id=client_id,
        pages=1,
        last_day=last_day,
        printed_at=at,
        printed_by=by,
    )
    asked = questions.asked_by(call_list.round.branch)
    SheetQuestion.objects.bulk_create(
        SheetQuestion(sheet=sheet, number=number, question=question)
        for number, question in enumerate(asked, start=1)
    )
    SheetRow.objects.bulk_create(
        SheetRow(sheet=sheet, number=number, page=paper.page_of(number, has_questions=bool(asked)), call=call)
        for number, call in enumerate(calls, start=1)
    )
    sheet.pages = paper.draw(sheet, on=timezone.localdate(at)).pages_count
    sheet.save(update_fields=["pages"])
    log_print(sheet, by)
    return sheet


def printable(call_list: CallList, at: datetime) -> CallQuerySet:
    """Those of a list who can be called now and stand on no other sheet; couples and neighbours together."""
    calls = Call.objects.filter(call_list=call_list).open_to_callers(at)
    waiting = calls.exclude(on_paper(timezone.localdate(at))).select_related("member")
    return waiting.order_by("member__postcode", "member__street", "member__name_sort", "pk")


def new_code() -> str:
    """A word of four letters that no other sheet has."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))
        if not PrintedSheet.objects.filter(code=code).exists():
            return code


def log_print(sheet: PrintedSheet, by: User) -> None:
    """Every name that goes to paper, at each printing."""
    members = list(sheet.rows.values_list("call__member_id", flat=True))
    branch = sheet.call_list.round.branch
    log_read(
        user=by, branch=branch, members=members, purpose=AccessLog.Purpose.PRINT, reason=f"paper {sheet.code}"
    )


def last_day_of_typing(sheet: PrintedSheet) -> date:
    return sheet.call_list.round.closes_on + TYPED_AFTER_CLOSING


def days_of_calling(sheet: PrintedSheet, today: date) -> tuple[date, date]:
    """First and last day on which a dial from this sheet can have been made."""
    call_round = sheet.call_list.round
    first = max(call_round.opens_on, timezone.localdate(sheet.printed_at))
    return first, min(today, call_round.closes_on)


@transaction.atomic
def mark_returned(*, sheet: PrintedSheet, by: User, at: datetime) -> bool:
    """The paper is back with the leader; what was not called can go to others. False when it was so already."""
    found = PrintedSheet.objects.out().filter(pk=sheet.pk)
    return bool(found.update(returned_at=at, returned_by=by))


@transaction.atomic
def mark_destroyed(*, sheet: PrintedSheet, by: User, at: datetime) -> bool:
    """The paper is gone. False when it was so already."""
    found = PrintedSheet.objects.filter(pk=sheet.pk, destroyed_at=None)
    return bool(found.update(destroyed_at=at, destroyed_by=by))


@dataclass(frozen=True)
class Result:
    """What was ticked in one row."""

    row: SheetRow
    client_id: UUID
    outcome: str
    note: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)  # by the question's key


@transaction.atomic
def type_results(
    *, sheet: PrintedSheet, results: Iterable[Result], on: date, in_the_evening: bool, by: User, at: datetime
) -> list[Attempt]:
    """Report what stands on the paper as the list's caller's own dials of a past day.

    What is written beside an outcome that an officer sees to is for the officer, else for the next caller.
    Answers are kept of talks alone, as on the caller's page.
    Each result counts once, however often it is sent.
    """
    dialled = min(moment_of(on, in_the_evening=in_the_evening), at)
    attempts = []
    for result in results:
        for_officer = RULES[result.outcome].for_officer
        attempt = outcomes.report(
            call=result.row.call,
            by=sheet.call_list.caller,
            outcome=result.outcome,
            client_id=result.client_id,
            note="" if for_officer else result.note,
            message=result.note if for_officer else "",
            at=dialled,
        )
        _typed, is_new = TypedResult.objects.get_or_create(
            attempt=attempt, defaults={"row": result.row, "typed_at": at, "typed_by": by}
        )
        if is_new and result.outcome in telling.SPOKEN:
            questions.note(attempt=attempt, answers=result.answers)
        attempts.append(attempt)
    return attempts


def moment_of(on: date, *, in_the_evening: bool) -> datetime:
    return timezone.make_aware(datetime.combine(on, EVENING if in_the_evening else DAYTIME))


def undo(*, typed: TypedResult, by: User, at: datetime) -> Call:
    """Take back what one has just typed wrongly. Raises ``outcomes.CannotUndo`` when it is too late."""
    return telling.undo(attempt=typed.attempt, by=by, now=at)
