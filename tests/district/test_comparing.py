"""Branches side by side: the right numbers in the right cells, of who shares them, in one pass."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.district import comparing
from crm.district.coarse import FEW, NOT_SHARED, UNKNOWN, Cell, coarse, exact
from crm.district.comparing import Line, Page
from crm.figures import reading
from crm.people.models import District
from tests.board.making import applied_roster
from tests.district.making import ALL, NOTHING, ON, add_periods, make_branch, make_district, set_goal, share

pytestmark = pytest.mark.django_db
# The last twelve months until ON, and the last year but one that is over.
LATELY, BEFORE = date(2026, 3, 1), date(2024, 3, 1)
# Told of counts that only grow.
IN_FIVES = {"members", "joined_12_months", "left_12_months", "calls_of"}


@pytest.fixture
def district() -> District:
    return make_district()


def only_line(page: Page) -> Line:
    (line,) = page.lines
    return line


def test_members_goal_and_pace(district: District) -> None:
    branch = make_branch(district, 600, ALL)
    add_periods(branch, 48, LATELY)
    add_periods(branch, 12, date(2020, 1, 1), LATELY)
    set_goal(branch, 1000)
    line = only_line(comparing.of_district(district, ON))
    cells = [line.cells[name] for name in ("members", "goal", "joined_12_months", "left_12_months")]
    assert cells == [Cell(650), Cell(1000), Cell(50), Cell(10)]
    assert (line.share_of_goal, line.by_date, line.now) == (65, date(2027, 12, 31), 4)
    # 350 to go in 14 months, and ten a year who leave.
    assert line.cells["needed"] == Cell(26)


@pytest.mark.parametrize(
    ("wanted", "by_date", "needed"),
    [
        (600, date(2027, 12, 31), None),
        (700, ON, None),
        (700, date(2020, 1, 1), None),
        (700, date(2026, 11, 1), 100),
        (700, date(2027, 10, 31), 9),
    ],
)
def test_what_it_takes(district: District, wanted: int, by_date: date, needed: int | None) -> None:
    branch = make_branch(district, 600, ALL)
    set_goal(branch, wanted, by_date)
    assert only_line(comparing.of_district(district, ON)).cells["needed"].number == needed


def test_who_stays(district: District) -> None:
    branch = make_branch(district, 100, ALL)
    applied_roster(branch, date(2022, 1, 1))
    add_periods(branch, 15, BEFORE)
    add_periods(branch, 5, BEFORE, date(2025, 3, 1))
    line = only_line(comparing.of_district(district, ON))
    assert (line.cells["joiners"], line.cells["joiners_kept"], line.stayed) == (Cell(20), Cell(15), 75)


@pytest.mark.parametrize(("joined", "kept", "share"), [(20, 17, 75), (12, 9, None), (24, 24, 95)])
def test_who_stays_of_few_is_no_share(joined: int, kept: int, share: int | None) -> None:
    """In fives nine of twelve would be all."""
    cells = comparing.cells_of({"joiners": joined, "joiners_kept": kept})
    told = comparing.Line(name="", cells={name: cells[name] for name in ("joiners", "joiners_kept")})
    assert told.stayed == share


def test_few_are_hidden_and_what_is_not_known_is_not_nought(district: District) -> None:
    make_branch(district, 3, ALL)
    line = only_line(comparing.of_district(district, ON))
    assert (line.cells["members"], line.cells["left_12_months"]) == (FEW, FEW)
    assert (line.cells["calls_of"], line.cells["goal"], line.cells["roster_age"]) == (UNKNOWN,) * 3
    assert (line.reached, line.stayed, line.now, line.share_of_goal) == (None,) * 4


@pytest.mark.parametrize("part", comparing.FIGURES)
def test_a_branch_shares_one_part_alone(district: District, part: str) -> None:
    set_goal(make_branch(district, 100, {part: True}), 200)
    line = only_line(comparing.of_district(district, ON))
    told = {name for name in comparing.NAMES if line.cells[name].shared}
    assert told == set(comparing.FIGURES[part])
    assert (line.shares, line.share_of_goal, line.cells["needed"]) == (True, None, NOT_SHARED)


def test_without_a_decision_nothing_is_shared(district: District) -> None:
    make_branch(district)
    page = comparing.of_district(district, ON)
    assert (page.is_empty, only_line(page).shares) == (True, False)
    assert set(only_line(page).cells.values()) == {NOT_SHARED}


def test_the_latest_decision_holds_for_every_day(district: District) -> None:
    branch = make_branch(district, 100, ALL)
    share(branch)
    assert comparing.of_district(district, ON).is_empty
    assert comparing.of_district(district, date(2020, 12, 31)).is_empty


def test_together_only_those_who_share(district: District) -> None:
    set_goal(make_branch(district, 100, ALL), 200)
    set_goal(make_branch(district, 50, {"members": True}), 300)
    make_branch(district, 1000)
    total = comparing.of_district(district, ON).total
    assert (total.sharing, total.of) == (2, 3)
    assert (total.cells["members"], total.cells["goal"]) == (Cell(150), Cell(200))
    assert total.share_of_goal == 50


def test_the_goals_date_is_told_together_when_all_have_the_same(district: District) -> None:
    for by_date in (date(2026, 12, 31), date(2026, 12, 31)):
        set_goal(make_branch(district, 10, ALL), 20, by_date)
    assert comparing.of_district(district, ON).total.by_date == date(2026, 12, 31)
    set_goal(make_branch(district, 10, ALL), 20, date(2027, 12, 31))
    assert comparing.of_district(district, ON).total.by_date is None


def test_each_cell_is_the_registered_figure(district: District) -> None:
    branch = make_branch(district, 137, ALL)
    add_periods(branch, 22, LATELY)
    applied_roster(branch, date(2022, 1, 1))
    line = only_line(comparing.of_district(district, ON))
    for part, names in comparing.FIGURES.items():
        read = reading.read(branch, date(2025, 12, 31) if part == "kept" else ON, names)
        for name in set(names) - IN_FIVES:
            tell = exact if name in comparing.EXACT else coarse
            assert line.cells[name] == tell(read[name].value)


@pytest.mark.parametrize(
    ("joined", "left", "cells"),
    [
        (0, 0, (Cell(100), FEW, FEW)),
        (4, 4, (Cell(100), FEW, FEW)),
        (5, 4, (Cell(105), Cell(5), FEW)),
        (9, 5, (Cell(100), Cell(5), Cell(5))),
    ],
)
def test_members_joined_and_left_are_told_of_whole_fives(
    district: District, joined: int, left: int, cells: tuple[Cell, ...]
) -> None:
    branch = make_branch(district, 100 - left, ALL)
    add_periods(branch, left, date(2020, 1, 1), LATELY)
    add_periods(branch, joined, LATELY)
    line = only_line(comparing.of_district(district, ON))
    assert tuple(line.cells[name] for name in ("members", "joined_12_months", "left_12_months")) == cells


@pytest.mark.parametrize("on", [date(2026, 1, 31), date(2026, 7, 31), date(2026, 11, 30)])
def test_who_stays_says_the_same_all_the_year(district: District, on: date) -> None:
    branch = make_branch(district, 100, ALL)
    applied_roster(branch, date(2022, 1, 1))
    add_periods(branch, 10, date(2024, 1, 1))
    add_periods(branch, 10, date(2024, 12, 31), date(2025, 12, 31))
    add_periods(branch, 10, date(2024, 6, 1), date(2026, 1, 1))
    add_periods(branch, 10, date(2025, 1, 1), date(2025, 2, 1))
    line = only_line(comparing.of_district(district, on))
    assert (line.cells["joiners"], line.cells["joiners_kept"], line.stayed) == (Cell(30), Cell(20), 65)


def test_who_stayed_of_hidden_groups_is_not_told_together(district: District) -> None:
    """Two of four beside fifteen of twenty: hidden, both would count as two in either sum."""
    for kept, left in ((15, 5), (0, 4), (0, 4)):
        branch = make_branch(district, 100, ALL)
        applied_roster(branch, date(2022, 1, 1))
        add_periods(branch, kept, BEFORE)
        add_periods(branch, left, BEFORE, date(2025, 3, 1))
    total = comparing.of_district(district, ON).total
    assert (total.cells["joiners"], total.cells["joiners_kept"], total.stayed) == (Cell(20), Cell(15), 75)


@pytest.mark.parametrize(
    ("members", "share", "is_reached"), [(206, 100, True), (200, 99, False), (120, 60, False)]
)
def test_a_goal_is_reached_when_it_is_so_whatever_the_number_told_may_be(
    district: District, members: int, share: int, is_reached: bool
) -> None:
    set_goal(make_branch(district, members, ALL), 200, date(2027, 12, 31))
    line = only_line(comparing.of_district(district, ON))
    assert (line.share_of_goal, line.is_goal_reached) == (share, is_reached)


def test_the_party_by_districts(district: District) -> None:
    other = make_district("vastra", "Västra distriktet")
    for place, size in ((district, 100), (district, 60), (other, 40), (None, 20)):
        make_branch(place, size, ALL)
    make_branch(other, 500)
    page = comparing.of_party(ON, elsewhere="-", url_of=lambda found: found.slug)
    found = [
        (line.name, line.url, line.cells["members"].number, line.sharing, line.of) for line in page.lines
    ]
    assert sorted(found) == [
        ("-", "", 20, 1, 1),
        ("Västra distriktet", "vastra", 40, 1, 2),
        ("Östra distriktet", "ostra", 160, 2, 2),
    ]
    assert page.total.cells["members"] == Cell(220)


@pytest.mark.parametrize("silent", [0, 2, 7])
def test_the_party_says_of_a_district_what_its_own_page_says(district: District, silent: int) -> None:
    """Whether most branches share, or few."""
    for shared in (ALL, {"members": True, "calls": True}, *[NOTHING] * silent):
        set_goal(make_branch(district, 30, shared), 40)
    own = comparing.of_district(district, ON)
    whole = comparing.of_party(ON, elsewhere="-", url_of=lambda found: found.slug)
    assert only_line(whole).cells == own.total.cells
    assert own.total.cells["members"] == Cell(60)


def test_the_pass_asks_as_much_for_one_branch_as_for_thirty(district: District) -> None:
    asked = []
    for more in (1, 2, 27):
        for _ in range(more):
            set_goal(make_branch(district, 6, ALL), 10)
        with CaptureQueriesContext(connection) as queries:
            comparing.of_district(district, ON)
        asked.append(len(queries))
    assert asked[0] == asked[1] == asked[2] <= 15
    with CaptureQueriesContext(connection) as queries:
        comparing.of_party(ON, elsewhere="-", url_of=str)
    assert len(queries) <= 15
