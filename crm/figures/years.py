"""The twelve months before a day, how far off the goal is, and how old the latest roster.

A district reads these of all its branches at once; each is counted for one branch and in one pass for many.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Rows, Tally, of_branches
from crm.figures import goals, membership
from crm.people.models import Branch, Membership
from crm.rosters.models import RosterImport

Days = tuple[date, date]


def year_until(on: date) -> Days:
    """The first and last day of the twelve months that end on a day; whole months when it is a month's last."""
    day_after = on + timedelta(days=1)
    leap = day_after.month == 2 and day_after.day == 29
    last_year = day_after.year - 1
    return (date(last_year, 3, 1) if leap else day_after.replace(year=last_year)), on


def joined_lately(branch: Branch, on: date) -> int:
    return membership.joined_between(branch, *year_until(on))


def left_lately(branch: Branch, on: date) -> int:
    return membership.left_between(branch, *year_until(on))


def who_joined_lately(branch: Branch, on: date) -> Iterable[int | None]:
    return membership.who_joined(branch, *year_until(on))


def who_left_lately(branch: Branch, on: date) -> Iterable[int | None]:
    return membership.who_left(branch, *year_until(on))


def goal_in_days(branch: Branch, on: date) -> int | None:
    goal = goals.goal_for(branch, on)
    return (goal.by_date - on).days if goal else None


def roster_age(branch: Branch, on: date) -> int | None:
    latest = membership.roster_dates(branch, on).latest
    return (on - latest).days if latest else None


def of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """Who came and went in twelve months, of each branch in one pass."""
    year = year_until(on)
    came, went = Q(started_on__range=year), Q(until__range=year)
    told = (
        membership.counting(of_branches(Membership.objects.all(), branches))
        .filter(came | went)
        .order_by()
        .values_list("branch")
        .annotate(joined=Count("pk", filter=came), gone=Count("pk", filter=went))
    )
    found: dict[str, dict[int, int]] = {name: {} for name in YEARS.names}
    for branch, *numbers in told:
        for name, number in zip(YEARS.names, numbers, strict=True):
            found[name][branch] = number
    return found


def roster_ages(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    applied = RosterImport.objects.filter(state=RosterImport.State.APPLIED, is_full=True, roster_date__lte=on)
    latest = of_branches(applied, branches).order_by().values_list("branch").annotate(Max("roster_date"))
    return {"roster_age": {branch: (on - day).days for branch, day in latest}}


YEARS = Tally(names=("joined_12_months", "left_12_months"), count=of_each)
ROSTERS = Tally(names=("roster_age",), count=roster_ages, absent=None)

FIGURES = (
    Figure(
        name="joined_12_months",
        label=_("Joined in twelve months"),
        unit=units.MEMBERS,
        explanation=_("Memberships that have begun in the twelve months until the day."),
        count=joined_lately,
        of_membership=True,
        people=who_joined_lately,
    ),
    Figure(
        name="left_12_months",
        label=_("Left in twelve months"),
        unit=units.MEMBERS,
        explanation=_("Memberships that have ended in the twelve months until the day, for whatever reason."),
        count=left_lately,
        of_membership=True,
        people=who_left_lately,
    ),
    Figure(
        name="goal_in_days",
        label=_("Days until the goal"),
        unit=units.DAYS,
        explanation=_("Days from the day shown to the date of the branch's membership goal."),
        count=goal_in_days,
        rows=Rows(url_name="people:goals", permission="manage_branch"),
    ),
    Figure(
        name="roster_age",
        label=_("Age of the latest roster"),
        unit=units.DAYS,
        explanation=_("Days from the date of the latest full roster that was applied to the day shown."),
        count=roster_age,
        of_rosters=True,
        rows=Rows(url_name="rosters:index", permission="import_rosters"),
    ),
)
