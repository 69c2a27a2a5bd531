"""Telling those who are responsible what is due soon and not done: goals of the plan, and dates of the statutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from crm import extensions
from crm.people.models import Branch, Role, User
from crm.plan import statutes
from crm.plan.measuring import Measured, measure_plan
from crm.plan.models import Plan, Status
from crm.plan.saying import how_far

# So long before its last day a goal is recalled; long enough to do something about it.
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Wanting:
    """Something that a role is responsible for, due on a day and not done. ``measured`` is a goal's."""

    text: str
    due_on: date
    responsible: str
    url: str
    measured: Measured | None = None


def remind_of_goals(*, branch: Branch, on: date) -> dict[str, int]:
    """One mail per person and last day, with all that is due on it: once before, and once when it is late.

    What is added for a day of which the mail has gone is told when it is late. Draft plans are nobody's duty.
    """
    found = sorted((*goals(branch, on), *dates(branch, on)), key=lambda one: one.due_on)
    mails = 0
    for due_on, together in groupby(found, key=lambda one: one.due_on):
        mails += remind(branch, due_on, list(together), on)
    return {"reminded": mails}


def goals(branch: Branch, on: date) -> Iterator[Wanting]:
    """Of the year's plan, and in its first days of the one before: what was due on New Year's Eve is late then."""
    years = {on.year, (on - AHEAD).year}
    followed = Plan.objects.filter(branch=branch, year__in=years, adopted_on__lte=on)
    for plan in followed.select_related("branch"):
        for area in measure_plan(plan, on):
            yield from (wanting(branch, one) for one in area.goals if is_due(one, on))


def wanting(branch: Branch, measured: Measured) -> Wanting:
    goal = measured.goal
    url = reverse("plan:goal", args=[branch.slug, goal.pk])
    return Wanting(goal.text, goal.due_on, goal.responsible, url, measured)


def is_due(measured: Measured, on: date) -> bool:
    """Also when the day has passed while nothing ran, for as long again."""
    is_open = measured.status in {Status.ON_THE_WAY, Status.AT_RISK, Status.LATE, Status.UNKNOWN}
    is_missing = is_open and not measured.is_enough
    return is_missing and is_near(measured.goal.due_on, on) and bool(measured.goal.responsible)


def is_near(due_on: date, on: date) -> bool:
    return abs(due_on - on) <= AHEAD


def dates(branch: Branch, on: date) -> Iterator[Wanting]:
    """Of this year and those beside it: what is due in January is told of in December."""
    url = reverse("plan:statutes", args=[branch.slug])
    for year in {(on - AHEAD).year, (on + AHEAD).year}:
        for due in statutes.of_year(branch, year):
            if due.is_done is False and is_near(due.on, on) and due.statute_date.responsible:
                yield Wanting(due.statute_date.title, due.on, due.statute_date.responsible, url)


def remind(branch: Branch, due_on: date, found: list[Wanting], on: date) -> int:
    """To each person all that their roles answer for. Returns the number of mails."""
    is_late = on > due_on
    people = responsible_for(branch, {one.responsible for one in found}, on)
    for put_in_outbox in extensions.user_mail.all():
        for user, kinds in people:
            put_in_outbox(
                branch=branch,
                user=user,
                purpose_key=f"plan_due:{branch.pk}:{due_on}:{'late' if is_late else 'ahead'}",
                template="plan/emails/due",
                context={
                    "name": user.get_short_name(),
                    "branch": branch.name,
                    "due_on": due_on.isoformat(),
                    "is_late": is_late,
                    "things": [words(one) for one in found if one.responsible in kinds],
                },
                by=User.objects.console(),
            )
        return len(people)
    return 0


def responsible_for(branch: Branch, kinds: set[str], on: date) -> list[tuple[User, set[str]]]:
    """Each person once, with those of the roles that they hold."""
    roles = Role.objects.in_force(on).filter(branch=branch, kind__in=kinds, user__is_active=True)
    found: dict[User, set[str]] = {}
    for role in roles.select_related("user").order_by("user_id"):
        found.setdefault(role.user, set()).add(role.kind)
    return list(found.items())


def said(measured: Measured) -> str:
    """In the language of the mail, whoever starts it."""
    with translation.override(settings.LANGUAGE_CODE):
        return how_far(measured)


def words(found: Wanting) -> dict[str, object]:
    measured = found.measured
    return {
        "text": found.text,
        "is_goal": measured is not None,
        "how_far": said(measured) if measured and measured.value is not None else "",
        "url": settings.SITE_URL + found.url,
    }
