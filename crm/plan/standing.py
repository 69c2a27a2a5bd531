"""How each goal stood when it was measured last, kept for the board's page.

Measuring a plan asks a query or two of each of its figures; what is kept here is read by one. It is measured each
morning, and at once where somebody notes a deed or changes a goal.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from crm.people.models import Branch
from crm.plan.measuring import Measured, measure_one, measure_plan
from crm.plan.models import Goal, GoalStanding, Plan


def measure_goals(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job, of the plan that is followed: until the new year's is adopted that is the one before."""
    plan = followed(branch, on)
    return {"changed": keep_plan(plan, on) if plan else 0}


def followed(branch: Branch, on: date) -> Plan | None:
    """The year's plan, or the year's before; drafts are nobody's duty."""
    years = (on.year - 1, on.year)
    adopted = Plan.objects.filter(branch=branch, year__in=years, adopted_on__lte=on)
    return adopted.select_related("branch").order_by("-year").first()


@transaction.atomic
def keep_plan(plan: Plan, on: date) -> int:
    """How many of its goals stand otherwise than they did."""
    wait_for(plan)
    return keep((goal for area in measure_plan(plan, on) for goal in area.goals), on)


@transaction.atomic
def keep_goal(goal: Goal) -> None:
    """Of an adopted plan, as soon as somebody has changed what counts for it."""
    if goal.area.plan.adopted_on is not None:
        wait_for(goal.area.plan)
        today = timezone.localdate()
        keep([measure_one(goal, today)], today)


def wait_for(plan: Plan) -> None:
    """Whoever measures after another sees what that one saw: of two who note at once the second counts both."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def keep(measured: Iterable[Measured], on: date) -> int:
    """Write down those that stand otherwise than on the day before."""
    now = {one.goal.pk: one.status for one in measured}
    of_the_day = GoalStanding.objects.filter(goal__in=now, on=on)
    earlier = GoalStanding.objects.filter(goal__in=now, on__lt=on).order_by("on")
    before = dict(earlier.values_list("goal", "status"))
    rows = [
        GoalStanding(goal_id=key, on=on, status=status)
        for key, status in now.items()
        if before.get(key) != status
    ]
    of_the_day.exclude(goal__in=[row.goal_id for row in rows]).delete()
    GoalStanding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["goal", "on"], update_fields=["status"]
    )
    return len(rows)


def kept(branch: Branch, on: date) -> list[GoalStanding]:
    """Each goal of the plan that was followed on a day, as it stood then, in the plan's order. One query.

    Empty where no plan was adopted, and of days before it was measured first.
    """
    latest = GoalStanding.objects.filter(goal=OuterRef("goal"), on__lte=on).order_by("-on").values("on")[:1]
    rows = GoalStanding.objects.filter(
        goal__area__plan__branch=branch,
        goal__area__plan__year__in=(on.year - 1, on.year),
        goal__area__plan__adopted_on__lte=on,
        on=Subquery(latest),
    ).select_related("goal__area__plan")
    found = list(rows.order_by("-goal__area__plan__year", "goal__area__position", "goal__position", "goal"))
    return [row for row in found if row.goal.area.plan_id == found[0].goal.area.plan_id]
