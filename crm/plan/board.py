"""The part of the board's page that tells how the year's plan goes, and the plan in its report and its texts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.extensions import BoardPart, Passage, PublishedTable
from crm.people.models import Branch
from crm.plan import standing
from crm.plan.measuring import BADGES, Measured, measure_plan
from crm.plan.models import Goal, GoalStanding, Plan, Status
from crm.plan.overview import parts_of
from crm.plan.saying import how_far
from crm.templatetags.tusen import Part

# What the board can do something about; the rest is on the plan's own page.
PRESSING = (Status.LATE, Status.AT_RISK)
SHOWN = 6


@dataclass(frozen=True)
class Pressing:
    """A goal that is late or at risk."""

    goal: Goal
    status: Status

    @property
    def badge(self) -> str:
        return BADGES[self.status]


@dataclass(frozen=True)
class YearlyPlan:
    """The goals that count, as they stood on a day when they were measured last."""

    plan: Plan
    standings: list[GoalStanding]
    on: date

    @property
    def day(self) -> str:
        """What the links carry along, so that they show the same day."""
        return "" if self.on == timezone.localdate() else f"on={self.on.isoformat()}"

    @cached_property
    def numbers(self) -> Counter[Status]:
        return Counter(Status(one.status) for one in self.standings)

    @property
    def linked_parts(self) -> list[Part]:
        address = reverse("plan:plan", args=[self.plan.branch.slug, self.plan.year])
        return parts_of(self.numbers, page=address, day=self.day)

    @property
    def parts(self) -> list[Part]:
        return [replace(part, url="") for part in self.linked_parts]

    @property
    def sentence(self) -> str:
        values = {
            "number": len(self.standings),
            "reached": self.numbers[Status.REACHED],
            "late": self.numbers[Status.LATE],
            "at_risk": self.numbers[Status.AT_RISK],
        }
        return (
            ngettext(
                "The plan has %(number)s goal. Reached: %(reached)s. Late: %(late)s. At risk: %(at_risk)s.",
                "The plan has %(number)s goals. Reached: %(reached)s. Late: %(late)s. At risk: %(at_risk)s.",
                len(self.standings),
            )
            % values
        )

    @property
    def pressing(self) -> list[Pressing]:
        """The late ones first, then in the plan's order; as many as the page has room for."""
        found = [Pressing(one.goal, Status(one.status)) for one in self.standings if one.status in PRESSING]
        return sorted(found, key=lambda one: PRESSING.index(one.status))[:SHOWN]

    @property
    def more(self) -> int:
        """How many are late or at risk besides."""
        return sum(self.numbers[status] for status in PRESSING) - len(self.pressing)


def yearly_plan(branch: Branch, on: date) -> YearlyPlan | None:
    """``None`` where no plan was followed on the day, or none of its goals counts or was measured yet."""
    rows = [row for row in standing.kept(branch, on) if row.status != Status.STRUCK]
    if not rows:
        return None
    plan = rows[0].goal.area.plan
    plan.branch = branch
    return YearlyPlan(plan, rows, on)


def context(branch: Branch, on: date) -> dict[str, object]:
    return {"yearly": yearly_plan(branch, on)}


def measured(branch: Branch, on: date) -> tuple[Plan, list[Measured]] | None:
    """The plan that is followed on the day and its goals that count, measured on it; ``None`` without any.

    Of a year that is over its last day is told as the day after tells it: what goes on until then is settled.
    """
    plan = standing.followed(branch, on)
    if plan is None:
        return None
    is_whole = on == plan.last_day < timezone.localdate()
    areas = measure_plan(plan, on + timedelta(days=1) if is_whole else on)
    goals = [goal for area in areas for goal in area.goals if goal.status != Status.STRUCK]
    return (plan, goals) if goals else None


def tables(branch: Branch, on: date) -> list[PublishedTable]:
    """Every goal in the plan's own words, with how far it has come."""
    found = measured(branch, on)
    return [plan_table(*found)] if found else []


def plan_table(plan: Plan, goals: Sequence[Measured]) -> PublishedTable:
    headers = (_("Goal"), _("Status"), _("How far"), _("Last day"), _("Responsible"))
    rows: list[tuple[str | int | float | None, ...]] = [
        (
            one.goal.text,
            str(one.status.label),
            how_far(one),
            one.goal.due_on.isoformat(),
            one.goal.get_responsible_display(),
        )
        for one in goals
    ]
    return PublishedTable("yearly_plan", _("Yearly plan %(year)s") % {"year": plan.year}, headers, rows)


def passages(branch: Branch, on: date) -> list[Passage]:
    """What was reached and what was not, goal by goal, for the annual report."""
    found = measured(branch, on)
    if found is None:
        return []
    plan, goals = found
    reached = [one for one in goals if one.status == Status.REACHED]
    unknown = [one for one in goals if one.status == Status.UNKNOWN]
    others = [one for one in goals if one.status not in (Status.REACHED, Status.UNKNOWN)]
    said = ngettext(
        "The plan for %(year)s has %(number)s goal. Reached by %(day)s: %(reached)s.",
        "The plan for %(year)s has %(number)s goals. Reached by %(day)s: %(reached)s.",
        len(goals),
    ) % {
        "day": min(on, plan.last_day).isoformat(),
        "reached": len(reached),
        "number": len(goals),
        "year": plan.year,
    }
    lists = ((_("Reached:"), reached), (_("Not reached:"), others), (_("Can't be told:"), unknown))
    text = "\n\n".join([said, *(lines for head, part in lists for lines in listed(head, part))])
    return [Passage(_("The yearly plan"), text)]


def listed(head: str, goals: Iterable[Measured]) -> list[str]:
    lines = [f"– {one.goal.text} ({how_far(one)})" for one in goals]
    return ["\n".join([head, *lines])] if lines else []


PART = BoardPart(template="plan/board.html", context=context, tables=tables, passages=passages)
