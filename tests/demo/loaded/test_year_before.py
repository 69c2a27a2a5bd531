"""The year before in the demo: this year stands beside it."""

from datetime import date

import pytest
from django.db.models import Count, F
from django.utils import timezone

from calls.models import Attempt, Call, CallRound
from crm.board.overview import overview
from crm.people.models import Branch, Membership
from onboarding.models import Gathering, Invitation
from tests.demo.loaded.conftest import TODAY

YEAR = str(TODAY.year - 1)


@pytest.fixture
def last_round(branch: Branch) -> CallRound:
    return CallRound.objects.get(branch=branch, kind=CallRound.Kind.YEARLY, period=YEAR)


def test_every_call_of_it_is_ended_with_a_talk_or_a_letter(last_round: CallRound) -> None:
    calls = Call.objects.filter(round=last_round)
    reached, written_to = (
        calls.filter(state=Call.State.REACHED).count(),
        calls.exclude(letter_at=None).count(),
    )
    assert (reached + written_to, calls.filter(state=Call.State.WAITING).count()) == (calls.count(), 0)
    assert 0.6 < reached / calls.count() < 0.8


def test_a_member_has_one_call_in_it(last_round: CallRound) -> None:
    calls = Call.objects.filter(round=last_round)
    assert calls.count() == calls.values("member").distinct().count()


def test_nobody_was_called_before_they_joined_or_after_they_left(last_round: CallRound) -> None:
    dials = Attempt.objects.filter(call__round=last_round)
    during = Membership.objects.filter(
        member__calls__attempts__in=dials,
        started_on__lt=F("member__calls__attempts__reported_at__date"),
    ).exclude(ended_on__lt=F("member__calls__attempts__reported_at__date"))
    assert set(during.values_list("member__calls__attempts", flat=True)) >= set(
        dials.values_list("pk", flat=True)
    )


def test_the_attempts_of_a_call_are_as_many_as_it_says_and_on_different_days(last_round: CallRound) -> None:
    told = Call.objects.filter(round=last_round).annotate(
        made=Count("attempts"), days=Count("attempts__reported_at__date", distinct=True)
    )
    assert not told.exclude(made=F("attempts_used")).exists()
    assert not told.exclude(days=F("attempts_used")).exists()


def test_it_is_over_before_this_years_begins(branch: Branch, last_round: CallRound) -> None:
    last = Attempt.objects.filter(call__round=last_round).latest("reported_at")
    this = CallRound.objects.get(branch=branch, kind=CallRound.Kind.YEARLY, period=str(TODAY.year))
    assert timezone.localdate(last.reported_at) <= last_round.closes_on < this.opens_on


def test_two_meetings_were_held_and_most_who_had_joined_were_asked(branch: Branch) -> None:
    held = Gathering.objects.filter(branch=branch, starts_at__year=int(YEAR)).intro_meetings()
    assert [found.starts_at.month for found in held.order_by("starts_at")] == [3, 9]
    for meeting in held:
        invited = Invitation.objects.filter(gathering=meeting)
        assert invited.count() > 5
        assert set(invited.values_list("attended", flat=True)) == {True, False, None}


def test_this_year_stands_beside_it(branch: Branch) -> None:
    then = overview(branch, TODAY).then
    assert {name: read.value for name, read in then.items() if not read.value} == {}


def test_the_year_before_is_told_at_its_end(branch: Branch) -> None:
    told = overview(branch, date(TODAY.year - 1, 12, 31)).explained
    kept, everybody = told["calls_kept"].value, told["calls_of"].value
    assert kept is not None
    assert everybody is not None
    assert 0.8 < kept / everybody <= 1


def test_the_board_sees_who_stays_with_and_without_a_call_and_a_meeting(branch: Branch) -> None:
    splits = overview(branch, TODAY).staying.splits
    assert [bool(table.rows) for table in splits] == [True, True]
    for table in splits:
        assert "Samband, inte orsak." in table.sentence
        assert all(group.joined == 0 or group.joined >= 5 for row in table.rows for group in row.groups)
