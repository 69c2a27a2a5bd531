"""Sharing calls out to callers' lists: households together, lists as equal as households allow."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from calls.models import Call, CallList, CallQuerySet, CallRound
from crm.people.models import Role, User

_AT_ONCE = 2_000  # keys in one statement


def callers_of(call_round: CallRound) -> list[User]:
    """Whose role as a caller holds today, in name order."""
    roles = Role.objects.in_force(timezone.localdate()).filter(
        branch_id=call_round.branch_id, kind=Role.Kind.CALLER, user__is_active=True
    )
    return list(User.objects.filter(roles__in=roles).distinct().order_by("name", "pk"))


@transaction.atomic
def share_out(
    *, call_round: CallRound, by: User, callers: Iterable[User] | None = None, newer_than: int = 0
) -> int:
    """Share the calls on no list among ``callers`` (all of the branch); how many calls were shared.

    A household (same number and address) stays together: one dial, several calls. Each household goes to the
    caller with the fewest calls to make, the largest first, so that two lists differ by at most one household.
    """
    people = list(callers) if callers is not None else callers_of(call_round)
    if not people:
        return 0
    lists = [list_of(call_round=call_round, caller=person, by=by) for person in people]
    load = {row.pk: 0 for row in lists} | dict(
        Call.objects.waiting().filter(call_list__in=lists).values_list("call_list").annotate(n=Count("pk"))
    )
    shares: dict[int, list[int]] = defaultdict(list)
    households = _households(call_round, newer_than)
    for household in sorted(households, key=len, reverse=True):
        lightest = min(load, key=lambda key: load[key])
        shares[lightest].extend(household)
        load[lightest] += len(household)
    for key, calls in shares.items():
        remaining = iter(calls)
        while some := list(islice(remaining, _AT_ONCE)):
            Call.objects.filter(pk__in=some, call_list=None).update(call_list=key)
    return sum(map(len, shares.values()))


def list_of(*, call_round: CallRound, caller: User, by: User) -> CallList:
    """The caller's open list in the round; handed out if there is none."""
    handed_out, _is_new = CallList.objects.get_or_create(
        round=call_round,
        caller=caller,
        taken_back_at=None,
        defaults={"handed_out_at": timezone.now(), "handed_out_by": by},
    )
    return handed_out


@transaction.atomic
def move(*, call_list: CallList, to: User, by: User) -> int:
    """What is left of a list goes to another caller; calls in somebody's hands stay until their claim ends."""
    target = list_of(call_round=call_list.round, caller=to, by=by)
    return _open_calls(call_list).update(call_list=target)


@transaction.atomic
def take_back(*, call_list: CallList, by: User) -> int:
    """The list ends: what is left of it goes to the pool, and claims on it end at once."""
    now = timezone.now()
    CallList.objects.filter(pk=call_list.pk, taken_back_at=None).update(taken_back_at=now, taken_back_by=by)
    Call.objects.filter(call_list=call_list, claimed_by=call_list.caller).update(
        claimed_at=None, claimed_by=None, claimed_until=None
    )
    return _open_calls(call_list).update(call_list=None)


def _open_calls(call_list: CallList) -> CallQuerySet:
    return Call.objects.filter(call_list=call_list).exclude(
        Q(state=Call.State.REACHED) | Q(claimed_until__gte=timezone.now())
    )


def _households(call_round: CallRound, newer_than: int) -> list[list[int]]:
    """The round's waiting calls on no list, as households."""
    rows = (
        Call.objects.waiting()
        .filter(round=call_round, call_list=None, pk__gt=newer_than)
        .annotate(number=Min("member__phones__number"))
        .order_by("member__name_sort", "pk")
        .values_list("pk", "number", "member__street", "member__postcode")
    )
    found: dict[tuple[str, str, str] | int, list[int]] = defaultdict(list)
    for key, number, street, postcode in rows:
        found[(str(number), street, postcode) if number and street else key].append(key)
    return list(found.values())
