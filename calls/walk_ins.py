"""Somebody comes in through the door and wants to call: an account, a code and a list, in less than a minute."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from calls import calling_evenings, lists
from calls.models import CallingEvening, CallList, CallRound
from crm.people import printed_codes, roles
from crm.people.models import User


@dataclass(frozen=True)
class Arrival:
    """What the leader shows or hands over."""

    caller: User
    codes: list[str]  # none for somebody who can log in already
    calls: int
    ends_on: date


@transaction.atomic
def admit(
    *,
    call_round: CallRound,
    name: str,
    email: str,
    only_today: bool,
    key: UUID,
    by: User,
    at: datetime,
    half_of: CallList | None = None,
) -> Arrival:
    """Caller from today: for today, or until the round closes. Comes to the evening that is going on.

    Calls come from the pool; when that has none, from ``half_of`` somebody's list.
    Raises ``ValidationError`` with a sentence when the person can't have an account.
    """
    today = timezone.localdate(at)
    ends_on = today if only_today else max(call_round.closes_on, today)
    caller = roles.admit_caller(
        email=email, name=name, branch=call_round.branch, ends_on=ends_on, key=key, by=by
    )
    evening = CallingEvening.objects.going_on().filter(round=call_round).first()
    if evening is not None:
        calling_evenings.add_caller(evening=evening, caller=caller, by=by, at=at)
    elif not lists.open_lists(call_round).filter(caller=caller).exists():
        lists.give_fair_part(call_round=call_round, caller=caller, by=by, at=at)
    calls = lists.left_on_list_of(caller, call_round=call_round)
    if half_of is not None and not calls:
        calls = lists.split(call_list=half_of, to=caller, by=by, at=at)
    return Arrival(
        caller=caller,
        codes=printed_codes.codes_for_new_caller(user=caller, branch=call_round.branch, by=by),
        calls=calls,
        ends_on=ends_on,
    )
