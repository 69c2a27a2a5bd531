"""Where the pages of the plan start their queries. Each caller has passed the door, or holds a calendar's address."""

from datetime import date

from django.db.models import Max, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.access import Permission, Standing
from crm.people.models import Branch
from crm.plan.models import Area, CalendarLink, CentralDate, Goal, GoalChange, Note, Plan, StatuteDate


def plans_of(branch: Branch) -> "QuerySet[Plan]":
    """The branch's plans, the latest year first."""
    return Plan.objects.filter(branch=branch)


def plan_of(branch: Branch, year: int) -> Plan:
    """Raises ``Http404`` for a year without a plan."""
    return get_object_or_404(Plan.objects.select_related("branch"), branch=branch, year=year)


def how_url(standing: Standing, branch: Branch) -> str:
    """The page on how figures are counted, for those who may see figures."""
    return reverse("board:how", args=[branch.slug]) if standing.may(Permission.SEE_FIGURES, branch) else ""


def area_of(branch: Branch, key: int) -> Area:
    return get_object_or_404(Area.objects.select_related("plan__branch"), plan__branch=branch, pk=key)


def goal_of(branch: Branch, key: int) -> Goal:
    goals = Goal.objects.select_related("area__plan__branch", "continues__area__plan", "struck_by")
    return get_object_or_404(goals, area__plan__branch=branch, pk=key)


def changes_of(goal: Goal) -> "QuerySet[GoalChange]":
    """What the goal said before, the latest change first."""
    return goal.changes.select_related("changed_by").order_by("-changed_at", "-pk")


def note_of(branch: Branch, key: int) -> Note:
    notes = Note.objects.select_related("goal__area__plan__branch")
    return get_object_or_404(notes, goal__area__plan__branch=branch, pk=key)


def central_dates_of(branch: Branch, year: int) -> "QuerySet[CentralDate]":
    """What of the party's calendar lies in the year, if only partly."""
    return CentralDate.objects.filter(branch=branch, first__year__lte=year, last__year__gte=year)


def next_read_in(branch: Branch, today: date) -> CentralDate | None:
    """The first that is still to come of the dates that the latest file brought."""
    known = CentralDate.objects.filter(branch=branch)
    latest = known.aggregate(latest=Max("imported_at"))["latest"]
    return known.filter(imported_at=latest, last__gte=today).order_by("first", "pk").first()


def open_link_of(branch: Branch) -> CalendarLink | None:
    return CalendarLink.objects.filter(branch=branch, closed_at=None).first()


def link_by_token(token: str) -> CalendarLink | None:
    """``None`` for an address that is wrong or closed."""
    return CalendarLink.objects.filter(token=token, closed_at=None).select_related("branch").first()


def statute_date_of(branch: Branch, key: int) -> StatuteDate:
    return get_object_or_404(StatuteDate.objects.select_related("branch"), branch=branch, pk=key)
