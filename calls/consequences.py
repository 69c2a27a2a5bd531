"""What follows an outcome, as data: usually, and in a branch that has chosen otherwise."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from calls.models import Attempt, Call, CallRules, Unit

Outcome = Attempt.Outcome
State, Reason = Call.State, Call.Reason


@dataclass(frozen=True)
class Again:
    """After how long the person is called again, and whether at another time of day."""

    after: int
    unit: str = Unit.DAYS
    other_part: bool = True

    @property
    def span(self) -> str:
        """Such as "3 days"."""
        return {
            Unit.MINUTES: ngettext("%(n)s minute", "%(n)s minutes", self.after),
            Unit.HOURS: ngettext("%(n)s hour", "%(n)s hours", self.after),
            Unit.DAYS: ngettext("%(n)s day", "%(n)s days", self.after),
        }[Unit(self.unit)] % {"n": self.after}

    @property
    def words(self) -> str:
        if self.other_part:
            return gettext("in %(span)s, at another time of day") % {"span": self.span}
        return gettext("in %(span)s") % {"span": self.span}


@dataclass(frozen=True)
class Rule:
    """What one outcome leads to. A call that would wait and has no ``again`` is at the end of its attempts."""

    consequence: "str | Promise"
    state: str = State.WAITING
    reason: str = ""
    again: Again | None = None
    counts: bool = True  # uses up one of the branch's attempts, once a day
    for_officer: bool = False
    is_promise: bool = False  # a time has been agreed with the member
    no_calls: bool = False
    no_messages: bool = False

    @property
    def is_final(self) -> bool:
        """Holds even when another caller has the person meanwhile."""
        return self.state in {State.REACHED, State.EXEMPT} or self.no_calls


RULES: dict[str, Rule] = {
    Outcome.REACHED: Rule(_("The call is done. Thank you!"), state=State.REACHED),
    Outcome.NO_ANSWER: Rule(_("We call again at another time of day."), again=Again(3)),
    Outcome.BUSY: Rule(_("We call again in half an hour."), again=Again(30, Unit.MINUTES, other_part=False)),
    Outcome.LEFT_MESSAGE: Rule(_("We call again in some days."), again=Again(4)),
    Outcome.OTHER_ANSWERED: Rule(_("We call again at another time of day."), again=Again(2)),
    Outcome.CALL_LATER: Rule(
        _("You call again when you have agreed to."), again=Again(1), counts=False, is_promise=True
    ),
    Outcome.WRONG_NUMBER: Rule(
        _("We find out the right number before anybody calls."), state=State.PARKED, for_officer=True
    ),
    Outcome.OUT_OF_SERVICE: Rule(
        _("We find out a new number before anybody calls."), state=State.PARKED, for_officer=True
    ),
    Outcome.OTHER_LANGUAGE: Rule(
        _("The call leader finds somebody who speaks it."), state=State.PARKED, for_officer=True
    ),
    Outcome.MOVED: Rule(_("The member officer sees to the address."), state=State.PARKED, for_officer=True),
    Outcome.DECLINES_CALLS: Rule(
        _("Nobody calls again. It holds at once, for all of us."),
        state=State.EXEMPT,
        reason=Reason.WISH,
        counts=False,
        for_officer=True,
        no_calls=True,
    ),
    Outcome.WANTS_TO_LEAVE: Rule(
        _("The member officer sees to it. Nobody calls or writes meanwhile."),
        state=State.PARKED,
        counts=False,
        for_officer=True,
        no_calls=True,
        no_messages=True,
    ),
    Outcome.DECEASED: Rule(
        _("No call and no letter goes there again."),
        state=State.EXEMPT,
        reason=Reason.DECEASED,
        counts=False,
        for_officer=True,
        no_calls=True,
        no_messages=True,
    ),
}


NO_MORE = _("We do not call again. A letter or a message comes next.")


def what_follows(outcome: str, rules: CallRules, state: str) -> "str | Promise":
    """What the caller is told after the report: of the last attempt, that it was the last."""
    rule = rule_for(outcome, rules)
    return NO_MORE if rule.again and state == State.EXHAUSTED else rule.consequence


def rule_for(outcome: str, rules: CallRules) -> Rule:
    """What the outcome leads to in the branch that these rules are of."""
    usual = RULES[outcome]
    if outcome not in rules.outcome_rules:
        return usual
    own = rules.outcome_rules[outcome]
    again = None if own is None else Again(**own)
    return replace(usual, again=again, consequence=consequence_of(usual, again))


def consequence_of(usual: Rule, again: Again | None) -> "str | Promise":
    if usual.is_promise:
        return usual.consequence
    if again is None:
        return NO_MORE
    return gettext("We call again %(when)s.") % {"when": again.words}


@dataclass(frozen=True)
class Choice:
    """One of the buttons under "How did it go?"."""

    value: str
    label: "str | Promise"
    consequence: "str | Promise"
    key: str = ""  # pressed on a keyboard outside the fields


# What is said a hundred times an evening; what needs care is pressed with thought.
KEYS = {
    Outcome.REACHED: "1",
    Outcome.CALL_LATER: "2",
    Outcome.NO_ANSWER: "3",
    Outcome.BUSY: "4",
    Outcome.LEFT_MESSAGE: "5",
    Outcome.OTHER_ANSWERED: "6",
}


def button_groups(rules: CallRules) -> list[tuple[Any, list[Choice]]]:
    """The buttons as the caller meets them: nobody there, somebody there, and what needs care."""

    def choices(*values: str) -> list[Choice]:
        return [
            Choice(
                value,
                Outcome(value).label,
                rule_for(value, rules).consequence,
                KEYS.get(Outcome(value), ""),
            )
            for value in values
        ]

    return [
        (_("We talked"), choices(Outcome.REACHED, Outcome.CALL_LATER)),
        (
            _("I did not get hold of the person"),
            choices(Outcome.NO_ANSWER, Outcome.BUSY, Outcome.LEFT_MESSAGE, Outcome.OTHER_ANSWERED),
        ),
        (_("Something is wrong"), choices(Outcome.WRONG_NUMBER, Outcome.OUT_OF_SERVICE, Outcome.MOVED)),
        (
            _("The person told me something"),
            choices(Outcome.OTHER_LANGUAGE, Outcome.DECLINES_CALLS, Outcome.WANTS_TO_LEAVE, Outcome.DECEASED),
        ),
    ]
