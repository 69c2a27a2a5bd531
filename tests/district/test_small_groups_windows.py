"""What districts and the party are told of all months together, read on several days, tells of no group of 1-4.

Two ways. Each cell is how far two counts can be from each other: who had joined by one day and by another, who had
left by then. Followed to the end, all cells of all months leave no group of 1-4 a single number. And what is told
could be true as it stands: branches in which people join and leave five at a time, where no such group is, give the
same pages.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.district import comparing
from crm.district.coarse import Cell, between, coarse, fives, part_of
from crm.district.comparing import FIGURES, Line
from crm.figures.months import last_of_month, months_back, months_between
from crm.figures.small_groups import SMALLEST
from crm.people.models import Branch, District, Member, Membership
from tests.board.reckoning import Differences, told_exactly
from tests.district.making import LONG_AGO, make_branch, make_district, set_goal

SINCE, ON = date(2023, 1, 1), date(2026, 6, 30)
ENDS = [last_of_month(month) for month in months_between(SINCE, ON)]
SIZES = (65, 600)
SHARED = {"goal": True, "members": True}
SEEDS = range(3)
Days = tuple[list[date], list[date]]  # on which somebody joined, and on which somebody left; in order
Count = tuple[str, date]  # who had joined, or left, by a day
Known = dict[tuple[Count, Count], tuple[float, float]]


def history(size: int, chance: Random) -> Days:
    """So many since long; a tenth comes in a year, and as many leave."""
    days = (ON - SINCE).days
    came = sorted(SINCE + timedelta(days=chance.randrange(days)) for _ in range(size * 35 // 100))
    left = sorted(SINCE + timedelta(days=chance.randrange(days)) for _ in range(size * 35 // 100))
    return [LONG_AGO] * size + came, left


def corrected(days: Days, chance: Random) -> Days:
    """A file that comes late: some have joined and left that nobody knew of, and one has not left."""
    came, left = days
    late = [SINCE + timedelta(days=chance.randrange(1200)) for _ in range(8)]
    return sorted([*came, *late[:5]]), sorted([*left[1:], *late[5:]])


def five_at_a_time(days: list[date]) -> list[date]:
    """Each when five have; who make no whole five have not yet."""
    return [days[place // SMALLEST * SMALLEST + SMALLEST - 1] for place in range(fives(len(days)))]


def fill(branch: Branch, days: Days) -> None:
    """Who came first leaves first."""
    branch.members.all().delete()
    came, left = days
    members = Member.objects.bulk_create(
        Member(branch=branch, member_number=f"{place}", name_sort=f"{place}", learnt_on=LONG_AGO)
        for place in range(len(came))
    )
    gone = [*left, *[None] * (len(came) - len(left))]
    Membership.objects.bulk_create(
        Membership(
            member=member,
            branch=branch,
            started_on=began,
            ended_on=ended,
            end_reason="left" if ended else "",
        )
        for member, began, ended in zip(members, came, gone, strict=True)
    )


@pytest.fixture
def district() -> District:
    """With a branch of each size."""
    found = make_district()
    for size, name in zip(SIZES, ("Liten", "Stor"), strict=True):
        set_goal(make_branch(found, 0, SHARED, name=name), size + 50)
    return found


def branches(district: District) -> list[Branch]:
    return sorted(Branch.objects.filter(district=district), key=lambda branch: branch.name)


def pages(district: District) -> list[tuple[list[Line], list[Line]]]:
    """All that the district's and the party's readers are told, of all months' ends."""
    return [
        (
            [*(own := comparing.of_district(district, on)).lines, own.total],
            [*comparing.of_party(on, elsewhere="-", url_of=str).lines],
        )
        for on in ENDS
    ]


def by(days: list[date], on: date) -> int:
    """How many by then."""
    return bisect_right(days, on)


def a_year_before(on: date) -> date:
    return months_back(on, 11) - timedelta(days=1)


def groups() -> Iterator[tuple[Count, Count]]:
    """Who joined and who left in one month or more, up to a year."""
    ends = [a_year_before(ENDS[0]), *ENDS]
    for kind, (place, first) in product(("joined", "left"), enumerate(ends)):
        for last in ends[place + 1 : place + 13]:
            yield (kind, last), (kind, first)


def true_numbers(days: Days) -> dict[tuple[Count, Count], int]:
    of = dict(zip(("joined", "left"), days, strict=True))
    return {(one, other): by(of[one[0]], one[1]) - by(of[one[0]], other[1]) for one, other in groups()}


def small(days: Days) -> list[tuple[Count, Count]]:
    return [group for group, number in true_numbers(days).items() if 0 < number < SMALLEST]


def known_from(told: Callable[[date], tuple[tuple[int, int], ...]]) -> Known:
    """Between which numbers members, who joined and who left in a year are, of all months; and that counts grow."""
    known: Known = {}
    for on in ENDS:
        before = a_year_before(on)
        pairs = (
            (("joined", on), ("left", on)),
            (("joined", on), ("joined", before)),
            (("left", on), ("left", before)),
        )
        known |= dict(zip(pairs, told(on), strict=True))
    days = sorted({day for pair in known for _kind, day in pair})
    for kind, (earlier, later) in product(("joined", "left"), pairwise(days)):
        known[(kind, later), (kind, earlier)] = (0, inf)
    return known


def reckoned(found: Differences, days: Days) -> list[tuple[Count, Count]]:
    """The groups of 1-4 that can be no other number."""
    numbers = true_numbers(days)
    assert [group for group, number in numbers.items() if not fits(number, found.between(*group))] == []
    return [group for group in small(days) if len(set(found.between(*group))) == 1]


def fits(number: int, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]


def within_four(cell: Cell) -> tuple[int, int]:
    number = cell.number or 0
    return (0, 4) if cell.few else (number - 4, number + 4)


def within_two(cell: Cell) -> tuple[int, int]:
    number = cell.number or 0
    return (0, 4) if cell.few else (max(number - 2, SMALLEST), number + 2)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_all_months_together_leave_no_group_of_one_to_four_a_single_number(
    district: District, seed: int
) -> None:
    histories = [history(size, Random(f"{size} {seed}")) for size in SIZES]
    for branch, days in zip(branches(district), histories, strict=True):
        fill(branch, days)
    told = pages(district)
    for place, days in enumerate(histories):
        cells = {on: bounds_of(own[place]) for on, (own, _party) in zip(ENDS, told, strict=True)}
        assert len(small(days)) > 20
        assert reckoned(Differences(known_from(cells.__getitem__)), days) == []


def bounds_of(line: Line) -> tuple[tuple[int, int], ...]:
    return tuple(within_four(line.cells[name]) for name in ("members", "joined_12_months", "left_12_months"))


def test_each_told_to_the_nearest_five_they_could_be_reckoned() -> None:
    """Four who join and five who leave each year: of a hundred and two that is the one answer after four years."""
    joined = [LONG_AGO] * 102 + [date(year, 2, 10) for year in range(2023, 2027) for _ in range(4)]
    left = [date(year, 8, 10) for year in range(2022, 2026) for _ in range(5)]

    def nearest(on: date) -> tuple[tuple[int, int], ...]:
        before = a_year_before(on)
        numbers = (
            by(joined, on) - by(left, on),
            by(joined, on) - by(joined, before),
            by(left, on) - by(left, before),
        )
        return tuple(within_two(coarse(number)) for number in numbers)

    assert reckoned(Differences(known_from(nearest)), (joined, left))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_where_people_join_and_leave_five_at_a_time_the_pages_are_the_same_on_every_day(
    district: District, seed: int
) -> None:
    """Before a late file and after it: so neither page, nor what has changed between them, tells of fewer."""
    chance = Random(f"days {seed}")
    first = [history(size, chance) for size in SIZES]
    for histories in (first, [corrected(days, chance) for days in first]):
        by_fives: list[Days] = [(five_at_a_time(came), five_at_a_time(left)) for came, left in histories]
        told = []
        for worlds in (histories, by_fives):
            for branch, days in zip(branches(district), worlds, strict=True):
                fill(branch, days)
            told.append(pages(district))
        assert [len(small(days)) > 20 for days in histories] == [True, True]
        assert [small(days) for days in by_fives] == [[], []]
        assert told[0] == told[1]


@st.composite
def branch_years(draw: st.DrawFn) -> dict[str, int | None]:
    """The figures of a branch: any that can be."""

    def up_to(number: int) -> int:
        return draw(st.integers(min_value=0, max_value=number))

    ever = up_to(700)
    gone, joined = up_to(ever), up_to(ever)
    left = up_to(gone)
    of = ever - gone + up_to(left)
    reached, joiners = up_to(of), up_to(200)
    return {
        "joined_ever": ever,
        "members": ever - gone,
        "joined_12_months": joined,
        "left_12_months": left,
        "calls_of": of,
        "calls_attempted": draw(st.integers(min_value=reached, max_value=of)),
        "calls_reached": reached,
        "calls_kept": draw(st.integers(min_value=reached, max_value=of)),
        "joiners": joiners,
        "joiners_kept": up_to(joiners),
        "intro_attended": up_to(200),
    }


@given(branch_years())
def test_what_is_told_could_be_true_as_it_stands(values: dict[str, int]) -> None:
    """Told again, it is told the same; and in it nobody is less than five people."""
    cells = comparing.cells_of(values)
    told = {name: cells[name].number or 0 for name in values if name in cells}
    told["joined_ever"] = fives(values["joined_ever"])
    again = comparing.cells_of(told)
    assert {name: again[name] for name in told if name in again} == {
        name: cells[name] for name in told if name in cells
    }
    assert [number for number in told.values() if number % SMALLEST] == []
    assert max(told[name] for name in FIGURES["calls"]) == told["calls_of"]
    assert told["joiners_kept"] <= told["joiners"]


def years_of_joiners() -> Iterator[tuple[Hashable, dict[str, int]]]:
    """What is told, in one year, of who joined, and of those who had not been members before, and who stayed."""
    for start, came_back, joiners in product(range(SMALLEST), range(20), range(20)):
        joined = between(start + joiners + came_back, start)
        for stayed in range(joiners + 1):
            page = (joined, coarse(joiners), part_of(coarse(stayed), coarse(joiners)))
            yield (
                page,
                {
                    "joined": joiners + came_back,
                    "joiners": joiners,
                    "stayed": stayed,
                    "left": joiners - stayed,
                    "came back": came_back,
                },
            )


def test_who_of_a_year_stayed_and_who_left_cannot_be_reckoned() -> None:
    assert told_exactly(years_of_joiners()) == []
