"""Who called me? A member rings back, and the telephone shows a number."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField
from django.db.models.functions import Cast

from calls import access
from calls.models import Attempt
from crm.people.models import Branch, Member, Phone, User

LEAST_DIGITS = 4
MOST_SHOWN = 20


@dataclass(frozen=True)
class Found:
    member: Member
    latest: Attempt | None


def digits_of(text: str) -> str:
    """What a number ends with, however it is written: +46 70-174 06 05, 070-174 06 05, 0605."""
    digits = "".join(char for char in text if char.isdigit())
    if digits.startswith("0046") or (digits.startswith("46") and text.strip().startswith("+")):
        digits = digits.removeprefix("00").removeprefix("46")
    # Four digits are the last ones, also when the first of them is a nought.
    return digits.removeprefix("0") if len(digits) > 8 else digits


def members_with(digits: str) -> list[int]:
    """The library's field would take the number apart; here it is text."""
    numbers = Phone.objects.annotate(as_text=Cast("number", CharField())).filter(as_text__endswith=digits)
    return list(numbers.values_list("member_id", flat=True))


def among_own(caller: User, branch: Branch, now: datetime, digits: str) -> list[Found]:
    """Of those whom the caller has dialled in the last 14 days."""
    keys = members_with(digits)
    attempts = access.recent_attempts(caller, branch, now).filter(call__member__in=keys)
    return first_of_each([(attempt.call.member, attempt) for attempt in attempts])


def among_all(branch: Branch, now: datetime, digits: str) -> list[Found]:
    """Of everybody in the branch's open rounds, for leaders."""
    keys = members_with(digits)
    calls = access.calls_of(branch).filter(
        round__in=access.open_rounds_of(branch, now).values("pk"),
        member__in=keys,
        member__erased_at=None,
    )
    attempts = Attempt.objects.standing().filter(call__in=calls.values("pk"))
    latest = attempts.select_related("reported_by", "call").order_by("-reported_at", "-pk")
    of_member = {attempt.call.member_id: attempt for attempt in reversed(latest)}
    named = access.named(calls)
    return first_of_each([(call.member, of_member.get(call.member_id)) for call in named])


def first_of_each(pairs: "list[tuple[Member, Attempt | None]]") -> list[Found]:
    found: dict[int, Found] = {}
    for member, attempt in pairs:
        found.setdefault(member.pk, Found(member, attempt))
    return list(found.values())[:MOST_SHOWN]
