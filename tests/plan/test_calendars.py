from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from icalendar import Calendar

from crm.people.models import Branch, User
from crm.plan import calendars, events, repeats
from crm.plan.models import Area, CalendarLink, CentralDate
from tests.factories import BranchFactory, user_with
from tests.plan.making import make_goal

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)
FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Partiet//Arshjul//SV
BEGIN:VEVENT
UID:kongress@example.org
DTSTART;VALUE=DATE:20260522
DTEND;VALUE=DATE:20260525
SUMMARY:Partikongress i Örebro
END:VEVENT
BEGIN:VEVENT
UID:motion@example.org
DTSTART:20260331T215900Z
SUMMARY:Sista dag för motioner
END:VEVENT
END:VCALENDAR
"""


def moment_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch)


def as_file(text: str = FILE) -> bytes:
    return text.replace("\n", "\r\n").encode()


def event(lines: str) -> bytes:
    return as_file(f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")


def dates(branch: Branch) -> list[tuple[date, date, str]]:
    return list(CentralDate.objects.filter(branch=branch).values_list("first", "last", "title"))


def test_a_file_becomes_whole_days(branch: Branch, board: User) -> None:
    """A DTEND is the day after; a time in UTC is a day in Sweden."""
    assert calendars.read_in(branch=branch, content=as_file(), by=board) == 2
    assert dates(branch) == [
        (date(2026, 3, 31), date(2026, 3, 31), "Sista dag för motioner"),
        (date(2026, 5, 22), date(2026, 5, 24), "Partikongress i Örebro"),
    ]


def test_the_same_file_again_changes_nothing(branch: Branch, board: User) -> None:
    for _again in range(2):
        calendars.read_in(branch=branch, content=as_file(), by=board)
    assert CentralDate.objects.count() == 2


def test_a_moved_date_replaces_what_it_was(branch: Branch, board: User) -> None:
    calendars.read_in(branch=branch, content=as_file(), by=board)
    calendars.read_in(branch=branch, content=as_file(FILE.replace("20260522", "20260523")), by=board)
    assert dates(branch)[1][:2] == (date(2026, 5, 23), date(2026, 5, 24))


SERIES = "UID:a\nDTSTART;VALUE=DATE:20260501\nSUMMARY:Cirkel\nRRULE:FREQ=WEEKLY;COUNT="


@pytest.fixture
def in_july() -> Iterator[None]:
    with time_machine.travel(moment_of(JULY), tick=False):
        yield


@pytest.mark.usefixtures("in_july")
def test_a_series_that_has_become_shorter_loses_its_last_times(branch: Branch, board: User) -> None:
    for times in (4, 2):
        calendars.read_in(branch=branch, content=event(f"{SERIES}{times}"), by=board)
    assert [first for first, _last, _title in dates(branch)] == [date(2026, 5, 1), date(2026, 5, 8)]


@pytest.mark.usefixtures("in_july")
def test_a_cancelled_series_goes_with_all_its_times(branch: Branch, board: User) -> None:
    calendars.read_in(branch=branch, content=event(f"{SERIES}4"), by=board)
    calendars.read_in(branch=branch, content=event("UID:b\nDTSTART;VALUE=DATE:20260502\nSUMMARY:b"), by=board)
    calendars.read_in(branch=branch, content=event(f"STATUS:CANCELLED\n{SERIES}4"), by=board)
    assert [title for _first, _last, title in dates(branch)] == ["b"]


@pytest.mark.usefixtures("in_july")
def test_one_cancelled_time_is_taken_from_those_that_were_read_before(branch: Branch, board: User) -> None:
    calendars.read_in(branch=branch, content=event(f"{SERIES}3"), by=board)
    one = "UID:a\nRECURRENCE-ID;VALUE=DATE:20260508\nSTATUS:CANCELLED\nSUMMARY:Cirkel"
    calendars.read_in(branch=branch, content=event(one), by=board)
    assert [first for first, _last, _title in dates(branch)] == [date(2026, 5, 1), date(2026, 5, 15)]


@pytest.mark.usefixtures("in_july")
def test_years_that_the_file_no_longer_tells_of_stay(branch: Branch, board: User) -> None:
    """A series of all years is read for last year, this and the next; what was read in earlier years is history."""
    yearly = event("UID:a\nDTSTART;VALUE=DATE:20200501\nSUMMARY:Första maj\nRRULE:FREQ=YEARLY")
    calendars.read_in(branch=branch, content=yearly, by=board)
    with time_machine.travel(moment_of(date(2028, 7, 1)), tick=False):
        calendars.read_in(branch=branch, content=yearly, by=board)
    assert [first.year for first, _last, _title in dates(branch)] == [2020, *range(2025, 2030)]


def test_another_branch_reads_its_own(branch: Branch, board: User) -> None:
    other = BranchFactory.create()
    calendars.read_in(branch=branch, content=as_file(), by=board)
    calendars.read_in(branch=other, content=as_file(), by=user_with("board", other))
    calendars.forget_central(branch=branch, by=board)
    assert (dates(branch), len(dates(other))) == ([], 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 a zip", "Kongress 22 maj".encode("utf-16"), b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\xe5"],
)
def test_what_is_no_calendar_is_refused_in_words(branch: Branch, board: User, content: bytes) -> None:
    with pytest.raises(ValidationError) as refusal:
        calendars.read_in(branch=branch, content=content, by=board)
    assert len(refusal.value.messages) == 1
    assert not CentralDate.objects.exists()


def test_a_file_that_was_cut_off_says_so(branch: Branch, board: User) -> None:
    content = as_file()
    with pytest.raises(ValidationError, match="avhuggen"):
        calendars.read_in(branch=branch, content=content[: content.index(b"END:VEVENT")], by=board)


def test_too_many_dates_say_what_to_do(branch: Branch, board: User) -> None:
    one = "BEGIN:VEVENT\nUID:{0}\nDTSTART;VALUE=DATE:20260522\nSUMMARY:{0}\nEND:VEVENT\n"
    many = "".join(one.format(number) for number in range(events.MOST_EVENTS + 1))
    with pytest.raises(ValidationError, match="Spara en kortare kalender"):
        calendars.read_in(branch=branch, content=as_file(f"BEGIN:VCALENDAR\n{many}END:VCALENDAR\n"), by=board)


def test_a_calendar_without_dates_says_so(branch: Branch, board: User) -> None:
    with pytest.raises(ValidationError, match="inga datum"):
        calendars.read_in(
            branch=branch, content=as_file("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"), by=board
        )


def test_a_file_far_too_large_is_not_read(branch: Branch, board: User) -> None:
    with pytest.raises(ValidationError, match="större än"):
        calendars.read_in(branch=branch, content=b" " * (events.LARGEST_FILE + 1), by=board)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("UID:a\nDTSTART;VALUE=DATE:20260501\nSUMMARY:Första maj", (date(2026, 5, 1), date(2026, 5, 1))),
        (
            "UID:a\nDTSTART:20260501T180000\nDTEND:20260502T020000\nSUMMARY:Fest",
            (date(2026, 5, 1), date(2026, 5, 2)),
        ),
        (
            "UID:a\nDTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260401\nSUMMARY:Bakvänt",
            (date(2026, 5, 1), date(2026, 5, 1)),
        ),
        ("DTSTART;VALUE=DATE:20260501\nSUMMARY:Utan uid", (date(2026, 5, 1), date(2026, 5, 1))),
    ],
)
def test_odd_events_have_days_all_the_same(
    branch: Branch, board: User, lines: str, found: tuple[date, date]
) -> None:
    calendars.read_in(branch=branch, content=event(lines), by=board)
    assert [one[:2] for one in dates(branch)] == [found]


@pytest.mark.parametrize("lines", ["UID:a\nSUMMARY:Utan dag", "UID:a\nDTSTART;VALUE=DATE:20260501"])
def test_an_event_without_a_day_or_a_name_is_left_out(branch: Branch, board: User, lines: str) -> None:
    assert calendars.read_in(branch=branch, content=event(lines), by=board) == 0


def test_only_those_who_write_the_plan_read_files_in(branch: Branch) -> None:
    with pytest.raises(PermissionDenied):
        calendars.read_in(branch=branch, content=as_file(), by=user_with("call_leader", branch))


def test_the_wheel_is_a_calendar_that_another_program_reads(area: Area) -> None:
    goal = make_goal(area, "Fira första maj; på torget, med tal", due_on=date(2026, 5, 1))
    calendar = Calendar.from_ical(calendars.as_calendar(area.plan.branch, on=JULY))
    (found,) = calendar.walk("VEVENT")
    assert (str(found["summary"]), found.decoded("dtstart"), found.decoded("dtend")) == (
        goal.text,
        date(2026, 5, 1),
        date(2026, 5, 2),
    )
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")


def test_a_marks_uid_stays_while_the_days_pass(area: Area) -> None:
    make_goal(area, due_on=date(2026, 5, 1))
    uids = [
        [
            str(one["uid"])
            for one in Calendar.from_ical(calendars.as_calendar(area.plan.branch, on=on)).walk("VEVENT")
        ]
        for on in (JULY, date(2026, 12, 1))
    ]
    assert (uids[0] == uids[1], len(uids[0])) == (True, 1)


@pytest.mark.parametrize("site", ["https://tusen.example.org"])
def test_a_mark_leads_to_its_page(area: Area, settings: Any, site: str) -> None:
    settings.SITE_URL = site
    goal = make_goal(area, due_on=date(2026, 5, 1))
    (found,) = Calendar.from_ical(calendars.as_calendar(area.plan.branch, on=JULY)).walk("VEVENT")
    assert str(found["url"]) == f"{site}/{area.plan.branch.slug}/plan/mal/{goal.pk}/"


def test_a_date_of_the_party_leads_nowhere(branch: Branch, board: User) -> None:
    calendars.read_in(
        branch=branch, content=event("UID:a\nDTSTART;VALUE=DATE:20260505\nSUMMARY:Träff"), by=board
    )
    read = Calendar.from_ical(calendars.as_calendar(branch, on=JULY))
    assert ["url" in one for one in read.walk("VEVENT")] == [False]


def test_a_mark_over_new_year_stands_once(branch: Branch, board: User) -> None:
    over = event("UID:a\nDTSTART;VALUE=DATE:20261230\nDTEND;VALUE=DATE:20270103\nSUMMARY:Helg")
    calendars.read_in(branch=branch, content=over, by=board)
    read = Calendar.from_ical(calendars.as_calendar(branch, on=JULY))
    assert [str(one["summary"]) for one in read.walk("VEVENT")] == ["Helg"]


def test_lines_are_folded_as_the_standard_says(area: Area) -> None:
    """RFC 5545, 3.1: lines of at most 75 octets, ended by CRLF."""
    make_goal(area, "Å" * 300, due_on=date(2026, 5, 1))
    lines = calendars.as_calendar(area.plan.branch, on=JULY).split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert lines[-1] == b""


def test_an_address_is_made_once(branch: Branch, board: User) -> None:
    made = [calendars.open_link(branch=branch, by=board).token for _again in range(2)]
    assert (made[0] == made[1], len(made[0]) >= 32) == (True, True)


def test_a_closed_address_is_followed_by_a_new_one(branch: Branch, board: User) -> None:
    first = calendars.open_link(branch=branch, by=board)
    assert [calendars.close_link(branch=branch, by=board) for _again in range(2)] == [True, False]
    second = calendars.open_link(branch=branch, by=board)
    assert (first.token == second.token, CalendarLink.objects.count()) == (False, 2)


def test_days_come_from_dates_and_times() -> None:
    moment = timezone.make_aware(timezone.datetime(2026, 3, 31, 23, 59))  # type: ignore[attr-defined]
    assert repeats.as_day(moment) == repeats.as_day(date(2026, 3, 31)) == date(2026, 3, 31)
    assert events.last_day(JULY, JULY + timedelta(days=2)) == date(2026, 7, 2)
