from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm import units
from crm.board import overview as board
from crm.board.overview import Share
from crm.extensions import Figure
from crm.figures.reading import Reading
from crm.outbox import bounces
from crm.people.models import Branch, MembershipGoal
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 15)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create()


def test_members_now_beside_a_year_ago(branch: Branch) -> None:
    applied_roster(branch, date(2025, 1, 31))
    period(branch, date(2020, 1, 1))
    period(branch, date(2025, 12, 1))
    period(branch, date(2026, 1, 1))
    found = board.overview(branch, ON)
    assert (found.members, found.year_ago, found.change) == (3, 1, 2)


def test_a_year_before_the_first_roster_is_not_compared_with(branch: Branch) -> None:
    applied_roster(branch, date(2026, 1, 31))
    period(branch, date(2020, 1, 1))
    found = board.overview(branch, ON)
    assert (found.year_ago, found.change, found.year_sentence) == (None, None, "")


def test_the_bars_show_a_year_and_the_running_month(branch: Branch) -> None:
    period(branch, date(2025, 5, 31))  # the month before
    period(branch, date(2025, 6, 1))
    period(branch, date(2026, 6, 15))
    found = board.overview(branch, ON)
    assert (len(found.recent), found.came, found.left) == (13, 2, 0)
    assert (found.recent[0].first, found.running) == (date(2025, 6, 1), True)


def test_nobody_who_joins_later_is_counted(branch: Branch) -> None:
    period(branch, date(2026, 6, 16))
    assert board.overview(branch, ON).members == 0


def test_the_goal_of_the_day_is_the_one_that_held_then(branch: Branch) -> None:
    for year, wanted in ((2025, 500), (2026, 800)):
        MembershipGoal.objects.create(branch=branch, members_wanted=wanted, by_date=date(year, 12, 31))
    paces = [board.overview(branch, day).pace for day in (date(2025, 6, 1), ON)]
    assert [pace and pace.goal for pace in paces] == [500, 800]


def test_the_forecast_rests_on_whole_known_months(branch: Branch) -> None:
    MembershipGoal.objects.create(branch=branch, members_wanted=100, by_date=date(2026, 12, 31))
    applied_roster(branch, date(2026, 1, 31))
    for month in range(1, 7):
        period(branch, date(2026, month, 10))
    pace = board.overview(branch, ON).pace
    assert pace is not None
    assert (pace.came_per_month, pace.left_per_month, pace.to_go) == (1, 0, 94)


@pytest.mark.parametrize(("on", "age", "is_old"), [(ON, 15, False), (date(2026, 7, 31), 61, True)])
def test_the_age_of_the_roster_is_that_of_the_day_shown(
    branch: Branch, on: date, age: int, is_old: bool
) -> None:
    applied_roster(branch, date(2026, 5, 31))
    found = board.overview(branch, on)
    assert (found.roster_age, found.roster_is_old) == (age, is_old)


def test_a_branch_without_a_roster_has_an_old_one(branch: Branch) -> None:
    found = board.overview(branch, ON)
    assert (found.roster_age, found.roster_is_old) == (None, True)


def test_a_part_of_a_roster_makes_nothing_known(branch: Branch) -> None:
    applied_roster(branch, date(2026, 5, 31), is_full=False)
    assert board.overview(branch, ON).rosters.latest is None


def test_reasons_are_told_of_the_latest_year_of_whole_quarters(branch: Branch) -> None:
    for day, moved, left in ((date(2024, 5, 1), 6, 7), (date(2026, 2, 1), 8, 9), (date(2026, 4, 1), 5, 5)):
        for reason, number in (("moved", moved), ("left", left)):
            for _ in range(number):
                period(branch, date(2020, 1, 1), day, reason=reason)
    found = board.overview(branch, ON).leaving
    assert [number for _label, number in found.reasons] == [9, 8]
    assert (found.merged, found.is_hidden) == (None, False)
    assert (found.first, found.last) == (date(2024, 7, 1), date(2026, 3, 31))


def test_nobody_has_left_and_nothing_can_be_told_are_two_sentences(branch: Branch) -> None:
    empty = board.overview(branch, ON).leaving
    period(branch, date(2020, 1, 1), date(2026, 2, 1))
    hidden = board.overview(branch, ON).leaving
    assert (empty.is_hidden, hidden.is_hidden, empty.note == hidden.note) == (False, True, False)


def test_the_balance_is_of_the_quarters_told_even_when_they_lie_before_the_line(branch: Branch) -> None:
    for _ in range(6):
        period(branch, date(2020, 1, 1), date(2022, 2, 1), reason="moved")
        period(branch, date(2020, 1, 1), date(2022, 3, 1), reason="deceased")
    period(branch, date(2022, 1, 1))
    found = board.overview(branch, ON)
    told = found.balance
    assert (told.first, told.last, told.running) == (date(2022, 1, 1), date(2022, 3, 31), False)
    assert (told.opening, told.left, told.moved_out, told.deceased, told.closing) == (12, 0, 6, 6, 1)
    assert (len(found.months), found.months[-1].closing) == (25, 1)


def test_without_reasons_to_tell_the_balance_is_of_the_bars_months_and_tells_no_terms_apart(
    branch: Branch,
) -> None:
    period(branch, date(2020, 1, 1), date(2026, 2, 1), reason="moved")
    told = board.overview(branch, ON).balance
    assert (told.first, told.last, told.running) == (date(2025, 6, 1), ON, True)
    assert (told.left, told.moved_out, told.moved_in) == (1, None, None)


def test_one_who_died_is_not_told_apart(branch: Branch) -> None:
    period(branch, date(2020, 1, 1), date(2026, 2, 1), reason="deceased")
    found = board.overview(branch, ON).leaving
    assert (found.reasons, found.merged, found.is_hidden) == ([], None, True)


def not_asked(branch: Branch, on: date) -> None:
    raise AssertionError


def reading_of(**values: int | None) -> dict[str, Reading]:
    return {
        name: Reading(Figure(name, name, units.MEMBERS, "", not_asked), value)
        for name, value in values.items()
    }


def test_shares_of_the_calls_in_the_order_of_the_page() -> None:
    read = reading_of(calls_of=200, calls_attempted=100, calls_reached=80, calls_kept=90)
    found = [(share.number, share.percent) for share in board.calls(read)]
    assert found == [(80, 40), (100, 50), (90, 45)]


@pytest.mark.parametrize("read", [{}, reading_of(calls_of=None), reading_of(calls_of=0)])
def test_before_a_round_there_are_no_shares(read: dict[str, Reading]) -> None:
    assert board.calls(read) == []


def test_a_figure_that_nobody_has_registered_is_left_out() -> None:
    assert [share.number for share in board.calls(reading_of(calls_of=10, calls_reached=5))] == [5]


@pytest.mark.parametrize(
    ("number", "of", "percent"), [(1, 3, 33), (2, 3, 67), (0, 5, 0), (5, 5, 100), (1, 0, 0)]
)
def test_percent_is_whole(number: int, of: int, percent: int) -> None:
    assert Share("", number, of).percent == percent


def test_what_makes_the_figures_sound_is_told_of_today(branch: Branch) -> None:
    today = timezone.localdate()
    MemberFactory.create(branch=branch, phone="", email="ada@example.org")
    bounces.mark(branch=branch, address="ada@example.org", reason="5.1.1")
    told = {read.figure.name: read.value for read in board.overview(branch, today).sound}
    assert told == {
        "without_phone": 1,
        "without_email": 0,
        "addresses_bounced": 1,
        "corrections_unreported": 0,
    }
    assert board.overview(branch, today - timedelta(days=1)).sound == []
