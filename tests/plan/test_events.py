"""Calendar files from anywhere: odd ones give their days, hostile ones give nothing and break nothing."""

from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from crm.people.models import Branch
from crm.plan import calendars, events, repeats
from crm.plan.events import Day
from crm.plan.models import CentralDate
from tests.factories import user_with

SINCE, UNTIL = date(2025, 1, 1), date(2027, 12, 31)
MAY_DAY = "DTSTART;VALUE=DATE:20260501\nSUMMARY:Första maj"


def calendar(*each: str) -> bytes:
    found = "".join(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\n" for lines in each)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{found}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def days(*each: str) -> dict[str, Day]:
    return events.read(calendar(*each), since=SINCE, until=UNTIL).days


def firsts(*each: str) -> list[date]:
    return sorted(day.first for day in days(*each).values())


def test_a_duration_is_as_good_as_an_end() -> None:
    assert days(f"UID:a\nDURATION:P3D\n{MAY_DAY}") == {
        "a": Day(date(2026, 5, 1), date(2026, 5, 3), "Första maj")
    }


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=YEARLY", [date(2026, 5, 1), date(2027, 5, 1)]),
        ("FREQ=YEARLY;COUNT=1", [date(2026, 5, 1)]),
        ("FREQ=YEARLY;INTERVAL=2", [date(2026, 5, 1)]),
        ("FREQ=WEEKLY;COUNT=3", [date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 15)]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", [date(2026, 5, 1), date(2026, 5, 15)]),
        ("FREQ=DAILY;UNTIL=20260503", [date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)]),
        ("FREQ=MONTHLY;BYDAY=1FR;COUNT=2", [date(2026, 5, 1), date(2026, 6, 5)]),
        ("FREQ=SECONDLY;COUNT=999999999", [date(2026, 5, 1)]),
        ("FREQ=YEARLY;INTERVAL=99999999999999999999", [date(2026, 5, 1)]),
        ("FREQ=WEEKLY;COUNT=0", [date(2026, 5, 1)]),
    ],
)
def test_an_event_that_comes_again(rule: str, found: list[date]) -> None:
    assert firsts(f"UID:a\nRRULE:{rule}\n{MAY_DAY}") == found


def test_one_that_comes_each_day_comes_so_often_at_most() -> None:
    assert len(days(f"UID:a\nRRULE:FREQ=DAILY\n{MAY_DAY}")) == repeats.MOST_TIMES


def test_the_first_time_keeps_the_events_own_uid_and_the_others_their_day() -> None:
    found = days(f"UID:a\nRRULE:FREQ=YEARLY\n{MAY_DAY}")
    assert {uid: day.first for uid, day in found.items()} == {
        "a": date(2026, 5, 1),
        "a/2027-05-01": date(2027, 5, 1),
    }


@pytest.mark.parametrize("moved_first", [True, False])
def test_one_time_of_several_that_is_moved(moved_first: bool) -> None:
    series = "UID:a\nDTSTART;VALUE=DATE:20260501\nRRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:Cirkel"
    moved = "UID:a\nRECURRENCE-ID;VALUE=DATE:20260508\nDTSTART;VALUE=DATE:20260509\nSUMMARY:Cirkel"
    assert firsts(*((moved, series) if moved_first else (series, moved))) == [
        date(2026, 5, 1),
        date(2026, 5, 9),
    ]


@pytest.mark.parametrize("moved_first", [True, False])
def test_the_first_time_of_several_that_is_moved(moved_first: bool) -> None:
    series = "UID:a\nDTSTART;VALUE=DATE:20260501\nRRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:Cirkel"
    moved = "UID:a\nRECURRENCE-ID;VALUE=DATE:20260501\nDTSTART;VALUE=DATE:20260502\nSUMMARY:Cirkel"
    assert firsts(*((moved, series) if moved_first else (series, moved))) == [
        date(2026, 5, 2),
        date(2026, 5, 8),
    ]


@pytest.mark.parametrize("day", [1, 8])
def test_one_time_that_is_cancelled_leaves_the_others(day: int) -> None:
    series = "UID:a\nDTSTART;VALUE=DATE:20260501\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Cirkel"
    gone = f"UID:a\nRECURRENCE-ID;VALUE=DATE:202605{day:02}\nSTATUS:CANCELLED\nSUMMARY:Cirkel"
    assert firsts(gone, series) == [date(2026, 5, left) for left in (1, 8, 15) if left != day]


def test_a_cancelled_event_takes_all_its_times_with_it() -> None:
    series = "UID:a\nDTSTART;VALUE=DATE:20260501\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Cirkel"
    assert firsts(series, f"UID:a\nSTATUS:CANCELLED\n{MAY_DAY}", f"UID:b\n{MAY_DAY}") == [date(2026, 5, 1)]


@pytest.mark.parametrize(
    "lines",
    [
        "UID:a\nDTSTART:99991231T235959Z\nSUMMARY:x",
        "UID:a\nDTSTART:00010101T000000Z\nSUMMARY:x",
        "UID:a\nDTSTART;VALUE=DATE:21010101\nSUMMARY:x",
        "UID:a\nDTSTART:i morgon\nSUMMARY:x",
        "UID:a\nDTSTART;VALUE=PERIOD:20260501T100000Z/PT1H\nSUMMARY:x",
        "UID:a\nDTSTART;VALUE=DATE:20260501\nDTSTART;VALUE=DATE:20260502\nSUMMARY:x",
        "UID:a\nDTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20990501\nSUMMARY:x",
        "UID:a\nRECURRENCE-ID:fredag\nDTSTART;VALUE=DATE:20260501\nSUMMARY:x",
        "UID:a\nDTSTART;VALUE=DATE:20260501\nSUMMARY:\x00 \x00",
    ],
)
def test_an_event_that_is_no_day_is_left_out_and_the_others_are_read(lines: str) -> None:
    assert [day.title for day in days(lines, f"UID:b\n{MAY_DAY}").values()] == ["Första maj"]


@pytest.mark.parametrize("depth", [50, 5_000])
def test_calendars_inside_calendars_are_refused(depth: int) -> None:
    nested = b"BEGIN:VCALENDAR\r\n" * depth
    with pytest.raises(ValidationError):
        events.read(nested, since=SINCE, until=UNTIL)


def test_far_too_many_events_are_refused() -> None:
    with pytest.raises(ValidationError, match="Fler än 2"):
        days(*(f"UID:{number}\n{MAY_DAY}" for number in range(events.MOST_EVENTS + 1)))


def test_few_events_that_come_again_too_often_are_refused() -> None:
    with pytest.raises(ValidationError, match="Fler än 2"):
        days(*(f"UID:{number}\nRRULE:FREQ=DAILY\n{MAY_DAY}" for number in range(20)))


def test_a_long_name_is_cut_and_a_long_uid_told_apart() -> None:
    long = "x" * 5_000
    found = days(f"UID:{long}1\n{MAY_DAY}{long}", f"UID:{long}2\n{MAY_DAY}")
    assert (len(found), {len(uid) for uid in found}) == (2, {64})
    assert max(len(day.title) for day in found.values()) == events.LONGEST_TITLE


@pytest.mark.django_db
def test_what_a_database_cannot_hold_is_taken_out(branch: Branch) -> None:
    content = calendar("UID:a\x00b\nDTSTART;VALUE=DATE:20260501\nSUMMARY:Första\x00 maj")
    assert calendars.read_in(branch=branch, content=content, by=user_with("board", branch)) == 1
    assert list(CentralDate.objects.values_list("uid", "title")) == [("ab", "Första maj")]


@pytest.mark.django_db
def test_a_cancelled_event_is_taken_away(branch: Branch) -> None:
    board = user_with("board", branch)
    calendars.read_in(branch=branch, content=calendar(f"UID:a\n{MAY_DAY}", f"UID:b\n{MAY_DAY}"), by=board)
    cancelled = calendar(f"UID:a\nSTATUS:CANCELLED\n{MAY_DAY}")
    assert calendars.read_in(branch=branch, content=cancelled, by=board) == 0
    assert list(CentralDate.objects.values_list("uid", flat=True)) == ["b"]


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_spoiled_file_gives_days_or_a_sentence(seed: int, wounds: int) -> None:
    """Bytes are changed, cut out and doubled anywhere in a sound file."""
    chance = Random(seed)
    content = bytearray(calendar(f"UID:a\nDURATION:P1D\nRRULE:FREQ=YEARLY;COUNT=3\n{MAY_DAY}"))
    for _wound in range(wounds):
        place = chance.randrange(len(content))
        content[place : place + chance.randrange(9)] = (
            chance.randbytes(chance.randrange(4))
            + content[chance.randrange(len(content)) :][: chance.randrange(40)]
        )
    for first, last, title in read_or_refused(bytes(content)):
        assert (first <= last, "\x00" in title, title.strip() != "") == (True, False, True)


def read_or_refused(content: bytes) -> list[tuple[date, date, str]]:
    """Nothing but a sentence for people comes instead of the days."""
    try:
        found = events.read(content, since=SINCE, until=UNTIL)
    except ValidationError:
        return []
    return [(day.first, day.last, day.title) for day in found.days.values()]
