"""How many calls of the year's round can't be made, on any date: counted each night, kept for good."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from calls.models import Call, CallRound, RoundCount
from crm.people.models import Branch, Member

State, Reason = Call.State, Call.Reason
# Members who are not to be called. Who has left or died is no member any more, and not of those to call.
NOT_TO_BE_CALLED = (Reason.WISH, Reason.UNDER_AGE, Reason.OFFICER)
# A count is taken each night. One taken so much later tells nothing of the day asked about.
TOO_LATE = timedelta(days=31)


@dataclass(frozen=True)
class Silent:
    """Members in the round whom nobody can dial, and who are not to be dialled."""

    unreachable: int
    exempt: int


@transaction.atomic
def count_call_states(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job, early: how yesterday ended. What has been counted once is never changed.

    A round is followed to the end of its year, also when it has closed; who leaves afterwards moves nothing.
    """
    yesterday = on - timedelta(days=1)
    years = (str(yesterday.year), str(yesterday.year - 1))
    rounds = CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY, period__in=years)
    taken = 0
    for call_round in rounds.filter(opens_on__lte=yesterday):
        day = min(yesterday, date(int(call_round.period), 12, 31))
        if not RoundCount.objects.filter(round=call_round, day=day).exists():
            RoundCount.objects.create(round=call_round, day=day, **vars(now_in(call_round)))
            taken += 1
    return {"counted": taken} if taken else {}


def now_in(call_round: CallRound) -> Silent:
    """Of those who are members: who said no and has left since is of neither."""
    members = Member.objects.current().filter(pk=OuterRef("member_id"))
    found = Call.objects.filter(Exists(members), round=call_round).aggregate(
        unreachable=Count("pk", filter=Q(state=State.UNREACHABLE)),
        exempt=Count("pk", filter=Q(state=State.EXEMPT, reason__in=NOT_TO_BE_CALLED)),
    )
    return Silent(**found)


def silent_on(branch: Branch, on: date) -> Silent | None:
    """At the end of a day. None before the round, and where nobody counted at the time."""
    rounds = CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY, period=str(on.year))
    call_round = rounds.filter(opens_on__lte=on).first()
    return None if call_round is None else of_round_on(call_round, on)


def of_round_on(call_round: CallRound, on: date) -> Silent | None:
    """The first count from the day on; while there is none yet, as it is now."""
    taken = RoundCount.objects.filter(round=call_round, day__gte=on).order_by("day").first()
    if taken is not None:
        is_near = taken.day - on <= TOO_LATE
        return Silent(taken.unreachable, taken.exempt) if is_near else None
    return now_in(call_round) if timezone.localdate() - on <= TOO_LATE else None
