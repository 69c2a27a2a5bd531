"""The year before: its round, done, and its introduction meetings.

Written in bulk, for nobody works in them any more: what is shown is sums, which the board's page sets beside this
year's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from calls.models import Attempt, Call, CallRound
from calls.rules import rules_of
from crm.people.models import Membership, User
from demo import calling
from demo.cast import CALL_LEADER, CALLERS, MEMBER_OFFICER, Stage
from demo.clock import moment
from demo.history import SEED
from demo.meetings import ADDRESS, HOST, PLACE
from onboarding import planning
from onboarding.models import Gathering, Invitation

REACHED = 0.7  # of the members; who was not is written to when the round closes
MOST_DIALS = 4
INVITED_BEFORE = timedelta(days=42)
NEW_FOR = timedelta(days=182)
# How those who were invited answer, and whether they come: parts of the whole.
ANSWERS = {("yes", True): 0.35, ("yes", False): 0.1, ("no", False): 0.2, ("", False): 0.35}


def live(stage: Stage, *, year: int, held: date, since: date) -> int:
    """The round, and the meetings of the year that are not ``held`` otherwise; how many calls."""
    chance = Random(f"{SEED} {year}")
    days = [day for day in meetings_of(stage, year) if since < day != held]
    for day in days:
        meet(stage, day, chance)
    return YearsCalls(stage, year, chance).write()


@dataclass
class YearsCalls:
    """A call for each member of the year, with the dials that it took."""

    stage: Stage
    year: int
    chance: Random
    calls: list[Call] = field(default_factory=list)
    dials: list[Attempt] = field(default_factory=list)

    def write(self) -> int:
        rules, leader = rules_of(self.stage.branch), self.stage.user(CALL_LEADER)
        opens, closes = rules.opens_on(self.year), rules.closes_on(self.year)
        call_round = CallRound.objects.create(
            branch=self.stage.branch,
            period=str(self.year),
            opens_on=opens,
            closes_on=closes,
            opened_at=moment(opens, 6),
            opened_by=leader,
        )
        evenings, callers = calling.evenings(opens, closes), [self.stage.user(part) for part in CALLERS]
        called: set[int] = set()
        during = Membership.objects.filter(branch=self.stage.branch, started_on__lt=closes)
        for membership in during.exclude(ended_on__lte=opens).order_by("pk"):
            ends = membership.ended_on or date.max
            days = [day for day in evenings if membership.started_on < day < min(ends, closes)]
            if len(days) >= MOST_DIALS and membership.member_id not in called:
                called.add(membership.member_id)
                call = Call(round=call_round, member_id=membership.member_id)
                self.call(call, days, callers, stays=ends > closes)
        Call.objects.bulk_create(self.calls)
        Attempt.objects.bulk_create(self.dials)
        return len(self.calls)

    def call(self, call: Call, days: list[date], callers: list[User], *, stays: bool) -> None:
        """Talked with at one of the dials, else written to afterwards."""
        is_reached = self.chance.random() < REACHED or not stays
        dialled = sorted(self.chance.sample(days, self.chance.randint(1, 3) if is_reached else MOST_DIALS))
        caller = self.chance.choice(callers)
        for number, day in enumerate(dialled, 1):
            last = is_reached and number == len(dialled)
            self.dials.append(
                Attempt(
                    call=call,
                    outcome=Attempt.Outcome.REACHED if last else Attempt.Outcome.NO_ANSWER,
                    reported_at=moment(day, calling.FIRST_CALL, self.chance.randint(0, 59)),
                    reported_by=caller,
                )
            )
        call.attempts_used, call.last_attempt_at = len(dialled), self.dials[-1].reported_at
        if is_reached:
            call.state, call.reached_at = Call.State.REACHED, call.last_attempt_at
        else:
            call.state, call.letter_by = Call.State.EXHAUSTED, self.stage.user(CALL_LEADER)
            call.letter_at = moment(call.round.closes_on, 12)
        self.calls.append(call)


def meetings_of(stage: Stage, year: int) -> Iterator[date]:
    wishes = planning.settings_of(stage.branch)
    for month in (wishes.spring_month, wishes.autumn_month):
        yield planning.meeting_day(wishes, year, month)


def meet(stage: Stage, day: date, chance: Random) -> None:
    """An introduction meeting to which those were invited who had joined in the half-year before."""
    officer, invited_at = stage.user(MEMBER_OFFICER), moment(day - INVITED_BEFORE, 8)
    gathering = Gathering.objects.create(
        branch=stage.branch,
        starts_at=moment(day, 18),
        place=PLACE,
        address=ADDRESS,
        host=HOST,
        state=Gathering.State.CONFIRMED,
        planned_at=invited_at,
        planned_by=officer,
        confirmed_at=invited_at,
        confirmed_by=officer,
    )
    joined = Membership.objects.filter(branch=stage.branch, started_on__range=(day - NEW_FOR, day))
    for key in joined.counted(day).order_by("pk").values_list("member", flat=True):
        (answer, came), *_ = chance.choices(list(ANSWERS), list(ANSWERS.values()))
        Invitation.objects.create(
            gathering=gathering,
            member_id=key,
            invited_at=invited_at,
            invited_by=officer,
            answer=answer,
            answered_at=moment(day - timedelta(days=chance.randint(1, 30)), 20) if answer else None,
            attended=came if answer == "yes" else None,
            ticked_at=moment(day, 18, 20) if answer == "yes" else None,
            ticked_by=officer if answer == "yes" else None,
        )
