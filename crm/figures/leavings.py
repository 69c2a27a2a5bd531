"""Why members left, told of blocks of closed quarters that are the same on every day.

The board's page can be set back to any day. Reasons of a window that moves with the day would, by the difference of two
days close to each other, tell why the one who left in between did.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from crm.figures.blocks import last_of_quarter, merged, quarter_of, quarters_between
from crm.figures.membership import ENDS, Ends
from crm.figures.small_groups import Breakdown, protect

# The latest blocks that hold a year together are told.
QUARTERS = 4


@dataclass(frozen=True)
class Block:
    """Whole quarters, and what may be told of those who left in them."""

    first: date
    last: date
    quarters: int
    reasons: Breakdown


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
    def told(self) -> dict[str, int]:
        """The reasons that may be told of every block; nobody's too."""
        every = [block.reasons.shown for block in self.blocks]
        return {
            reason: sum(shown[reason] for shown in every)
            for reason in ENDS
            if all(reason in shown for shown in every)
        }

    @property
    def others(self) -> int | None:
        """Who left for the reasons that may not be told of every block, together."""
        if len(self.told) == len(ENDS):
            return None
        left = sum(sum(block.reasons.shown.values()) + (block.reasons.merged or 0) for block in self.blocks)
        return left - sum(self.told.values())


def told_until(ends: Ends, on: date) -> Span | None:
    """The latest blocks: a year together, or the last one alone where they have few reasons in common.

    ``ends`` are all there are until ``on``: with fewer the blocks would begin elsewhere. ``None`` when nothing may
    be told.
    """
    blocks = blocks_until(ends, on)
    if not blocks:
        return None
    start = len(blocks) - 1
    while start and sum(block.quarters for block in blocks[start:]) < QUARTERS:
        start -= 1
    span = Span(blocks[start:])
    return span if sum(span.told.values()) >= (span.others or 0) else Span(blocks[-1:])


def blocks_until(ends: Ends, on: date) -> list[Block]:
    """Every block of quarters that are over, from the first quarter in which somebody left."""
    months = [month for (month, _reason), number in ends.items() if number]
    if not months:
        return []
    closed = [first for first in quarters_between(min(months), on) if last_of_quarter(first) <= on]
    found, _waiting = merged(closed, partial(may_be_told, ends))
    return [
        Block(
            first=quarters[0],
            last=last_of_quarter(quarters[-1]),
            quarters=len(quarters),
            reasons=reasons_of(ends, quarters),
        )
        for quarters in found
    ]


def may_be_told(ends: Ends, quarters: Sequence[date]) -> bool:
    """At least two groups: were all of one, each month's number would tell why the one who left in it did.

    A block that would name the reasons of fewer than half waits for more, too: it would say little for good.
    """
    reasons = reasons_of(ends, quarters)
    groups = [number for number in (*reasons.shown.values(), reasons.merged) if number]
    return not reasons.is_hidden and len(groups) > 1 and 2 * (reasons.merged or 0) <= sum(groups)


def reasons_of(ends: Ends, quarters: Sequence[date]) -> Breakdown:
    inside = set(quarters)
    found: Counter[str] = Counter()
    for (month, reason), number in ends.items():
        if quarter_of(month) in inside:
            found[reason] += number
    return protect({reason: found[reason] for reason in ENDS})
