"""Opening a round, topping it up each night: the same round however often, late or doubly this runs.

Rules settled: the year's round opens on 1 February and closes on 20 December (a branch can choose other
days); a branch that comes later opens at once, unless fewer than 60 days remain. Members who may be under
18 are not on volunteers' lists unless the branch says so.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from calls import sharing
from calls.models import Call, CallRound, CallRules
from crm.people.models import Branch, Member, Phone, User

State = Call.State
Reason = Call.Reason

# A branch that begins late in the year waits for the next round when fewer days remain.
LATEST_START = timedelta(days=60)
ADULT = 18  # years

_ADD_CALLS = """
INSERT INTO calls_call (round_id, member_id, state, reason, attempts_used)
{members}
ON CONFLICT (round_id, member_id) DO NOTHING
"""


def rules_of(branch: Branch) -> CallRules:
    """The branch's own rules, or the defaults."""
    return CallRules.objects.filter(branch=branch).first() or CallRules(branch=branch)


def yearly_days(rules: CallRules, year: int) -> tuple[date, date]:
    """The first and the last day of a year's round."""
    return date(year, rules.opens_month, rules.opens_day), date(year, rules.closes_month, rules.closes_day)


def current_rounds(branch: Branch, on: date) -> QuerySet[CallRound]:
    """The rounds in which callers may call on a day; a round that has closed lets nobody in."""
    return CallRound.objects.filter(branch=branch, opens_on__lte=on, closes_on__gte=on)


@transaction.atomic
def open_rounds(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: the year's round, on its opening day or at the first run after it."""
    rules = rules_of(branch)
    opens_on, closes_on = yearly_days(rules, on.year)
    if not opens_on <= on <= closes_on or not _has_time(branch, opens_on, closes_on, on):
        return {}
    console = User.objects.console()
    opened, is_new = CallRound.objects.get_or_create(
        branch=branch,
        kind=CallRound.Kind.YEARLY,
        period=str(on.year),
        defaults={
            "opens_on": opens_on,
            "closes_on": closes_on,
            "opened_at": timezone.now(),
            "opened_by": console,
        },
    )
    if not is_new:
        return {}
    added = add_calls(opened, rules=rules, on=on)
    shared = sharing.share_out(call_round=opened, by=console)
    return {"opened": 1, "calls": added, "shared": shared}


def _has_time(branch: Branch, opens_on: date, closes_on: date, on: date) -> bool:
    """Whether the branch has members, and had them when the round opened or has enough days left."""
    first = Member.objects.filter(branch=branch).aggregate(first=Min("learnt_on"))["first"]
    return first is not None and (first <= opens_on or closes_on - on >= LATEST_START)


@transaction.atomic
def top_up(*, branch: Branch, on: date) -> dict[str, int]:
    """The nightly job: joiners get a call, leavers' and wishers' calls end, who has got a number is called."""
    done = {"added": 0, "ended": 0, "returned": 0}
    rules, console = rules_of(branch), User.objects.console()
    for call_round in current_rounds(branch, on).filter(kind=CallRound.Kind.YEARLY):
        last = Call.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        done["added"] += add_calls(call_round, rules=rules, on=on)
        sharing.share_out(call_round=call_round, by=console, newer_than=last)
        done["ended"] += end_calls(call_round, rules=rules, on=on)
        done["returned"] += return_calls(call_round, rules=rules, on=on)
    return done


def add_calls(call_round: CallRound, *, rules: CallRules, on: date) -> int:
    """One call for each member who has none in the round, in one statement; how many."""
    members = (
        Member.objects.current()
        .filter(branch_id=call_round.branch_id)
        .exclude(Exists(Call.objects.filter(round=call_round, member=OuterRef("pk"))))
        .annotate(
            to_round=Value(call_round.pk, output_field=IntegerField()),
            first_state=_first_state(rules, on),
            why=_why_exempt(rules, on),
            used=Value(0, output_field=IntegerField()),
        )
        .values_list("to_round", "pk", "first_state", "why", "used")
    )
    selection, params = members.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_ADD_CALLS.format(members=selection), params)
        return int(cursor.rowcount)


def end_calls(call_round: CallRound, *, rules: CallRules, on: date) -> int:
    """Calls of those who are no longer to be called, with the reason. Reached ones stay as they are."""
    calls = Call.objects.filter(round=call_round).exclude(state__in=(State.REACHED, State.EXEMPT))
    free = {"claimed_at": None, "claimed_by": None, "claimed_until": None, "due_at": None}
    left = calls.exclude(member__in=Member.objects.current())
    ended = left.update(state=State.EXEMPT, reason=Reason.LEFT, **free)
    ended += calls.filter(member__no_calls=True).update(state=State.EXEMPT, reason=Reason.WISH, **free)
    waiting = calls.filter(state=State.WAITING)
    if not rules.calls_minors:
        young = waiting.filter(member__birth_year__gte=on.year - ADULT)
        ended += young.update(state=State.EXEMPT, reason=Reason.UNDER_AGE, **free)
    numberless = waiting.exclude(Exists(Phone.objects.filter(member=OuterRef("member"))))
    ended += numberless.update(state=State.UNREACHABLE, **free)
    return ended


def return_calls(call_round: CallRound, *, rules: CallRules, on: date) -> int:
    """Calls that can be made again: a member has come back, has taken back a wish, or has got a number."""
    calls = Call.objects.filter(round=call_round, member__in=Member.objects.callable())
    back = Q(state=State.EXEMPT, reason__in=(Reason.LEFT, Reason.WISH)) | Q(state=State.UNREACHABLE)
    if rules.calls_minors:
        back |= Q(state=State.EXEMPT, reason=Reason.UNDER_AGE)
    else:
        calls = calls.exclude(member__birth_year__gte=on.year - ADULT)
    with_number = Exists(Phone.objects.filter(member=OuterRef("member")))
    returned = calls.filter(back).filter(with_number).update(state=State.WAITING, reason="", due_at=None)
    lost = calls.filter(state=State.EXEMPT, reason__in=(Reason.LEFT, Reason.WISH))
    return returned + lost.update(state=State.UNREACHABLE, reason="")


def end_calls_of_leavers(*, branch: Branch, member_ids: list[int], by: User) -> None:
    """The hook of leaving: the round says so at once, not only after the night."""
    today = timezone.localdate()
    rules = rules_of(branch)
    for call_round in current_rounds(branch, today):
        end_calls(call_round, rules=rules, on=today)


def _first_state(rules: CallRules, on: date) -> Case:
    return Case(
        When(_exempt(rules, on), then=Value(State.EXEMPT)),
        When(Exists(Phone.objects.filter(member=OuterRef("pk"))), then=Value(State.WAITING)),
        default=Value(State.UNREACHABLE),
        output_field=CharField(),
    )


def _why_exempt(rules: CallRules, on: date) -> Case:
    whens: list[Any] = [When(no_calls=True, then=Value(Reason.WISH))]
    if not rules.calls_minors:
        whens.append(When(birth_year__gte=on.year - ADULT, then=Value(Reason.UNDER_AGE)))
    return Case(*whens, default=Value(""), output_field=CharField())


def _exempt(rules: CallRules, on: date) -> Q:
    wish = Q(no_calls=True)
    return wish if rules.calls_minors else wish | Q(birth_year__gte=on.year - ADULT)

