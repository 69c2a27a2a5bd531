"""Which rounds, lists and calls a caller or a leader sees. The caller of these has passed ``branch_page``."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from calls.models import Attempt, Call, CallList, CallQuerySet, CallRound, FollowUp
from crm.people.models import Branch, User

# After an own attempt the caller still sees who it was: members ring back.
RECENT = timedelta(days=14)


def open_rounds_of(branch: Branch, now: datetime) -> QuerySet[CallRound]:
    """A round closes on its day: with it ends what callers see through it."""
    return CallRound.objects.filter(branch=branch).open_on(timezone.localdate(now))


def calls_on_lists_of(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """Subqueries rather than joins, so that claiming locks calls alone."""
    mine = CallList.objects.filter(
        caller=caller, taken_back_at=None, round__in=open_rounds_of(branch, now).values("pk")
    )
    return Call.objects.filter(call_list__in=mine.values("pk"))


def pool_of(branch: Branch, now: datetime) -> CallQuerySet:
    return Call.objects.filter(
        round__in=open_rounds_of(branch, now).values("pk"), call_list=None, state=Call.State.WAITING
    )


def held_by(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """What the caller has on the screen: their live claims."""
    return Call.objects.filter(
        round__in=open_rounds_of(branch, now).values("pk"), claimed_by=caller, claimed_until__gt=now
    )


def calls_of(branch: Branch) -> CallQuerySet:
    return Call.objects.filter(round__branch=branch)


def recent_attempts(caller: User, branch: Branch, now: datetime) -> QuerySet[Attempt]:
    """The caller's own attempts of the last 14 days, the latest first; of people who have not been erased."""
    return (
        Attempt.objects.standing()
        .filter(reported_by=caller, reported_at__gt=now - RECENT, call__round__branch=branch)
        .filter(call__member__erased_at=None)
        .select_related("call__member", "follow_up")
    )


def rounds_of(branch: Branch) -> QuerySet[CallRound]:
    return CallRound.objects.filter(branch=branch)


def lists_of(branch: Branch) -> QuerySet[CallList]:
    return CallList.objects.filter(round__branch=branch).select_related("caller", "round__branch")


def follow_ups_of(branch: Branch) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(call__round__branch=branch).select_related(
        "call__member__branch", "call__round", "attempt", "opened_by"
    )


def attempts_of(branch: Branch) -> QuerySet[Attempt]:
    return Attempt.objects.filter(call__round__branch=branch)
