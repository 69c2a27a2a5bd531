"""What this year and the one before say of next year: the seasons, how many leave, how many are reached.

All sentences are written in the language of whoever asks for the draft, and stand beside the goal until it is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from statistics import fmean

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.figures import goals as membership_goals
from crm.figures import membership
from crm.figures.goals import Forecast
from crm.figures.membership import Month
from crm.figures.months import a_year_before, last_of_month, months_between
from crm.plan.measuring import Measured, Meter, Value
from crm.plan.models import Goal, Plan

# A goal for members is said in round numbers.
ROUND_TO = 10
YEARS_OF_MONTHS = 37  # three years and the running month
# With less of the year than this behind it last year, this year's number says little of the whole.
LEAST_SHARE = 0.25
# The yearly round is open from February to 20 December (DESIGN, "Rules settled").
WEEKS_OF_CALLING = 46
REACHED, ATTEMPTED, CALLED_OF = "calls_reached", "calls_attempted", "calls_of"
OF_CALLS = frozenset({"calls_kept", REACHED, ATTEMPTED})


@dataclass(frozen=True)
class Proposal:
    """How much of it to want next year, and why."""

    wanted: int
    basis: str


def proposal(measured: Measured, *, plan: Plan, on: date, meter: Meter) -> Proposal:
    goal = measured.goal
    if goal.measure == Goal.Measure.NOTES:
        return Proposal(goal.wanted, said_of_notes(measured))
    if goal.figure == "members" and not goal.is_percentage:
        return of_members(goal, plan, on)
    if goal.figure in OF_CALLS and goal.of_figure == CALLED_OF:
        return Proposal(goal.wanted, said_of_calls(measured, on, meter))
    before = meter.value(goal, date(plan.year - 1, 12, 31))
    if goal.is_percentage:
        return Proposal(goal.wanted, said_of_share(measured.value, before))
    return of_number(measured, before, meter, on)


def said_of_notes(measured: Measured) -> str:
    """How often it was done, and in which months."""
    if not measured.notes:
        return _("Nothing is noted this year.")
    said = ngettext(
        "Noted %(number)s time this year", "Noted %(number)s times this year", len(measured.notes)
    )
    months = list(dict.fromkeys(date_format(note.happened_on, "F") for note in measured.notes))
    return f"{said % {'number': len(measured.notes)}}: {', '.join(months)}."


def said_of_share(now: Value, before: Value) -> str:
    if now is None:
        return _("Can't be counted yet this year.")
    if before is None:
        return _("This year %(now)s %%.") % {"now": floor(now)}
    return _("This year %(now)s %%, last year %(before)s %%.") % {"now": floor(now), "before": floor(before)}


def of_number(measured: Measured, before: Value, meter: Meter, on: date) -> Proposal:
    """A goal that was reached grows to the mean of two years; one that was not stays."""
    goal, now = measured.goal, measured.value
    if now is None:
        return Proposal(goal.wanted, _("Can't be counted yet this year."))
    whole = by_the_years_end(goal, float(now), before, meter, on)
    wanted = goal.wanted
    if whole >= goal.wanted:
        wanted = max(goal.wanted, round(fmean([whole, float(before)]) if before else whole))
    said = _("This year %(now)s %(unit)s so far, about %(whole)s by its end") % {
        "now": floor(now),
        "unit": measured.figure.unit.of(floor(now)) if measured.figure else "",
        "whole": whole,
    }
    if before is not None:
        said += _("; last year %(before)s") % {"before": floor(before)}
    return Proposal(wanted, f"{said}.")


def by_the_years_end(goal: Goal, now: float, before: Value, meter: Meter, on: date) -> int:
    """With the season of last year: how much of the whole had come by the same day of it."""
    same_day = a_year_before(on)
    then = meter.value(goal, same_day)
    if not before or not then or not LEAST_SHARE <= then / before <= 1:
        return floor(now)
    return max(round(now * before / then), floor(now))


def said_of_calls(measured: Measured, on: date, meter: Meter) -> str:
    """The rate at which those dialled were reached, and how many people a week next year takes."""
    of, attempted, reached = (meter.read(name, on) for name in (CALLED_OF, ATTEMPTED, REACHED))
    if not of or measured.value is None:
        return _("Can't be counted yet this year.")
    said = ngettext(
        "This year %(share)s %% of %(of)s member so far",
        "This year %(share)s %% of %(of)s members so far",
        floor(of),
    ) % {"share": floor(measured.value), "of": floor(of)}
    if attempted and reached is not None:
        rate = floor(100 * reached / attempted)
        said += _("; of those dialled %(rate)s %% were reached") % {"rate": rate}
    weekly = ceil(of * measured.goal.wanted / 100 / WEEKS_OF_CALLING)
    return said + ngettext(
        ". For next year's goal: %(weekly)s member a week from February on.",
        ". For next year's goal: %(weekly)s members a week from February on.",
        weekly,
    ) % {"weekly": weekly}


def of_members(goal: Goal, plan: Plan, on: date) -> Proposal:
    """What the branch can reach by the end of next year: the upper end of the forecast, rounded up to tens.

    A goal is something to stretch for, and is never lowered by itself. While too few months are known it stays.
    """
    rosters = membership.roster_dates(plan.branch, on)
    months = membership.months_until(plan.branch, on, count=YEARS_OF_MONTHS, known_since=rosters.first)
    members, by_date = months[-1].closing, date(plan.year + 1, 12, 31)
    pace = membership_goals.pace(members=members, goal=members, by_date=by_date, on=on, months=months[-13:])
    if pace.forecast is None:
        return Proposal(goal.wanted, _("Too few months are known for a forecast."))
    season = seasoned(months, pace.forecast, members=members, on=on, until=by_date)
    wanted = max(goal.wanted, ceil(season.high / ROUND_TO) * ROUND_TO)
    return Proposal(wanted, said_of_members(whole_months(months)[-12:], season, by_date))


def whole_months(months: Sequence[Month]) -> list[Month]:
    """Known from the first day to the last; that of the first roster holds what was not known before."""
    return [month for month in [month for month in months if month.known][1:] if not month.running]


def seasoned(months: Sequence[Month], plain: Forecast, *, members: int, on: date, until: date) -> Forecast:
    """Month by month: as many come as in the same months before, and of the members as large a share leaves.

    The range is the plain forecast's, around it.
    """
    whole = whole_months(months)
    usual = fmean(month.came for month in whole)
    leaving = churn(whole[-12:]) / min(len(whole), 12)
    expected = float(members)
    for ahead in months_between(on, until):
        same = [month.came for month in whole if month.first.month == ahead.month]
        part = (last_of_month(ahead) - on).days / 30 if ahead <= on else 1
        expected += ((fmean(same) if same else usual) - leaving * expected) * min(part, 1)
    middle = max(round(expected), 0)
    return Forecast(
        expected=middle,
        low=max(middle - (plain.expected - plain.low), 0),
        high=middle + (plain.high - plain.expected),
    )


def churn(whole: Sequence[Month]) -> float:
    """The share of the members that left in these months."""
    average = fmean(month.opening for month in whole)
    return sum(month.left for month in whole) / average if average else 0.0


def said_of_members(year: Sequence[Month], forecast: Forecast, by_date: date) -> str:
    """Of the last whole months, twelve at most."""
    came, left = sum(month.came for month in year), sum(month.left for month in year)
    said = _("In %(months)s months %(came)s came and %(left)s left, %(share)s %% of the members.") % {
        "months": len(year),
        "came": came,
        "left": left,
        "share": round(100 * churn(year)),
    }
    best = sorted(year, key=lambda month: -month.came)[:2]
    if best[0].came:
        names = sorted((month.first for month in best if month.came), key=lambda first: first.month)
        said += " " + _("Most came in %(months)s.") % {
            "months": ", ".join(date_format(first, "F") for first in names)
        }
    return f"{said} " + _("Going on like this: %(low)s–%(high)s by %(day)s.") % {
        "low": forecast.low,
        "high": forecast.high,
        "day": by_date.isoformat(),
    }
