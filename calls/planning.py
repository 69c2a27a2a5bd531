"""How many evenings of how many callers the rest of a round needs, reckoned from the branch's own calls.

A range rather than a number: what is not known from own calls is assumed, and the page says which is which.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, sqrt
from statistics import median, quantiles

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from calls import hours
from calls.consequences import rule_for
from calls.models import Attempt, AttemptQuerySet, Call, CallRound, CallRules
from calls.rules import rules_of
from crm.people.models import Branch

# Own calls are believed for so long: callers and hours change.
HISTORY = timedelta(days=730)
# Fewer own attempts, or caller-evenings, say too little.
ENOUGH_DIALS, ENOUGH_EVENINGS = 50, 8
# So many dials in a day are an evening's work; fewer are a call in passing.
AN_EVENING = 3
# Two-sided 90 %: Wilson's interval for a share.
Z = 1.645


@dataclass(frozen=True)
class Range:
    """Low, likely and high, and from how many own cases they come; assumed when those were too few."""

    low: float
    likely: float
    high: float
    cases: int
    assumed: bool


@dataclass(frozen=True)
class Reckoning:
    """What the calls that are left need, if one share answers and one number of dials is an evening's work."""

    dials: float
    talks: float
    caller_evenings: float

    def evenings(self, callers: int, *, at_least: int) -> int:
        """Attempts are made on different days, so there are as many evenings as the most tries left."""
        return max(ceil(round(self.caller_evenings / callers, 6)), at_least)


@dataclass(frozen=True)
class Wanted:
    """What the leader has filled in."""

    callers: int
    per_week: int


@dataclass(frozen=True)
class Plan:
    """The page's numbers. ``best`` needs fewest evenings, ``worst`` most."""

    wanted: Wanted
    left: int
    parked: int
    most_tries: int
    answer: Range
    per_evening: Range
    best: Reckoning
    likely: Reckoning
    worst: Reckoning
    days: list[date]  # evenings on which calling is allowed, from today until the round closes
    usable: list[date]  # of them as many a week as wanted

    def _needed(self, reckoning: Reckoning) -> int:
        return reckoning.evenings(self.wanted.callers, at_least=self.most_tries) if self.left else 0

    @property
    def evenings(self) -> tuple[int, int, int]:
        """Fewest, likely, most."""
        fewest, likely, most = (self._needed(one) for one in (self.best, self.likely, self.worst))
        return fewest, likely, most

    @property
    def done_on(self) -> date | None:
        """The day of the last likely evening; none when there are too few evenings left."""
        needed = self.evenings[1]
        return self.usable[needed - 1] if 0 < needed <= len(self.usable) else None

    @property
    def surely_done_on(self) -> date | None:
        needed = self.evenings[2]
        return self.usable[needed - 1] if 0 < needed <= len(self.usable) else None

    @property
    def callers_needed(self) -> int | None:
        """Callers an evening with whom the likely number of evenings is enough; none when no evening is left."""
        if len(self.usable) < self.most_tries or not self.usable:
            return None
        return ceil(round(self.likely.caller_evenings / len(self.usable), 6))

    @property
    def talks_per_evening(self) -> tuple[float, float, float]:
        """What one caller can look forward to in an evening: least, likely, most."""
        answer, dials = self.answer, self.per_evening
        return answer.low * dials.low, answer.likely * dials.likely, answer.high * dials.high


ASSUMED_ANSWER = (0.2, 0.3, 0.45)
# Some 16 an hour by hand when nobody answers (activist source); with talks in between, two hours give this.
ASSUMED_DIALS = (10.0, 15.0, 25.0)


def plan(call_round: CallRound, wanted: Wanted, now: datetime) -> Plan:
    """Constant queries, whatever the size of branch and history."""
    branch, today = call_round.branch, timezone.localdate(now)
    rules = rules_of(branch)
    # Most dials that are no talk are without an answer.
    is_tried_again = rule_for(Attempt.Outcome.NO_ANSWER, rules).again is not None
    tries = tries_left(call_round, rules.max_attempts if is_tried_again else 1)
    answer, per_evening = answer_rate(branch, now), dials_per_evening(branch, now)
    days = list(evenings_between(today, call_round.closes_on, rules))
    return Plan(
        wanted=wanted,
        left=tries.total(),
        parked=Call.objects.filter(round=call_round, state=Call.State.PARKED).count(),
        most_tries=max(tries, default=0),
        answer=answer,
        per_evening=per_evening,
        best=reckon(tries, answer.high, per_evening.high),
        likely=reckon(tries, answer.likely, per_evening.likely),
        worst=reckon(tries, answer.low, per_evening.low),
        days=days,
        usable=some_a_week(days, wanted.per_week),
    )


def tries_left(call_round: CallRound, most: int) -> Counter[int]:
    """Of the calls that wait: how many have so many tries left. A call that waits has one at least."""
    waiting = Call.objects.filter(round=call_round).waiting().order_by()
    found: Counter[int] = Counter()
    for used, number in waiting.values_list("attempts_used").annotate(Count("pk")):
        found[max(most - used, 1)] += number
    return found


def reckon(tries: Counter[int], answer: float, per_evening: float) -> Reckoning:
    """Each try reaches a share of those left; who is reached is not tried again (a geometric series)."""
    dials = sum(number * (1 - (1 - answer) ** left) / answer for left, number in tries.items())
    talks = sum(number * (1 - (1 - answer) ** left) for left, number in tries.items())
    return Reckoning(dials=dials, talks=talks, caller_evenings=dials / per_evening)


def answer_rate(branch: Branch, now: datetime) -> Range:
    """The share of the branch's own attempts that became a talk."""
    made = own_attempts(branch, now).aggregate(
        dials=Count("pk"), talks=Count("pk", filter=Q(outcome=Attempt.Outcome.REACHED))
    )
    dials, talks = made["dials"], made["talks"]
    if dials < ENOUGH_DIALS or not talks:
        return Range(*ASSUMED_ANSWER, cases=dials, assumed=True)
    low, high = wilson(talks, dials)
    return Range(low, talks / dials, high, cases=dials, assumed=False)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval (1927): stays within 0 and 1, also for few cases."""
    share, z2 = hits / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = Z / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def dials_per_evening(branch: Branch, now: datetime) -> Range:
    """What a caller does in a day of calling: the middle half of the branch's own, and its median."""
    made = (
        own_attempts(branch, now)
        .order_by()
        .values("reported_by", day=TruncDate("reported_at"))
        .annotate(dials=Count("pk"))
        .values_list("dials", flat=True)
    )
    evenings = [dials for dials in made if dials >= AN_EVENING]
    if len(evenings) < ENOUGH_EVENINGS:
        return Range(*ASSUMED_DIALS, cases=len(evenings), assumed=True)
    low, _middle, high = quantiles(evenings, n=4, method="inclusive")
    return Range(low, median(evenings), high, cases=len(evenings), assumed=False)


def own_attempts(branch: Branch, now: datetime) -> AttemptQuerySet:
    since = Attempt.objects.standing().filter(reported_at__gt=now - HISTORY, reported_at__lte=now)
    return since.filter(call__round__branch=branch)


def evenings_between(first: date, last: date, rules: CallRules) -> Iterator[date]:
    """Days on which one may call in the evening by the branch's rules; its pause weeks have none."""
    day = first
    while day <= last:
        open_hours = hours.hours_of(day, rules)
        if open_hours is not None and open_hours[1] > hours.EVENING:
            yield day
        day += timedelta(days=1)


def some_a_week(days: list[date], per_week: int) -> list[date]:
    """The first ``per_week`` of each calendar week."""
    taken: Counter[tuple[int, int]] = Counter()
    found = []
    for day in days:
        year, week, _weekday = day.isocalendar()
        if taken[year, week] < per_week:
            taken[year, week] += 1
            found.append(day)
    return found


def usual_callers(branch: Branch, now: datetime) -> int:
    """How many have called on a day of calling, as the form's first guess."""
    made = own_attempts(branch, now).order_by().values("reported_by", day=TruncDate("reported_at"))
    per_day = Counter(row["day"] for row in made.annotate(dials=Count("pk")) if row["dials"] >= AN_EVENING)
    return round(median(per_day.values())) if per_day else 3
