"""The weekly mail to call leaders: counts only, nobody's name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from calls import summary
from calls.models import Attempt, Call, CallRound, FollowUp
from calls.rules import end_of, moment, start_of
from crm.figures import reading
from crm.outbox.models import Message
from crm.outbox.queueing import queue_for_user
from crm.people.models import Branch, Role, User

WEEK = timedelta(days=7)
TEMPLATE = "calls/emails/week"
# As the board reads them; a round's own numbers are told beside what waits in it.
OF_THE_YEAR = ("calls_of", "calls_attempted", "calls_reached", "calls_kept", "calls_unreachable")


@dataclass(frozen=True)
class RoundWeek:
    """How an open round stands, and what has happened in it during the seven days before."""

    round: CallRound
    members: int
    reached: int
    waiting: int  # to be called now or later, with a caller among them
    parked: int
    to_write: int  # attempts used up, no letter yet
    unreachable: int
    dials: int
    talks: int
    stuck: int  # lists on which nothing has happened for a week


@transaction.atomic
def tell_leaders_of_the_week(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: once in each week, on Monday or when the machine is on again; nothing while no round is open."""
    key = purpose_of(on)
    leaders = leaders_of(branch, on)
    if not leaders or Message.objects.filter(branch=branch, purpose_key=key).exists():
        return {}
    weeks = weeks_of(branch, on)
    if not weeks:
        return {}
    context: dict[str, object] = {
        "branch": branch,
        "weeks": weeks,
        "figures": reading.read_known(branch, on, OF_THE_YEAR),
        "follow_ups": FollowUp.objects.filter(call__round__branch=branch, handled_at=None).count(),
        "url": settings.SITE_URL + reverse("calls:rounds", args=[branch.slug]),
    }
    for leader in leaders:
        queue_for_user(
            branch=branch,
            user=leader,
            purpose_key=key,
            template=TEMPLATE,
            context=context,
            by=User.objects.console(),
        )
    return {"told": len(leaders)}


def purpose_of(on: date) -> str:
    """One mail to each leader in an ISO week, which begins on Monday."""
    year, week, _day = on.isocalendar()
    return f"calls_week:{year}-W{week:02}"


def leaders_of(branch: Branch, on: date) -> list[User]:
    roles = Role.objects.in_force(on).filter(branch=branch, kind=Role.Kind.CALL_LEADER)
    return list(User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("pk"))


def weeks_of(branch: Branch, on: date) -> list[RoundWeek]:
    """Each round that is open on the day, the year's first."""
    rounds = CallRound.objects.filter(branch=branch).open_on(on)
    return [week_of(found, on) for found in sorted(rounds, key=lambda row: (not row.is_yearly, row.pk))]


def week_of(call_round: CallRound, on: date) -> RoundWeek:
    now = moment(on)
    number = {
        one.standing.key: one.number for one in summary.count(Call.objects.filter(round=call_round), now)
    }
    made = attempts_between(call_round, start_of(on - WEEK), end_of(on - timedelta(days=1)))
    return RoundWeek(
        round=call_round,
        members=sum(number.values()),
        reached=number["reached"],
        waiting=sum(number[key] for key in ("held", "untried", "again", "later")),
        parked=number["parked"],
        to_write=number["exhausted"],
        unreachable=number["unreachable"],
        stuck=sum(row.is_stuck for row in summary.progress_of_lists(call_round, now)),
        **made,
    )


def attempts_between(call_round: CallRound, first: datetime, last: datetime) -> dict[str, int]:
    made = Attempt.objects.standing().filter(call__round=call_round, reported_at__range=(first, last))
    reached = Q(outcome=Attempt.Outcome.REACHED)
    return {"dials": made.count(), "talks": made.filter(reached).count()}
