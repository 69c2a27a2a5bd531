"""When somebody stops being a member, and when a person is erased."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from calls import claims, outcomes
from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people import erasing, memberships
from crm.people.models import Branch, Member, User

State, Outcome = Call.State, Attempt.Outcome


def leave(member: Member, by: User) -> None:
    memberships.mark_missing(branch=member.branch, member_ids=[member.pk], on=timezone.localdate(), by=by)


def test_a_roster_in_the_middle_of_a_talk(call_round: CallRound, branch: Branch, caller: User) -> None:
    call = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert call is not None
    leave(call.member, caller)
    call.refresh_from_db()
    assert (call.state, call.reason, call.claimed_by) == (State.EXEMPT, Call.Reason.LEFT, None)
    outcomes.report(call=call, by=caller, outcome=Outcome.REACHED, client_id=uuid4())
    call.refresh_from_db()
    assert (call.state, call.attempts.count()) == (State.REACHED, 1)


def test_what_an_officer_should_have_done_is_settled(
    call_round: CallRound, branch: Branch, caller: User, leader: User
) -> None:
    call = Call.objects.order_by("pk")[0]
    outcomes.report(call=call, by=caller, outcome=Outcome.MOVED, client_id=uuid4())
    leave(call.member, leader)
    assert FollowUp.objects.get().handled_by == leader


def test_others_keep_their_calls(call_round: CallRound, branch: Branch, caller: User) -> None:
    first, *others = Call.objects.order_by("pk")
    leave(first.member, caller)
    assert list(Call.objects.waiting().order_by("pk")) == others


def test_nothing_waits_for_a_leaver_in_a_closed_round_either(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    call = Call.objects.order_by("pk")[0]
    CallRound.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    leave(call.member, caller)
    call.refresh_from_db()
    assert call.state == State.EXEMPT


def test_an_erasure_forgets_words_and_keeps_counts(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    call = Call.objects.order_by("pk")[0]
    outcomes.report(
        call=call, by=caller, outcome=Outcome.REACHED, client_id=uuid4(), note="Hemlig.", message="Hemligt."
    )
    FollowUp.objects.update(answer="Hemliga.")
    erasing.erase(member=call.member, by=caller, on=timezone.localdate())
    attempt, follow_up = Attempt.objects.get(), FollowUp.objects.get()
    assert (attempt.note, follow_up.message, follow_up.answer) == ("", "", "")
    assert (attempt.outcome, Call.objects.get(pk=call.pk).state) == (Outcome.REACHED, State.REACHED)


def test_an_erased_member_is_called_no_more(call_round: CallRound, branch: Branch, caller: User) -> None:
    call = Call.objects.order_by("pk")[0]
    erasing.erase(member=call.member, by=caller, on=timezone.localdate())
    call.refresh_from_db()
    assert (call.state, call.call_list) == (State.EXEMPT, None)
