"""A round in numbers: every call in exactly one state, the states add up to its members."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.models import Call, CallList, CallQuerySet, CallRound, CallRoundQuerySet

State, Reason = Call.State, Call.Reason
# Nothing has happened on a list for so long, though there is something left: the leader looks after it.
STUCK = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """One state of a round's calls as a leader reads it: why a call is in it, and what to do about it."""

    key: str
    label: "str | Promise"
    why: "str | Promise"
    next_step: "str | Promise"
    tone: int  # the colour in the bar (docs/design-system.md)


def conditions(now: datetime) -> dict[str, Q]:
    """Which calls are in which state; together they are all calls, and no two overlap."""
    waiting = Q(state=State.WAITING)
    held = waiting & Q(claimed_until__gt=now)
    free = waiting & (Q(claimed_until=None) | Q(claimed_until__lte=now))
    tried = free & Q(last_attempt_at__isnull=False)
    return {
        "reached": Q(state=State.REACHED),
        "held": held,
        "untried": free & Q(last_attempt_at=None),
        "again": tried & (Q(due_at=None) | Q(due_at__lte=now)),
        "later": tried & Q(due_at__gt=now),
        "parked": Q(state=State.PARKED),
        "exhausted": Q(state=State.EXHAUSTED, letter_at=None),
        "written": Q(state=State.EXHAUSTED, letter_at__isnull=False),
        "unreachable": Q(state=State.UNREACHABLE),
        "exempt": Q(state=State.EXEMPT),
    }


STANDINGS = (
    Standing("reached", _("Reached"), _("Somebody has talked with the member."), _("Done."), 1),
    Standing(
        "held",
        _("With a caller now"),
        _("A caller has the person on the screen."),
        _("Wait: it ends by itself after half an hour."),
        6,
    ),
    Standing(
        "untried",
        _("Waiting, never tried"),
        _("Nobody has dialled yet."),
        _("Hand out to more callers, or book an evening."),
        2,
    ),
    Standing(
        "again",
        _("Waiting, time to try again"),
        _("Tried in vain, and the pause since then is over."),
        _("Call, preferably at another time of day."),
        2,
    ),
    Standing(
        "later",
        _("Waiting for its time"),
        _("Tried a short time ago, or a time has been agreed on."),
        _("Nothing: it is offered when the time has come."),
        2,
    ),
    Standing(
        "parked",
        _("Waiting for an officer"),
        _("A caller has reported something that somebody sees to before we call again."),
        _("Handle the follow-up."),
        4,
    ),
    Standing(
        "exhausted",
        _("Attempts used up"),
        _("Nobody answered any of the attempts."),
        _("Write “we have tried to reach you”, by e-mail or letter."),
        4,
    ),
    Standing(
        "written",
        _("Attempts used up, letter sent"),
        _("Nobody answered, and the member has been written to."),
        _("Done."),
        3,
    ),
    Standing(
        "unreachable",
        _("No telephone number"),
        _("The register has no number."),
        _("Find the number, or write a letter."),
        5,
    ),
    Standing(
        "exempt",
        _("Exempt"),
        _("Not to be called."),
        _("Nothing: wants no calls, has left, has died or is under 18."),
        5,
    ),
)
BY_KEY = {standing.key: standing for standing in STANDINGS}


@dataclass(frozen=True)
class Counted:
    standing: Standing
    number: int


def count(calls: CallQuerySet, now: datetime) -> list[Counted]:
    """All states with their numbers, in one query."""
    asked = {key: Count("pk", filter=condition) for key, condition in conditions(now).items()}
    numbers = calls.aggregate(**asked)
    return [Counted(standing, numbers[standing.key]) for standing in STANDINGS]


def with_counts(rounds: CallRoundQuerySet) -> QuerySet[CallRound, Any]:
    """Rounds with ``members`` and ``reached``."""
    return rounds.annotate(
        members=Count("calls"), reached=Count("calls", filter=Q(calls__state=State.REACHED))
    )


@dataclass(frozen=True)
class ListProgress:
    """How far a caller has come with a list."""

    call_list: CallList
    reached: int
    left: int
    last_attempt_at: datetime | None
    is_stuck: bool


def progress_of_lists(call_round: CallRound, now: datetime) -> list[ListProgress]:
    """Every open list of a round, in the order of its callers' names; one query."""
    rows = (
        CallList.objects.filter(round=call_round, taken_back_at=None)
        .select_related("caller")
        .annotate(
            reached=Count("calls", filter=Q(calls__state=State.REACHED)),
            left=Count("calls", filter=Q(calls__state=State.WAITING)),
            last=Max("calls__last_attempt_at"),
        )
        .order_by("caller__name", "pk")
    )
    return [
        ListProgress(
            call_list=row,
            reached=row.reached,
            left=row.left,
            last_attempt_at=row.last,
            is_stuck=bool(row.left) and (row.last or row.handed_out_at) < now - STUCK,
        )
        for row in rows
    ]


def exempt_reasons(call_round: CallRound) -> list[tuple[str, int]]:
    """(reason, number) for those who are not to be called."""
    rows = (
        Call.objects.filter(round=call_round, state=State.EXEMPT)
        .order_by()
        .values_list("reason")
        .annotate(Count("pk"))
    )
    return [(str(Reason(reason).label), number) for reason, number in rows]
