"""When members are called."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from calls import hours
from calls.models import CallRules

SWEDEN = ZoneInfo("Europe/Stockholm")
NO_PAUSE = CallRules(pause_weeks="")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-09T09:59", False),  # a Tuesday
        ("2027-03-09T10:00", True),
        ("2027-03-09T20:30", True),
        ("2027-03-09T20:31", False),
        ("2027-03-12T17:01", False),  # a Friday
        ("2027-03-13T15:59", True),  # a Saturday
        ("2027-03-14T12:00", False),  # a Sunday
        ("2027-03-26T12:00", False),  # Good Friday
        ("2027-04-30T12:00", False),  # the eve of 1 May
        ("2027-06-25T12:00", False),  # Midsummer's eve
        ("2027-12-24T12:00", False),
    ],
)
def test_calling_hours(moment: str, expected: bool) -> None:
    assert hours.is_calling_time(at(moment), NO_PAUSE) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-09T12:00", "2027-03-09T12:00"),
        ("2027-03-09T08:00", "2027-03-09T10:00"),
        ("2027-03-09T21:00", "2027-03-10T10:00"),
        ("2027-03-12T18:00", "2027-03-13T11:00"),
        ("2027-03-13T17:00", "2027-03-15T10:00"),
        ("2027-06-24T21:00", "2027-06-28T10:00"),
    ],
)
def test_the_next_calling_time(moment: str, expected: str) -> None:
    assert hours.next_calling_time(at(moment), NO_PAUSE) == at(expected)


@pytest.mark.parametrize(
    ("tried", "again"),
    [
        ("2027-03-09T18:00", "2027-03-12T10:00"),  # in the evening, so in the daytime
        ("2027-03-08T11:00", "2027-03-11T17:00"),  # in the daytime, so in the evening
        ("2027-03-10T11:00", "2027-03-15T10:00"),  # that Saturday has no evening
        ("2027-10-28T18:00", "2027-11-01T10:00"),  # across the night in which the clock is put back
    ],
)
def test_another_part_of_the_day(tried: str, again: str) -> None:
    assert hours.other_part_of_day(at(tried), NO_PAUSE, days=3) == at(again)
