"""Small pictures beside each other, one for each share: a bar for every line that tells it. Numbers in, bars out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.district.comparing import Line, Page

# The viewBox is narrow so that its text is legible on a phone; a hundred percent fills what the numbers leave.
WIDTH, LEFT, ROW, NUMBER_WIDTH = 420, 4, 46, 74
FULL = WIDTH - LEFT - NUMBER_WIDTH
LONGEST_NAME = 40  # characters


@dataclass(frozen=True)
class Bar:
    name: str
    percent: int
    label_y: int
    y: int
    width: float


@dataclass(frozen=True)
class Picture:
    key: str
    title: str | Promise
    bars: list[Bar]
    together: int | None
    silent: int  # lines that do not tell it

    @property
    def height(self) -> int:
        return ROW * len(self.bars) + 8

    @property
    def sentence(self) -> str:
        least, most = min(bar.percent for bar in self.bars), max(bar.percent for bar in self.bars)
        if len(self.bars) == 1:
            return _("%(name)s: %(percent)s percent.") % {"name": self.bars[0].name, "percent": most}
        return _("From %(least)s to %(most)s percent; together %(together)s percent.") % {
            "least": least,
            "most": most,
            "together": "–" if self.together is None else self.together,
        }


SHARES: dict[str, tuple[str | Promise, Callable[[Line], int | None]]] = {
    "goal": (gettext_lazy("On the way to the goal"), lambda line: line.share_of_goal),
    "reached": (gettext_lazy("Reached this year"), lambda line: line.reached),
    "stayed": (gettext_lazy("Still members after a year"), lambda line: line.stayed),
}


def pictures(page: Page) -> list[Picture]:
    """Those that at least one line tells."""
    found = []
    for key, (title, share) in SHARES.items():
        told = [(line.name, percent) for line in page.lines if (percent := share(line)) is not None]
        if told:
            silent = len(page.lines) - len(told)
            found.append(Picture(key, title, bars(told), share(page.total), silent))
    return found


def bars(told: Sequence[tuple[str, int]]) -> list[Bar]:
    return [
        Bar(
            name=shortened(name),
            percent=percent,
            label_y=place * ROW + 16,
            y=place * ROW + 23,
            width=round(FULL * percent / 100, 1),
        )
        for place, (name, percent) in enumerate(told)
    ]


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
