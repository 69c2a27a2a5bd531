"""What the calls tell a person of themselves."""

from uuid import uuid4

from django.utils import timezone

from calls import disclosures, follow_ups, outcomes
from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people.models import Branch, Member, User


def a_talked_of(branch: Branch, caller: User) -> Member:
    call = Call.objects.order_by("pk")[0]
    outcomes.report(
        call=call,
        by=caller,
        outcome=Attempt.Outcome.MOVED,
        client_id=uuid4(),
        note="Ring efter sex.",
        message="Har flyttat till Ryd.",
    )
    return call.member


def test_attempts_are_told_with_the_caller_and_the_note(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    member = a_talked_of(branch, caller)
    ((_at, outcome, note, wrong_number, by, undone_at),) = disclosures.attempts(member=member)
    assert (outcome, note, wrong_number) == ("Har flyttat", "Ring efter sex.", "")
    assert (by, undone_at) == (caller.name, None)


def test_what_was_said_to_the_officer_is_told_with_the_answer(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    member = a_talked_of(branch, caller)
    follow_ups.handle(FollowUp.objects.get(), by=caller, answer="Rättat.", now=timezone.now())
    ((_opened, message, handled_at, by, answer),) = disclosures.follow_ups(member=member)
    assert (message, by, answer) == ("Har flyttat till Ryd.", caller.name, "Rättat.")
    assert handled_at is not None


def test_each_round_is_told_with_its_state(call_round: CallRound, branch: Branch, caller: User) -> None:
    member = a_talked_of(branch, caller)
    Call.objects.filter(member=member).update(state="exempt", reason="left", call_list=None, due_at=None)
    ((name, state, _attempts, reached_at, letter_at, on_list),) = disclosures.calls(member=member)
    assert (name, state, reached_at, letter_at, on_list) == (
        str(call_round),
        "undantagen (inte längre medlem)",
        None,
        None,
        "",
    )


def test_others_calls_are_not_told(call_round: CallRound, branch: Branch, caller: User) -> None:
    called = a_talked_of(branch, caller)
    other = Member.objects.filter(branch=branch).exclude(pk=called.pk)[0]
    assert list(disclosures.attempts(member=other)) == list(disclosures.follow_ups(member=other)) == []
    assert len(list(disclosures.calls(member=other))) == 1
