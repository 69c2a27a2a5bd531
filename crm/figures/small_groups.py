"""A breakdown never lets a group of 1-4 people be computed ("Rules settled", Figures)."""

from collections.abc import Mapping
from dataclasses import dataclass

# Fewer people than this could be recognised.
SMALLEST = 5


def nearest_five(number: int) -> int:
    """Groups that are told again and again are told so: else two tellings would differ by the one who came."""
    return (number + SMALLEST // 2) // SMALLEST * SMALLEST


@dataclass(frozen=True)
class Breakdown:
    """What may be shown: whole cells, and the sum of those that are merged.

    When even the sum would tell, nothing is shown, not even which groups are empty.
    """

    shown: dict[str, int]
    merged_keys: tuple[str, ...]
    merged: int | None

    @property
    def is_hidden(self) -> bool:
        return not self.shown and bool(self.merged_keys) and self.merged is None


def protect(cells: Mapping[str, int]) -> Breakdown:
    """Merge cells of 1-4, and the next larger ones until nobody can tell one of them from the sum.

    The total is taken to be known. A single small cell would be the total less the others; small cells that
    are all 1 or all 4 would be their sum divided by their number. Otherwise any two merged cells could have
    each other's values, so none of them can be told.
    """
    merging = sorted(
        (key for key, number in cells.items() if 0 < number < SMALLEST), key=lambda key: cells[key]
    )
    larger = sorted({number for number in cells.values() if number >= SMALLEST})
    if not merging:
        return Breakdown(shown=dict(cells), merged_keys=(), merged=None)
    while larger and _tells(cells, merging):
        # All of one size: which of two equals was taken would tell as well.
        size = larger.pop(0)
        merging.extend(key for key, number in cells.items() if number == size)
    kept = {key: number for key, number in cells.items() if key not in merging}
    if _tells(cells, merging) or not any(kept.values()):
        return Breakdown(shown={}, merged_keys=tuple(cells), merged=None)
    in_order = tuple(key for key in cells if key in merging)
    return Breakdown(shown=kept, merged_keys=in_order, merged=sum(cells[key] for key in merging))


def _tells(cells: Mapping[str, int], merging: list[str]) -> bool:
    numbers = [cells[key] for key in merging]
    alike = len(set(numbers)) == 1 and numbers[0] in {1, SMALLEST - 1}
    return len(numbers) < 2 or sum(numbers) < SMALLEST or alike
