"""The geometry of outreach's pictures, in the units of the SVG's viewBox; the templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.outreach.counting import MonthRow, Told

WIDTH = 420
LINE = 46  # a label and its bar
EDGE = 12
NUMBER = 44  # room for the number behind the longest bar


@dataclass(frozen=True)
class SourceBar:
    label: str | Promise
    number: int
    label_y: float
    y: float
    width: float
    number_x: float


@dataclass(frozen=True)
class SourceChart:
    """Bars that lie, one below the other, each with its words above it."""

    bars: list[SourceBar]
    height: int


def source_chart(sources: Told) -> SourceChart:
    rows = [(row.label, row.number) for row in sources.rows]
    if sources.merged:
        rows.append((_("the other ways together"), sources.merged))
    unit = (WIDTH - 2 * EDGE - NUMBER) / sources.most
    bars = []
    for place, (label, number) in enumerate(rows):
        top, width = place * LINE, round(number * unit, 1)
        bars.append(
            SourceBar(
                label, number, label_y=top + 16, y=top + 22, width=width, number_x=round(EDGE + width + 6, 1)
            )
        )
    return SourceChart(bars=bars, height=len(rows) * LINE + 6)


@dataclass(frozen=True)
class MonthBar:
    """A month: activities with recruiting at the foot, those without upon them."""

    month: MonthRow
    x: float
    middle: float
    asked_y: float
    asked_height: float
    rest_y: float
    rest_height: float
    has_label: bool


@dataclass(frozen=True)
class MonthChart:
    months: list[MonthBar]
    width: float
    zero: float

    @property
    def is_empty(self) -> bool:
        return not any(bar.month.numbers.activities for bar in self.months)


TOP, ZERO = 20, 216


def month_chart(months: Sequence[MonthRow]) -> MonthChart:
    unit = (ZERO - TOP) / max([month.numbers.activities for month in months] + [1])
    slot = (WIDTH - 2 * EDGE) / max(len(months), 1)
    width = round(slot * 0.7, 1)
    bars = []
    for place, month in enumerate(months):
        x = round(EDGE + place * slot + (slot - width) / 2, 1)
        asked = round(month.numbers.recruiting * unit, 1)
        rest = round((month.numbers.activities - month.numbers.recruiting) * unit, 1)
        bars.append(
            MonthBar(
                month=month,
                x=x,
                middle=round(x + width / 2, 1),
                asked_y=round(ZERO - asked, 1),
                asked_height=asked,
                rest_y=round(ZERO - asked - rest, 1),
                rest_height=rest,
                has_label=(len(months) - 1 - place) % 3 == 0,
            )
        )
    return MonthChart(months=bars, width=width, zero=ZERO)
