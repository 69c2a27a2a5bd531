"""Writing a plan: from the branch's own text, from last year's plan, goal by goal; and adopting it."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import access
from crm.access import Permission
from crm.people.models import Branch, User
from crm.plan import standing
from crm.plan.models import Area, Goal, GoalChange, Note, Plan
from crm.plan.outline import OutlinedArea

# What the meeting adopted of a goal, and would ask about if it were another.
KEPT_OF_A_GOAL = ("text", "figure", "of_figure", "wanted", "due_on")


@transaction.atomic
def create(*, branch: Branch, year: int, areas: list[OutlinedArea], by: User) -> Plan:
    """A draft with these areas and goals, each measured by notes until somebody ties it to a figure.

    Raises ``ValidationError`` when the year has its plan already.
    """
    access.require(by, Permission.CHANGE_PLAN, branch)
    plan = Plan(branch=branch, year=year, created_at=timezone.now(), created_by=by)
    plan.full_clean()
    plan.save()
    for position, outlined in enumerate(areas):
        area = Area.objects.create(plan=plan, title=outlined.title, position=position)
        Goal.objects.bulk_create(
            Goal(area=area, text=text, position=place, starts_on=plan.first_day, due_on=plan.last_day)
            for place, text in enumerate(outlined.goals)
        )
    return plan


@transaction.atomic
def adopt(*, plan: Plan, adopted_on: date, by: User) -> None:
    """The annual meeting's word: from now on a goal is struck out, not deleted."""
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    if not Goal.objects.filter(area__plan=plan).exists():
        raise ValidationError(_("A plan without goals can't be adopted. Add one first."))
    plan.adopted_on = adopted_on
    plan.save(update_fields=["adopted_on"])
    today = timezone.localdate()
    for on in sorted({min(adopted_on, today), today}):
        standing.keep_plan(plan, on)


@transaction.atomic
def reopen(*, plan: Plan, by: User) -> None:
    """Back to a draft: the adoption was noted by mistake."""
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    plan.adopted_on = None
    plan.save(update_fields=["adopted_on"])


@transaction.atomic
def delete(*, plan: Plan, by: User) -> None:
    """Throw a draft away. Raises ``ValidationError`` for an adopted plan, or one with notes."""
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    if plan.adopted_on or Note.objects.filter(goal__area__plan=plan).exists():
        raise ValidationError(_("Only a draft on which nothing has been noted can be thrown away."))
    plan.delete()


@transaction.atomic
def add_area(*, plan: Plan, title: str, by: User) -> Area:
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    last = plan.areas.aggregate(last=Max("position"))["last"]
    return Area.objects.create(plan=plan, title=title, position=0 if last is None else last + 1)


@transaction.atomic
def remove_area(*, area: Area, by: User) -> None:
    """Raises ``ValidationError`` when goals still stand in it."""
    access.require(by, Permission.CHANGE_PLAN, area.plan.branch)
    if area.goals.exists():
        raise ValidationError(_("Move or remove the area's goals first."))
    area.delete()


@transaction.atomic
def add_goal(*, area: Area, by: User, **what: Any) -> Goal:
    """``what`` are the goal's own fields, cleaned."""
    access.require(by, Permission.CHANGE_PLAN, area.plan.branch)
    last = area.goals.aggregate(last=Max("position"))["last"]
    goal = Goal(area=area, position=0 if last is None else last + 1, **what)
    goal.full_clean()
    goal.save()
    standing.keep_goal(goal)
    return goal


@transaction.atomic
def change_goal(*, goal: Goal, by: User) -> None:
    """Save what a form has put into the goal. What a goal of an adopted plan said before is kept beside it."""
    plan = goal.area.plan
    access.require(by, Permission.CHANGE_PLAN, plan.branch)
    goal.full_clean()
    before = Goal.objects.select_for_update(no_key=True).values(*KEPT_OF_A_GOAL).get(pk=goal.pk)
    goal.save()
    if plan.adopted_on and any(getattr(goal, name) != before[name] for name in KEPT_OF_A_GOAL):
        GoalChange.objects.create(goal=goal, changed_at=timezone.now(), changed_by=by, **before)
    standing.keep_goal(goal)


@transaction.atomic
def strike(*, goal: Goal, reason: str, by: User) -> bool:
    """Take a goal out: a draft's is deleted, an adopted plan's stays to be read, struck out with its reason.

    False when it was struck already.
    """
    access.require(by, Permission.CHANGE_PLAN, goal.area.plan.branch)
    if goal.area.plan.adopted_on is None and not goal.notes.exists():
        goal.delete()
        return True
    struck = Goal.objects.filter(pk=goal.pk, struck_at=None).update(
        struck_at=timezone.now(), struck_by=by, struck_reason=reason
    )
    standing.keep_goal(goal)
    return bool(struck)


@transaction.atomic
def restore(*, goal: Goal, by: User) -> None:
    """A goal that was struck out counts again."""
    access.require(by, Permission.CHANGE_PLAN, goal.area.plan.branch)
    Goal.objects.filter(pk=goal.pk).update(struck_at=None, struck_by=None, struck_reason="")
    standing.keep_goal(goal)
