"""What may leave a branch: a figure to the nearest five, and nothing that 1-4 people could be computed from.

``coarse`` is the only way out. Whatever a district or the party is shown, sums and shares and pictures, is made of
such cells alone, so that no sum can be set against its parts to find what a cell hides.
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


def flows(one: float | None, other: float | None) -> tuple[Cell, Cell]:
    """Who joined and who left between two days of which the members are told.

    Where one of them is few the other is told to the nearest ten: to the nearest five, the difference of the members
    could say how few.
    """
    first, second = coarse(one), coarse(other)
    if first.few and other is not None and not second.few:
        second = Cell(nearest_ten(int(other)))
    elif second.few and one is not None and not first.few:
        first = Cell(nearest_ten(int(one)))
    return first, second


def nearest_ten(number: int) -> int:
    """Upwards from the middle, so that it is never nought for five people or more."""
    return (number + 5) // 10 * 10


def together(cells: Iterable[Cell], *, of_people: bool = True) -> Cell:
    """The sum of the cells that hold something, from what they show."""
    told = list(cells)
    weights = [cell.weight for cell in told if cell.weight is not None]
    if weights:
        return coarse(sum(weights)) if of_people else exact(sum(weights))
    return UNKNOWN if any(cell.shared for cell in told) else NOT_SHARED


def percent(part: Cell, whole: Cell) -> int | None:
    """Of what is shown; not told where either is hidden."""
    if part.number is None or not whole.number:
        return None
    return min(round(100 * part.number / whole.number), 100)
