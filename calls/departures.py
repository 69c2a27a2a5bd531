"""What the calls do when somebody stops being a member, and when a person is erased."""

from django.db.models import Exists, OuterRef, Q

from calls import questions, settling, telling
from calls.models import Attempt, AvoidedMember, Call, FollowUp
from crm.people.models import Branch, Member, User

_AT_ONCE = 5_000  # keys in one statement


def end_calls_of_leavers(*, branch: Branch, member_ids: list[int], by: User) -> None:
    """Their unfinished calls end at once; what has been reached stays."""
    for start in range(0, len(member_ids), _AT_ONCE):
        calls = Call.objects.filter(round__branch=branch, member_id__in=member_ids[start : start + _AT_ONCE])
        settling.end_calls(calls, reason=Call.Reason.LEFT, by=by)


def forget_words(*, member: Member, by: User) -> None:
    """Notes, messages and who won't call tell about a person; that somebody was called, and reached, is a count."""
    calls = Call.objects.filter(member=member)
    settling.end_calls(calls, reason=Call.Reason.LEFT, by=by)
    AvoidedMember.objects.filter(member=member).delete()
    attempts = Attempt.objects.filter(call__member=member)
    telling.forget_before(attempts)
    questions.forget_words(list(attempts.values_list("pk", flat=True)))
    attempts.update(note="", wrong_number="")
    FollowUp.objects.filter(call__member=member).update(message="", answer="")


def with_history(*, member_ids: list[int]) -> set[int]:
    """Members whom somebody has tried to call, is calling, or has written to instead."""
    touched = (
        Q(Exists(Attempt.objects.filter(call=OuterRef("pk"))))
        | Q(Exists(FollowUp.objects.filter(call=OuterRef("pk"))))
        | Q(claimed_at__isnull=False)
        | Q(letter_at__isnull=False)
    )
    return set(Call.objects.filter(touched, member__in=member_ids).values_list("member_id", flat=True))
