"""What the leader's pages show of the sheets: which are out, which are overdue, whom to strike out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from calls import access, grid, sheets
from calls.models import PrintedSheet, TypedResult
from crm.people.models import Branch


@dataclass(frozen=True)
class SheetLine:
    """One sheet among the others."""

    sheet: PrintedSheet
    people: int
    typed: int
    is_overdue: bool


@dataclass(frozen=True)
class Stack:
    kept: list[SheetLine]  # on their way, or back and not yet destroyed
    destroyed: int

    @property
    def overdue(self) -> list[SheetLine]:
        return [line for line in self.kept if line.is_overdue]


def of(branch: Branch, now: datetime) -> Stack:
    """Constant queries, however many sheets."""
    today = timezone.localdate(now)
    every = access.sheets_of(branch)
    typed = TypedResult.objects.filter(row=OuterRef("rows"), attempt__undone_at=None)
    rows: QuerySet[PrintedSheet, Any] = every.filter(destroyed_at=None).annotate(
        people=Count("rows", distinct=True), typed=Count("rows", distinct=True, filter=Q(Exists(typed)))
    )
    return Stack(
        kept=[SheetLine(row, row.people, row.typed, row.is_overdue(today)) for row in rows],
        destroyed=every.filter(destroyed_at__isnull=False).count(),
    )


@dataclass(frozen=True)
class Strike:
    """A row that must not be called: the paper does not know."""

    number: int
    page: int
    name: str
    why: str


@dataclass(frozen=True)
class SheetPage:
    sheet: PrintedSheet
    people: int
    typed: int
    strikes: list[Strike]
    members_shown: list[int]
    can_be_fetched: bool
    can_be_typed: bool
    is_overdue: bool


def sheet_page(sheet: PrintedSheet, today: date) -> SheetPage:
    rows = list(sheet.rows.select_related("call__member"))
    why = dict(grid.strike_out(rows)) if sheet.destroyed_at is None else {}
    typed = TypedResult.objects.filter(row__sheet=sheet, attempt__undone_at=None)
    struck = [row for row in rows if row.pk in why]
    return SheetPage(
        sheet=sheet,
        people=len(rows),
        typed=typed.values("row").distinct().count(),
        strikes=[Strike(row.number, row.page, row.call.member.name, why[row.pk]) for row in struck],
        members_shown=[row.call.member_id for row in struck],
        can_be_fetched=sheet.is_out and sheet.last_day >= today,
        can_be_typed=today <= sheets.last_day_of_typing(sheet),
        is_overdue=sheet.is_overdue(today),
    )
