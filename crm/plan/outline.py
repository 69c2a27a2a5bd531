"""A plan as text, as branches write it, read into areas and goals. Pure: text in, outline out.

Lines with a dash in front are goals. What stands above a block of them is its area: a heading with ``#``, else the
nearest line that is a title and no lead-in. Headings that only say "Mål" keep the heading above.
"""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_CHARACTERS = 100_000
MOST_GOALS = 300
LONGEST_GOAL = 600
LONGEST_TITLE = 200

_DASH = re.compile(r"^\s*[-–—•*·]\s*(?=\S)(.+)$")
_HEADING = re.compile(r"^#+\s*(.+?)\s*#*$")
_SAYS_ONLY_GOALS = frozenset({"mål", "målen", "delmål", "goals"})
# “Vi skall”, “Detta skall ske genom att:” lead in; they name no area.
_LEAST_WORDS_OF_A_TITLE = 3


@dataclass
class OutlinedArea:
    title: str
    goals: list[str] = field(default_factory=list)


@dataclass
class _Reader:
    areas: list[OutlinedArea] = field(default_factory=list)
    heading: str = ""
    above: list[str] = field(default_factory=list)  # plain lines since the last goal or heading
    open: bool = False  # whether the next goal belongs to the last area

    def take(self, line: str) -> None:
        if goal := _DASH.match(line):
            self.take_goal(goal[1])
        elif heading := _HEADING.match(line):
            self.take_heading(heading[1])
        elif line:
            self.open = False
            self.above.append(line)

    def take_goal(self, text: str) -> None:
        if not self.open:
            self.areas.append(OutlinedArea(self.title()))
            self.heading, self.above, self.open = "", [], True
        self.areas[-1].goals.append(text.strip()[:LONGEST_GOAL])

    def take_heading(self, title: str) -> None:
        self.above = []
        self.open = False
        if title.casefold().rstrip(":") not in _SAYS_ONLY_GOALS:
            self.heading = title

    def title(self) -> str:
        titles = [line for line in self.above if not is_lead_in(line)]
        found = self.heading or (titles[-1] if titles else _("Goals"))
        return found.rstrip(" .:")[:LONGEST_TITLE]


def is_lead_in(line: str) -> bool:
    return line.endswith(":") or len(line.split()) < _LEAST_WORDS_OF_A_TITLE


def read_outline(text: str) -> list[OutlinedArea]:
    """Areas with their goals, in order; a closing sentence after the last goals is a goal of its own.

    Raises ``ValidationError`` when there are no goals in it, or far too many.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(_("That is too long for a plan. Paste the goals without the appendices."))
    reader = _Reader()
    for line in text.splitlines():
        reader.take(" ".join(line.split()))
    if not reader.areas:
        raise ValidationError(
            _("No goals were found. Write each goal on a line of its own, with a dash in front.")
        )
    if reader.above:
        closing = [line[:LONGEST_GOAL] for line in reader.above]
        reader.areas.append(OutlinedArea(_("Also in the plan"), closing))
    if sum(len(area.goals) for area in reader.areas) > MOST_GOALS:
        raise ValidationError(_("More than %(most)s goals: no board can follow that.") % {"most": MOST_GOALS})
    return reader.areas
