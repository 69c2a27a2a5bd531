"""What a calendar that reads again is told (RFC 5545, 3.8.7.4): the same events, moved ones under a higher number."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from calls.models import CallRound
from crm.people.models import Branch
from crm.plan import calendars
from crm.plan.models import Area, CalendarEvent, CentralDate
from crm.plan.wheel import marks_of
from onboarding.models import Gathering
from tests.board.making import applied_roster
from tests.factories import BranchFactory, UserFactory
from tests.outreach.making import planned
from tests.plan.making import make_area, make_goal, make_plan, make_statute_date

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)
WEEK = timedelta(days=7)
READ, LATER = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 2, 12, tzinfo=UTC)


def read(branch: Branch, at: datetime = READ) -> dict[str, Any]:
    """The events by their UID."""
    with time_machine.travel(at, tick=False):
        events = Calendar.from_ical(calendars.as_calendar(branch, on=JULY)).walk("VEVENT")
    assert len({str(event["uid"]) for event in events}) == len(events)
    return {str(event["uid"]): event for event in events}


def told(branch: Branch, at: datetime = READ) -> tuple[str, int, date, datetime]:
    ((uid, event),) = read(branch, at).items()
    return uid, event["sequence"], event.decoded("dtstart"), event.decoded("last-modified")


def test_a_moved_goal_is_the_same_event_under_a_higher_number(area: Area) -> None:
    branch = area.plan.branch
    goal = make_goal(area, due_on=date(2026, 5, 1))
    uid = told(branch)[0]
    found = []
    for number, day in enumerate([date(2026, 5, 1), date(2026, 6, 6), date(2026, 5, 1)]):
        goal.due_on = day
        goal.save()
        found.append(told(branch, READ + number * WEEK))
    assert found == [
        (uid, 0, date(2026, 5, 1), READ),
        (uid, 1, date(2026, 6, 6), READ + WEEK),
        (uid, 2, date(2026, 5, 1), READ + 2 * WEEK),
    ]


def test_read_again_unchanged_it_keeps_its_number_and_the_time_of_its_change(area: Area) -> None:
    make_goal(area, due_on=date(2026, 5, 1))
    assert told(area.plan.branch) == told(area.plan.branch, LATER)


def test_other_words_are_told_under_a_higher_number_too(area: Area) -> None:
    goal = make_goal(area, due_on=date(2026, 5, 1))
    before = told(area.plan.branch)
    goal.text = "Fira på torget"
    goal.save()
    assert told(area.plan.branch, LATER) == (before[0], 1, before[2], LATER)


def a_round(branch: Branch) -> CallRound:
    year = {"opens_on": date(2026, 2, 1), "closes_on": date(2026, 12, 20)}
    by = UserFactory.create()
    return CallRound.objects.create(branch=branch, period="2026", opened_at=READ, opened_by=by, **year)


def a_gathering(branch: Branch) -> Gathering:
    starts_at = datetime(2026, 9, 10, 16, tzinfo=UTC)
    by = UserFactory.create()
    return Gathering.objects.create(
        branch=branch, starts_at=starts_at, place="Torget", planned_at=READ, planned_by=by
    )


def a_central_date(branch: Branch) -> CentralDate:
    days = {"first": date(2026, 5, 22), "last": date(2026, 5, 24)}
    made = {"imported_at": READ, "imported_by": UserFactory.create()}
    return CentralDate.objects.create(branch=branch, uid="kongress", title="Kongress", **days, **made)


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (lambda branch: make_goal(make_area(make_plan(branch)), due_on=JULY), {"due_on": JULY + WEEK}),
        (lambda branch: make_statute_date(branch, month=3), {"month": 4, "day": 15}),
        (lambda branch: planned(branch, JULY), {"held_on": JULY + WEEK}),
        (a_gathering, {"starts_at": datetime(2026, 9, 17, 16, tzinfo=UTC)}),
        (a_round, {"closes_on": date(2026, 12, 13)}),
        (a_central_date, {"first": date(2026, 5, 21)}),
    ],
    ids=["goal", "statute date", "activity", "gathering", "round", "central date"],
)
def test_whatever_is_moved_stays_the_same_events(
    branch: Branch, make: Callable[[Branch], Any], change: dict[str, object]
) -> None:
    thing = make(branch)
    before = read(branch)
    for name, value in change.items():
        setattr(thing, name, value)
    thing.save()
    after = read(branch, LATER)
    assert list(after) == list(before)
    assert {event["sequence"] for event in before.values()} == {0}
    assert {event["sequence"] for event in after.values()} == {1}
    assert before != after


def test_when_a_file_has_come_the_next_one_is_moved(branch: Branch) -> None:
    applied_roster(branch, date(2026, 4, 30))
    before = read(branch)
    applied_roster(branch, date(2026, 5, 31))
    after = read(branch, LATER)
    moved = {uid for uid, event in after.items() if event["sequence"] == 1}
    assert (set(before) < set(after), len(after) - len(before)) == (True, 1)
    assert [after[uid].decoded("dtstart") for uid in moved] == [date(2026, 7, 1)]


def test_two_things_of_one_day_and_name_are_two_events(area: Area) -> None:
    for _each in range(2):
        make_goal(area, "Kaffe", due_on=JULY)
        planned(area.plan.branch, JULY, kind="cafe", place="Torget")
    assert len(read(area.plan.branch)) == 4


def test_branches_share_no_events(branch: Branch) -> None:
    other = BranchFactory.create()
    for one in (branch, other):
        a_central_date(one)
    assert not set(read(branch)) & set(read(other))


def test_reading_an_unchanged_year_writes_nothing(branch: Branch) -> None:
    a_central_date(branch)
    read(branch)
    kept = list(CalendarEvent.objects.values())
    read(branch, LATER)
    assert list(CalendarEvent.objects.values()) == kept


def test_who_reads_at_once_is_told_the_same(area: Area) -> None:
    """Both have found it changed before either has kept it."""
    goal = make_goal(area, due_on=date(2026, 5, 1))
    branch, now = area.plan.branch, timezone.now()
    told(branch)
    goal.due_on = JULY
    goal.save()
    marks = {calendars.uid_of(branch, mark): mark for mark in marks_of(branch, 2026, on=JULY)}
    first = calendars.as_told(branch, marks, now)
    CalendarEvent.objects.update(first=date(2026, 5, 1), last=date(2026, 5, 1), sequence=0)
    second = calendars.as_told(branch, marks, now)
    assert [event.sequence for event in [*first.values(), *second.values()]] == [1, 1]
    assert CalendarEvent.objects.get().sequence == 1
