"""The plan's page: every goal with its status, and how many are in each."""

from dataclasses import dataclass
from datetime import date

from crm.plan.measuring import MeasuredArea, Status, counts, measure_plan
from crm.plan.models import Plan
from crm.templatetags.tusen import Part

TONES = {
    Status.REACHED: 1,
    Status.ON_THE_WAY: 6,
    Status.AT_RISK: 2,
    Status.LATE: 4,
    Status.UNKNOWN: 5,
}


@dataclass(frozen=True)
class Overview:
    on: date
    areas: list[MeasuredArea]

    @property
    def parts(self) -> list[Part]:
        """The goals that count, by status; those struck out are not among them."""
        found = counts(goal for area in self.areas for goal in area.goals)
        return [Part(status.label, found[status], tone) for status, tone in TONES.items()]

    @property
    def number(self) -> int:
        return sum(part.number for part in self.parts)

    @property
    def reached(self) -> int:
        return self.parts[0].number


def overview(plan: Plan, on: date) -> Overview:
    return Overview(on=on, areas=measure_plan(plan, on))
