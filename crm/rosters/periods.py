"""From when a person of a roster counts as a member. A later roster never moves a figure of before the last one."""

from datetime import date

from crm.rosters.matching import Match, Outcome, Plan, Terms
from crm.rosters.on_file import Standing


def starts_on(joined_on: date | None, terms: Terms, *, not_before: date | None = None) -> date:
    """The first day of a new membership.

    In a branch's first full roster everybody counts from the date on which they joined, as the register says;
    who has no such date, from the roster's. Later, a join date after the last full roster is believed: in
    between nobody could know better. An older one (moved here, or left out by mistake until now) would change
    figures that the board has seen, so those members count from this roster's date. ``not_before`` is the end
    of an earlier period.
    """
    day = max(filter(None, (terms.roster_date, terms.last_roster)))
    is_plausible = joined_on is not None and joined_on <= day
    if joined_on is not None and is_plausible and (terms.last_full is None or joined_on > terms.last_full):
        day = joined_on
    return max(day, not_before) if not_before else day


def learnt_on(started_on: date, terms: Terms) -> date:
    """From when a new member's days count: the day the branch learnt of them.

    Whoever stands in the branch's first roster has been known all along, so there it is their start.
    """
    return started_on if terms.last_full is None else max(terms.roster_date, started_on)


def figures_from(plan: Plan) -> date | None:
    """The first day whose number of members applying would change; ``None`` where it changes no membership."""
    began = [match for match in plan.of(Outcome.NEW) if match.comes_back in (None, Standing.LEFT)]
    days = {_began_on(match, plan.terms) for match in began}
    back = [match.on_file for match in plan.matches if match.comes_back is Standing.MISSING and match.on_file]
    days |= {person.missing_since for person in back if person.missing_since}
    if plan.missing or plan.protected:
        days.add(plan.terms.roster_date)
    return min(days, default=None)


def _began_on(match: Match, terms: Terms) -> date:
    ended_on = match.on_file.ended_on if match.on_file else None
    return starts_on(match.values.joined_on, terms, not_before=ended_on)
