"""This year beside last year at the same date: small pictures of two bars for each figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crm.figures.reading import Reading
from crm.units import grouped

# The viewBox of a picture: rows of a label and two bars.
WIDTH, LABEL_WIDTH, ROW, BAR, NUMBER_WIDTH = 420, 4, 62, 14, 74


@dataclass(frozen=True)
class Beside:
    """A figure this year, and on the same date last year; ``None`` is not known."""

    label: str | Promise
    now: int
    then: int | None

    @property
    def sentence(self) -> str:
        values = {"label": self.label, "now": grouped(self.now), "then": grouped(self.then or 0)}
        if self.then is None:
            return _("%(label)s: %(now)s, not known a year ago.") % values
        return _("%(label)s: %(now)s, and %(then)s a year ago.") % values


@dataclass(frozen=True)
class BesideRow:
    """A figure's place in the picture: the label's baseline, the bars' tops and widths, where the numbers stand."""

    beside: Beside
    label_y: int
    now_y: int
    then_y: int
    now_width: float
    then_width: float


@dataclass(frozen=True)
class Picture:
    rows: list[BesideRow]

    @property
    def height(self) -> int:
        return ROW * len(self.rows)

    @property
    def sentence(self) -> str:
        return " ".join(row.beside.sentence for row in self.rows)


def beside(
    now: Mapping[str, Reading], then: Mapping[str, Reading], labels: Mapping[str, str | Promise]
) -> list[Beside]:
    """The named figures that are known this year."""
    found = []
    for name, label in labels.items():
        if name in now and (value := now[name].value) is not None:
            before = then[name].value if name in then else None
            found.append(Beside(label, int(value), None if before is None else int(before)))
    return found


def picture(figures: Sequence[Beside]) -> Picture:
    """Bars on one scale: the longest fills what the numbers leave."""
    most = max([max(figure.now, figure.then or 0) for figure in figures], default=0) or 1
    room = WIDTH - LABEL_WIDTH - NUMBER_WIDTH
    rows = [
        BesideRow(
            beside=figure,
            label_y=place * ROW + 16,
            now_y=place * ROW + 22,
            then_y=place * ROW + 22 + BAR + 2,
            now_width=round(room * figure.now / most, 1),
            then_width=round(room * (figure.then or 0) / most, 1),
        )
        for place, figure in enumerate(figures)
    ]
    return Picture(rows)
