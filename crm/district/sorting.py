"""The columns of the page, and its lines in the order of one of them. By name unless asked: nobody is ranked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.district.comparing import Line, number_of
from crm.people.names import sort_key

BY_NAME = "name"
Key = Callable[[Line], float | None]


@dataclass(frozen=True)
class Column:
    label: str | Promise
    key: Key
    explanation: str | Promise


COLUMNS: dict[str, Column] = {
    "members": Column(
        _("Members"),
        lambda line: number_of(line.cells["members"]),
        _("Members at the end of the day, in fives: within four of how many they are."),
    ),
    "goal": Column(
        _("Goal"),
        lambda line: line.share_of_goal,
        _("The next membership goal with its date, and how large a part of it the members are."),
    ),
    "pace": Column(
        _("New a month"),
        lambda line: number_of(line.cells["needed"]),
        _(
            "What it takes to reach the goal in time, when as many leave as in the last twelve months, beside how"
            " many have joined a month in them."
        ),
    ),
    "joined": Column(
        _("Joined"),
        lambda line: number_of(line.cells["joined_12_months"]),
        _("Memberships that have begun in the last twelve whole months."),
    ),
    "left": Column(
        _("Left"),
        lambda line: number_of(line.cells["left_12_months"]),
        _("Memberships that have ended in the last twelve whole months, for whatever reason."),
    ),
    "reached": Column(
        _("Reached"),
        lambda line: line.reached,
        _(
            "How large a part of the members somebody has talked with this year; with attempted, where a number"
            " was dialled, and kept, where a letter was sent when nobody had answered."
        ),
    ),
    "meetings": Column(
        _("Intro meetings"),
        lambda line: number_of(line.cells["intro_attended"]),
        _("This year's introduction meetings that have been, and how many came to them."),
    ),
    "stayed": Column(
        _("Still members"),
        lambda line: line.stayed,
        _(
            "Of those who joined in the last calendar year but one that is over, and not before the first full roster,"
            " how many were members when the next one ended. Not told of fewer than twenty."
        ),
    ),
    "roster": Column(
        _("Latest roster"),
        lambda line: number_of(line.cells["roster_age"]),
        _(
            "Days from the latest full roster to the day shown: how fresh the figures are. Together, the oldest."
        ),
    ),
}


def ordered(lines: Sequence[Line], sort: str) -> list[Line]:
    """By a column, downwards with "-" before it; what is not told stands last, and equals in the order of names."""
    by_name = sorted(lines, key=lambda line: sort_key(line.name, ""))
    column = COLUMNS.get(sort.removeprefix("-"))
    if column is None:
        return by_name[::-1] if sort == f"-{BY_NAME}" else by_name
    sign = -1 if sort.startswith("-") else 1

    def place(line: Line) -> float:
        value = column.key(line)
        return inf if value is None else sign * value

    return sorted(by_name, key=place)
