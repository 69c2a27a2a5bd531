"""Events that come again: known days, a slow plain way, and rules that are meant to do harm."""

import calendar as months
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from crm.plan import repeats
from crm.plan.repeats import Effort

SINCE, UNTIL = date(2025, 1, 1), date(2027, 12, 31)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def event(*lines: str) -> Component:
    text = "\r\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""))
    (found,) = Calendar.from_ical(text.encode()).walk("VEVENT")
    return found


def days(*lines: str, since: date = SINCE, until: date = UNTIL, effort: Effort | None = None) -> list[date]:
    found = event(*lines)
    start = found.decoded("dtstart")
    return repeats.days_of(found, start, since=since, until=until, effort=effort or Effort())


def on_day(first: date) -> str:
    return f"DTSTART;VALUE=DATE:{first:%Y%m%d}"


def iso(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("first", "rule", "found"),
    [
        # The second Thursday of each month: a branch's member meetings.
        (
            "2026-01-08",
            "FREQ=MONTHLY;BYDAY=2TH;COUNT=5",
            iso("2026-01-08", "2026-02-12", "2026-03-12", "2026-04-09", "2026-05-14"),
        ),
        # The month's last working day: the member file.
        (
            "2026-01-30",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=5",
            iso("2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"),
        ),
        # The month's last day.
        (
            "2026-01-31",
            "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260430",
            iso("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"),
        ),
        # Only months that have a 31st.
        ("2026-01-31", "FREQ=MONTHLY;UNTIL=20260601", iso("2026-01-31", "2026-03-31", "2026-05-31")),
        # Board meetings in six months of the year, on the first Monday.
        (
            "2026-02-02",
            "FREQ=YEARLY;BYMONTH=2,3,5,9,10,11;BYDAY=1MO;UNTIL=20261231",
            iso("2026-02-02", "2026-03-02", "2026-05-04", "2026-09-07", "2026-10-05", "2026-11-02"),
        ),
        # Election day: every fourth year on the second Sunday of September.
        ("2018-09-09", "FREQ=YEARLY;INTERVAL=4;BYMONTH=9;BYDAY=2SU", iso("2018-09-09", "2026-09-13")),
        ("2024-02-29", "FREQ=YEARLY", iso("2024-02-29")),
        ("2025-05-01", "FREQ=YEARLY", iso("2025-05-01", "2026-05-01", "2027-05-01")),
        ("2026-05-04", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4", iso("2026-05-04", "2026-05-07", "2026-05-11", "2026-05-14")),
        ("2026-12-28", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", iso("2026-12-28", "2027-01-04")),
        ("2025-04-10", "FREQ=YEARLY;BYYEARDAY=100", iso("2025-04-10", "2026-04-10", "2027-04-10")),
    ],
)  # fmt: skip
def test_rules_of_real_calendars(first: str, rule: str, found: list[date]) -> None:
    assert days(on_day(date.fromisoformat(first)), f"RRULE:{rule}") == found


def test_a_leap_day_comes_in_leap_years() -> None:
    """RFC 5545, 3.3.10: a date that is not there is left out, and put on no other."""
    found = days(
        on_day(date(2024, 2, 29)), "RRULE:FREQ=YEARLY", since=date(2024, 1, 1), until=date(2036, 12, 31)
    )
    assert found == iso("2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29")


def test_a_series_begun_long_ago_comes_this_year_too() -> None:
    found = days(
        on_day(date(2004, 3, 1)), "RRULE:FREQ=WEEKLY", since=date(2026, 12, 1), until=date(2026, 12, 31)
    )
    assert found == iso("2004-03-01", "2026-12-07", "2026-12-14", "2026-12-21", "2026-12-28")


def test_days_that_are_left_out_and_days_that_are_added() -> None:
    assert days(
        on_day(date(2026, 5, 1)),
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;VALUE=DATE:20260508,20260515",
        "RDATE;VALUE=DATE:20260520",
        "RDATE;VALUE=DATE:20260501,20260601",
    ) == iso("2026-05-01", "2026-05-20", "2026-05-22", "2026-06-01")


def test_the_first_day_can_be_left_out() -> None:
    lines = (on_day(date(2026, 5, 1)), "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE;VALUE=DATE:20260501")
    assert days(*lines) == iso("2026-05-08")


def test_added_days_need_no_rule() -> None:
    assert days(on_day(date(2026, 5, 1)), "RDATE;VALUE=DATE:20260401,20290401") == iso(
        "2026-04-01", "2026-05-01"
    )


@pytest.mark.parametrize(
    ("exdate", "left"),
    [
        ("EXDATE;TZID=Europe/Stockholm:20260402T183000", True),
        ("EXDATE:20260402T163000Z", True),  # the same moment, in UTC
        ("EXDATE;VALUE=DATE:20260402", True),
        ("EXDATE:20260402T183000", True),
        ("EXDATE:20260402T183000Z", False),  # another moment of that day
    ],
)
def test_a_time_is_left_out_however_it_is_written(exdate: str, left: bool) -> None:
    found = days("DTSTART;TZID=Europe/Stockholm:20260326T183000", "RRULE:FREQ=WEEKLY;COUNT=2", exdate)
    assert found == iso("2026-03-26", *(() if left else ("2026-04-02",)))


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260402T163000Z", "2026-04-02"),  # the very moment; summer time began on 29 March
        ("20260402T162959Z", "2026-03-26"),
        ("20260402", "2026-04-02"),
        ("20260402T183000", "2026-04-02"),
        ("20260402T120000", "2026-03-26"),
    ],
)
def test_a_rule_ends_by_the_events_own_clock(until: str, last: str) -> None:
    lines = ("DTSTART;TZID=Europe/Stockholm:20260326T183000", f"RRULE:FREQ=WEEKLY;UNTIL={until}")
    assert days(*lines)[-1] == date.fromisoformat(last)


def test_weekdays_are_those_of_where_the_rule_was_written() -> None:
    """Thursdays at 19 in New York are Fridays here."""
    found = days("DTSTART;TZID=America/New_York:20260514T190000", "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2")
    assert found == iso("2026-05-15", "2026-05-22")


def test_an_added_period_counts_from_its_beginning() -> None:
    found = days(
        "DTSTART:20260501T100000Z",
        "RDATE;VALUE=PERIOD:20260601T223000Z/PT1H,20260701T100000Z/20260702T100000Z",
    )
    assert found == iso("2026-05-01", "2026-06-02", "2026-07-01")


Plain = tuple[str, Callable[[date, date], bool]]


def weeks_between(first: date, day: date) -> int:
    return ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7


def months_between(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def days_in_month(day: date) -> int:
    return months.monthrange(day.year, day.month)[1]


def is_nth(day: date, nth: int) -> bool:
    return nth == ((day.day - 1) // 7 + 1 if nth > 0 else -((days_in_month(day) - day.day) // 7 + 1))


@st.composite
def plain_rules(draw: st.DrawFn) -> Plain:
    """A rule, and how one would tell of a single day whether it is one of its days."""
    every = draw(st.integers(1, 5))
    weekday = draw(st.integers(0, 6))
    nth = draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2]))
    number = draw(st.integers(1, 31))
    month = draw(st.integers(1, 12))
    name = WEEKDAYS[weekday]
    rules: list[Plain] = [
        (f"FREQ=DAILY;INTERVAL={every}", lambda first, day: (day - first).days % every == 0),
        (
            f"FREQ=WEEKLY;INTERVAL={every};BYDAY={name}",
            lambda first, day: weeks_between(first, day) % every == 0 and day.weekday() == weekday,
        ),
        (
            f"FREQ=MONTHLY;INTERVAL={every};BYDAY={nth}{name}",
            lambda first, day: (
                months_between(first, day) % every == 0 and day.weekday() == weekday and is_nth(day, nth)
            ),
        ),
        (
            f"FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY={number}",
            lambda first, day: months_between(first, day) % every == 0 and day.day == number,
        ),
        (
            f"FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY=-{number}",
            lambda first, day: (
                months_between(first, day) % every == 0 and days_in_month(day) - day.day + 1 == number
            ),
        ),
        (
            f"FREQ=YEARLY;INTERVAL={every};BYMONTH={month};BYMONTHDAY={number}",
            lambda first, day: (
                (day.year - first.year) % every == 0 and (day.month, day.day) == (month, number)
            ),
        ),
    ]
    return draw(st.sampled_from(rules))


def each_day(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@given(
    plain_rules(), st.dates(date(2023, 1, 1), date(2027, 6, 30)), st.none() | st.integers(1, 9), st.booleans()
)
def test_a_rule_finds_the_days_that_are_found_one_by_one(
    rule: Plain, first: date, count: int | None, left_out: bool
) -> None:
    text, is_one = rule
    counted = [day for day in each_day(first, UNTIL) if is_one(first, day)][:count]
    expected = sorted({first, *(day for day in counted if day >= SINCE)})[: repeats.MOST_TIMES]
    gone = expected[-1] if left_out and len(expected) < repeats.MOST_TIMES else None
    lines = [on_day(first), f"RRULE:{text}{f';COUNT={count}' if count else ''}"]
    found = days(*lines, *([f"EXDATE;VALUE=DATE:{gone:%Y%m%d}"] if gone else []))
    assert found == [day for day in expected if day != gone]


NEVER = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=HOURLY;INTERVAL=24",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYSETPOS=400;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=" + ",".join(f"{number}MO" for number in range(1, 53)),
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-7",
        "FREQ=DAILY;UNTIL=20200101",
        "FREQ=YEARLY;INTERVAL=9999999999999999",
        "FREQ=MONTHLY;INTERVAL=9999999999999999",
        "FREQ=WEEKLY;INTERVAL=9999999999999999",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=9",
        "INTERVAL=2",
        NEVER,
    ],
)
def test_a_rule_of_nonsense_or_harm_is_taken_for_none(rule: str) -> None:
    assert days(on_day(date(2026, 5, 1)), f"RRULE:{rule}") == iso("2026-05-01")


def test_two_rules_in_one_event_are_taken_for_none() -> None:
    lines = (on_day(date(2026, 5, 1)), "RRULE:FREQ=WEEKLY;COUNT=3", "RRULE:FREQ=DAILY;COUNT=3")
    assert days(*lines) == iso("2026-05-01")


def test_rules_whose_day_never_comes_are_searched_a_few_times_only() -> None:
    effort = Effort()
    for _each in range(repeats.MOST_LOOKED_AT // repeats.IN_VAIN):
        days(on_day(date(2026, 5, 1)), f"RRULE:{NEVER}", effort=effort)
    with pytest.raises(ValidationError, match="för ofta, eller aldrig"):
        days(on_day(date(2026, 5, 1)), f"RRULE:{NEVER}", effort=effort)


def test_one_that_ends_by_its_count_is_not_searched_for_more() -> None:
    effort = Effort()
    days(on_day(date(2026, 5, 1)), "RRULE:FREQ=YEARLY;COUNT=3", effort=effort)
    assert effort.looked_at == 2  # of 2028 it only saw that it was too late


def test_many_long_series_without_a_day_in_these_years_are_refused() -> None:
    effort = Effort()
    lines = (on_day(date(2000, 1, 1)), "RRULE:FREQ=DAILY;UNTIL=20241231")
    each = len(list(each_day(date(2000, 1, 1), date(2024, 12, 31))))
    for _each in range(repeats.MOST_LOOKED_AT // each):
        assert days(*lines, effort=effort) == iso("2000-01-01")
    with pytest.raises(ValidationError):
        days(*lines, effort=effort)


@pytest.mark.parametrize("first", [repeats.EARLIEST, repeats.LATEST, date(2096, 2, 29)])
def test_the_first_and_last_days_of_all_come_again_as_others(first: date) -> None:
    lines = (on_day(first), "RRULE:FREQ=DAILY;COUNT=3")
    assert days(*lines, since=first, until=first + timedelta(days=1)) == [first, first + timedelta(days=1)]


def test_no_more_added_days_than_a_wheel_holds() -> None:
    added = ",".join(f"{day:%Y%m%d}" for day in each_day(date(2026, 1, 1), date(2026, 12, 31)))
    found = days(on_day(date(2026, 1, 1)), f"RDATE;VALUE=DATE:{added}")
    assert (len(found), found[-1]) == (
        repeats.MOST_TIMES,
        date(2026, 1, 1) + timedelta(days=repeats.MOST_TIMES - 1),
    )


@pytest.mark.parametrize(
    "line", ["RDATE:99991231T235959Z", "EXDATE:00010101T000000Z", "RDATE;VALUE=DATE:21500101"]
)
def test_a_day_beyond_all_wheels_adds_nothing(line: str) -> None:
    assert days("DTSTART:20260501T100000Z", line) == iso("2026-05-01")
