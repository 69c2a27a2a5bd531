"""The access log as its readers see it: one line per time somebody was shown something."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crm.people.models import AccessLog, Branch, User
from crm.spreadsheets import harmless

PER_PAGE = 50
# More numbers than this say no more; the line then tells how many.
NUMBERS_SHOWN = 3


@dataclass(frozen=True)
class Read:
    """One showing: who saw how many members' data. Member numbers only, never names."""

    at: datetime
    user: User | None
    purpose: "str | Promise"
    reason: str
    members: int
    numbers: list[str]


@dataclass(frozen=True)
class Wanted:
    """What the reader of the log asks for; empty is everything."""

    first: date | None = None
    last: date | None = None
    user: User | None = None
    purpose: str = ""
    member_number: str = ""


def wanted_rows(branch: Branch, wanted: Wanted) -> QuerySet[AccessLog]:
    rows = AccessLog.objects.filter(branch=branch)
    if wanted.first:
        rows = rows.filter(at__date__gte=wanted.first)
    if wanted.last:
        rows = rows.filter(at__date__lte=wanted.last)
    if wanted.user:
        rows = rows.filter(user=wanted.user)
    if wanted.purpose:
        rows = rows.filter(purpose=wanted.purpose)
    if wanted.member_number:
        rows = rows.filter(member__member_number=wanted.member_number)
    return rows


def page_of_reads(branch: Branch, wanted: Wanted, number: str | int) -> "tuple[Page[Any], list[Read]]":
    """A page of showings, the latest first, in a number of queries that does not grow."""
    rows = wanted_rows(branch, wanted)
    showings = rows.order_by("-at", "user_id", "purpose").values("at", "user_id", "purpose", "reason")
    page = Paginator(showings.annotate(members=Count("member")), PER_PAGE).get_page(number)
    return page, with_names(branch, list(page.object_list), wanted.member_number)


def with_names(branch: Branch, showings: list[Any], only_number: str) -> list[Read]:
    users = User.objects.in_bulk({line["user_id"] for line in showings if line["user_id"]})
    few = [line["at"] for line in showings if 0 < line["members"] <= NUMBERS_SHOWN]
    numbers: dict[tuple[datetime, int | None, str], list[str]] = defaultdict(list)
    shown = AccessLog.objects.filter(branch=branch, at__in=few, member__isnull=False)
    if only_number:
        shown = shown.filter(member__member_number=only_number)
    for at, user_id, purpose, number in shown.values_list(
        "at", "user_id", "purpose", "member__member_number"
    ).order_by("member__member_number"):
        numbers[at, user_id, purpose].append(number)
    labels = dict(AccessLog.Purpose.choices)
    return [
        Read(
            at=line["at"],
            user=users.get(line["user_id"]),
            purpose=labels[line["purpose"]],
            reason=line["reason"],
            members=line["members"],
            numbers=numbers[line["at"], line["user_id"], line["purpose"]],
        )
        for line in showings
    ]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(branch: Branch, wanted: Wanted) -> Iterator[str]:
    """A line for each person seen, the latest first, as a Swedish spreadsheet opens it; in pieces."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(
        [_("When"), _("Who looked"), _("E-mail"), _("Purpose"), _("Reason"), _("Member number")]
    )
    labels = dict(AccessLog.Purpose.choices)
    rows = (
        wanted_rows(branch, wanted)
        .order_by("-at", "-id")
        .values_list("at", "user__name", "user__email", "purpose", "reason", "member__member_number")
    )
    for at, name, email, purpose, reason, number in rows.iterator(chunk_size=2000):
        when = f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
        cells = [name or "", email or "", str(labels[purpose]), reason, number or ""]
        yield writer.writerow([when, *map(harmless, cells)])
