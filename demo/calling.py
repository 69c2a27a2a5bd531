"""This year's round, half done: the callers' evenings from its opening until today."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from calls import claims, follow_ups, outcomes, rounds
from calls.models import Attempt, Call, FollowUp
from calls.rules import rules_of
from crm.people.models import User
from demo.cast import CALL_LEADER, CALLERS, MEMBER_OFFICER, Stage
from demo.clock import at, moment
from demo.history import SEED

Outcome = Attempt.Outcome
# Dials of the whole round until today: then some two of five members have been talked with.
DIALS = 420
# Nobody calls more than this in an evening, also when the round has just opened.
MOST_IN_AN_EVENING = 40
# After the file that told of them, new members are called by the officer; so many answer.
WELCOMED_AFTER, WELCOME_ANSWERED = timedelta(days=4), 0.75
CALLING_DAYS = (1, 3)  # Tuesday and Thursday
FIRST_CALL = 17  # o'clock
# How volunteers' dials end, in parts of a hundred.
WEIGHTS: dict[str, float] = {
    Outcome.REACHED: 40,
    Outcome.NO_ANSWER: 32,
    Outcome.LEFT_MESSAGE: 8,
    Outcome.CALL_LATER: 5,
    Outcome.OTHER_ANSWERED: 4,
    Outcome.BUSY: 3,
    Outcome.WRONG_NUMBER: 2.5,
    Outcome.OUT_OF_SERVICE: 2,
    Outcome.DECLINES_CALLS: 1,
    Outcome.MOVED: 1,
    Outcome.WANTS_TO_LEAVE: 0.7,
    Outcome.OTHER_LANGUAGE: 0.5,
    Outcome.DECEASED: 0.3,
}
NOTES: dict[str, tuple[str, ...]] = {
    Outcome.REACHED: (
        "Trevligt samtal. Vill gärna vara med på 1 maj.",
        "Kommer gärna på medlemsmöte om någon kan skjutsa.",
        "Undrade över äldreomsorgen, vill höra mer om budgeten.",
        "Har varit med i 40 år och ville mest prata.",
        "Kan dela ut flygblad på Bergsgatan.",
        "",
        "",
        "",
    ),
    Outcome.CALL_LATER: ("Var på väg ut, ring en annan kväll.", "Barnbarnen var där, ring i nästa vecka."),
    Outcome.OTHER_ANSWERED: ("Dottern svarade, bäst att ringa på förmiddagen.", ""),
    Outcome.LEFT_MESSAGE: ("Lämnade hälsning på svararen.", ""),
}
MESSAGES: dict[str, str] = {
    Outcome.WRONG_NUMBER: "Numret går till någon annan.",
    Outcome.MOVED: "Har flyttat till en annan kommun, vill byta arbetarekommun.",
    Outcome.WANTS_TO_LEAVE: "Vill gå ur. Tycker att avgiften är för hög.",
    Outcome.OTHER_LANGUAGE: "Talar helst somaliska.",
}


def year_of(today: date, stage: Stage) -> int:
    """The year whose round has opened by today."""
    return today.year if today >= rules_of(stage.branch).opens_on(today.year) else today.year - 1


def open_and_top_up(stage: Stage, on: date) -> None:
    """The daily jobs, on the morning of a day."""
    with at(moment(on, 6)):
        rounds.open_rounds(branch=stage.branch, on=on)
        rounds.top_up(branch=stage.branch, on=on)


def evenings(opens_on: date, last: date) -> list[date]:
    """The callers' evenings; they begin as soon as the round is open and rest in July."""
    days = (opens_on + timedelta(days=number) for number in range(1, (last - opens_on).days))
    return [day for day in days if day.weekday() in CALLING_DAYS and day.month != 7]


class Evenings:
    """The dials of a round, evening by evening."""

    def __init__(self, stage: Stage, *, today: date) -> None:
        self.stage = stage
        self.random = Random(f"{SEED} calls")
        self.year = year_of(today, stage)
        rules = rules_of(stage.branch)
        self.opens_on = rules.opens_on(self.year)
        self.days = evenings(self.opens_on, min(today, rules.closes_on(self.year)))
        self.in_an_evening = min(-(-DIALS // max(len(self.days), 1)), MOST_IN_AN_EVENING)
        self.callers = [stage.user(part) for part in CALLERS]

    def call_between(self, after: date, until: date) -> int:
        """Every evening after one day and until another; how many dials."""
        if after < self.opens_on <= until:
            open_and_top_up(self.stage, self.opens_on)
        return sum(self.call_on(day) for day in self.days if after < day <= until)

    def call_on(self, day: date) -> int:
        tonight = self.random.sample(self.callers, 2)
        return sum(self.dial(tonight[number % 2], day, number) for number in range(self.in_an_evening))

    def dial(self, caller: User, day: date, number: int) -> bool:
        chance = self.random
        minutes = number * 5 + chance.randint(0, 3)
        with at(moment(day, FIRST_CALL + minutes // 60, minutes % 60)) as now:
            call = claims.claim_next(caller=caller, branch=self.stage.branch, now=now)
            if call is None:
                return False
            outcome = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            outcomes.report(
                call=call,
                by=caller,
                outcome=outcome,
                client_id=UUID(int=chance.getrandbits(128)),
                note=chance.choice(NOTES.get(outcome, ("",))),
                message=MESSAGES.get(outcome, ""),
            )
        return True


def welcome(stage: Stage, learnt_on: date, *, today: date) -> int:
    """The member officer calls those of whom a file has just told, within its week; most answer. How many calls."""
    day = learnt_on + WELCOMED_AFTER
    if day >= today:
        return 0
    officer, chance = stage.user(MEMBER_OFFICER), Random(f"{SEED} welcome {learnt_on}")
    new = Call.objects.filter(
        round__branch=stage.branch, member__learnt_on=learnt_on, state=Call.State.WAITING
    )
    dialled = 0
    for number, call in enumerate(new.order_by("pk")):
        with at(moment(day, FIRST_CALL, number)) as now:
            if claims.claim(call=call, caller=officer, now=now):
                answered = chance.random() < WELCOME_ANSWERED
                outcome = Outcome.REACHED if answered else Outcome.NO_ANSWER
                token = UUID(int=chance.getrandbits(128))
                outcomes.report(call=call, by=officer, outcome=outcome, client_id=token)
                dialled += 1
    return dialled


def see_to(stage: Stage, on: date) -> None:
    """What the officers do each month: follow up what callers asked for, and write to whom nobody reached."""
    officer, leader = stage.user(MEMBER_OFFICER), stage.user(CALL_LEADER)
    with at(moment(on, 20)) as now:
        for follow_up in FollowUp.objects.filter(call__round__branch=stage.branch, handled_at=None):
            follow_ups.leave_in_peace(follow_up=follow_up, by=officer, now=now, answer="Ordnat, tack.")
        used_up = Call.objects.filter(round__branch=stage.branch, state=Call.State.EXHAUSTED, letter_at=None)
        keys = list(used_up.values_list("pk", flat=True))
        follow_ups.mark_letters_sent(call_ids=keys, by=leader, now=now)
