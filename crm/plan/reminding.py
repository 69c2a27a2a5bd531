"""Telling those who are responsible that a goal is due soon and not reached."""

from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from crm import extensions
from crm.people.models import Branch, Role, User
from crm.plan.measuring import Measured, Status, measure_plan
from crm.plan.models import Plan

# So long before its last day a goal is recalled; long enough to do something about it.
AHEAD = timedelta(days=14)


def remind_of_goals(*, branch: Branch, on: date) -> dict[str, int]:
    """One mail per goal, last day and responsible person, however often the job runs. Draft plans are nobody's duty."""
    plan = (
        Plan.objects.filter(branch=branch, year=on.year, adopted_on__lte=on).select_related("branch").first()
    )
    if plan is None:
        return {"reminded": 0}
    due = [goal for area in measure_plan(plan, on) for goal in area.goals if is_due(goal, on)]
    return {"reminded": sum(remind(plan, goal, on) for goal in due)}


def is_due(measured: Measured, on: date) -> bool:
    """Also when the day has passed while nothing ran, for as long again."""
    wanting = measured.status in {Status.ON_THE_WAY, Status.AT_RISK, Status.LATE, Status.UNKNOWN}
    return wanting and abs(measured.goal.due_on - on) <= AHEAD and bool(measured.goal.responsible)


def remind(plan: Plan, measured: Measured, on: date) -> int:
    people = responsible_for(plan.branch, measured.goal.responsible, on)
    for put_in_outbox in extensions.user_mail.all():
        for user in people:
            put_in_outbox(
                branch=plan.branch,
                user=user,
                purpose_key=f"plan_goal:{measured.goal.pk}:{measured.goal.due_on}",
                template="plan/emails/goal_due",
                context=words(plan, measured, user),
                by=User.objects.console(),
            )
        return len(people)
    return 0


def responsible_for(branch: Branch, kind: str, on: date) -> list[User]:
    roles = Role.objects.in_force(on).filter(branch=branch, kind=kind, user__is_active=True)
    return [role.user for role in roles.select_related("user").order_by("user_id")]


def words(plan: Plan, measured: Measured, user: User) -> dict[str, object]:
    return {
        "name": user.get_short_name(),
        "branch": plan.branch.name,
        "year": plan.year,
        "goal": measured.goal.text,
        "due_on": measured.goal.due_on.isoformat(),
        "value": measured.whole_value,
        "wanted": measured.goal.wanted,
        "is_percentage": measured.goal.is_percentage,
        "url": settings.SITE_URL + reverse("plan:goal", args=[plan.branch.slug, measured.goal.pk]),
    }
