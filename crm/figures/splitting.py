"""Those who joined in a block of quarters, as those who had a contact and those who had not.

How many had it is told exactly, and so is of the block how many stayed. What is left is one number: how many of those
who had it left. Where it, or what follows from it, would be a group of 1-4 people, a range of at least ``VALUES``
values is told: each of them gives the same page, so that none of them can be reckoned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.figures.blocks import is_large_or_empty
from crm.figures.small_groups import SMALLEST

# As many as a small group can be.
VALUES = SMALLEST - 1


@dataclass(frozen=True)
class Part:
    """Half of a block: how many joined, and between which numbers of them were members a year later."""

    first: date
    last: date
    joined: int
    at_least: int
    at_most: int

    @classmethod
    def of(cls, parts: "Sequence[Part]") -> "Part":
        """Several together."""
        return cls(
            first=parts[0].first,
            last=parts[-1].last,
            joined=sum(part.joined for part in parts),
            at_least=sum(part.at_least for part in parts),
            at_most=sum(part.at_most for part in parts),
        )

    @property
    def percent(self) -> float:
        """The middle of the range; raises ``ZeroDivisionError`` when nobody joined."""
        return 50 * (self.at_least + self.at_most) / self.joined


def left_between(left: int, *, had: int, stayed: int, gone: int) -> tuple[int, int]:
    """Between which numbers it is told to be how many of those who ``had`` the contact left.

    ``stayed`` and ``gone`` are of the whole block, and told.
    """

    def points_out(number: int) -> bool:
        return not is_large_or_empty(number, had - number, gone - number, stayed - had + number)

    if not points_out(left):
        return left, left
    lowest, highest = max(0, had - stayed), min(gone, had)
    first = last = left
    while first > lowest and points_out(first - 1):
        first -= 1
    while last < highest and points_out(last + 1):
        last += 1
    pieces = max((last - first + 1) // VALUES, 1)
    piece = min((left - first) // VALUES, pieces - 1)
    start = first + piece * VALUES
    return start, last if piece == pieces - 1 else start + VALUES - 1
