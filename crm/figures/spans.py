"""Breakdowns told of blocks of closed quarters that are the same on every day: why members left, how new ones came.

The board's page can be set back to any day. The groups of a window that moves with the day would, by the difference of
two days close to each other, tell which group the one in between belongs to.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from crm.figures.blocks import last_of_quarter, merged, quarter_of, quarters_between
from crm.figures.small_groups import Breakdown, protect

# The latest blocks that hold a year together are told.
QUARTERS = 4
Cells = Counter[tuple[date, str]]  # (a month's first day, group) to number


@dataclass(frozen=True)
class Block:
    """Whole quarters, and what may be told of the groups in them."""

    first: date
    last: date
    quarters: int
    groups: Breakdown
    changed: bool = False  # since it was told
    told_at: datetime | None = None


@dataclass(frozen=True)
class Span:
    """Blocks one after another."""

    blocks: Sequence[Block]

    @property
    def first(self) -> date:
        return self.blocks[0].first

    @property
    def last(self) -> date:
        return self.blocks[-1].last

    @property
    def changed(self) -> bool:
        """Something has been corrected since it was told."""
        return any(block.changed for block in self.blocks)

    @property
    def corrected(self) -> list[tuple[datetime, date]]:
        """When each block of which something has been corrected was told, and its last day."""
        return [(block.told_at, block.last) for block in self.blocks if block.changed and block.told_at]

    @property
    def told(self) -> dict[str, int]:
        """The groups that may be told of every block; nobody's too."""
        every = [block.groups.shown for block in self.blocks]
        return {
            group: sum(shown[group] for shown in every)
            for group in every[0]
            if all(group in shown for shown in every)
        }

    @property
    def others(self) -> int | None:
        """Those of the groups that may not be told of every block, together."""
        groups = self.blocks[0].groups
        if len(self.told) == len(groups.shown) + len(groups.merged_keys):
            return None
        people = sum(sum(block.groups.shown.values()) + (block.groups.merged or 0) for block in self.blocks)
        return people - sum(self.told.values())


def latest_year(blocks: Sequence[Block]) -> Span | None:
    """The latest blocks that make a year together; ``None`` when there are none.

    The latest one alone when the blocks together would merge more than they tell.
    """
    if not blocks:
        return None
    start = len(blocks) - 1
    while start and sum(block.quarters for block in blocks[start:]) < QUARTERS:
        start -= 1
    span = Span(blocks[start:])
    return span if sum(span.told.values()) >= (span.others or 0) else Span(blocks[-1:])


def blocks_until(
    cells: Cells,
    on: date,
    names: Sequence[str],
    *,
    alone: frozenset[str] = frozenset(),
    after: date | None = None,
) -> list[Block]:
    """Every block of quarters that are over, from the first quarter that holds anybody, or the one after a day.

    ``cells`` are all there are until ``on`` or later: of fewer, the blocks would begin elsewhere. ``alone`` are the
    groups that say nothing of those in them.
    """
    months = [month for (month, _group), number in cells.items() if number]
    if not months:
        return []
    start = min(months) if after is None else after + timedelta(days=1)
    closed = [first for first in quarters_between(start, on) if last_of_quarter(first) <= on]
    found, _waiting = merged(closed, partial(may_be_told, cells, names, alone))
    return [
        Block(
            first=quarters[0],
            last=last_of_quarter(quarters[-1]),
            quarters=len(quarters),
            groups=groups_of(cells, names, quarters),
        )
        for quarters in found
    ]


def may_be_told(cells: Cells, names: Sequence[str], alone: frozenset[str], quarters: Sequence[date]) -> bool:
    """At least two groups: were all of one, each month's number would tell which the one of that month belongs to.

    A block that would name the groups of fewer than half waits for more, too: it would say little for good.
    """
    groups = groups_of(cells, names, quarters)
    numbers = [number for number in (*groups.shown.values(), groups.merged) if number]
    only = {group for group, number in groups.shown.items() if number}
    enough = len(numbers) > 1 or (groups.merged is None and bool(only) and only <= alone)
    return not groups.is_hidden and enough and 2 * (groups.merged or 0) <= sum(numbers)


def groups_of(cells: Cells, names: Sequence[str], quarters: Sequence[date]) -> Breakdown:
    inside = set(quarters)
    found: Counter[str] = Counter()
    for (month, group), number in cells.items():
        if quarter_of(month) in inside:
            found[group] += number
    return protect({name: found[name] for name in names})
