"""The year's calls of all branches in one pass, beside a slow and plain counting over the rows themselves."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import tallies
from calls.figures import FIGURES
from calls.models import Attempt, Call, CallRound
from crm.people import erasing
from crm.people.models import Branch, Member, Membership, User
from tests.factories import BranchFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
YEAR = 2026
DAYS = (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 6, 30), date(2026, 12, 31))
Outcome = Attempt.Outcome


def at(day: date, hour: int = 18) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001


def a_day(chance: Random) -> date:
    return date(YEAR - 1, 12, 1) + timedelta(days=chance.randint(0, 396))


def open_round(branch: Branch, by: User, kind: str, year: int) -> CallRound:
    return CallRound.objects.create(
        branch=branch,
        kind=kind,
        period=str(year),
        opens_on=date(year, 2, 1),
        closes_on=date(year, 12, 20),
        opened_at=at(date(year, 2, 1)),
        opened_by=by,
    )


def dial(call: Call, by: User, chance: Random) -> None:
    """One to three dials on any day, some of them taken back."""
    for _ in range(chance.randint(0, 3)):
        day = at(a_day(chance), chance.randint(0, 23))
        undone = {"undone_at": day, "undone_by": by} if chance.random() < 0.2 else {}
        outcome = chance.choice([Outcome.REACHED, Outcome.NO_ANSWER, Outcome.BUSY])
        Attempt.objects.create(call=call, outcome=outcome, reported_at=day, reported_by=by, **undone)


def random_branch(chance: Random, by: User) -> Branch:
    """Members of whom some have left, in rounds of two kinds and two years, dialled on any day."""
    branch: Branch = BranchFactory.create()
    members: list[Member] = MemberFactory.create_batch(chance.randint(1, 6), branch=branch, phone="")
    for member in members:
        if chance.random() < 0.4:
            ended = {"ended_on": a_day(chance), "end_reason": "left"}
            Membership.objects.filter(member=member).update(**ended)
    kinds = [(CallRound.Kind.YEARLY, YEAR), (CallRound.Kind.YEARLY, YEAR - 1), (CallRound.Kind.WELCOME, YEAR)]
    for kind, year in kinds:
        if chance.random() < 0.8:
            call_round = open_round(branch, by, kind, year)
            for member in members:
                call = Call.objects.create(round=call_round, member=member)
                if chance.random() < 0.3:
                    Call.objects.filter(pk=call.pk).update(letter_at=at(a_day(chance)), letter_by=by)
                dial(call, by, chance)
    return branch


def standing(branch: Branch, on: date) -> Iterator[Attempt]:
    for attempt in Attempt.objects.filter(call__member__branch=branch).select_related("call"):
        day = timezone.localtime(attempt.reported_at).date()
        if attempt.undone_at is None and date(on.year, 1, 1) <= day <= on:
            yield attempt


def counts(period: Membership, on: date) -> bool:
    return period.started_on <= on and (period.ended_on is None or period.ended_on > on)


def plainly(branch: Branch, on: date) -> dict[str, int | None]:
    rounds = CallRound.objects.filter(branch=branch, kind="yearly", period=str(on.year))
    if not [found for found in rounds if found.opens_on <= on]:
        return dict.fromkeys(tallies.NAMES, None)
    dialled = {attempt.call.member_id for attempt in standing(branch, on)}
    reached = {row.call.member_id for row in standing(branch, on) if row.outcome == Outcome.REACHED}
    letters = {
        call.member_id
        for call in Call.objects.filter(round__in=rounds, letter_at__isnull=False)
        if call.letter_at and timezone.localtime(call.letter_at).date() <= on
    }
    members = {period.member_id for period in Membership.objects.filter(branch=branch) if counts(period, on)}
    everybody = members | reached
    return {
        "calls_of": len(everybody),
        "calls_attempted": len(dialled & everybody),
        "calls_reached": len(reached),
        "calls_kept": len((reached | letters) & everybody),
    }


def tallied(branch: Branch, on: date, *, everywhere: bool) -> dict[str, int | None]:
    found = tallies.of_each(None if everywhere else [branch.pk], on)
    return {name: found[name].get(branch.pk) for name in tallies.NAMES}


@pytest.mark.parametrize("seed", range(6))
def test_one_pass_counts_what_plain_counting_counts(seed: int) -> None:
    by = UserFactory.create()
    branches = [random_branch(Random(f"{seed} {number}"), by) for number in range(3)]
    for on in DAYS:
        for branch in branches:
            expected = plainly(branch, on)
            assert tallied(branch, on, everywhere=True) == expected
            assert tallied(branch, on, everywhere=False) == expected


def figure_by_figure(branch: Branch, on: date) -> dict[str, int | float | None]:
    return {figure.name: figure.read(branch, on) for figure in FIGURES if figure.name in tallies.NAMES}


@pytest.mark.parametrize("seed", range(8))
def test_none_is_more_than_all_and_what_is_reached_is_dialled_and_kept(seed: int) -> None:
    """On any day, read in any way."""
    branch = random_branch(Random(f"sums {seed}"), UserFactory.create())
    for on in DAYS:
        found = tallied(branch, on, everywhere=True)
        assert found == figure_by_figure(branch, on)
        if found["calls_of"] is not None:
            of, attempted, reached, kept = (found[name] or 0 for name in tallies.NAMES)
            assert 0 <= reached <= min(attempted, kept) <= max(attempted, kept) <= of


@pytest.mark.parametrize("seed", range(8))
def test_each_is_a_part_of_those_to_call(seed: int) -> None:
    """Person by person, each once; the lists are those that the figures count."""
    branch = random_branch(Random(f"people {seed}"), UserFactory.create())
    for on in DAYS:
        told = {figure.name: list(figure.people(branch, on)) for figure in FIGURES if figure.people}
        whole = set(told["calls_of"])
        assert all(len(set(people)) == len(people) for people in told.values())
        assert all(set(people) <= whole for people in told.values())
        assert set(told["calls_kept"]) == set(told["calls_reached"]) | set(told["calls_written"])
        known = {name: number for name, number in figure_by_figure(branch, on).items() if number is not None}
        assert {name: len(told[name]) for name in known} == known


@pytest.mark.parametrize("seed", range(6))
def test_erasing_who_has_left_moves_none_of_them_on_any_day(seed: int) -> None:
    by = UserFactory.create()
    branch = random_branch(Random(f"erased {seed}"), by)
    before = [figure_by_figure(branch, on) for on in DAYS]
    for member in Member.objects.filter(memberships__ended_on__isnull=False):
        erasing.erase(member=member, by=by, on=date(YEAR + 1, 1, 2))
    assert [figure_by_figure(branch, on) for on in DAYS] == before
    assert [tallied(branch, on, everywhere=True) for on in DAYS] == [
        {name: figures[name] for name in tallies.NAMES} for figures in before
    ]


def test_the_random_branches_hold_what_they_are_for() -> None:
    """Somebody dialled in vain, and somebody written to, who has left since."""
    by, on = UserFactory.create(), DAYS[-1]
    branches = [random_branch(Random(f"sums {seed}"), by) for seed in range(8)]
    gone = Membership.objects.filter(ended_on__lte=on).values("member")
    spoken = Attempt.objects.standing().filter(outcome=Outcome.REACHED).values("call__member")
    calls = Call.objects.filter(round__branch__in=branches, member__in=gone).exclude(member__in=spoken)
    assert calls.filter(letter_at__lte=at(on), round__kind="yearly", round__period=str(YEAR)).exists()
    assert calls.filter(attempts__reported_at__year=YEAR, attempts__undone_at=None).exists()


@pytest.mark.parametrize(("on", "known"), [(date(2026, 1, 31), False), (date(2026, 2, 1), True)])
def test_before_the_round_opens_nothing_is_known_and_then_nought(on: date, known: bool) -> None:
    branch = BranchFactory.create()
    open_round(branch, UserFactory.create(), CallRound.Kind.YEARLY, YEAR)
    expected = dict.fromkeys(tallies.NAMES, 0 if known else None)
    assert tallied(branch, on, everywhere=True) == expected


def test_a_round_that_is_not_the_years_makes_nothing_known() -> None:
    branch = BranchFactory.create()
    open_round(branch, UserFactory.create(), CallRound.Kind.WELCOME, YEAR)
    assert tallied(branch, date(2026, 6, 1), everywhere=True) == dict.fromkeys(tallies.NAMES, None)


def test_it_asks_two_questions_and_one_when_no_round_has_opened() -> None:
    branch = BranchFactory.create()
    asked = []
    for year in (YEAR, YEAR + 1):
        with CaptureQueriesContext(connection) as queries:
            tallies.of_each([branch.pk], date(YEAR, 6, 1))
        asked.append(len(queries))
        open_round(branch, UserFactory.create(), CallRound.Kind.YEARLY, year)
    assert asked == [1, 2]
