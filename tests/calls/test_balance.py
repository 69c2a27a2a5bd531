"""Sharing out beside a slow, plain way: every household by itself, every move tried."""

from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.balance import UNLIMITED, Kind, Table, even_out, quotas
from calls.sharing import LAST_YEAR, Desk, Household, Seat, households, plan

# Callers 1 to 4 with the lists 101 to 104.
CALLERS = st.integers(1, 4)
TOWNS = ("Ryd", "Lambohov", "Skäggetorp")


@st.composite
def seats(draw: Callable[..., object]) -> list[Seat]:
    """Members in a few streets with a few numbers, so that there are couples and families among them."""
    people = st.tuples(
        st.integers(0, 5),  # the street
        st.integers(0, 3),  # the number
        st.none() | CALLERS,  # who called last year
        st.frozensets(st.integers(1, 3), max_size=2),  # clubs
        st.sampled_from(TOWNS),
    )
    rows: list[tuple[int, int, int | None, frozenset[int], str]] = draw(st.lists(people, max_size=25))  # type: ignore[assignment]
    return [
        Seat(500 + key, None, f"Gatan {street}", "582 22", (str(number),), town, key, former, clubs)
        for key, (street, number, former, clubs, town) in enumerate(rows)
    ]


def desk_for(takes: st.SearchStrategy[int | None], caller: int) -> st.SearchStrategy[Desk]:
    return st.builds(
        Desk,
        st.just(100 + caller),
        st.just(caller),
        takes=takes,
        clubs=st.frozensets(st.integers(1, 3), max_size=2),
        towns=st.frozensets(st.sampled_from([town.casefold() for town in TOWNS]), max_size=2),
        avoided=st.frozensets(st.integers(0, 24), max_size=5),
    )


def some_desks(takes: st.SearchStrategy[int | None]) -> st.SearchStrategy[list[Desk]]:
    every = st.tuples(*(desk_for(takes, caller) for caller in range(1, 5)))
    return st.tuples(every, st.integers(1, 4)).map(lambda drawn: list(drawn[0][: drawn[1]]))


LIMITED = some_desks(st.none() | st.integers(0, 8))
UNLIMITED_DESKS = some_desks(st.none())


def grade(home: Household, desk: Desk) -> int | None:
    """The plain way to say what a household and a caller are to each other; None: won't call."""
    if any(seat.member in desk.avoided for seat in home.seats):
        return None
    former = any(seat.former == desk.caller for seat in home.seats)
    near = any(seat.clubs & desk.clubs or seat.town.casefold() in desk.towns for seat in home.seats)
    return LAST_YEAR * former + near


class Shared:
    """A finished sharing: each household with the place of its caller, or with nobody."""

    def __init__(self, seats: list[Seat], desks: list[Desk]) -> None:
        self.lists, self.desks, self.homes = plan(seats, desks), desks, households(seats)
        place = {desk.call_list: number for number, desk in enumerate(desks)}
        self.of_home = [{self.lists.get(seat.call) for seat in home.seats} for home in self.homes]
        self.places = [place.get(next(iter(where)) or 0) for where in self.of_home]
        self.loads = Counter(self.places)

    def room(self, place: int) -> bool:
        takes = self.desks[place].takes
        return takes is None or self.loads[place] < takes


@given(seats(), LIMITED)
def test_a_household_is_on_one_list_or_on_none(members: list[Seat], desks: list[Desk]) -> None:
    assert all(len(where) == 1 for where in Shared(members, desks).of_home)


@given(seats(), LIMITED)
def test_nobody_gets_whom_they_avoid(members: list[Seat], desks: list[Desk]) -> None:
    done = Shared(members, desks)
    pairs = [
        (home, done.desks[place])
        for home, place in zip(done.homes, done.places, strict=True)
        if place is not None
    ]
    assert [home for home, desk in pairs if grade(home, desk) is None] == []


@given(seats(), LIMITED)
def test_nobody_gets_more_than_they_take(members: list[Seat], desks: list[Desk]) -> None:
    done = Shared(members, desks)
    takes = [desk.takes for desk in desks]
    assert all(most is None or done.loads[place] <= most for place, most in enumerate(takes))


def most_that_can_be_shared(homes: list[Household], desks: list[Desk]) -> int:
    """Each household by itself, and whoever is in the way changes to another caller (augmenting paths)."""
    seats_at = [[] for _ in desks]  # type: list[list[int]]

    def find(home: int, tried: set[int]) -> bool:
        for place, desk in enumerate(desks):
            if place in tried or grade(homes[home], desk) is None:
                continue
            tried.add(place)
            if desk.takes is None or len(seats_at[place]) < desk.takes:
                seats_at[place].append(home)
                return True
            for other in seats_at[place]:
                if find(other, tried):
                    seats_at[place].remove(other)
                    seats_at[place].append(home)
                    return True
        return False

    return sum(find(home, set()) for home in range(len(homes)))


@given(seats(), LIMITED)
def test_as_many_are_shared_out_as_can_be(members: list[Seat], desks: list[Desk]) -> None:
    done = Shared(members, desks)
    placed = sum(place is not None for place in done.places)
    assert placed == most_that_can_be_shared(done.homes, desks)


@given(seats(), LIMITED)
def test_no_move_would_meet_more_wishes_or_even_out(members: list[Seat], desks: list[Desk]) -> None:
    done = Shared(members, desks)
    better = []
    for (home, here), there in product(zip(done.homes, done.places, strict=True), range(len(desks))):
        if here is None or here == there or not done.room(there):
            continue
        before, after = grade(home, desks[here]), grade(home, desks[there])
        assert before is not None
        shorter = done.loads[there] + 1 < done.loads[here]
        if after is not None and (after > before or (after == before and shorter)):
            better.append((home, here, there))
    assert better == []


@given(seats(), LIMITED)
def test_two_callers_alike_differ_by_one_household_at_most(members: list[Seat], desks: list[Desk]) -> None:
    """The issue's own sentence: equal capacity, the same eligible people."""
    done = Shared(members, desks)
    for one, other in product(range(len(desks)), repeat=2):
        alike = desks[one].takes == desks[other].takes and all(
            grade(home, desks[one]) == grade(home, desks[other]) for home in done.homes
        )
        assert not alike or abs(done.loads[one] - done.loads[other]) <= 1


@given(seats(), UNLIMITED_DESKS)
def test_last_years_caller_calls_again(members: list[Seat], desks: list[Desk]) -> None:
    done = Shared(members, desks)
    for home, place in zip(done.homes, done.places, strict=True):
        former = [number for number, desk in enumerate(desks) if (grade(home, desk) or 0) >= LAST_YEAR]
        assert not former or place in former


@given(seats(), some_desks(st.integers(0, 4)))
def test_who_is_left_over_is_left_for_want_of_room(members: list[Seat], desks: list[Desk]) -> None:
    done = Shared(members, desks)
    for home, place in zip(done.homes, done.places, strict=True):
        may = [number for number, desk in enumerate(desks) if grade(home, desk) is not None]
        assert place is not None or not any(done.room(number) for number in may)


@given(seats(), LIMITED)
def test_the_same_is_shared_out_the_same_way(members: list[Seat], desks: list[Desk]) -> None:
    assert plan(members, desks) == plan(list(members), list(desks))


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=6),
    st.lists(st.integers(0, 20), min_size=6, max_size=6),
    st.integers(0, 100),
)
def test_quotas_are_as_giving_one_at_a_time(loads: list[int], rooms: list[int], number: int) -> None:
    """The plain way: the next one goes to the shortest list that has room."""
    rooms = rooms[: len(loads)]
    now = list(loads)
    for _ in range(number):
        open_ones = [place for place in range(len(loads)) if now[place] - loads[place] < rooms[place]]
        if open_ones:
            now[min(open_ones, key=lambda place: (now[place], place))] += 1
    expected = [after - before for before, after in zip(loads, now, strict=True)]
    assert quotas(loads, number, rooms) == expected


def table(*kinds: Kind, rooms: list[int]) -> Table:
    return Table([0] * len(rooms), rooms, kinds)


def test_one_who_is_left_over_gets_room_through_a_chain() -> None:
    """The first caller alone calls the second kind, so the first kind moves on to the second, and so on."""
    anyone, not_third, first_only = Kind({0: 0, 1: 0, 2: 0}, 1), Kind({0: 0, 1: 0}, 1), Kind({0: 1}, 1)
    even_out(table(anyone, not_third, first_only, rooms=[1, 1, 1]))
    assert [kind.left for kind in (anyone, not_third, first_only)] == [0, 0, 0]
    assert [kind.holders() for kind in (first_only, not_third, anyone)] == [[0], [1], [2]]


def test_a_wish_gives_way_to_somebody_who_would_not_be_called_at_all() -> None:
    wished, lonely = Kind({0: 4, 1: 0}, 1), Kind({0: 0}, 1)
    even_out(table(wished, lonely, rooms=[1, 1]))
    assert (wished.holders(), lonely.holders()) == ([1], [0])


@pytest.mark.parametrize("number", [0, 1, 7, UNLIMITED])
def test_without_room_all_are_left(number: int) -> None:
    kind = Kind({0: 0, 1: 4}, number)
    even_out(table(kind, rooms=[0, 0]))
    assert (kind.left, kind.holders()) == (number, [])


def test_many_are_shared_out_as_fast_as_few() -> None:
    kind = Kind(dict.fromkeys(range(3), 0), 900_000)
    even_out(table(kind, rooms=[UNLIMITED] * 3))
    assert kind.given == dict.fromkeys(range(3), 300_000)
