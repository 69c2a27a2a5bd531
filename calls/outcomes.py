"""Reporting a dial, once; and taking one's own report back within ten minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from calls import hours, lists, requested, settling
from calls.consequences import RULES, Again, Rule, rule_for
from calls.models import (
    CLAIM,
    UNCLAIMED,
    UNDO,
    Attempt,
    Call,
    CallRound,
    CallRules,
    FollowUp,
    TypedResult,
    Unit,
)
from calls.rules import rules_of
from crm.people import wishes
from crm.people.models import Member, User

Outcome, State = Attempt.Outcome, Call.State
WISHES = ("no_calls", "no_messages")
MOMENTS = ("due_at", "last_attempt_at", "reached_at")


class CannotUndo(Exception):  # noqa: N818  (it is no fault: the time is over, or others have gone on)
    """Ten minutes have passed, or somebody has gone on with the call."""


@transaction.atomic
def report(
    *,
    call: Call,
    by: User,
    outcome: str,
    client_id: UUID,
    note: str = "",
    message: str = "",
    wrong_number: str = "",
    call_back_at: datetime | None = None,
    at: datetime | None = None,
) -> Attempt:
    """Record one dial and what follows from it (``calls.consequences``); ``at`` when it was made, else now.

    A report that comes after its claim has ended is kept as an attempt. It changes the call if nobody else has
    taken the person since, and in any case when it is final: reached above all. So does one from paper that is
    older than what has been reported meanwhile. The caller's page makes the ``client_id``: the same report twice
    counts once.
    """
    now = at or timezone.now()
    call, others = locked_with_others(call.pk)
    known = Attempt.objects.filter(client_id=client_id).first()
    if known is not None:
        return known
    rule = rule_for(outcome, rules_of(call.round.branch))
    before = [snapshot(one) for one in (call, *others)]
    if counts(call, rule, by, at=now):
        for one in (call, *others):
            if one is call or counts(one, rule, by, at=now):
                go_on(one, rule, now, call_back_at=call_back_at, has_message=bool(message))
        if outcome == Outcome.CALL_LATER:
            keep_for(by, call, now)
    heed(call.member, rule, by)
    became = [snapshot(one) for one in (call, *others)]
    attempt = Attempt.objects.create(
        call=call,
        client_id=client_id,
        outcome=outcome,
        note=note,
        wrong_number=wrong_number,
        reported_at=now,
        reported_by=by,
        before={
            "was": before[0],
            "became": became[0],
            "others": {
                str(one.pk): {"was": was, "became": new}
                for one, was, new in zip(others, before[1:], became[1:], strict=True)
            },
        },
    )
    if rule.for_officer or message:
        tell_officer(call, attempt, message)
    return attempt


def locked(key: int) -> Call:
    """The call, in this transaction's hands."""
    calls = Call.objects.select_for_update(of=("self",))
    return calls.select_related("member", "round__branch__call_rules").get(pk=key)


def locked_with_others(key: int) -> tuple[Call, list[Call]]:
    """The call, and the same person's unfinished calls in the branch's open rounds: one dial is reported for all."""
    calls = Call.objects.select_for_update(of=("self",)).select_related("round__branch__call_rules")
    member = Member.objects.get(calls=key)
    open_rounds = CallRound.objects.filter(branch=member.branch_id).open_on(timezone.localdate())
    together = Q(state__in=settling.UNFINISHED, round__in=open_rounds.values("pk"))
    found = list(calls.filter(Q(pk=key) | together, member=member).order_by("pk"))
    for one in found:
        one.member = member
    return next(one for one in found if one.pk == key), [one for one in found if one.pk != key]


def keep_for(caller: User, call: Call, now: datetime) -> None:
    """Who has agreed on a time calls again: from the pool the person comes to their list."""
    if call.state == State.WAITING and call.call_list_id is None:
        call.call_list = lists.list_of(caller, call_round=call.round, by=caller, at=now)
        call.save(update_fields=["call_list"])


def decides(call: Call, rule: Rule, by: User, now: datetime) -> bool:
    """Whether the report changes the call's state. Reached is final, and nothing else is before it."""
    if call.state == State.REACHED:
        return False
    if rule.state == State.REACHED:
        return True
    if call.state != State.WAITING:
        return rule.is_final and call.state != State.EXEMPT
    return rule.is_final or call.claimed_by_id == by.pk or not call.is_held(now)


def counts(call: Call, rule: Rule, by: User, *, at: datetime) -> bool:
    """Whether the report decides now, and no later dial has been reported meanwhile."""
    return decides(call, rule, by, timezone.now()) and (rule.is_final or not is_overtaken(call, at))


def is_overtaken(call: Call, at: datetime) -> bool:
    """Somebody has dialled after the dial that is only now reported."""
    return call.last_attempt_at is not None and call.last_attempt_at > at


def go_on(call: Call, rule: Rule, now: datetime, *, call_back_at: datetime | None, has_message: bool) -> None:
    if rule.counts and not dialled_on_the_day_of(now, call):
        call.attempts_used += 1
    state, due = rule.state, call_back_at
    if state == State.WAITING:
        due = due or due_again(rule.again, now, rules_of(call.round.branch))
        state = State.PARKED if has_message else state_after_a_try(call, rule, due, now)
    call.state, call.reason = state, rule.reason
    call.due_at = due if state == State.WAITING else None
    if rule.is_promise:
        call.rank = Call.Rank.PROMISED
    elif call.rank == Call.Rank.PROMISED:
        call.rank = requested.RANKS[call.round.kind]
    call.reached_at = now if state == State.REACHED else None
    call.last_attempt_at = now
    call.claimed_at = call.claimed_by = call.claimed_until = None
    call.save()


def state_after_a_try(call: Call, rule: Rule, due: datetime | None, now: datetime) -> str:
    if due is None:
        return State.EXHAUSTED
    used_up = rule.counts and call.attempts_used >= rules_of(call.round.branch).max_attempts
    # Busy on the last day of trying is still tried again that evening, and on no other day.
    is_today = timezone.localdate(due) == timezone.localdate(now)
    return State.EXHAUSTED if used_up and not is_today else State.WAITING


def dialled_on_the_day_of(now: datetime, call: Call) -> bool:
    """Attempts count on different days: dialling twice in an evening is one of them."""
    last = call.last_attempt_at
    return last is not None and timezone.localdate(last) == timezone.localdate(now)


def due_again(again: Again | None, now: datetime, rules: CallRules) -> datetime | None:
    """Within calling hours; None when the person is not called again."""
    if again is None:
        return None
    if again.unit == Unit.DAYS:
        on_a_day = hours.other_part_of_day if again.other_part else hours.same_time
        return on_a_day(now, rules, days=again.after)
    # Hours that pass, and not those on the wall: in the night when the clock is changed they differ by one.
    earliest = now.astimezone(UTC) + timedelta(**{again.unit: again.after})
    if again.other_part:
        return hours.in_other_part(now, rules, earliest=earliest)
    return hours.next_calling_time(earliest, rules)


def heed(member: Member, rule: Rule, by: User) -> None:
    """A wish holds at once, in every round and for every message; a roster can't undo it."""
    for wish in WISHES:
        if getattr(rule, wish):
            wishes.change(member=member, wish=wish, is_on=True, by=by)


def tell_officer(call: Call, attempt: Attempt, message: str) -> FollowUp:
    """One follow-up a call: what is told while one is open is added to it."""
    found = FollowUp.objects.filter(call=call, handled_at=None).first()
    if found is None:
        return FollowUp.objects.create(
            call=call,
            attempt=attempt,
            message=message,
            opened_at=attempt.reported_at,
            opened_by=attempt.reported_by,
        )
    if message:
        found.message = f"{found.message}\n{message}".strip()[-FollowUp.MESSAGE_LENGTH :]
        found.save(update_fields=["message"])
    return found


@transaction.atomic
def undo(*, attempt: Attempt, by: User, now: datetime) -> Call:
    """Put the call and the member's wishes back, and the person into the caller's hands again.

    Raises ``CannotUndo`` when it is too late, or when somebody has gone on with the call.
    """
    call = locked(attempt.call_id)
    from_paper = TypedResult.objects.filter(attempt=attempt, typed_by=by, typed_at__gt=now - UNDO)
    own = Q(reported_by=by, reported_at__gt=now - UNDO) | Q(typed__in=from_paper.values("pk"))
    mine = Attempt.objects.standing().filter(own, pk=attempt.pk, call=call)
    is_typed = from_paper.exists()
    handled = FollowUp.objects.filter(attempt=attempt, handled_at__isnull=False)
    if snapshot(call) != attempt.before.get("became") or handled.exists():
        raise CannotUndo
    if Attempt.objects.filter(pk__in=mine.values("pk")).update(undone_at=now, undone_by=by) != 1:
        raise CannotUndo
    FollowUp.objects.filter(attempt=attempt).delete()
    put_back(call, attempt.before["was"])
    restore_wishes(call, attempt.before["was"], rule=RULES[attempt.outcome], by=by)
    put_others_back(attempt, call.member)
    if call.state == State.WAITING and not call.is_held(now) and not is_typed:
        # Whom the caller has been served since is let go: one person at a time.
        Call.objects.filter(claimed_by=by, round__branch=call.round.branch).update(**UNCLAIMED)
        call.claimed_by, call.claimed_at, call.claimed_until = by, now, now + CLAIM
    call.save()
    return call


def snapshot(call: Call) -> dict[str, Any]:
    """What a report may change, without who has the person on the screen."""
    moments = {name: getattr(call, name) for name in MOMENTS}
    return {
        "state": call.state,
        "reason": call.reason,
        "attempts_used": call.attempts_used,
        "rank": call.rank,
        **{name: at.astimezone(UTC).isoformat() if at else None for name, at in moments.items()},
        **{wish: getattr(call.member, wish) for wish in WISHES},
    }


def put_others_back(attempt: Attempt, member: Member) -> None:
    """The same person's calls in other rounds; one that somebody has gone on with since is left."""
    noted: dict[str, Any] = attempt.before.get("others", {})
    calls = Call.objects.select_for_update(of=("self",)).filter(pk__in=list(noted)).order_by("pk")
    for one in calls:
        one.member = member
        kept = {key: value for key, value in noted[str(one.pk)]["became"].items() if key not in WISHES}
        if {key: value for key, value in snapshot(one).items() if key not in WISHES} == kept:
            put_back(one, noted[str(one.pk)]["was"])
            one.save()


def restore_wishes(call: Call, was: dict[str, Any], *, rule: Rule, by: User) -> None:
    for wish in WISHES:
        if getattr(rule, wish):
            wishes.change(member=call.member, wish=wish, is_on=was[wish], by=by)


def put_back(call: Call, was: dict[str, Any]) -> None:
    call.state, call.reason, call.attempts_used = was["state"], was["reason"], was["attempts_used"]
    call.rank = was.get("rank", call.rank)
    for name in MOMENTS:
        setattr(call, name, datetime.fromisoformat(was[name]) if was[name] else None)
    if call.state != State.WAITING:
        call.claimed_at = call.claimed_by = call.claimed_until = None
