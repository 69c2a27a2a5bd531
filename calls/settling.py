"""The states of a round follow its members: who joined, left, said no, got or lost a telephone number.

All is set-based: one statement for each kind of change, however many members. Every statement names the states
that it may change, so reached never changes, and doing it twice does nothing the second time.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from calls import statements
from calls.models import (
    UNCLAIMED,
    Attempt,
    AttemptQuerySet,
    Call,
    CallQuerySet,
    CallRound,
    CallRules,
    FollowUp,
)
from calls.rules import end_of, start_of
from crm.people.models import Member, Phone, User
from crm.people.models.members import MemberQuerySet

State, Reason, Rank = Call.State, Call.Reason, Call.Rank
# The states in which a leaver's call ends. A reached call is final, an exempt one has its reason.
UNFINISHED = (State.WAITING, State.PARKED, State.EXHAUSTED, State.UNREACHABLE)
Members = Callable[[CallRound], MemberQuerySet]
COLUMNS = ("round_id", "member_id", "state", "reason", "attempts_used", "rank")


def without_call(call_round: CallRound) -> MemberQuerySet:
    """The branch's members who have no call in the round."""
    known = Call.objects.filter(round=call_round, member=OuterRef("pk"))
    return members_of(call_round).filter(~Exists(known))


def members_of(call_round: CallRound) -> MemberQuerySet:
    """The branch's members: those without a call, as long as the round is new."""
    return Member.objects.filter(branch=call_round.branch_id).current()


def to_call(call_round: CallRound, calls_minors: bool, on: date) -> MemberQuerySet:
    """The members of a new round whom volunteers may call, if there is a number."""
    return members_of(call_round).exclude(exempted(calls_minors, on))


def exempted(calls_minors: bool, on: date) -> Q:
    return Q(no_calls=True) if calls_minors else Q(no_calls=True) | under_age(on)


def add_calls(
    call_round: CallRound,
    rules: CallRules,
    on: date,
    *,
    to: Members = without_call,
    lists: Mapping[int, int] | None = None,
) -> int:
    """A call, in its right state, to each member who has none in the round: one statement.

    ``lists``: on which list the members (keys) come who are to be called.
    """
    select, params = statements.of_round(states_of, call_round, to, rules.calls_minors, on)
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO calls_call ({columns}, call_list_id)"  # noqa: S608 (our own words)
            f" WITH {statements.pairs()}, made ({columns}) AS ({select})"
            f" SELECT made.*, CASE WHEN made.state = 'waiting' THEN pairs.value END"
            f" FROM made LEFT JOIN pairs ON pairs.key = made.member_id WHERE true ON CONFLICT DO NOTHING",
            [json.dumps(lists or {}), *params],
        )
        return int(cursor.rowcount)


def states_of(call_round: CallRound, to: Members, calls_minors: bool, on: date) -> QuerySet[Member, Any]:
    """What is written of each member's call, in the order of ``COLUMNS``."""
    reason = [When(no_calls=True, then=Value(Reason.WISH))]
    reason += [] if calls_minors else [When(under_age(on), then=Value(Reason.UNDER_AGE))]
    state = Case(
        When(exempted(calls_minors, on), then=Value(State.EXEMPT)),
        When(~has_phone("pk"), then=Value(State.UNREACHABLE)),
        default=Value(State.WAITING),
        output_field=CharField(),
    )
    return (
        to(call_round)
        .annotate(
            of_round=Value(call_round.pk),
            state=state,
            why=Case(*reason, default=Value(""), output_field=CharField()),
            none_used=Value(0),
            place=Value(int(Call.Rank.YEARLY)),
        )
        .values_list("of_round", "pk", "state", "why", "none_used", "place")
    )


def talks_of(on: date) -> AttemptQuerySet:
    """What counts as reached for the year: a talk in whatever round."""
    first = start_of(on.replace(month=1, day=1))
    return Attempt.objects.standing().filter(
        outcome=Attempt.Outcome.REACHED, reported_at__range=(first, end_of(on))
    )


def spoken_with(call_round: CallRound, on: date) -> set[int]:
    """Members with whom somebody has talked this year."""
    return {member for (member,) in statements.rows_of(talks_with, call_round, on)}


def talks_with(call_round: CallRound, on: date) -> QuerySet[Attempt, Any]:
    talks = talks_of(on).filter(call__round__branch=call_round.branch_id)
    return talks.order_by().values_list("call__member_id")


def count_talks(call_round: CallRound, on: date) -> int:
    """Any talk in the year, in whatever round, counts as reached for the yearly round."""
    talks = talks_of(on).filter(call__member=OuterRef("member_id"))
    spoken = Call.objects.filter(Exists(talks), round=call_round, state__in=UNFINISHED)
    first = talks.order_by("reported_at").values("reported_at")[:1]
    return spoken.update(
        state=State.REACHED, reached_at=Subquery(first), due_at=None, call_list=None, **UNCLAIMED
    )


def put_new_members_in_line(call_round: CallRound, rules: CallRules) -> None:
    """Who is new and has not paid is called first, if the branch wants it; whoever has paid since stands as others."""
    waiting = Call.objects.filter(round=call_round).waiting()
    new = Exists(
        Member.objects.filter(
            pk=OuterRef("member_id"),
            paid_until=None,
            joined_on__isnull=False,
            learnt_on__gte=call_round.opens_on.replace(month=1, day=1),
        )
    )
    if rules.unpaid_first:
        waiting.filter(new, rank=Rank.YEARLY).update(rank=Rank.UNPAID)
        waiting = waiting.exclude(new)
    waiting.filter(rank=Rank.UNPAID).update(rank=Rank.YEARLY)


def under_age(on: date) -> Q:
    """Under 18, or perhaps: only the year of birth is known, and nobody is called too early."""
    return Q(birth_year__gte=on.year - 18)


def has_phone(member: str) -> Exists:
    return Exists(Phone.objects.filter(member=OuterRef(member)))


def settle(call_round: CallRound, rules: CallRules, on: date, by: User) -> tuple[int, list[int]]:
    """How many calls changed, and the keys of those that wait now and did not before."""
    calls = Call.objects.filter(round=call_round)
    changed = end_calls(calls.exclude(is_member()), reason=Reason.LEFT, by=by)
    unwilling = calls.filter(state__in=(State.WAITING, State.EXHAUSTED, State.UNREACHABLE))
    changed += exempt(unwilling.filter(member__no_calls=True), reason=Reason.WISH)
    if not rules.calls_minors:
        young = Q(Exists(Member.objects.filter(under_age(on), pk=OuterRef("member_id"))))
        changed += exempt(unwilling.filter(young), reason=Reason.UNDER_AGE)
    woken = bring_back(calls, rules, on)
    silent = calls.waiting().in_nobodys_hands(timezone.now()).exclude(has_phone("member_id"))
    changed += silent.update(state=State.UNREACHABLE, call_list=None, **UNCLAIMED)
    found = list(calls.filter(has_phone("member_id"), state=State.UNREACHABLE).values_list("pk", flat=True))
    calls.filter(has_phone("member_id"), state=State.UNREACHABLE).update(state=State.WAITING)
    return changed + len(woken) + len(found), woken + found


def is_member() -> Q:
    return Q(Exists(Member.objects.current().filter(pk=OuterRef("member_id"))))


def end_calls(calls: CallQuerySet, *, reason: str, by: User) -> int:
    """End what is unfinished, and what an officer should have done about it."""
    unfinished = calls.filter(state__in=UNFINISHED)
    FollowUp.objects.filter(handled_at=None, call__in=unfinished.values("pk")).update(
        handled_at=timezone.now(), handled_by=by
    )
    return exempt(unfinished, reason=reason)


def exempt(calls: CallQuerySet, *, reason: str) -> int:
    return calls.update(state=State.EXEMPT, reason=reason, due_at=None, call_list=None, **UNCLAIMED)


def bring_back(calls: CallQuerySet, rules: CallRules, on: date) -> list[int]:
    """Those whose reason for being exempt has gone: members again, wish withdrawn, grown up. Deaths stay."""
    willing = Member.objects.callable()
    if not rules.calls_minors:
        willing = willing.exclude(under_age(on) & Q(birth_year__isnull=False))
    back = calls.filter(
        Exists(willing.filter(pk=OuterRef("member_id"))),
        state=State.EXEMPT,
        reason__in=(Reason.WISH, Reason.LEFT, Reason.UNDER_AGE),
    )
    keys = list(back.values_list("pk", flat=True))
    used_up = Q(attempts_used__gte=rules.max_attempts)
    calls.filter(used_up, pk__in=keys).update(state=State.EXHAUSTED, reason="")
    calls.filter(~used_up & ~Q(has_phone("member_id")), pk__in=keys).update(
        state=State.UNREACHABLE, reason=""
    )
    calls.filter(pk__in=keys, state=State.EXEMPT).update(state=State.WAITING, reason="")
    return list(calls.waiting().filter(pk__in=keys).values_list("pk", flat=True))
