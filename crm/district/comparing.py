"""Branches side by side, and the same page for the party by districts: from coarse cells alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import ceil

from crm.district import access, sharing
from crm.district.coarse import MIDDLE, NOT_SHARED, Cell, between, coarse, exact, part_of, percent, together
from crm.figures import reading
from crm.figures.months import DAYS_IN_A_MONTH, last_month_end, last_year_end
from crm.figures.small_groups import SMALLEST
from crm.people.models import Branch, District

MONTHS = 12
# Which figures belong to which part of what a branch shares.
FIGURES = {
    "goal": ("goal", "goal_in_days"),
    "members": ("members", "joined_12_months", "left_12_months", "roster_age"),
    "calls": ("calls_of", "calls_attempted", "calls_reached", "calls_kept"),
    "kept": ("joiners", "joiners_kept"),
    "meetings": ("intro_held", "intro_attended"),
}
NAMES = tuple(name for names in FIGURES.values() for name in names)
# All who have ever joined: what the others are counted from, and told by itself to nobody.
EVER = "joined_ever"
# These are parts of others.
PARTS = {
    "calls_attempted": "calls_of",
    "calls_reached": "calls_of",
    "calls_kept": "calls_of",
    "joiners_kept": "joiners",
}
# These count no people.
EXACT = frozenset({"goal", "goal_in_days", "roster_age", "intro_held"})
# What only a branch that shares both its goal and its members has; for sums over those alone.
BOTH = ("members_with_goal", "goal_with_members", "needed")
# How far a branch's members may be from what is told of them.
MOST_OFF = SMALLEST - 1
# A share is told of so many: within some ten per cent.
ENOUGH = 20
Told = Mapping[str, Cell]
Read = Mapping[str, Mapping[int, reading.Value]]


@dataclass(frozen=True)
class Line:
    """A branch, a district, or all together. ``sharing`` counts the branches that share anything, of ``of``."""

    name: str
    cells: Told
    url: str = ""
    sharing: int = 1
    of: int = 1
    by_date: date | None = None

    @property
    def shares(self) -> bool:
        return self.sharing > 0

    @property
    def share_of_goal(self) -> int | None:
        share = percent(self.cells["members_with_goal"], self.cells["goal_with_members"])
        return min(share, 99) if share is not None and not self.is_goal_reached else share

    @property
    def is_goal_reached(self) -> bool:
        """Whatever the number of members is that is told as so many."""
        members, goal = self.cells["members_with_goal"].number, self.cells["goal_with_members"].number
        return members is not None and goal is not None and members - MOST_OFF * self.sharing >= goal

    @property
    def attempted(self) -> int | None:
        return percent(self.cells["calls_attempted"], self.cells["calls_of"])

    @property
    def reached(self) -> int | None:
        return percent(self.cells["calls_reached"], self.cells["calls_of"])

    @property
    def called(self) -> int | None:
        """Reached, or attempts used up and the letter sent."""
        return percent(self.cells["calls_kept"], self.cells["calls_of"])

    @property
    def stayed(self) -> int | None:
        """Not of so few that fives say nothing: ten of ten may be eight of twelve."""
        if (self.cells["joiners"].number or 0) < ENOUGH:
            return None
        return percent(self.cells["joiners_kept"], self.cells["joiners"])

    @property
    def now(self) -> int | None:
        """New members a month, over the last twelve."""
        joined = self.cells["joined_12_months"].number
        return None if joined is None else round(joined / MONTHS)


@dataclass(frozen=True)
class Page:
    on: date
    lines: Sequence[Line]

    @cached_property
    def total(self) -> Line:
        return add_up("", self.lines)

    @property
    def is_empty(self) -> bool:
        return self.total.sharing == 0


def of_branch(branch: Branch, day: date) -> Page:
    """The branch's own line, as others see it."""
    on = last_month_end(day)
    return Page(on, list(lines_of([branch], on).values()))


def of_district(district: District, day: date) -> Page:
    """The district's branches, at the latest month's end."""
    on = last_month_end(day)
    return Page(on, list(lines_of(access.branches_of(district), on).values()))


def of_party(day: date, *, elsewhere: str, url_of: Callable[[District], str]) -> Page:
    """All districts, and ``elsewhere`` for branches in none."""
    on = last_month_end(day)
    branches = access.branches_everywhere()
    lines = lines_of(branches, on, are_all=True)
    groups: dict[District | None, list[Line]] = {}
    for branch in sorted(branches, key=lambda branch: branch.district.name if branch.district else "\uffff"):
        groups.setdefault(branch.district, []).append(lines[branch.pk])
    return Page(
        on,
        [
            add_up(district.name if district else elsewhere, found, url_of(district) if district else "")
            for district, found in groups.items()
        ],
    )


def lines_of(branches: Sequence[Branch], on: date, *, are_all: bool = False) -> dict[int, Line]:
    """Branch key to line; only branches that share are told, and of them only what they share.

    Where most of all there are share, one pass over everything counts faster than looking up each of them.
    """
    shared = {
        pk: parts
        for pk, decision in access.sharing_of_each(branches).items()
        if any((parts := sharing.parts_of(decision)).values())
    }
    most = are_all and 2 * len(shared) > len(branches)
    read = read_each(list(shared), on, everywhere=most) if shared else {}
    return {branch.pk: line_of(branch, shared.get(branch.pk, {}), read, on) for branch in branches}


def read_each(branches: Sequence[int], on: date, *, everywhere: bool) -> Read:
    """Who stays is of whole calendar years: of twelve months that move on, two tellings would tell of the month."""
    lately = [name for name in (*NAMES, EVER) if name not in FIGURES["kept"]]
    year_end = last_year_end(on)
    return {
        **reading.read_each(branches, on, lately, everywhere=everywhere),
        **reading.read_each(branches, year_end, FIGURES["kept"], everywhere=everywhere),
    }


def line_of(branch: Branch, parts: Mapping[str, bool], read: Read, on: date) -> Line:
    values = {name: of_each.get(branch.pk) for name, of_each in read.items()}
    found = cells_of(values)
    cells = {
        name: found[name] if parts.get(part) else NOT_SHARED
        for part, names in FIGURES.items()
        for name in names
    }
    days = cells["goal_in_days"].number
    return Line(
        name=branch.name,
        cells=cells | both(cells),
        sharing=int(any(parts.values())),
        by_date=None if days is None else on + timedelta(days=days),
    )


def cells_of(values: Mapping[str, reading.Value]) -> dict[str, Cell]:
    """Of one branch, whatever it shares."""
    cells = {name: (exact if name in EXACT else coarse)(values.get(name)) for name in NAMES}
    cells |= of_members({name: int(value) for name, value in values.items() if value is not None})
    return cells | {part: part_of(cells[part], cells[whole]) for part, whole in PARTS.items()}


def of_members(known: Mapping[str, int]) -> dict[str, Cell]:
    """Between counts that only grow: all who have ever joined, all who have ever left."""
    ever, members = known.get(EVER, 0), known.get("members", 0)
    gone = ever - members
    cells = {
        "members": between(ever, gone),
        "joined_12_months": between(ever, ever - known.get("joined_12_months", 0)),
        "left_12_months": between(gone, gone - known.get("left_12_months", 0)),
    }
    return cells | ({"calls_of": between(ever, ever - known["calls_of"])} if "calls_of" in known else {})


def both(cells: Told) -> dict[str, Cell]:
    """Members beside the goal, where both are shared, and the pace it takes (``crm.figures.goals.Pace``)."""
    members, goal, days = cells["members"], cells["goal"], cells["goal_in_days"].number
    if members.weight is None or goal.number is None or days is None:
        missing = members if not members.shared else goal
        return dict.fromkeys(BOTH, missing if not missing.shared else Cell())
    to_go = max(goal.number - members.weight, 0)
    leaving = (cells["left_12_months"].number or 0) / MONTHS
    needed = ceil(to_go / max(days / DAYS_IN_A_MONTH, 1) + leaving) if to_go and days > 0 else None
    return {"members_with_goal": members, "goal_with_members": goal, "needed": Cell(needed)}


def add_up(name: str, lines: Iterable[Line], url: str = "") -> Line:
    """A line of the lines' own cells: what stands in it can be added up by hand from theirs."""
    told = list(lines)
    cells = {
        name: together((line.cells[name] for line in told), of_people=is_of_people(name))
        for name in (*NAMES, *BOTH)
    }
    # Hidden ones count alike in both, which would say that all of them stayed.
    both_told = [
        line for line in told if all(line.cells[name].number is not None for name in FIGURES["kept"])
    ]
    if both_told:
        cells |= {name: together(line.cells[name] for line in both_told) for name in FIGURES["kept"]}
    cells["goal_in_days"] = Cell()
    cells["roster_age"] = oldest(line.cells["roster_age"] for line in told)
    return Line(
        name=name,
        cells=cells,
        url=url,
        sharing=sum(line.sharing for line in told),
        of=sum(line.of for line in told),
        by_date=only({line.by_date for line in told if line.by_date}),
    )


def is_of_people(name: str) -> bool:
    return name not in EXACT and name not in {"goal_with_members", "needed"}


def only(days: set[date]) -> date | None:
    return next(iter(days)) if len(days) == 1 else None


def oldest(cells: Iterable[Cell]) -> Cell:
    """The age of the oldest of the latest rosters."""
    told = list(cells)
    known = [cell.number for cell in told if cell.number is not None]
    if known:
        return Cell(max(known))
    return Cell() if any(cell.shared for cell in told) else NOT_SHARED


def number_of(cell: Cell) -> float | None:
    """What a column is sorted by: hidden ones as in a sum, so that the order tells no more than the cells."""
    return MIDDLE if cell.few else cell.number
