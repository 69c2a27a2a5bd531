"""Ringpass: an evening on which several call together, from the booking to the one click that ends it.

A caller's own evening, what is left and what has been done, is ``calls.evenings``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from calls import access, lists, summary, telling
from calls.models import Attempt, Call, CallingEvening, CallRound, EveningCaller, PrintedSheet
from crm.people.models import User


@transaction.atomic
def book(
    *, call_round: CallRound, starts_at: datetime, place: str, callers: Iterable[User], by: User, at: datetime
) -> CallingEvening:
    """The same evening at the same place is booked once; who is named comes."""
    evening, _created = CallingEvening.objects.get_or_create(
        round=call_round, starts_at=starts_at, place=place, defaults={"booked_at": at, "booked_by": by}
    )
    for caller in callers:
        add_caller(evening=evening, caller=caller, by=by, at=at)
    return evening


@transaction.atomic
def add_caller(*, evening: CallingEvening, caller: User, by: User, at: datetime) -> EveningCaller:
    """One more who comes. During the evening they get a list at once."""
    comer, _created = EveningCaller.objects.get_or_create(
        evening=evening, caller=caller, defaults={"added_at": at, "added_by": by}
    )
    if evening.is_going_on and comer.call_list is None:
        had_one = lists.open_lists(evening.round).filter(caller=caller).exists()
        lists.give_fair_part(call_round=evening.round, caller=caller, by=by, at=at)
        if not had_one:
            note_list(comer)
    return comer


def drop_caller(*, evening: CallingEvening, caller: User) -> bool:
    """Somebody who does not come after all; not once it has begun."""
    found = EveningCaller.objects.filter(evening=evening, caller=caller, evening__started_at=None)
    return bool(found.delete()[0])


@transaction.atomic
def start(*, evening: CallingEvening, gather: bool, by: User, at: datetime) -> int:
    """Hand out: share the pool among those who come. How many calls came to a list; 0 when it has begun already.

    ``gather`` takes back lists that have stood still first, so that there is something to share.
    """
    begun = CallingEvening.objects.filter(pk=evening.pk, started_at=None).update(started_at=at, started_by=by)
    if not begun:
        return 0
    call_round = evening.round
    if gather:
        for progress in summary.progress_of_lists(call_round, at):
            if progress.is_stuck:
                lists.take_back(call_list=progress.call_list, by=by, at=at)
    had_one = set(lists.open_lists(call_round).values_list("caller", flat=True))
    coming = list(User.objects.filter(calling_evenings__evening=evening).order_by("name", "pk"))
    given = lists.share_out(call_round=call_round, among=coming, by=by, at=at)
    for comer in evening.callers.exclude(caller__in=had_one):
        note_list(comer)
    return given


def note_list(comer: EveningCaller) -> None:
    """The list is the evening's own, and goes back at its end; one that somebody had before does not."""
    comer.call_list = lists.open_lists(comer.evening.round).filter(caller=comer.caller).first()
    comer.save(update_fields=["call_list"])


@transaction.atomic
def end(*, evening: CallingEvening, by: User, at: datetime) -> int:
    """Take back every list that the start handed out; how many calls came back. 0 when it has ended already."""
    ended = CallingEvening.objects.filter(pk=evening.pk, ended_at=None, started_at__isnull=False)
    if not ended.update(ended_at=at, ended_by=by):
        return 0
    own = lists.open_lists(evening.round).filter(pk__in=evening.callers.values("call_list"))
    return sum(lists.take_back(call_list=call_list, by=by, at=at) for call_list in own)


def cancel(*, evening: CallingEvening) -> bool:
    """An evening that never was; one that has begun stays."""
    return bool(CallingEvening.objects.filter(pk=evening.pk, started_at=None).delete()[0])


@dataclass(frozen=True)
class AtTheTable:
    """One who calls tonight; in the order of names, and never how many."""

    caller: User
    is_calling: bool
    left: int
    last_at: datetime | None


@dataclass(frozen=True)
class Live:
    """The evening as its leader sees it just now."""

    evening: CallingEvening
    talks: int
    coming: int  # of those they talked with, who have said yes to a meeting ahead
    dials: int
    table: list[AtTheTable]
    pool: int
    sheets: list[PrintedSheet]  # of the table, not yet back


def live(evening: CallingEvening, now: datetime) -> Live:
    """Constant queries, however many call."""
    callers = [comer.caller for comer in evening.callers.select_related("caller")]
    since = evening.started_at or now
    dialled = Attempt.objects.standing().filter(
        reported_by__in=callers,
        reported_at__gte=since,
        reported_at__lte=evening.ended_at or now,
        call__round=evening.round,
    )
    reports = list(
        dialled.order_by("reported_at").values_list("outcome", "call__member", "reported_at", "reported_by")
    )
    talked_with = {member for outcome, member, _at, _by in reports if outcome == Attempt.Outcome.REACHED}
    calls = Call.objects.filter(round=evening.round)
    held = set(calls.filter(claimed_until__gt=now).values_list("claimed_by", flat=True))
    rows = calls.waiting().filter(call_list__taken_back_at=None, call_list__caller__in=callers)
    left = dict(rows.order_by().values_list("call_list__caller").annotate(Count("pk")))
    last = {by: at for _outcome, _member, at, by in reports}
    return Live(
        evening=evening,
        talks=len(talked_with),
        coming=telling.coming(talked_with, timezone.localdate(now)),
        dials=len(reports),
        table=[
            AtTheTable(caller, caller.pk in held, left.get(caller.pk, 0), last.get(caller.pk))
            for caller in callers
        ],
        pool=calls.waiting().filter(call_list=None).count(),
        sheets=list(access.sheets_of(evening.round.branch).out().filter(call_list__caller__in=callers)),
    )
