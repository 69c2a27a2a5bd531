"""The dates that the statutes give a branch each year: kept by the branch itself, ticked when they are done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import access
from crm.access import Permission
from crm.extensions import YearMark
from crm.people.models import Branch, Role, User
from crm.plan.models import StatuteDate, StatuteTick
from crm.plan.notes import may_do


@dataclass(frozen=True)
class Usual:
    """A date that most branches have. Their own statutes decide, so it is a proposal."""

    title: "str | Promise"
    month: int
    day: int
    responsible: str


# By the party's model statutes and what branches publish of theirs (delegates by the paying members of 31 December).
USUAL = (
    Usual(gettext_lazy("The names for the district congress are sent"), 2, 28, Role.Kind.BOARD),
    Usual(gettext_lazy("The annual meeting has been held"), 3, 31, Role.Kind.BOARD),
    Usual(gettext_lazy("The clubs' annual reports have come in"), 3, 31, Role.Kind.BOARD),
    Usual(gettext_lazy("Nominations and motions have come in"), 11, 30, Role.Kind.BOARD),
    Usual(
        gettext_lazy("Those who have not paid are reminded: paying members decide our delegates"),
        12,
        31,
        Role.Kind.MEMBER_OFFICER,
    ),
)


@transaction.atomic
def add(*, statute_date: StatuteDate, by: User) -> StatuteDate:
    access.require(by, Permission.CHANGE_PLAN, statute_date.branch)
    statute_date.added_at, statute_date.added_by = timezone.now(), by
    statute_date.full_clean()
    statute_date.save()
    return statute_date


@transaction.atomic
def change(*, statute_date: StatuteDate, by: User) -> None:
    access.require(by, Permission.CHANGE_PLAN, statute_date.branch)
    statute_date.full_clean()
    statute_date.save()


@transaction.atomic
def remove(*, statute_date: StatuteDate, by: User) -> None:
    """With its ticks."""
    access.require(by, Permission.CHANGE_PLAN, statute_date.branch)
    statute_date.delete()


@transaction.atomic
def add_usual(*, branch: Branch, by: User) -> int:
    """Those that the branch does not have yet. Returns how many."""
    access.require(by, Permission.CHANGE_PLAN, branch)
    known = set(StatuteDate.objects.filter(branch=branch).values_list("title", flat=True))
    wanted = [usual for usual in USUAL if str(usual.title) not in known]
    for usual in wanted:
        StatuteDate.objects.create(
            branch=branch,
            title=str(usual.title),
            month=usual.month,
            day=usual.day,
            responsible=usual.responsible,
            added_at=timezone.now(),
            added_by=by,
        )
    return len(wanted)


@transaction.atomic
def tick(*, statute_date: StatuteDate, year: int, by: User) -> bool:
    """It has been done; false when that was ticked before."""
    require_tick(statute_date, by)
    _tick, is_new = StatuteTick.objects.get_or_create(
        statute_date=statute_date, year=year, defaults={"ticked_at": timezone.now(), "ticked_by": by}
    )
    return is_new


@transaction.atomic
def untick(*, statute_date: StatuteDate, year: int, by: User) -> bool:
    """It was ticked by mistake."""
    require_tick(statute_date, by)
    gone, _each = StatuteTick.objects.filter(statute_date=statute_date, year=year).delete()
    return bool(gone)


def may_tick(statute_date: StatuteDate, by: User) -> bool:
    return may_do(statute_date.branch, statute_date.responsible, by)


def require_tick(statute_date: StatuteDate, by: User) -> None:
    if not may_tick(statute_date, by):
        raise PermissionDenied(_("Only the responsible, or those who may change the plan, can note this."))


@dataclass(frozen=True)
class Due:
    """A date of the statutes in a year."""

    statute_date: StatuteDate
    on: date
    is_done: bool | None  # None for a day before the branch kept the date here


def of_year(branch: Branch, year: int) -> list[Due]:
    """In the order of the year. What lay behind when the date was added is not late."""
    ticked = set(
        StatuteTick.objects.filter(statute_date__branch=branch, year=year).values_list(
            "statute_date", flat=True
        )
    )
    return sorted(
        (due(found, year, found.pk in ticked) for found in StatuteDate.objects.filter(branch=branch)),
        key=lambda one: (one.on, one.statute_date.pk),
    )


def due(statute_date: StatuteDate, year: int, is_ticked: bool) -> Due:
    on = statute_date.in_year(year)
    was_kept = on >= timezone.localdate(statute_date.added_at)
    return Due(statute_date, on, True if is_ticked else (False if was_kept else None))


def marks(branch: Branch, year: int) -> Iterable[YearMark]:
    url = reverse("plan:statutes", args=[branch.slug])
    for one in of_year(branch, year):
        yield YearMark(
            first=one.on,
            last=one.on,
            label=one.statute_date.title,
            part="statutes",
            key=f"{one.statute_date.pk} {year}",
            is_done=one.is_done,
            url=f"{url}#date-{one.statute_date.pk}",
        )
