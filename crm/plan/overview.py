"""The plan's page: every goal with its status, and how many are in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crm.plan.measuring import MeasuredArea, counts, measure_plan
from crm.plan.models import Plan, Status
from crm.templatetags.tusen import Part

TONES = {
    Status.REACHED: 1,
    Status.ON_THE_WAY: 6,
    Status.AT_RISK: 2,
    Status.LATE: 4,
    Status.UNKNOWN: 5,
}


def parts_of(numbers: Mapping[Status, int], *, page: str = "", day: str = "") -> list[Part]:
    """The goals that count, by status; those struck out are not among them. Each leads to its goals."""

    def address(status: Status) -> str:
        return f"{page}?{'&'.join(filter(None, [day, f'status={status}']))}#goals"

    return [
        Part(status.label, numbers[status], tone, address(status) if numbers[status] else "")
        for status, tone in TONES.items()
    ]


@dataclass(frozen=True)
class Overview:
    on: date
    all_areas: list[MeasuredArea]
    only: str = ""  # the status whose goals are shown; empty for all
    is_past: bool = False  # shown as of an earlier day than today

    @property
    def day(self) -> str:
        """What the links to its goals carry along, so that they show the same day."""
        return f"on={self.on.isoformat()}" if self.is_past else ""

    @property
    def parts(self) -> list[Part]:
        return parts_of(counts(goal for area in self.all_areas for goal in area.goals), day=self.day)

    @property
    def areas(self) -> list[MeasuredArea]:
        if not self.only:
            return self.all_areas
        chosen = [
            MeasuredArea(area.area, [goal for goal in area.goals if goal.status == self.only])
            for area in self.all_areas
        ]
        return [area for area in chosen if area.goals]

    @property
    def only_label(self) -> str:
        return str(Status(self.only).label) if self.only else ""

    @property
    def number(self) -> int:
        return sum(part.number for part in self.parts)

    @property
    def reached(self) -> int:
        return self.parts[0].number


def overview(plan: Plan, on: date, *, only: str = "", is_past: bool = False) -> Overview:
    """An unknown status shows every goal."""
    return Overview(
        on=on,
        all_areas=measure_plan(plan, on),
        only=only if only in Status.values else "",
        is_past=is_past,
    )
