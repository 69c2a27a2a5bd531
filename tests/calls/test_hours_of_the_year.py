"""The days on which nobody is called, beside the calendar as it is printed, and the moments around them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import hours
from calls.models import CallRules

SWEDEN = ZoneInfo("Europe/Stockholm")
NO_PAUSE = CallRules(pause_weeks="")
# From the almanac; Sundays are left out. Lagen (1989:253) om allmänna helgdagar, and the eves that are days off;
# the Friday after Ascension is a day off in practice.
RED = {
    2026: {1: [1, 6], 4: [3, 4, 6, 30], 5: [1, 14, 15], 6: [6, 19, 20], 10: [31], 12: [24, 25, 26, 31]},
    2027: {1: [1, 6], 3: [26, 27, 29], 4: [30], 5: [1, 6, 7], 6: [25, 26], 11: [6], 12: [24, 25, 31]},
}
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


def days(year: int) -> set[date]:
    return {date(year, month, day) for month, found in RED[year].items() for day in found}


@pytest.mark.parametrize("year", RED)
def test_nobody_is_called_on_a_day_off(year: int) -> None:
    called = {day for day in days(year) if hours.hours_of(day, NO_PAUSE) is not None}
    # Twelfth Night's eve and the like are working days; Easter eve is a Saturday on which people are away.
    assert called == set()


@pytest.mark.parametrize("year", RED)
def test_every_other_weekday_is_a_day_to_call(year: int) -> None:
    first = date(year, 1, 1)
    every = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    off = {day for day in every if hours.hours_of(day, NO_PAUSE) is None and day.weekday() != 6}
    assert off - days(year) <= {day for day in every if is_an_eve(day)}


def is_an_eve(day: date) -> bool:
    """The day before one that is off: what the almanac calls an eve."""
    return (day + timedelta(days=1)) in hours.red_days((day + timedelta(days=1)).year)


@pytest.mark.parametrize("number", range(0, 1096, 7))
def test_no_sunday_is_a_day_to_call(number: int) -> None:
    sunday = date(2026, 1, 4) + timedelta(days=number)
    assert (sunday.weekday(), hours.hours_of(sunday, NO_PAUSE)) == (6, None)


def by_the_minute(at: datetime) -> datetime:
    """The slow way: look at each minute until one is a calling time."""
    if hours.is_calling_time(at, NO_PAUSE):
        return at
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while not hours.is_calling_time(minute, NO_PAUSE):
        minute += timedelta(minutes=1)
    return minute


@given(MOMENTS)
def test_the_next_time_is_the_first_one(at: datetime) -> None:
    assert hours.next_calling_time(at, NO_PAUSE) == by_the_minute(at)


@given(MOMENTS)
def test_the_next_time_is_a_calling_time_and_not_in_the_past(at: datetime) -> None:
    found = hours.next_calling_time(at, NO_PAUSE)
    assert (
        found >= at,
        hours.is_calling_time(found, NO_PAUSE),
        hours.next_calling_time(found, NO_PAUSE),
    ) == (True, True, found)


@given(MOMENTS, st.integers(1, 9))
def test_again_is_some_days_later_and_within_hours(at: datetime, later: int) -> None:
    again = hours.other_part_of_day(at, NO_PAUSE, days=later)
    apart = again.astimezone(SWEDEN).date() - at.astimezone(SWEDEN).date()
    assert hours.is_calling_time(again, NO_PAUSE)
    assert apart >= timedelta(days=later)


@given(MOMENTS, st.integers(1, 9))
def test_who_was_tried_in_the_daytime_is_tried_in_the_evening_where_that_day_has_one(
    at: datetime, later: int
) -> None:
    again = hours.other_part_of_day(at, NO_PAUSE, days=later).astimezone(SWEDEN)
    wanted = at.astimezone(SWEDEN).date() + timedelta(days=later)
    if again.date() == wanted:
        daytime = at.astimezone(SWEDEN).time() < hours.EVENING
        assert (again.time() >= hours.EVENING) is daytime


@pytest.mark.parametrize(
    ("night", "next_day"),
    [("2027-03-28T01:59", "2027-03-30T10:00"), ("2027-10-31T02:30", "2027-11-01T10:00")],
)
def test_the_nights_on_which_the_clock_moves(night: str, next_day: str) -> None:
    """In 2027 the clock goes forward on Easter Sunday, so that the next day is off as well."""
    at = datetime.fromisoformat(night).replace(tzinfo=SWEDEN)
    assert hours.next_calling_time(at, NO_PAUSE) == datetime.fromisoformat(next_day).replace(tzinfo=SWEDEN)


@pytest.mark.parametrize("weekday", range(6))
def test_hours_begin_before_they_end_and_never_late(weekday: int) -> None:
    first, last = NO_PAUSE.hours_on(weekday) or (time(0), time(0))
    assert time(10) <= first < last <= time(20, 30)


def test_a_call_is_never_before_new_year_is_over() -> None:
    at = datetime(2026, 12, 30, 21, tzinfo=SWEDEN)
    assert hours.next_calling_time(at, NO_PAUSE) == datetime(2027, 1, 2, 11, tzinfo=SWEDEN)
