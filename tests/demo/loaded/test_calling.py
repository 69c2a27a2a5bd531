from datetime import date

from django.utils import timezone

from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people.models import Branch
from demo import calling, cast
from tests.demo.loaded.conftest import TODAY

OFFICER = cast.MEMBER_OFFICER.email


def test_this_years_round_was_opened_on_its_day(branch: Branch) -> None:
    opened = CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY).latest("opens_on")
    assert (opened.period, timezone.localdate(opened.opened_at)) == ("2026", opened.opens_on)


def test_every_member_has_one_call_and_the_round_is_half_done(branch: Branch) -> None:
    yearly = Call.objects.filter(round__branch=branch, round__kind="yearly", round__period="2026")
    states = list(yearly.values_list("state", flat=True))
    assert yearly.filter(member__in=branch.members.current()).count() == branch.members.current().count()
    assert 0.2 < states.count(Call.State.REACHED) / len(states) < 0.6
    assert states.count(Call.State.WAITING) > 100


def test_attempts_lie_on_the_callers_evenings(branch: Branch) -> None:
    own = Attempt.objects.filter(call__round__branch=branch).exclude(reported_by__email=OFFICER)
    dialled = [timezone.localtime(at) for at in own.values_list("reported_at", flat=True)]
    assert {at.date().weekday() for at in dialled} == set(calling.CALLING_DAYS)
    assert {at.hour for at in dialled} <= {17, 18, 19, 20}
    assert max(dialled).date() < TODAY


def test_the_officer_calls_new_members_in_the_week_after_their_file(branch: Branch) -> None:
    """And most answer: those are welcomed in time."""
    own = Attempt.objects.filter(call__round__branch=branch, reported_by__email=OFFICER)
    days = {
        timezone.localdate(made.reported_at) - made.call.member.learnt_on
        for made in own.select_related("call__member")
    }
    answered = own.filter(outcome=Attempt.Outcome.REACHED).count()
    assert days == {calling.WELCOMED_AFTER}
    assert 0.5 < answered / own.count() < 1


def test_every_caller_has_a_list_and_has_called(branch: Branch) -> None:
    callers = {part.email for part in cast.CALLERS}
    own = Attempt.objects.filter(call__round__branch=branch)
    assert set(own.values_list("reported_by__email", flat=True)) == {*callers, OFFICER}
    assert set(Call.objects.values_list("call_list__caller__email", flat=True).distinct()) >= callers


def test_somebody_waits_for_an_officer(branch: Branch) -> None:
    assert FollowUp.objects.filter(handled_at=None).exists()


def test_evenings_rest_in_july_and_begin_at_once() -> None:
    found = calling.evenings(date(2026, 2, 1), date(2026, 8, 31))
    assert (found[0], found[-1]) == (date(2026, 2, 3), date(2026, 8, 27))
    assert not [day for day in found if day.month == 7]
