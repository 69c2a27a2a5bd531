"""From when a person of a roster counts as a member."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rosters.periods import learnt_on, starts_on
from tests.rosters.files import NOVEMBER, OCTOBER, SEPTEMBER
from tests.rosters.plans import terms

FIRST = terms(last=None, last_full=None)
LATER = terms()
LONG_AGO = date(1987, 4, 1)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("joined", "start"),
    [
        (LONG_AGO, LONG_AGO),
        (OCTOBER, OCTOBER),
        (date(2026, 11, 1), OCTOBER),  # a day after the roster was printed can't be right
        (None, OCTOBER),
    ],
)
def test_in_the_first_roster_everybody_counts_since_they_joined(joined: date | None, start: date) -> None:
    assert starts_on(joined, FIRST) == start


@pytest.mark.parametrize(
    ("joined", "start"),
    [
        (date(2026, 10, 1), date(2026, 10, 1)),
        (OCTOBER, OCTOBER),
        (SEPTEMBER, OCTOBER),  # the board has seen the figures of that day
        (LONG_AGO, OCTOBER),
        (NOVEMBER, OCTOBER),
        (None, OCTOBER),
    ],
)
def test_later_only_a_join_date_since_the_last_full_roster_is_believed(
    joined: date | None, start: date
) -> None:
    assert starts_on(joined, LATER) == start


def test_an_older_roster_adds_nobody_before_the_newest_one() -> None:
    assert starts_on(None, terms(SEPTEMBER, last=OCTOBER, last_full=OCTOBER)) == OCTOBER


def test_parts_of_a_roster_leave_join_dates_believable() -> None:
    assert starts_on(LONG_AGO, terms(last=SEPTEMBER, last_full=None)) == LONG_AGO


@pytest.mark.parametrize(
    ("ended", "start"), [(date(2026, 10, 20), date(2026, 10, 20)), (SEPTEMBER, date(2026, 10, 1))]
)
def test_a_new_period_never_begins_before_the_old_one_ended(ended: date, start: date) -> None:
    assert starts_on(date(2026, 10, 1), LATER, not_before=ended) == start


@given(joined=st.none() | days, on=days, last=days)
def test_no_later_roster_moves_a_figure_of_before_the_last_full_one(
    joined: date | None, on: date, last: date
) -> None:
    start = starts_on(joined, terms(on, last=last, last_full=last))
    assert start >= last
    assert start <= max(on, last)


@given(joined=st.none() | days, on=days)
def test_nobody_counts_from_a_day_after_the_first_roster(joined: date | None, on: date) -> None:
    assert starts_on(joined, terms(on, last=None, last_full=None)) == min(joined or on, on)


def test_the_first_rosters_members_have_been_known_all_along() -> None:
    assert learnt_on(LONG_AGO, FIRST) == LONG_AGO


def test_later_members_are_known_from_the_roster_that_brought_them() -> None:
    assert learnt_on(date(2026, 10, 12), LATER) == OCTOBER


def test_nobody_is_known_before_their_membership_begins() -> None:
    assert learnt_on(NOVEMBER, terms(OCTOBER)) == NOVEMBER
