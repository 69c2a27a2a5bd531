"""Next year's plan as a draft, from this year's and from how it went."""

from datetime import date
from math import ceil

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import access
from crm.access import Permission
from crm.figures import goals as membership_goals
from crm.figures import membership
from crm.people.models import User
from crm.plan.models import Area, Goal, Plan

# A goal for members is said in round numbers.
ROUND_TO = 10


@transaction.atomic
def propose(*, plan: Plan, by: User, on: date) -> Plan:
    """The goals that were not struck out, a year later; members as the forecast has them, and at least as wanted now.

    Raises ``ValidationError`` when next year has its plan already.
    """
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    if Plan.objects.filter(branch=plan.branch, year=plan.year + 1).exists():
        raise ValidationError(_("There is a plan for %(year)s already.") % {"year": plan.year + 1})
    draft = Plan.objects.create(
        branch=plan.branch, year=plan.year + 1, created_at=timezone.now(), created_by=by
    )
    members = members_ahead(plan, on)
    for area in plan.areas.prefetch_related("goals"):
        kept = [goal for goal in area.goals.all() if goal.struck_at is None]
        if not kept:
            continue
        copied = Area.objects.create(plan=draft, title=area.title, position=area.position)
        Goal.objects.bulk_create(a_year_later(goal, copied, members) for goal in kept)
    return draft


def a_year_later(goal: Goal, area: Area, members: int | None) -> Goal:
    wanted = goal.wanted
    if goal.figure == "members" and not goal.is_percentage and members is not None:
        wanted = max(wanted, members)
    return Goal(
        area=area,
        text=goal.text.replace(str(area.plan.year - 1), str(area.plan.year)),
        position=goal.position,
        measure=goal.measure,
        figure=goal.figure,
        of_figure=goal.of_figure,
        wanted=wanted,
        starts_on=next_year(goal.starts_on),
        due_on=next_year(goal.due_on),
        responsible=goal.responsible,
        continues=goal,
    )


def next_year(day: date) -> date:
    """29 February becomes the 28th."""
    return (
        day.replace(year=day.year + 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 1)
    )


def members_ahead(plan: Plan, on: date) -> int | None:
    """What the branch can reach by the end of next year: the upper end of the forecast, rounded up to tens.

    A goal is something to stretch for. ``None`` while too few months are known.
    """
    branch = plan.branch
    rosters = membership.roster_dates(branch, on)
    months = membership.months_until(branch, on, count=13, known_since=rosters.first)
    members = months[-1].closing
    pace = membership_goals.pace(
        members=members, goal=members, by_date=date(plan.year + 1, 12, 31), on=on, months=months
    )
    return ceil(pace.forecast.high / ROUND_TO) * ROUND_TO if pace.forecast else None
