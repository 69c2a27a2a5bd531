"""Next year's plan as a draft, from this year's and from how it went."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import access
from crm.access import Permission
from crm.figures.months import years_later
from crm.people.models import User
from crm.plan.history import Proposal, proposal
from crm.plan.measuring import Meter, measure_plan
from crm.plan.models import Area, Goal, Plan


@transaction.atomic
def propose(*, plan: Plan, by: User, on: date) -> Plan:
    """The goals that were not struck out, a year later, each with what the years before say of it.

    Raises ``ValidationError`` when next year has its plan already.
    """
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    if Plan.objects.filter(branch=plan.branch, year=plan.year + 1).exists():
        raise ValidationError(_("There is a plan for %(year)s already.") % {"year": plan.year + 1})
    draft = Plan.objects.create(
        branch=plan.branch, year=plan.year + 1, created_at=timezone.now(), created_by=by
    )
    meter = Meter(plan.branch)
    until = min(on, plan.last_day)
    for part in measure_plan(plan, on):
        kept = [measured for measured in part.goals if measured.goal.struck_at is None]
        if not kept:
            continue
        area = Area.objects.create(plan=draft, title=part.area.title, position=part.area.position)
        Goal.objects.bulk_create(
            a_year_later(measured.goal, area, proposal(measured, plan=plan, on=until, meter=meter))
            for measured in kept
        )
    return draft


def a_year_later(goal: Goal, area: Area, proposed: Proposal) -> Goal:
    """Its words move along with the year; of other years they keep."""
    return Goal(
        area=area,
        text=goal.text.replace(str(area.plan.year - 1), str(area.plan.year)),
        position=goal.position,
        measure=goal.measure,
        figure=goal.figure,
        of_figure=goal.of_figure,
        club=goal.club,
        wanted=proposed.wanted,
        basis=proposed.basis[:400],
        starts_on=years_later(goal.starts_on),
        due_on=years_later(goal.due_on),
        responsible=goal.responsible,
        continues=goal,
    )
