"""What the pictures say, in words: each figure of the page as a sentence that can be read aloud."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.figures.club_goals import ClubGoals
from crm.figures.corrected import Corrected
from crm.figures.goals import Pace
from crm.units import grouped


def since_last_year(change: int | None) -> str:
    """How many more or fewer than a year ago; empty when that is not known."""
    if change is None:
        return ""
    if change == 0:
        return _("as many as a year ago")
    if change > 0:
        return _("%(number)s more than a year ago") % {"number": grouped(change)}
    return _("%(number)s fewer than a year ago") % {"number": grouped(-change)}


def line(members: int, change: int | None, pace: Pace | None) -> str:
    """The line's picture: where it ends, how it went, how far it is to the goal."""
    if not members and not change:
        return _("No members are known on this day.")
    words = [
        ngettext("%(number)s member", "%(number)s members", members) % {"number": grouped(members)},
        since_last_year(change),
    ]
    if pace and pace.to_go:
        words.append(
            _("%(number)s to go to the goal of %(goal)s")
            % {"number": grouped(pace.to_go), "goal": grouped(pace.goal)}
        )
    return ", ".join(word for word in words if word) + "."


def flow(came: int, left: int) -> str:
    if not came and not left:
        return _("Nobody has joined or left in the last year and the running month.")
    return _("In the last year and the running month %(came)s joined and %(left)s left.") % {
        "came": grouped(came),
        "left": grouped(left),
    }


def goal(pace: Pace) -> str:
    return _("%(goal)s members by %(date)s") % {"goal": grouped(pace.goal), "date": pace.by_date.isoformat()}


def share(pace: Pace) -> str:
    return _("%(members)s of %(goal)s (%(percent)s %%)") % {
        "members": grouped(pace.members),
        "goal": grouped(pace.goal),
        # Rounded down: 997 of 1,000 is not all.
        "percent": 100 * pace.members // pace.goal if pace.goal else 100,
    }


def clubs(told: ClubGoals) -> str:
    """How the clubs' parts add up to the branch's goal."""
    numbers = {
        "wanted": grouped(told.wanted),
        "goal": grouped(told.goal),
        "rest": grouped(abs(told.unshared)),
    }
    if told.unshared > 0:
        return _("The clubs have %(wanted)s of the goal of %(goal)s; %(rest)s are nobody's yet.") % numbers
    if told.unshared < 0:
        return _("The clubs want %(wanted)s together, %(rest)s more than the goal of %(goal)s.") % numbers
    return _("The clubs' goals add up to the goal of %(goal)s.") % numbers


def now(pace: Pace) -> str:
    """What the branch does now, beside what it takes."""
    if pace.came_per_month is None or pace.left_per_month is None:
        return _("The pace shows after three whole months of rosters.")
    return _("Now %(came)s join and %(left)s leave.") % {
        "came": number_format(pace.came_per_month, 1, use_l10n=True),
        "left": number_format(pace.left_per_month, 1, use_l10n=True),
    }


def forecast(pace: Pace) -> str:
    if pace.months_left < 0:
        return passed(pace)
    if pace.is_over or pace.to_go == 0:
        return settled(pace)
    if pace.forecast is None:
        return _("It is too early for a forecast: it takes three whole months of rosters.")
    values = {
        "expected": grouped(pace.forecast.expected),
        "low": grouped(pace.forecast.low),
        "high": grouped(pace.forecast.high),
        "date": pace.by_date.isoformat(),
    }
    if pace.forecast.low >= pace.goal:
        return (
            _("On the way: as it goes now you are some %(expected)s on %(date)s (%(low)s–%(high)s).") % values
        )
    if pace.forecast.high < pace.goal:
        return (
            _("Not enough yet: as it goes now you are some %(expected)s on %(date)s (%(low)s–%(high)s).")
            % values
        )
    return _("It can go either way: some %(expected)s on %(date)s (%(low)s–%(high)s).") % values


def settled(pace: Pace) -> str:
    """Reached, or on the goal's own day not."""
    if pace.to_go == 0:
        return _("The goal is reached.")
    return _("This is the goal's day: %(number)s are missing.") % {"number": grouped(pace.to_go)}


def passed(pace: Pace) -> str:
    """The members counted are those of a later day: how it went on the goal's own is not told by them."""
    if pace.to_go == 0:
        return _("The goal's date has passed. Now there are as many as it asked for.")
    return _("The goal's date has passed. Now %(number)s are missing.") % {"number": grouped(pace.to_go)}


def told_then(found: Corrected) -> str:
    """What stood that day, and what is counted for it now."""
    return _("%(label)s: on %(day)s it said %(told)s; now %(now)s are counted.") % {
        "label": found.figure.label,
        "day": found.on.isoformat(),
        "told": grouped(found.told),
        "now": grouped(found.now),
    }


def no_cause(found: Corrected) -> str:
    if found.is_of_membership:
        return _("Corrected by hand since, not by a member file.")
    return _("What has been noted since is counted too.")


def correction(found: Corrected) -> str:
    """In one piece, for paper and files."""
    return " ".join([told_then(found), *([one.sentence for one in found.causes] or [no_cause(found)])])
