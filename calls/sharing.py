"""Sharing out: households together, lists of even length, neighbours on the same list.

Pure functions over what was read; ``calls.lists`` reads and writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Seat:
    """A call as the sharing sees it: where the member lives, and what they can be dialled on."""

    call: int
    call_list: int | None
    street: str
    postcode: str
    numbers: tuple[str, ...]

    @cached_property
    def area(self) -> tuple[str, str]:
        return (self.postcode.replace(" ", ""), " ".join(self.street.casefold().split()))

    @cached_property
    def shared_keys(self) -> list[tuple[str, ...]]:
        """What couples share: the same number at the same address. One dial then finds both."""
        return [(number, *self.area) for number in self.numbers if self.street]


@dataclass
class Household:
    """Calls that one dial reaches, on one list or on none."""

    seats: list[Seat]

    @property
    def call_list(self) -> int | None:
        return next((seat.call_list for seat in self.seats if seat.call_list is not None), None)

    @property
    def area(self) -> tuple[str, str]:
        return min(seat.area for seat in self.seats)


def households(seats: Iterable[Seat]) -> list[Household]:
    """In the order of their addresses, so that neighbours follow each other."""
    of_key: dict[tuple[str, ...], Household] = {}
    found: dict[int, Household] = {}
    for seat in seats:
        home = Household([seat])
        for other in {id(of_key[key]): of_key[key] for key in seat.shared_keys if key in of_key}.values():
            home = joined(other, home)
            found.pop(id(other), None)
        for member in home.seats:
            of_key.update(dict.fromkeys(member.shared_keys, home))
        found[id(home)] = home
    return sorted(found.values(), key=lambda home: (home.area, home.seats[0].call))


def joined(one: Household, other: Household) -> Household:
    return Household([*one.seats, *other.seats])


def quotas(loads: Sequence[int], number: int) -> list[int]:
    """How many of ``number`` households each list gets: the shortest lists first, so that all end as even as can be."""
    given = [0] * len(loads)
    order = sorted(range(len(loads)), key=lambda index: loads[index])
    level, filled, rest = 0, 0, number
    for position, index in enumerate(order):
        above = loads[order[position + 1]] if position + 1 < len(order) else None
        level, filled = loads[index], position + 1
        room = rest if above is None else min(rest, (above - level) * filled)
        each, extra = divmod(room, filled)
        for place in range(filled):
            given[order[place]] += each + (place < extra)
        rest -= room
        if rest == 0:
            break
    return given


def plan(
    seats: Iterable[Seat], lists: Sequence[int], *, only: frozenset[int] | None = None
) -> dict[int, int]:
    """Which list each call without one comes to; ``only`` these, or all of them.

    ``seats`` are all waiting calls of the round, so that a joiner comes to the list of their household.
    """
    load: Mapping[int, int] = defaultdict(int)
    follow: dict[int, int] = {}
    free: list[list[int]] = []
    for home in households(seats):
        wanted = [s.call for s in home.seats if s.call_list is None and (only is None or s.call in only)]
        if home.call_list in lists:
            load[home.call_list] += 1  # type: ignore[index]
            follow |= dict.fromkeys(wanted, home.call_list)  # type: ignore[arg-type]
        elif wanted:
            free.append(wanted)
    homes = iter(free)
    for key, quota in zip(lists, quotas([load[key] for key in lists], len(free)), strict=True):
        for _ in range(quota):
            follow |= dict.fromkeys(next(homes), key)
    return follow
