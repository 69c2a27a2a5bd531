"""The year in sentences, ready to paste into the annual report (verksamhetsberättelse). Figures and no names."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import extensions
from crm.board.overview import CALLS, Overview, overview
from crm.board.sentences import since_last_year
from crm.extensions import Passage
from crm.figures import membership
from crm.people.models import Branch
from crm.units import grouped


@dataclass(frozen=True)
class Year:
    """What happened from 1 January until a day, and how it was on that day."""

    on: date
    joined: int
    returned: int
    left: int
    opening: int
    closing: int


def year_until(branch: Branch, on: date) -> Year:
    found = membership.months_until(branch, on, count=on.month - 1, known_since=None)
    return Year(
        on=on,
        joined=sum(month.joined + month.moved_in for month in found),
        returned=sum(month.returned for month in found),
        left=sum(month.left for month in found),
        opening=found[0].opening,
        closing=found[-1].closing,
    )


def passages(branch: Branch, on: date) -> list[Passage]:
    """For the year of ``on``, until that day; calls and meetings when they have begun."""
    page = overview(branch, on)
    found = [Passage(_("Members"), members(branch, year_until(branch, on), page))]
    if page.calls:
        found.append(Passage(_("Calls to members"), calls(page)))
    if page.meetings:
        found.append(Passage(_("Introduction meetings"), meetings(page)))
    return found


def passages_of_parts(branch: Branch, on: date) -> list[Passage]:
    """What the apps beside the board have to tell of the year."""
    parts = [part.passages(branch, on) for part in extensions.board_parts.all() if part.passages]
    return [passage for part in parts for passage in part]


def members(branch: Branch, year: Year, page: Overview) -> str:
    day = year.on.isoformat()
    said = [
        ngettext(
            "On %(day)s %(branch)s had %(number)s member",
            "On %(day)s %(branch)s had %(number)s members",
            year.closing,
        )
        % {"day": day, "branch": branch, "number": grouped(year.closing)}
        + (f", {since_last_year(page.change)}." if page.change is not None else "."),
        _("During the year %(came)s joined and %(left)s left.")
        % {"came": grouped(year.joined + year.returned), "left": grouped(year.left)},
    ]
    if year.returned:
        said.append(
            ngettext(
                "Of those who joined %(number)s had been a member before.",
                "Of those who joined %(number)s had been members before.",
                year.returned,
            )
            % {"number": grouped(year.returned)}
        )
    if page.pace:
        said.append(
            _("The goal is %(goal)s members by %(day)s.")
            % {"goal": grouped(page.pace.goal), "day": page.pace.by_date.isoformat()}
        )
    return " ".join(said)


def calls(page: Overview) -> str:
    number = {name: page.explained[name].value or 0 for name in CALLS if name in page.explained}
    reached = page.calls[0]
    return _(
        "We set out to call every member. We talked with %(reached)s of %(of)s members (%(percent)s %%) and"
        " tried to reach %(attempted)s. Counting those who did not answer and got a letter, %(kept)s heard from us."
    ) % {
        "reached": grouped(reached.number),
        "of": grouped(reached.of),
        "percent": reached.percent,
        "attempted": grouped(number.get("calls_attempted", 0)),
        "kept": grouped(number.get("calls_kept", 0)),
    }


def meetings(page: Overview) -> str:
    yes, came = page.meetings
    return _(
        "To the year's introduction meetings %(invited)s invitations were sent; %(yes)s said yes and %(came)s came."
    ) % {"invited": grouped(yes.of), "yes": grouped(yes.number), "came": grouped(came.number)}
