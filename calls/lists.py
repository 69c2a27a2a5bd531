"""Handing out, moving and taking back lists."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from calls import seats, sharing
from calls.models import Call, CallList, CallQuerySet, CallRound, avoided_by, on_paper
from calls.statements import pairs
from crm.people.models import Branch, Role, User

Callers = QuerySet[User]
# What still lies ahead on a list; the rest is done and stays with the caller who did it.
LEFT_TO_DO = (Call.State.WAITING, Call.State.PARKED)


def callers_of(branch: Branch | int, on: date) -> Callers:
    """Those who hold the role of caller on a day, in name order."""
    roles = Role.objects.in_force(on).filter(branch=branch, kind=Role.Kind.CALLER)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("name", "pk")


def callers_for(call_round: CallRound, on: date) -> QuerySet[User, Any]:
    """Their keys, for the round of their branch."""
    return callers_of(call_round.branch_id, on).values_list("pk")


def may_call(branch: Branch, on: date) -> Callers:
    """Whom a leader can give a list: callers, and call leaders themselves."""
    kinds = (Role.Kind.CALLER, Role.Kind.CALL_LEADER)
    roles = Role.objects.in_force(on).filter(branch=branch, kind__in=kinds)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("name", "pk")


def with_list(call_round: CallRound) -> Callers:
    """Those who have an open list in the round."""
    lists = open_lists(call_round)
    return User.objects.filter(pk__in=lists.values("caller")).order_by("name", "pk")


def without_list(call_round: CallRound, on: date) -> Callers:
    """Those who could have one."""
    return may_call(call_round.branch, on).exclude(pk__in=open_lists(call_round).values("caller"))


def left_on_list_of(caller: User, *, call_round: CallRound) -> int:
    return Call.objects.filter(call_list__in=open_lists(call_round).filter(caller=caller)).waiting().count()


def open_lists(call_round: CallRound) -> QuerySet[CallList]:
    return CallList.objects.filter(round=call_round, taken_back_at=None)


def to_halve(call_round: CallRound) -> QuerySet[CallList]:
    """Where calls for one more caller can come from when the pool is empty: the list with the most ``left`` first."""
    if Call.objects.filter(round=call_round, call_list=None).waiting().exists():
        return CallList.objects.none()
    left = Count("calls", filter=Q(calls__state=Call.State.WAITING))
    lists = open_lists(call_round).annotate(left=left).filter(left__gt=1)
    return lists.select_related("caller").order_by("-left", "pk")


@transaction.atomic
def list_of(caller: User, *, call_round: CallRound, by: User, at: datetime) -> CallList:
    """The caller's open list in the round; a new one if there is none."""
    found, _created = CallList.objects.get_or_create(
        round=call_round,
        caller=caller,
        taken_back_at=None,
        defaults={"handed_out_at": at, "handed_out_by": by},
    )
    return found


def lists_of(callers: Iterable[User], *, call_round: CallRound, by: User, at: datetime) -> list[int]:
    """The keys of the callers' open lists, in the callers' order; new ones for those without: three statements."""
    wanted = [caller.pk for caller in callers]
    known = dict(open_lists(call_round).values_list("caller", "pk"))
    new = [
        CallList(round=call_round, caller_id=caller, handed_out_at=at, handed_out_by=by)
        for caller in wanted
        if caller not in known
    ]
    if new:
        CallList.objects.bulk_create(new, ignore_conflicts=True)  # somebody else may just be making them
        known = dict(open_lists(call_round).values_list("caller", "pk"))
    return [known[caller] for caller in wanted]


def first_lists(
    callers: Iterable[int], *, call_round: CallRound, by: User, at: datetime
) -> list[tuple[int, int]]:
    """(list, caller) for each caller (key) of a round that has just been made and has no lists: one statement."""
    made = CallList.objects.bulk_create(
        CallList(round=call_round, caller_id=caller, handed_out_at=at, handed_out_by=by) for caller in callers
    )
    return [(new.pk, new.caller_id) for new in made]


def desks_for(
    callers: Iterable[User], *, call_round: CallRound, by: User, at: datetime
) -> list[sharing.Desk]:
    """The callers' open lists, new ones for those without, as the sharing sees them: with the callers' wishes."""
    wanted = list(callers)
    lists = lists_of(wanted, call_round=call_round, by=by, at=at)
    return seats.desks_of(call_round, [(key, caller.pk) for key, caller in zip(lists, wanted, strict=True)])


@transaction.atomic(savepoint=False)
def share_out(
    *, call_round: CallRound, among: Iterable[User], by: User, at: datetime, only: Iterable[int] | None = None
) -> int:
    """Share the pool (or ``only`` these calls of it) among callers by their wishes, else evenly; how many
    calls came to a list. Whom nobody takes stays in the pool."""
    desks = desks_for(among, call_round=call_round, by=by, at=at)
    if not desks:
        return 0
    keys = None if only is None else frozenset(only)
    return assign(sharing.plan(seats.of_round(call_round, desks), desks, only=keys))


@transaction.atomic
def give_fair_part(*, call_round: CallRound, caller: User, by: User, at: datetime) -> int:
    """A list for one more caller: of the pool, so much as would fall to each of those who call."""
    (desk,) = desks_for([caller], call_round=call_round, by=by, at=at)
    found = seats.of_round(call_round, [desk])
    pool = sum(home.call_list is None for home in sharing.households(found))
    part = -(-pool // open_lists(call_round).count())
    return assign(sharing.plan(found, [sharing.taking(desk, part, found)]))


def assign(plan: dict[int, int]) -> int:
    """Put each call (key) on its list (value), if it still waits without one: one statement for any number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_call SET call_list_id = plan.value"  # noqa: S608 (our own words)
            f" FROM (WITH {pairs()} SELECT key, value FROM pairs) AS plan WHERE calls_call.id = plan.key"
            " AND calls_call.call_list_id IS NULL AND calls_call.state = 'waiting'",
            [json.dumps(plan)],
        )
        return int(cursor.rowcount)


@transaction.atomic
def move(*, call_list: CallList, to: User, by: User, at: datetime) -> int:
    """Give what is left of a list to another caller. What is done stays with the one who did it.

    Whom the other does not call comes into the pool.
    """
    target = list_of(to, call_round=call_list.round, by=by, at=at)
    if target.pk == call_list.pk:
        return 0
    left = free_to_go(Call.objects.filter(call_list=call_list), at)
    moved = left.exclude(avoided_by(to)).update(call_list=target)
    left.update(call_list=None)
    close(CallList.objects.filter(pk=call_list.pk), by=by, at=at)
    return moved


@transaction.atomic
def take_back(*, call_list: CallList, by: User, at: datetime) -> int:
    """Put what is left of a list into the pool. Whoever is on a screen stays there until the claim ends."""
    left = free_to_go(Call.objects.filter(call_list=call_list), at).update(call_list=None)
    close(CallList.objects.filter(pk=call_list.pk), by=by, at=at)
    return left


@transaction.atomic
def take_back_all(*, call_round: CallRound, by: User, at: datetime) -> int:
    """The evening is over: every list of the round goes back into the pool."""
    lists = open_lists(call_round)
    left = free_to_go(Call.objects.filter(call_list__in=lists.values("pk")), at).update(call_list=None)
    close(lists, by=by, at=at)
    return left


@transaction.atomic
def split(*, call_list: CallList, to: User, by: User, at: datetime) -> int:
    """Give half of what is left to another caller, households whole; who is split off is the later half."""
    left = free_to_go(Call.objects.filter(call_list=call_list), at).waiting()
    free = set(left.exclude(avoided_by(to)).values_list("pk", flat=True))
    homes = [
        home
        for home in sharing.households(seats.of_round(call_list.round, []))
        if all(seat.call in free for seat in home.seats)
    ]
    keys = [seat.call for home in homes[-(-len(homes) // 2) :] for seat in home.seats]
    return hand_out(call_round=call_list.round, calls=keys, to=to, by=by, at=at)


@transaction.atomic
def hand_out(*, call_round: CallRound, calls: Iterable[int], to: User, by: User, at: datetime) -> int:
    """Give single calls, wherever they lie, to a caller; how many changed hands.

    What is done or on paper stays, and so does whom the caller does not call.
    """
    free = free_to_go(Call.objects.filter(round=call_round, pk__in=list(calls)), at).exclude(avoided_by(to))
    keys = list(free.values_list("pk", flat=True))
    if not keys:
        return 0
    target = list_of(to, call_round=call_round, by=by, at=at)
    others = Call.objects.filter(pk__in=keys).filter(Q(call_list=None) | ~Q(call_list=target))
    return others.update(call_list=target)


def free_to_go(calls: CallQuerySet, at: datetime) -> CallQuerySet:
    """What is left of lists, but not what stands on a sheet of paper: somebody calls from it without asking here."""
    return calls.filter(state__in=LEFT_TO_DO).exclude(on_paper(timezone.localdate(at)))


def close(lists: QuerySet[CallList], *, by: User, at: datetime) -> None:
    """A list that is still on paper stays open until the sheet has come back."""
    on_sheets = Call.objects.filter(
        on_paper(timezone.localdate(at)), state__in=LEFT_TO_DO, call_list__isnull=False
    )
    still_open = lists.filter(taken_back_at=None).exclude(pk__in=on_sheets.values("call_list"))
    CallList.objects.filter(pk__in=list(still_open.values_list("pk", flat=True))).update(
        taken_back_at=at, taken_back_by=by
    )


@transaction.atomic
def take_back_from_leavers(*, call_round: CallRound, by: User, on: date, at: datetime) -> int:
    """Lists of those who may no longer call: a role that has ended opens nobody's data."""
    gone = open_lists(call_round).exclude(caller__in=may_call(call_round.branch, on))
    return sum(take_back(call_list=call_list, by=by, at=at) for call_list in gone)
