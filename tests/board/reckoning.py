"""What can be reckoned from sums that are known: their linear combinations."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

PRIME = 2**61 - 1


class Reckoner:
    """The linear combinations of sums of cells, modulo a large prime."""

    def __init__(self, sums: Iterable[frozenset[Any]]) -> None:
        self.rows: dict[Hashable, dict[Hashable, int]] = {}
        for found in sums:
            rest = self.rest_of(found)
            if rest:
                pivot, factor = next(iter(rest.items()))
                inverse = pow(factor, -1, PRIME)
                self.rows[pivot] = {cell: number * inverse % PRIME for cell, number in rest.items()}

    def rest_of(self, wanted: "frozenset[Any] | Mapping[Any, int]") -> dict[Hashable, int]:
        """What is left of a sum, or of a difference, when all that is known has been taken from it."""
        rest: dict[Hashable, int] = dict.fromkeys(sorted(wanted), 1)
        if isinstance(wanted, Mapping):
            rest |= wanted
        for pivot, row in self.rows.items():
            if factor := rest.get(pivot, 0):
                for cell, number in row.items():
                    rest[cell] = (rest.get(cell, 0) - factor * number) % PRIME
        return {cell: number for cell, number in rest.items() if number}

    def tells(self, wanted: "frozenset[Any] | Mapping[Any, int]") -> bool:
        return not self.rest_of(wanted)
