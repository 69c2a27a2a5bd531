"""The year's calls as the board counts them: people, exact on any past date, the same after a leaving or an erasure."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from calls import follow_ups, outcomes, rounds
from calls.figures import FIGURES
from calls.models import Attempt, Call, CallRound
from crm import extensions
from crm.figures import reading
from crm.people import erasing, memberships
from crm.people.models import Branch, Member, Membership, User
from tests.calls.conftest import OPENING
from tests.factories import MemberFactory

Outcome = Attempt.Outcome
TODAY = date(2027, 3, 9)


def figures(branch: Branch, on: date) -> tuple[int | float | None, ...]:
    """Of, attempted, reached, kept; counted together they are the same, for one branch and for all in one pass."""
    found = tuple(figure.read(branch, on) for figure in FIGURES[:4])
    names = [figure.name for figure in FIGURES[:4]]
    together, each = reading.read(branch, on, names), reading.read_each([branch.pk], on, names)
    assert tuple(together[name].value for name in names) == found
    assert tuple(each[name][branch.pk] for name in names) == found
    return found


def noon(on: date) -> datetime:
    return timezone.make_aware(datetime(on.year, on.month, on.day, 12))  # noqa: DTZ001


def dialled(member: Member, caller: User, outcome: str, on: date) -> Attempt:
    at = timezone.make_aware(datetime(on.year, on.month, on.day, 18))  # noqa: DTZ001
    call = Call.objects.get(member=member)
    return outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4(), at=at)


@pytest.fixture
def people(branch: Branch, caller: User) -> list[Member]:
    """Four members: one reached in February, one in March after a try, one tried in vain, one not at all."""
    found: list[Member] = MemberFactory.create_batch(4, branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    dialled(found[0], caller, Outcome.REACHED, date(2027, 2, 10))
    dialled(found[1], caller, Outcome.NO_ANSWER, date(2027, 2, 10))
    dialled(found[1], caller, Outcome.REACHED, date(2027, 3, 1))
    dialled(found[2], caller, Outcome.NO_ANSWER, date(2027, 3, 1))
    return found


def test_all_are_registered() -> None:
    assert [figure.name for figure in FIGURES] == [
        "calls_of",
        "calls_attempted",
        "calls_reached",
        "calls_kept",
        "calls_written",
        "calls_unreachable",
        "calls_exempt",
    ]
    assert all(extensions.figures.get(figure.name) == figure for figure in FIGURES)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2027, 1, 31), (None, None, None, None)),
        (date(2027, 2, 1), (4, 0, 0, 0)),
        (date(2027, 2, 9), (4, 0, 0, 0)),
        (date(2027, 2, 10), (4, 2, 1, 1)),
        (date(2027, 2, 28), (4, 2, 1, 1)),
        (date(2027, 3, 1), (4, 3, 2, 2)),
        (date(2027, 12, 31), (4, 3, 2, 2)),
        (date(2028, 2, 1), (None, None, None, None)),
    ],
)
def test_people_are_counted_on_any_date(
    branch: Branch, people: list[Member], on: date, expected: tuple[int | None, ...]
) -> None:
    assert figures(branch, on) == expected


def test_a_letter_keeps_the_promise_from_its_day(branch: Branch, people: list[Member], caller: User) -> None:
    call = Call.objects.get(member=people[2])
    Call.objects.filter(pk=call.pk).update(state=Call.State.EXHAUSTED)
    assert figures(branch, TODAY) == (4, 3, 2, 2)
    follow_ups.mark_letters_sent(call_ids=[call.pk], by=caller, now=timezone.now())
    assert figures(branch, TODAY) == (4, 3, 2, 3)
    assert figures(branch, TODAY - timedelta(days=1)) == (4, 3, 2, 2)


def test_who_leaves_is_of_them_if_reached(branch: Branch, people: list[Member], caller: User) -> None:
    before = figures(branch, date(2027, 3, 1))
    for member in (people[0], people[3]):
        memberships.end(member=member, on=TODAY, reason=Membership.EndReason.LEFT, by=caller)
    assert figures(branch, TODAY) == (3, 3, 2, 2)
    assert figures(branch, date(2027, 3, 1)) == before


def test_a_letter_to_who_leaves_afterwards_is_none_of_those_to_call(
    branch: Branch, people: list[Member], caller: User
) -> None:
    """The branch may have called all that it is to call, and never more."""
    call = Call.objects.get(member=people[2])
    Call.objects.filter(pk=call.pk).update(state=Call.State.EXHAUSTED)
    follow_ups.mark_letters_sent(call_ids=[call.pk], by=caller, now=noon(date(2027, 3, 5)))
    before = figures(branch, date(2027, 3, 8))
    for member in people[2:]:
        memberships.end(member=member, on=TODAY, reason=Membership.EndReason.LEFT, by=caller)
    assert (before, figures(branch, TODAY)) == ((4, 3, 2, 3), (2, 2, 2, 2))
    assert figures(branch, date(2027, 3, 8)) == before
    erasing.erase(member=people[2], by=caller, on=TODAY)
    assert (figures(branch, date(2027, 3, 8)), figures(branch, TODAY)) == (before, (2, 2, 2, 2))


@pytest.mark.parametrize(("on", "expected"), [(date(2027, 3, 7), 1), (date(2027, 3, 8), 0), (TODAY, 0)])
def test_who_is_missing_from_a_roster_is_no_more_to_be_called(
    branch: Branch, people: list[Member], caller: User, on: date, expected: int
) -> None:
    call = Call.objects.get(member=people[2])
    Call.objects.filter(pk=call.pk).update(letter_at=noon(date(2027, 3, 5)), letter_by=caller)
    memberships.mark_missing(branch=branch, member_ids=[people[2].pk], on=date(2027, 3, 8), by=caller)
    of, attempted, reached, kept = figures(branch, on)
    assert (of, attempted, reached, kept) == (3 + expected, 2 + expected, 2, 2 + expected)


def test_who_comes_back_is_of_them_again_with_the_letter(
    branch: Branch, people: list[Member], caller: User
) -> None:
    call = Call.objects.get(member=people[2])
    Call.objects.filter(pk=call.pk).update(letter_at=noon(date(2027, 3, 5)), letter_by=caller)
    memberships.end(member=people[2], on=date(2027, 3, 6), reason=Membership.EndReason.LEFT, by=caller)
    people[2].memberships.create(branch=branch, started_on=TODAY)
    assert [figures(branch, day)[3] for day in (date(2027, 3, 5), date(2027, 3, 6), TODAY)] == [3, 2, 3]


def test_an_erasure_moves_no_figure(branch: Branch, people: list[Member], caller: User) -> None:
    for member in people[:3]:
        memberships.end(member=member, on=TODAY, reason=Membership.EndReason.LEFT, by=caller)
    days = [date(2027, 2, 10), date(2027, 3, 1), TODAY, date(2027, 6, 30)]
    before = [figures(branch, day) for day in days]
    for member in people[:3]:
        erasing.erase(member=member, by=caller, on=TODAY)
    assert [figures(branch, day) for day in days] == before


def test_an_undone_report_counts_nowhere(branch: Branch, people: list[Member], caller: User) -> None:
    before = figures(branch, TODAY)
    call = Call.objects.get(member=people[3])
    attempt = outcomes.report(call=call, by=caller, outcome=Outcome.REACHED, client_id=uuid4())
    outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
    assert figures(branch, TODAY) == before


def test_another_branch_counts_nothing(people: list[Member]) -> None:
    elsewhere = MemberFactory.create().branch
    rounds.open_rounds(branch=elsewhere, on=OPENING)
    assert figures(elsewhere, TODAY) == (1, 0, 0, 0)


def test_the_round_of_another_year_is_another(branch: Branch, people: list[Member]) -> None:
    rounds.open_rounds(branch=branch, on=date(2028, 2, 1))
    assert CallRound.objects.count() == 2
    assert figures(branch, date(2028, 2, 1)) == (4, 0, 0, 0)
