"""Who can't be called, on any date: counted each night and never changed."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from calls import counting, figures, rounds
from calls.counting import Silent
from calls.models import Call, CallRound, RoundCount
from crm import extensions
from crm.people import memberships, wishes
from crm.people.models import Branch, Member, Membership, Phone, User
from tests.calls.conftest import OPENING
from tests.factories import MemberFactory

State, Reason = Call.State, Call.Reason
TODAY = date(2027, 3, 9)
DAY = timedelta(days=1)


def night(branch: Branch, on: date) -> int:
    """The job of the night before ``on``."""
    return counting.count_call_states(branch=branch, on=on).get("counted", 0)


def silent(branch: Branch, on: date) -> tuple[int, int] | None:
    found = counting.silent_on(branch, on)
    return (found.unreachable, found.exempt) if found else None


@pytest.fixture
def people(branch: Branch, caller: User) -> list[Member]:
    """Two without a number, one who wants no calls, one who is called."""
    found = [MemberFactory.create(branch=branch, phone=phone) for phone in ("", "", None, None)]
    wishes.change(member=found[2], wish="no_calls", is_on=True, by=caller)
    rounds.open_rounds(branch=branch, on=OPENING)
    return found


def test_it_is_a_job_of_the_night() -> None:
    job = extensions.jobs.get("count_call_states")
    assert job is not None
    assert (job.run, job.hour) == (counting.count_call_states, 0)


def test_before_the_round_nothing_is_known(branch: Branch, people: list[Member]) -> None:
    assert silent(branch, OPENING - DAY) is None
    assert silent(branch, TODAY) == (2, 1)
    assert silent(branch, date(2028, 3, 9)) is None


def test_a_night_is_counted_once(branch: Branch, people: list[Member]) -> None:
    assert [night(branch, TODAY), night(branch, TODAY), night(branch, TODAY + DAY)] == [1, 0, 1]
    assert list(RoundCount.objects.values_list("day", "unreachable", "exempt")) == [
        (TODAY - DAY, 2, 1),
        (TODAY, 2, 1),
    ]


def test_the_database_keeps_one_count_a_day(branch: Branch, people: list[Member]) -> None:
    night(branch, TODAY)
    taken = RoundCount.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundCount.objects.create(round=taken.round, day=taken.day, unreachable=0, exempt=0)


def test_the_day_before_the_round_is_not_counted(branch: Branch, people: list[Member]) -> None:
    assert [night(branch, OPENING), night(branch, OPENING + DAY)] == [0, 1]


def test_what_happens_later_moves_no_past_date(branch: Branch, people: list[Member], caller: User) -> None:
    night(branch, TODAY)
    for member in people[:3]:
        memberships.end(member=member, on=TODAY, reason=Membership.EndReason.LEFT, by=caller)
    rounds.top_up(branch=branch, on=TODAY)
    assert (silent(branch, TODAY - DAY), silent(branch, TODAY)) == ((2, 1), (0, 0))


def test_a_number_that_is_found_counts_from_its_day(branch: Branch, people: list[Member]) -> None:
    night(branch, TODAY)
    Phone.objects.create(member=people[0], number="+46701740605", kind=Phone.Kind.MOBILE)
    rounds.top_up(branch=branch, on=TODAY)
    night(branch, TODAY + DAY)
    assert [silent(branch, day) for day in (TODAY - DAY, TODAY)] == [(2, 1), (1, 1)]


@pytest.mark.parametrize("days", [0, 1, 31])
def test_after_days_off_the_first_count_tells_of_them(
    branch: Branch, people: list[Member], days: int
) -> None:
    night(branch, TODAY + DAY + timedelta(days=days))
    Call.objects.filter(state=State.UNREACHABLE).update(state=State.WAITING)
    assert silent(branch, TODAY) == (2, 1)


def test_after_more_than_a_month_it_is_not_known(branch: Branch, people: list[Member]) -> None:
    night(branch, TODAY + timedelta(days=33))
    assert silent(branch, TODAY) is None
    with time_machine.travel(date(2027, 9, 1), tick=False):
        assert silent(branch, TODAY + timedelta(days=40)) is None


@pytest.mark.parametrize("reason", Reason.values)
def test_who_is_no_member_is_not_exempt(branch: Branch, people: list[Member], reason: str) -> None:
    Call.objects.filter(member=people[2]).update(reason=reason)
    gone = {Reason.LEFT, Reason.DECEASED, Reason.WITHDRAWN}
    assert silent(branch, TODAY) == (2, 0 if reason in gone else 1)


def test_a_round_is_followed_to_the_end_of_its_year(branch: Branch, people: list[Member]) -> None:
    """It closes on 20 December; the turn of the year is counted, also by a machine that was off."""
    assert CallRound.objects.get().closes_on == date(2027, 12, 20)
    assert night(branch, date(2027, 12, 28)) == 1
    assert [night(branch, date(2028, 1, day)) for day in (5, 6)] == [1, 0]
    Call.objects.filter(state=State.UNREACHABLE).update(state=State.WAITING)
    with time_machine.travel(date(2028, 1, 7), tick=False):
        assert [silent(branch, date(2027, 12, day)) for day in (27, 28, 31)] == [(2, 1)] * 3


def test_each_branch_and_year_has_its_own(branch: Branch, people: list[Member]) -> None:
    other = MemberFactory.create(phone="").branch
    for place in (branch, other):
        rounds.open_rounds(branch=place, on=OPENING)
        night(place, TODAY)
    assert (silent(branch, TODAY - DAY), silent(other, TODAY - DAY)) == ((2, 1), (1, 0))
    rounds.open_rounds(branch=other, on=date(2028, 2, 1))
    night(other, date(2028, 2, 2))
    assert RoundCount.objects.filter(round__branch=other).count() == 3


def test_rounds_of_other_kinds_are_not_counted(branch: Branch, people: list[Member]) -> None:
    CallRound.objects.update(kind=CallRound.Kind.MEETING)
    assert (night(branch, TODAY), silent(branch, TODAY)) == (0, None)


def test_the_figures_are_these(branch: Branch, people: list[Member]) -> None:
    assert (figures.unreachable(branch, TODAY), figures.exempt(branch, TODAY)) == (2, 1)
    assert figures.unreachable(branch, OPENING - DAY) is figures.exempt(branch, OPENING - DAY) is None
    assert counting.now_in(CallRound.objects.get()) == Silent(2, 1)
