"""Sharing out, as pure reckoning."""

from hypothesis import given
from hypothesis import strategies as st

from calls.balance import quotas
from calls.sharing import Desk, Seat, households, plan


def seat(call: int, *, home: str = "", number: str = "", call_list: int | None = None) -> Seat:
    return Seat(call, call_list, home, "582 22", (number,) if number else ())


def desks(*lists: int) -> list[Desk]:
    return [Desk(key) for key in lists]


def test_the_same_number_at_the_same_address_is_one_household() -> None:
    seats = [seat(1, home="Gatan 1", number="1"), seat(2, home="gatan  1", number="1")]
    assert [[s.call for s in home.seats] for home in households(seats)] == [[1, 2]]


def test_the_same_number_elsewhere_is_not() -> None:
    seats = [seat(1, home="Gatan 1", number="1"), seat(2, home="Gatan 2", number="1")]
    assert len(households(seats)) == 2


def test_without_an_address_nobody_shares_a_home() -> None:
    assert len(households([seat(1, number="1"), seat(2, number="1")])) == 2


def test_a_third_number_joins_two_who_were_apart() -> None:
    one = Seat(1, None, "Gatan 1", "1", ("a",))
    two = Seat(2, None, "Gatan 1", "1", ("b",))
    both = Seat(3, None, "Gatan 1", "1", ("a", "b"))
    assert [sorted(s.call for s in home.seats) for home in households([one, two, both])] == [[1, 2, 3]]


def test_neighbours_come_to_the_same_list() -> None:
    seats = [seat(number, home=f"Gatan {number % 2}", number=str(number)) for number in range(8)]
    lists = plan(seats, desks(10, 20))
    assert {lists[call] for call in (0, 2, 4, 6)} == {10}
    assert {lists[call] for call in (1, 3, 5, 7)} == {20}


def test_only_the_named_calls_are_shared() -> None:
    assert plan([seat(1), seat(2)], desks(10), only=frozenset({2})) == {2: 10}


def test_without_lists_nothing_is_shared() -> None:
    assert plan([seat(1)], []) == {}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(0, 100))
def test_quotas_give_out_all_and_even_out_what_they_can(loads: list[int], number: int) -> None:
    given_out = quotas(loads, number)
    after = [load + more for load, more in zip(loads, given_out, strict=True)]
    assert sum(given_out) == number
    served = [total for total, more in zip(after, given_out, strict=True) if more]
    assert not served or max(served) - min(after) <= 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40), st.integers(1, 6))
def test_lists_differ_by_at_most_one_household(homes: list[tuple[int, int]], callers: int) -> None:
    seats = [
        seat(call, home=f"Gatan {street}", number=str(number)) for call, (street, number) in enumerate(homes)
    ]
    keys = [100 + number for number in range(callers)]
    lists = plan(seats, desks(*keys))
    assert set(lists) == {s.call for s in seats}
    of_home = [{lists[s.call] for s in home.seats} for home in households(seats)]
    assert all(len(where) == 1 for where in of_home)
    lengths = [sum(key in where for where in of_home) for key in keys]
    assert max(lengths) - min(lengths) <= 1
