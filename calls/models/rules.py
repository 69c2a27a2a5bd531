"""How a branch calls: when its round opens, at which hours members are called, and in which weeks nobody is."""

from datetime import date, time, timedelta
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models.attempts import Attempt
from crm.constraints import who_and_when
from crm.people.models import Branch, User

# Whatever a branch chooses, nobody is called before nine in the morning or after nine in the evening.
EARLIEST, LATEST = time(9), time(21)
LAST_WEEK = 53
# With longer pauses the promise of a call a year could not be kept.
MOST_PAUSE_WEEKS = 20


class Unit(models.TextChoices):
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")


# Sooner would be pestering; later, and four attempts would not fit into the year's round.
LIMITS: dict[str, tuple[int, int]] = {Unit.MINUTES: (10, 180), Unit.HOURS: (1, 72), Unit.DAYS: (1, 60)}
# After these a branch may choose whether and when the person is called again.
CHOSEN_BY_BRANCH: tuple[str, ...] = (
    Attempt.Outcome.NO_ANSWER,
    Attempt.Outcome.BUSY,
    Attempt.Outcome.LEFT_MESSAGE,
    Attempt.Outcome.OTHER_ANSWERED,
    Attempt.Outcome.CALL_LATER,
)
# The member has asked for it.
ALWAYS_RETRIED = frozenset({Attempt.Outcome.CALL_LATER.value})


@cache
def weeks_in(text: str) -> frozenset[int]:
    """Week numbers (ISO 8601) in "27-30, 52-1"; a range may go over the turn of the year.

    Raises ``ValueError`` for anything else.
    """
    weeks: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, dash, last = (half.strip() for half in part.replace("–", "-").partition("-"))
        begins, ends = int(first), int(last if dash else first)
        if not (1 <= begins <= LAST_WEEK and 1 <= ends <= LAST_WEEK):
            raise ValueError(part)
        weeks |= {*range(begins, (ends if begins <= ends else LAST_WEEK) + 1)}
        weeks |= set() if begins <= ends else {*range(1, ends + 1)}
    return frozenset(weeks)


def check_weeks(text: str) -> None:
    """Raises ``ValidationError`` with a sentence for people."""
    try:
        weeks = weeks_in(text)
    except ValueError:
        raise ValidationError(_("Write week numbers from 1 to 53, such as 27-30, 52-1.")) from None
    if len(weeks) > MOST_PAUSE_WEEKS:
        raise ValidationError(_("At most %(n)s weeks can be a pause."), params={"n": MOST_PAUSE_WEEKS})


def check_outcome_rules(value: Any) -> None:
    """By outcome ``{"after": 3, "unit": "days", "other_part": true}``, or null where nobody calls again.

    Raises ``ValidationError`` for anything else.
    """
    is_right = isinstance(value, dict) and all(
        outcome in CHOSEN_BY_BRANCH
        and (outcome not in ALWAYS_RETRIED if again is None else is_time_to_wait(again))
        for outcome, again in value.items()
    )
    if not is_right:
        raise ValidationError(_("That is no rule for what an answer leads to."))


def is_time_to_wait(again: Any) -> bool:
    if not isinstance(again, dict) or again.keys() != {"after", "unit", "other_part"}:
        return False
    after, unit = again["after"], again["unit"]
    if type(after) is not int or unit not in Unit.values or type(again["other_part"]) is not bool:
        return False
    least, most = LIMITS[unit]
    return least <= after <= most


class CallRules(models.Model):
    """How a branch calls. A branch without a row uses these defaults."""

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="call_rules")
    opens_month = models.PositiveSmallIntegerField(_("opens in month"), default=2)
    opens_day = models.PositiveSmallIntegerField(_("opens on day"), default=1)
    closes_month = models.PositiveSmallIntegerField(_("closes in month"), default=12)
    closes_day = models.PositiveSmallIntegerField(_("closes on day"), default=20)
    max_attempts = models.PositiveSmallIntegerField(_("attempts at most"), default=4)
    calls_minors = models.BooleanField(_("volunteers call members under 18"), default=False)
    unpaid_first = models.BooleanField(_("new members who have not paid are called first"), default=False)
    weekdays_from = models.TimeField(_("Monday to Thursday from"), null=True, blank=True, default=time(10))
    weekdays_to = models.TimeField(_("Monday to Thursday to"), null=True, blank=True, default=time(20, 30))
    friday_from = models.TimeField(_("Friday from"), null=True, blank=True, default=time(10))
    friday_to = models.TimeField(_("Friday to"), null=True, blank=True, default=time(17))
    saturday_from = models.TimeField(_("Saturday from"), null=True, blank=True, default=time(11))
    saturday_to = models.TimeField(_("Saturday to"), null=True, blank=True, default=time(16))
    pause_weeks = models.CharField(
        _("pause weeks"),
        max_length=60,
        blank=True,
        default="27-30, 52-1",
        validators=[check_weeks],
        help_text=_("Weeks in which nobody is called, such as 27-30, 52-1. No round opens in them."),
    )
    outcome_rules = models.JSONField(
        default=dict,
        blank=True,
        validators=[check_outcome_rules],
        help_text="Where the branch departs from the usual rules (calls.consequences), by outcome.",
    )
    outcomes_changed_at = models.DateTimeField(null=True, blank=True)
    outcomes_changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("calling rules")
        verbose_name_plural = _("calling rules")
        constraints = (
            models.CheckConstraint(
                name="calls_rules_days_of_the_year",
                condition=Q(opens_month__range=(1, 12), closes_month__range=(1, 12))
                & Q(opens_day__range=(1, 28), closes_day__range=(1, 28)),
                violation_error_message=_("Choose a month from 1 to 12 and a day from 1 to 28."),
            ),
            models.CheckConstraint(
                name="calls_rules_closes_after_it_opens",
                condition=Q(closes_month__gt=F("opens_month"))
                | Q(closes_month=F("opens_month"), closes_day__gt=F("opens_day")),
                violation_error_message=_("A round can't close before it opens."),
            ),
            models.CheckConstraint(
                name="calls_rules_some_attempts",
                condition=Q(max_attempts__range=(1, 9)),
                violation_error_message=_("Choose from 1 to 9 attempts."),
            ),
            *(
                models.CheckConstraint(
                    name=f"calls_rules_{days}_hours",
                    condition=Q(**{f"{days}_from": None, f"{days}_to": None})
                    | Q(
                        **{
                            f"{days}_from__isnull": False,
                            f"{days}_to__isnull": False,
                            f"{days}_from__gte": EARLIEST,
                            f"{days}_to__lte": LATEST,
                            f"{days}_from__lt": F(f"{days}_to"),
                        }
                    ),
                    violation_error_message=_(
                        "Members are called from 9 at the earliest until 21 at the latest. Give both times or none."
                    ),
                )
                for days in ("weekdays", "friday", "saturday")
            ),
            models.CheckConstraint(
                name="calls_rules_some_hours",
                condition=Q(weekdays_from__isnull=False)
                | Q(friday_from__isnull=False)
                | Q(saturday_from__isnull=False),
                violation_error_message=_("Give calling hours on some day."),
            ),
            who_and_when("calls_rules", "outcomes_changed"),
        )

    def __str__(self) -> str:
        return str(self.branch)

    def clean(self) -> None:
        """The first day after a pause is not after the last day of the round."""
        super().clean()
        year = timezone.localdate().year
        try:
            meant, opens = date(year, self.opens_month, self.opens_day), self.opens_on(year)
            is_all_paused = meant <= self.closes_on(year) < opens
        except (TypeError, ValueError, OverflowError):
            return  # the fields themselves say what is wrong
        if is_all_paused:
            raise ValidationError({"pause_weeks": _("The whole round is a pause. Choose other weeks.")})

    def hours_on(self, weekday: int) -> tuple[time, time] | None:
        """First and last moment to dial, Monday being 0; nobody is called on a Sunday."""
        pairs = {
            4: (self.friday_from, self.friday_to),
            5: (self.saturday_from, self.saturday_to),
            6: (None, None),
        }
        first, last = pairs.get(weekday, (self.weekdays_from, self.weekdays_to))
        return (first, last) if first is not None and last is not None else None

    def is_paused(self, day: date) -> bool:
        return day.isocalendar().week in weeks_in(self.pause_weeks)

    def opens_on(self, year: int) -> date:
        """The first day from the one in the rules on that is in no pause."""
        day = date(year, self.opens_month, self.opens_day)
        while self.is_paused(day):
            day += timedelta(days=1)
        return day

    def closes_on(self, year: int) -> date:
        return date(year, self.closes_month, self.closes_day)
