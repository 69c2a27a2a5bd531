"""The states of a round follow its members: who joined, left, said no, got or lost a telephone number.

All is set-based: one statement for each kind of change, however many members. Every statement names the states
that it may change, so reached never changes, and doing it twice does nothing the second time.
"""

from datetime import date

from django.db import connection
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from calls.models import UNCLAIMED, Call, CallQuerySet, CallRound, CallRules, FollowUp
from crm.people.models import Member, Phone, User

State, Reason = Call.State, Call.Reason
# The states in which a leaver's call ends. A reached call is final, an exempt one has its reason.
UNFINISHED = (State.WAITING, State.PARKED, State.EXHAUSTED, State.UNREACHABLE)
COLUMNS = ("round_id", "member_id", "state", "reason", "attempts_used")


def add_calls(call_round: CallRound, rules: CallRules, on: date) -> int:
    """A call, in its right state, for every member of the branch who has none in the round: one statement."""
    young = Q() if rules.calls_minors else under_age(on)
    exempt = Q(no_calls=True) if rules.calls_minors else Q(no_calls=True) | young
    reason = [When(no_calls=True, then=Value(Reason.WISH))]
    reason += [] if rules.calls_minors else [When(young, then=Value(Reason.UNDER_AGE))]
    rows = (
        Member.objects.filter(branch=call_round.branch_id)
        .current()
        .filter(~Exists(Call.objects.filter(round=call_round, member=OuterRef("pk"))))
        .annotate(
            of_round=Value(call_round.pk),
            state=Case(
                When(exempt, then=Value(State.EXEMPT)),
                When(~has_phone("pk"), then=Value(State.UNREACHABLE)),
                default=Value(State.WAITING),
                output_field=CharField(),
            ),
            why=Case(*reason, default=Value(""), output_field=CharField()),
            none_used=Value(0),
        )
        .values_list("of_round", "pk", "state", "why", "none_used")
    )
    select, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO calls_call ({', '.join(COLUMNS)}) {select} ON CONFLICT DO NOTHING",
            params,
        )
        return int(cursor.rowcount)


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
