"""Sharing out: households together, whom a caller wishes for, even lists, neighbours on the same list.

Pure functions over what was read (``calls.seats``); ``calls.lists`` writes, ``calls.balance`` reckons how many.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calls.balance import UNLIMITED, Kind, Table, even_out
from crm.people.names import search_key

# What a wish weighs; each more than all below it. A language comes before the place: whom one can't talk with
# is not reached by a neighbour either.
LAST_YEAR, LANGUAGE, PLACE = 4, 2, 1


@dataclass(eq=False)
class Seat:
    """A call as the sharing sees it: where the member lives, and what they can be dialled on."""

    call: int
    call_list: int | None
    street: str
    postcode: str
    numbers: tuple[str, ...]
    town: str = ""
    member: int = 0
    former: int | None = None  # the user who called last year
    clubs: frozenset[int] = frozenset()
    languages: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """``shared_keys``: what couples share, the same number at the same address. One dial then finds both."""
        self.area = (self.postcode.replace(" ", ""), " ".join(self.street.casefold().split()))
        self.shared_keys = [(number, *self.area) for number in self.numbers] if self.street else []


@dataclass(frozen=True)
class Desk:
    """A caller's list as the sharing sees it. ``takes``: households at most, with what lies there; none is no limit."""

    call_list: int
    caller: int = 0
    takes: int | None = None
    clubs: frozenset[int] = frozenset()
    towns: frozenset[str] = frozenset()
    postcodes: tuple[str, ...] = ()
    languages: frozenset[int] = frozenset()
    avoided: frozenset[int] = frozenset()


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
        for key in seat.shared_keys:
            if key in of_key:
                home = joined(found, of_key, home, of_key[key])
        found[id(home)] = home
        for key in seat.shared_keys:
            of_key[key] = home
    return sorted(found.values(), key=lambda home: (home.area, home.seats[0].call))


def joined(
    found: dict[int, Household], of_key: dict[tuple[str, ...], Household], home: Household, other: Household
) -> Household:
    """``home`` with the people of a household that shares a number with it, which is then no more."""
    if other is home or found.pop(id(other), None) is None:
        return home
    home.seats[:0] = other.seats
    of_key.update((key, home) for seat in other.seats for key in seat.shared_keys)
    return home


class Wishes:
    """All callers' wishes turned around: of a household, who wishes for it and who won't call it."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        self.desks = desks
        self.of_caller = {desk.caller: place for place, desk in enumerate(desks) if desk.caller}
        self.of_club = turned(desk.clubs for desk in desks)
        self.of_language = turned(desk.languages for desk in desks)
        self.of_avoided = turned(desk.avoided for desk in desks)
        self.in_area: dict[tuple[str, str], frozenset[int]] = {}
        self.has_areas = any(desk.towns or desk.postcodes for desk in desks)

    def grades(self, home: Household) -> frozenset[tuple[int, int]]:
        """(caller's place, weight of the wishes) for those with a wish; weight -1 for those who won't call."""
        found: dict[int, int] = {}
        for weight, places in (
            (LAST_YEAR, {self.of_caller[s.former] for s in home.seats if s.former in self.of_caller}),
            (LANGUAGE, self.naming(self.of_language, (s.languages for s in home.seats))),
            (PLACE, self.naming(self.of_club, (s.clubs for s in home.seats)) | self.near(home)),
        ):
            for place in places:
                found[place] = found.get(place, 0) + weight
        avoiding = (self.of_avoided.get(seat.member, ()) for seat in home.seats) if self.of_avoided else ()
        return frozenset((found | {place: -1 for places in avoiding for place in places}).items())

    @staticmethod
    def naming(turned_around: Mapping[Hashable, list[int]], named: Iterable[frozenset[Any]]) -> set[int]:
        if not turned_around:
            return set()
        return {place for keys in named for key in keys for place in turned_around.get(key, ())}

    def near(self, home: Household) -> set[int]:
        if not self.has_areas:
            return set()
        return {place for seat in home.seats for place in self.near_to(seat.town, seat.area[0])}

    def near_to(self, town: str, postcode: str) -> frozenset[int]:
        """Asked once for each place, not for each member."""
        if (town, postcode) not in self.in_area:
            name = search_key(town)
            self.in_area[(town, postcode)] = frozenset(
                place
                for place, desk in enumerate(self.desks)
                if name in desk.towns or (desk.postcodes and postcode.startswith(desk.postcodes))
            )
        return self.in_area[(town, postcode)]


def turned(named: Iterable[frozenset[Any]]) -> dict[Hashable, list[int]]:
    """Who names each key: the places of the callers, by key."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, keys in enumerate(named):
        for key in keys:
            found[key].append(place)
    return dict(found)


def plan(
    seats: Iterable[Seat], desks: Sequence[Desk], *, only: frozenset[int] | None = None
) -> dict[int, int]:
    """Which list each call without one comes to; ``only`` these, or all of them. Who is not in it stays in the pool.

    ``seats`` are all waiting calls of the round, so that a joiner comes to the list of their household.
    """
    place_of = {desk.call_list: place for place, desk in enumerate(desks)}
    loads: Counter[int] = Counter()
    follow: dict[int, int] = {}
    free: list[tuple[Household, list[int]]] = []
    for home in households(seats):
        wanted = [s.call for s in home.seats if s.call_list is None and (only is None or s.call in only)]
        place = place_of.get(home.call_list) if home.call_list is not None else None
        if place is not None:
            loads[place] += 1
        if place is not None and not any(seat.member in desks[place].avoided for seat in home.seats):
            follow |= dict.fromkeys(wanted, desks[place].call_list)
        elif wanted:
            free.append((home, wanted))
    table_loads = [loads[place] for place in range(len(desks))]
    for wanted, place in shared(free, desks, table_loads):
        follow |= dict.fromkeys(wanted, desks[place].call_list)
    return follow


def shared(
    free: Sequence[tuple[Household, list[int]]], desks: Sequence[Desk], loads: list[int]
) -> Iterator[tuple[list[int], int]]:
    """Each household's calls with the caller's place, neighbours after each other on the same list."""
    wishes = Wishes(desks)
    alike: dict[frozenset[tuple[int, int]], list[list[int]]] = defaultdict(list)
    for home, wanted in free:
        alike[wishes.grades(home)].append(wanted)
    kinds = [Kind(all_grades(grades, len(desks)), len(homes)) for grades, homes in alike.items()]
    even_out(Table(loads, rooms(desks, loads), kinds))
    for kind, homes in zip(kinds, alike.values(), strict=True):
        following = iter(homes)
        for place in sorted(kind.holders()):
            for _ in range(kind.given[place]):
                yield next(following), place


def taking(desk: Desk, more: int, seats: Iterable[Seat]) -> Desk:
    """The desk with room for so many households more than it has, if it takes that many."""
    load = sum(home.call_list == desk.call_list for home in households(seats))
    return replace(desk, takes=load + more if desk.takes is None else min(desk.takes, load + more))


def rooms(desks: Sequence[Desk], loads: Sequence[int]) -> list[int]:
    takes = [UNLIMITED if desk.takes is None else desk.takes for desk in desks]
    return [max(most - load, 0) for most, load in zip(takes, loads, strict=True)]


def all_grades(known: frozenset[tuple[int, int]], desks: int) -> dict[int, int]:
    grades = dict.fromkeys(range(desks), 0) | dict(known)
    return {place: grade for place, grade in grades.items() if grade >= 0}
