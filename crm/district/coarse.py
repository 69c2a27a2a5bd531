"""What may leave a branch: fives, and nothing that 1-4 people could be computed from.

``coarse`` and ``between`` are the only ways out. Whatever a district or the party is shown, sums and shares and
pictures, is made of such cells alone, so that no sum can be set against its parts to find what a cell hides.

Members, who joined and who left are told of two counts that only grow: all who have ever joined, and all who have
ever left. Of each it is told when it has reached the next five. So what is told adds up over all months, and could be
true as it stands: a branch in which people join and leave five at a time. No reckoning finds a smaller group in that.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.figures.small_groups import SMALLEST, nearest_five

# A hidden cell holds 0-4 people; in a sum it counts as the middle of them.
MIDDLE = 2


@dataclass(frozen=True)
class Cell:
    """A number, or why there is none: so few that they are hidden, not shared, or (none of these) not known."""

    number: int | None = None
    few: bool = False
    shared: bool = True

    @property
    def weight(self) -> int | None:
        """What it counts in a sum."""
        return MIDDLE if self.few else self.number


# Of so many a share is within some three per cent.
MANY = 200
NOT_SHARED = Cell(shared=False)
UNKNOWN = Cell()
FEW = Cell(few=True)


def coarse(number: float | None) -> Cell:
    """People: below five hidden, nobody at all among them, else to the nearest five."""
    if number is None:
        return UNKNOWN
    return FEW if number < SMALLEST else Cell(nearest_five(int(number)))


def exact(number: float | None) -> Cell:
    """What is not people: a goal, days, meetings."""
    return Cell(None if number is None else int(number))


def between(more: int, fewer: int) -> Cell:
    """Who is in one count and not yet in another: the fives that each of them has reached.

    Both are counts that only grow, such as all who have ever joined by one day and by an earlier one.
    """
    number = fives(more) - fives(fewer)
    return FEW if number < SMALLEST else Cell(number)


def fives(number: int) -> int:
    """As many as make whole fives."""
    return number // SMALLEST * SMALLEST


def part_of(part: Cell, whole: Cell) -> Cell:
    """Never more than what is told of the whole: by how much it is would tell of both."""
    return (
        whole if part.weight is not None and whole.weight is not None and part.weight > whole.weight else part
    )


def together(cells: Iterable[Cell], *, of_people: bool = True) -> Cell:
    """The sum of the cells that hold something, from what they show."""
    told = list(cells)
    weights = [cell.weight for cell in told if cell.weight is not None]
    if weights:
        return coarse(sum(weights)) if of_people else exact(sum(weights))
    return UNKNOWN if any(cell.shared for cell in told) else NOT_SHARED


def percent(part: Cell, whole: Cell) -> int | None:
    """Of what is shown; not told where either is hidden.

    Both may be some people off. Of few members a share is told in steps of five per cent and never as all: 65 of 65
    may be 63 of 69.
    """
    if part.number is None or not whole.number:
        return None
    share = 100 * part.number / whole.number
    if whole.number < MANY:
        return min(nearest_five(round(share)), 95)
    return min(round(share), 100)
