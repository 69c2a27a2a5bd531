"""What can be reckoned: from sums, from differences of counts, from pages that tell of many worlds the same."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from math import inf
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


Worlds = Iterable[tuple[Hashable, dict[str, int]]]  # what is told, and what is so


def answers(worlds: Worlds) -> dict[tuple[Hashable, str], set[int]]:
    """For each page and each hidden number, all that it can be."""
    found: dict[tuple[Hashable, str], set[int]] = defaultdict(set)
    for page, numbers in worlds:
        for name, number in numbers.items():
            found[page, name].add(number)
    return found


def told_exactly(worlds: Worlds) -> list[tuple[Hashable, str]]:
    """The groups of 1-4 that a page leaves no doubt about."""
    return [key for key, found in answers(worlds).items() if len(found) == 1 and found <= {1, 2, 3, 4}]


class Differences:
    """Counts of which some are known to be within bounds of each other: by how much any two can differ.

    Whole numbers that keep to bounds of differences are found by shortest paths, all of them.
    """

    def __init__(self, known: Mapping[tuple[Any, Any], tuple[float, float]]) -> None:
        """(one, other) to the least and the most that the one is above the other."""
        self.counts = sorted({count for pair in known for count in pair}, key=repr)
        places = {count: place for place, count in enumerate(self.counts)}
        most = [[0.0 if one == other else inf for other in self.counts] for one in self.counts]
        for (one, other), (least, at_most) in known.items():
            here, there = places[one], places[other]
            most[here][there] = min(most[here][there], at_most)
            most[there][here] = min(most[there][here], -least)
        for by, through in enumerate(most):
            for row in most:
                if (first := row[by]) < inf:
                    row[:] = [min(far, first + rest) for far, rest in zip(row, through, strict=True)]
        self.places, self.most = places, most

    def between(self, one: Hashable, other: Hashable) -> tuple[float, float]:
        here, there = self.places[one], self.places[other]
        return -self.most[there][here], self.most[here][there]
