"""By joining quarter: who is a member after a year, with and without a call and an introduction meeting."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Attempt, Call, CallRound
from crm.figures import staying
from crm.figures.blocks import quarter_of
from crm.figures.staying import Cohort, Cohorts, Fate
from crm.people import erasing
from crm.people.models import Branch, Member, Membership, User
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)
SINCE = date(2023, 1, 1)
JOINED = date(2025, 2, 10)


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create()
    return found


def cohorts(branch: Branch, on: date = ON) -> Cohorts:
    return staying.cohorts(branch, on, known_since=SINCE)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def talk(member: Member, day: date, outcome: str = "reached", **fields: object) -> None:
    by = User.objects.console()
    held, _new = CallRound.objects.get_or_create(
        branch=member.branch, period=str(day.year),
        defaults={"opens_on": day, "closes_on": day, "opened_at": noon(day), "opened_by": by},
    )  # fmt: skip
    call, _new = Call.objects.get_or_create(round=held, member=member)
    Attempt.objects.create(call=call, outcome=outcome, reported_at=noon(day), reported_by=by, **fields)


def meet(member: Member, day: date, *, came: bool | None = True, kind: str = "intro_meeting") -> None:
    by = User.objects.console()
    gathering = Gathering.objects.create(
        branch=member.branch, kind=kind, starts_at=noon(day), place="Folkets hus", planned_at=noon(day),
        planned_by=by, state="confirmed", confirmed_at=noon(day), confirmed_by=by,
    )  # fmt: skip
    ticked = {} if came is None else {"ticked_at": noon(day), "ticked_by": by}
    Invitation.objects.create(
        gathering=gathering, member=member, invited_at=noon(day), invited_by=by, attended=came, **ticked
    )


def only(found: Cohorts) -> Fate:
    """What is told of a branch with one who joined, whether it may be told or not."""
    (fate,) = [fate for quarter in (*found.waiting, *found.running) for fate in quarter.people]
    return fate


@pytest.mark.parametrize(
    ("days", "half", "whole"),
    [(183, False, False), (184, True, False), (365, True, False), (366, True, True), (None, True, True)],
)
def test_a_member_after_six_months_and_after_a_year(
    branch: Branch, days: int | None, half: bool, whole: bool
) -> None:
    period(branch, JOINED, None if days is None else JOINED + timedelta(days=days))
    fate = only(cohorts(branch))
    assert (fate.after_six_months, fate.after_a_year) == (half, whole)


def test_who_is_missing_then_is_no_member_and_who_has_come_back_is(branch: Branch) -> None:
    period(branch, JOINED, missing_since=JOINED + timedelta(days=100))
    back = period(branch, JOINED, JOINED + timedelta(days=100))
    Membership.objects.create(member=back.member, branch=branch, started_on=JOINED + timedelta(days=200))
    (quarter,) = [found for found in cohorts(branch).waiting if found.people]
    assert (quarter.joined, quarter.after_six_months, quarter.after_a_year) == (2, 0, 1)


@pytest.mark.parametrize(("after", "met"), [(-1, False), (0, True), (365, True), (366, False)])
def test_a_talk_counts_in_the_first_year(branch: Branch, after: int, met: bool) -> None:
    talk(period(branch, JOINED).member, JOINED + timedelta(days=after))
    assert only(cohorts(branch)).met == ({"call"} if met else set())


@pytest.mark.parametrize(("after", "met"), [(-1, False), (0, True), (183, True), (184, False)])
def test_a_meeting_counts_within_six_months(branch: Branch, after: int, met: bool) -> None:
    meet(period(branch, JOINED).member, JOINED + timedelta(days=after))
    assert only(cohorts(branch)).met == ({"meeting"} if met else set())


def test_dials_without_a_talk_and_what_was_taken_back_are_no_call(branch: Branch) -> None:
    member, day = period(branch, JOINED).member, JOINED + timedelta(days=9)
    talk(member, day, "no_answer")
    talk(member, day, undone_at=noon(day), undone_by=User.objects.console())
    assert only(cohorts(branch)).met == set()


def test_an_invitation_without_a_tick_and_another_gathering_are_no_meeting(branch: Branch) -> None:
    member, day = period(branch, JOINED).member, JOINED + timedelta(days=9)
    meet(member, day, came=False)
    meet(member, day, came=None)
    meet(member, day, kind="course")
    assert only(cohorts(branch)).met == set()


def test_a_quarter_is_told_when_a_year_has_passed_since_its_last_day(branch: Branch) -> None:
    for _ in range(5):
        period(branch, JOINED)
    last = date(2026, 3, 31)
    found = [cohorts(branch, on) for on in (last - timedelta(days=1), last)]
    assert [[told.joined for told in at.told] for at in found] == [[], [5]]
    assert found[1].running[0].first == date(2025, 4, 1)


def test_quarters_are_merged_until_neither_who_stayed_nor_who_left_are_few(branch: Branch) -> None:
    for joined, stayed, gone in ((date(2024, 2, 1), 9, 3), (date(2024, 5, 1), 5, 2), (JOINED, 8, 4)):
        for place in range(stayed + gone):
            period(branch, joined, joined + timedelta(days=90) if place < gone else None)
    found = cohorts(branch)
    assert [(told.first, told.joined, told.after_a_year) for told in found.told] == [(SINCE, 19, 14)]
    assert sum(waiting.joined for waiting in found.waiting) == 12


def test_without_a_roster_nothing_is_told(branch: Branch) -> None:
    period(branch, JOINED)
    for since in (None, ON + timedelta(days=1)):
        assert staying.cohorts(branch, ON, known_since=since) == Cohorts([], [], [])


def test_who_joined_before_the_first_roster_is_left_out(branch: Branch) -> None:
    period(branch, JOINED - timedelta(days=1))
    period(branch, JOINED)
    found = staying.cohorts(branch, ON, known_since=JOINED)
    assert sum(quarter.joined for quarter in (*found.waiting, *found.running)) == 1


def fate(*, half: bool, whole: bool, met: str = "") -> Fate:
    return Fate(half, whole, frozenset(met.split()))


@pytest.mark.parametrize(
    ("half", "whole", "told"),
    [(20, 20, True), (20, 15, True), (15, 15, True), (17, 15, False), (15, 11, False), (14, 9, True)],
)
def test_after_six_months_is_told_only_where_nobody_can_be(half: int, whole: int, told: bool) -> None:
    people = {
        fate(half=True, whole=True): whole,
        fate(half=True, whole=False): half - whole,
        fate(half=False, whole=False): 20 - half,
    }
    assert Cohort(JOINED, JOINED, people).six_months_may_be_told is told


def quarter(month: int, *numbers: int) -> Cohort:
    """Called and stayed, called and left, not called and stayed, not called and left."""
    fates = [fate(half=True, whole=whole, met=met) for met in ("call", "") for whole in (True, False)]
    people = dict(zip(fates, numbers, strict=True))
    return Cohort(date(2024, month, 1), date(2024, month, 28), people, frozenset({"call"}))


def split(*told: Cohort) -> list[list[tuple[int, int, int, int]]]:
    found = Cohorts(list(told), [], []).split_by("call")
    return [[(half.first.month, half.joined, half.at_least, half.at_most) for half in both] for both in found]


def test_with_and_without_are_told_exactly_where_nobody_is_pointed_out() -> None:
    assert split(quarter(1, 9, 5, 6, 7)) == [[(1, 14, 9, 9), (1, 13, 6, 6)]]
    assert split(quarter(1, 9, 0, 6, 7)) == [[(1, 9, 9, 9), (1, 13, 6, 6)]]


def test_with_and_without_are_ranges_where_a_number_would_point_somebody_out() -> None:
    # One to four of the five who left were called.
    assert split(quarter(1, 22, 4, 15, 1)) == [[(1, 26, 22, 25), (1, 16, 12, 15)]]


def test_with_and_without_are_merged_until_both_are_nobody_or_enough() -> None:
    assert split(quarter(1, 2, 1, 20, 5), quarter(4, 9, 0, 6, 5)) == [[(1, 12, 8, 11), (1, 36, 26, 29)]]
    assert split(quarter(1, 2, 1, 20, 5)) == []


def random_history(branch: Branch, chance: Random) -> None:
    for _ in range(60):
        joined = date(2024, 1, 1) + timedelta(chance.randrange(600))
        gone = joined + timedelta(chance.randrange(1, 500)) if chance.random() < 0.4 else None
        member = period(branch, joined, gone).member
        if chance.random() < 0.5:
            talk(member, joined + timedelta(chance.randrange(-20, 450)))
        if chance.random() < 0.5:
            meet(member, joined + timedelta(chance.randrange(-20, 300)))


def by_hand(branch: Branch) -> Counter[tuple[date, Fate]]:
    """Person by person."""
    found: Counter[tuple[date, Fate]] = Counter()
    for held in Membership.objects.filter(branch=branch):
        start, until = held.started_on, held.ended_on or date.max
        talks = Attempt.objects.filter(call__member=held.member).values_list("reported_at", flat=True)
        came = Invitation.objects.filter(member=held.member).values_list("gathering__starts_at", flat=True)
        met = {"call"} if any(0 <= (timezone.localdate(at) - start).days <= 365 for at in talks) else set()
        met |= {"meeting"} if any(0 <= (timezone.localdate(at) - start).days <= 183 for at in came) else set()
        half, whole = (until > start + timedelta(days=days) for days in (183, 365))
        found[quarter_of(start), Fate(half, whole, frozenset(met))] += 1
    return found


def counted(found: Cohorts) -> Counter[tuple[date, Fate]]:
    quarters = [*found.told, *found.waiting, *found.running]
    return Counter({(at.first, who): number for at in quarters for who, number in at.people.items()})


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_counting_person_by_person_finds(
    branch: Branch, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_history(branch, Random(seed))
    random_history(BranchFactory.create(), Random(-seed))
    # Not merged, so that each quarter can be compared.
    monkeypatch.setattr(staying, "_enough", lambda _cohort: False)
    assert counted(cohorts(branch)) == by_hand(branch)


def test_erasing_those_who_left_changes_nothing(branch: Branch) -> None:
    random_history(branch, Random(5))
    before = {on: cohorts(branch, on) for on in (date(2025, 9, 30), ON)}
    for gone in Membership.objects.exclude(ended_on=None).select_related("member"):
        erasing.erase(member=gone.member, by=User.objects.console(), on=ON)
    assert {on: cohorts(branch, on) for on in before} == before
    assert Member.objects.exclude(erased_at=None).exists()


def test_it_is_one_question_and_one_for_what_has_been_told(branch: Branch) -> None:
    random_history(branch, Random(7))
    cohorts(branch)
    branch.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        cohorts(branch)
    assert len(queries) == 2
