"""In words how far a goal has come: the number never stands without what it counts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import units
from crm.plan.measuring import Measured
from crm.plan.models import Goal
from crm.units import grouped


def how_far(measured: Measured) -> str:
    """Such as "3 of 4 meetings", or "29 activities, over the goal of 20"; before it begins what is wanted."""
    value, goal = measured.whole_value, measured.goal
    if value is None:
        return _("the goal is %(wanted)s") % {"wanted": wanted_of(measured)}
    if goal.is_percentage:
        return share(measured, value)
    if goal.measure == Goal.Measure.NOTES:
        return times(value, goal.wanted)
    unit = measured.figure.unit if measured.figure else units.MEMBERS
    if unit is units.PERCENT:
        return of_percent(f"{value} %", goal.wanted)
    if value > goal.wanted:
        return over(f"{grouped(value)} {unit.of(value)}", goal.wanted)
    words = {"value": grouped(value), "wanted": grouped(goal.wanted), "unit": unit.of(goal.wanted)}
    return _("%(value)s of %(wanted)s %(unit)s") % words


def wanted_of(measured: Measured) -> str:
    """What is wanted, of a goal that has not begun or can't be counted."""
    goal = measured.goal
    if goal.measure == Goal.Measure.NOTES:
        return ngettext("%(done)s time", "%(done)s times", goal.wanted) % {"done": goal.wanted}
    unit = measured.figure.unit if measured.figure else None
    if goal.is_percentage or unit is units.PERCENT:
        return f"{goal.wanted} %"
    return f"{grouped(goal.wanted)} {unit.of(goal.wanted)}" if unit else grouped(goal.wanted)


def share(measured: Measured, value: int) -> str:
    """A percentage with what it is of: 36 % says little of five."""
    if not measured.whole or measured.number is None or not measured.of_figure:
        return of_percent(f"{value} %", measured.goal.wanted)
    words = {
        "number": grouped(measured.number),
        "whole": grouped(measured.whole),
        "unit": measured.of_figure.unit.of(measured.whole),
        "share": value,
    }
    return of_percent(_("%(number)s of %(whole)s %(unit)s (%(share)s %%)") % words, measured.goal.wanted)


def of_percent(counted: str, wanted: int) -> str:
    return _("%(counted)s, the goal is %(wanted)s %%") % {"counted": counted, "wanted": wanted}


def times(done: int, wanted: int) -> str:
    if done > wanted:
        return over(ngettext("%(done)s time", "%(done)s times", done) % {"done": done}, wanted)
    return ngettext("%(done)s time of %(wanted)s", "%(done)s times of %(wanted)s", done) % {
        "done": done,
        "wanted": wanted,
    }


def over(counted: str, wanted: int) -> str:
    return _("%(counted)s, over the goal of %(wanted)s") % {"counted": counted, "wanted": grouped(wanted)}
