"""A district's and the party's aggregates, as somebody who knows the tables would write them: one pass for each."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection

from bench.by_hand import COUNTED, IS_MEMBER, Ask, as_sqlite, is_member
from calls.rules import end_of, start_of
from crm.figures.months import last_year_end, months_back

# Braces: what differs between the databases, and which branches; the rest is plain SQL.
PERIODS = """
    SELECT m.*, {least}(coalesce(missing_since, ended_on), coalesce(ended_on, missing_since)) AS until
    FROM people_membership m WHERE {of_branches}
"""
# Of whole calendar years.
JOINERS = ("joiners", "joiners_kept")
STATEMENTS = {
    ("members", "joined_ever", "joined_12_months", "left_12_months"): f"""
        SELECT branch_id,
               count(*) FILTER (WHERE started_on <= %(on)s AND (until IS NULL OR until > %(on)s)),
               count(*) FILTER (WHERE started_on <= %(on)s),
               count(*) FILTER (WHERE started_on BETWEEN %(year_ago)s AND %(on)s),
               count(*) FILTER (WHERE until BETWEEN %(year_ago)s AND %(on)s)
        FROM ({PERIODS}) p WHERE {COUNTED} GROUP BY 1""",
    ("goal", "goal_by"): """
        SELECT branch_id, members_wanted, min(by_date) FROM people_membershipgoal
        WHERE {of_branches} AND by_date >= %(on)s GROUP BY 1, 2""",
    ("roster",): """
        SELECT branch_id, max(roster_date) FROM rosters_rosterimport
        WHERE {of_branches} AND state = 'applied' AND is_full AND roster_date <= %(on)s GROUP BY 1""",
    ("attempted", "reached", "gone"): f"""
        SELECT r.branch_id, count(DISTINCT c.member_id) FILTER (WHERE {IS_MEMBER}),
               count(DISTINCT c.member_id) FILTER (WHERE a.outcome = 'reached'),
               count(DISTINCT c.member_id) FILTER (WHERE a.outcome = 'reached' AND NOT {IS_MEMBER})
        FROM calls_callround r JOIN calls_call c ON c.round_id = r.id JOIN calls_attempt a ON a.call_id = c.id
        WHERE {{of_branches}} AND r.closes_on >= %(year)s AND a.undone_at IS NULL
          AND a.reported_at BETWEEN %(begins)s AND %(ends)s GROUP BY 1""",
    ("letters",): f"""
        SELECT r.branch_id, count(DISTINCT c.member_id)
        FROM calls_callround r JOIN calls_call c ON c.round_id = r.id
        WHERE {{of_branches}} AND r.kind = 'yearly' AND r.period = %(period)s AND c.letter_at <= %(ends)s
          AND {IS_MEMBER} AND NOT EXISTS (
              SELECT 1 FROM calls_call t JOIN calls_attempt a ON a.call_id = t.id
              WHERE t.member_id = c.member_id AND a.outcome = 'reached' AND a.undone_at IS NULL
                AND a.reported_at BETWEEN %(begins)s AND %(ends)s) GROUP BY 1""",
    JOINERS: f"""
        SELECT branch_id, count(*), count(*) FILTER (WHERE {is_member("p")})
        FROM ({PERIODS}) p
        WHERE {COUNTED} AND started_on BETWEEN %(two_years_ago)s AND %(before_a_year_ago)s
          AND started_on >= (SELECT min(roster_date) FROM rosters_rosterimport r
                             WHERE r.branch_id = p.branch_id AND r.state = 'applied' AND r.is_full)
          AND NOT EXISTS (SELECT 1 FROM people_membership e
                          WHERE e.member_id = p.member_id AND e.started_on < p.started_on) GROUP BY 1""",
    ("intro_held",): """
        SELECT branch_id, count(*) FROM onboarding_gathering
        WHERE {of_branches} AND kind = 'intro_meeting' AND state = 'confirmed'
          AND starts_at BETWEEN %(begins)s AND %(ends)s GROUP BY 1""",
    ("intro_attended",): """
        SELECT g.branch_id, count(*)
        FROM onboarding_gathering g JOIN onboarding_invitation i ON i.gathering_id = g.id
        WHERE {of_branches} AND g.kind = 'intro_meeting' AND g.state = 'confirmed'
          AND g.starts_at BETWEEN %(begins)s AND %(ends)s AND i.invited_at <= %(ends)s AND i.attended
        GROUP BY 1""",
}
Told = dict[str, dict[int, Any]]


def aggregates(branches: Collection[int], on: date, ask: Ask, *, everywhere: bool) -> Told:
    """Figure to branch to number. ``everywhere`` asks of all branches; else of these, which are few of many."""
    found: Told = {}
    for names, sql in STATEMENTS.items():
        given = values(last_year_end(on) if names == JOINERS else on)
        rows = ask(written(sql, None if everywhere else branches), given)
        for place, name in enumerate(names, start=1):
            found[name] = dict.fromkeys(branches) | {row[0]: row[place] for row in rows}
    return told(found, on)


def told(found: Told, on: date) -> Told:
    branches = found["members"]
    days = {branch: as_day(by) for branch, by in found.pop("goal_by").items()}
    rosters = {branch: as_day(last) for branch, last in found.pop("roster").items()}
    attempted, letters = found.pop("attempted"), found.pop("letters")
    reached, gone = found.pop("reached"), found.pop("gone")
    return found | {
        "goal_in_days": {branch: day and (day - on).days for branch, day in days.items()},
        "roster_age": {branch: day and (on - day).days for branch, day in rosters.items()},
        "calls_attempted": {branch: attempted[branch] + gone[branch] for branch in branches},
        "calls_reached": reached,
        "calls_kept": {branch: reached[branch] + (letters[branch] or 0) for branch in branches},
        "calls_of": {branch: found["members"][branch] + gone[branch] for branch in branches},
    }


def values(on: date) -> dict[str, Any]:
    year = on.replace(month=1, day=1)
    plain = {
        "on": on,
        "year": year,
        "year_ago": months_back(on, 11),
        "two_years_ago": months_back(on, 23),
        "before_a_year_ago": months_back(on, 11) - timedelta(days=1),
        "period": str(on.year),
        "begins": start_of(year),
        "ends": end_of(on),
    }
    if connection.vendor == "postgresql":
        return plain
    return {name: as_sqlite(value) for name, value in plain.items()}


def written(sql: str, branches: Collection[int] | None) -> str:
    keys = ", ".join(str(branch) for branch in branches or ())
    least = "least" if connection.vendor == "postgresql" else "min"
    path = next((f"{name}.branch_id" for name in "gr" if f" {name} JOIN" in sql), "branch_id")
    return sql.format(least=least, of_branches="TRUE" if branches is None else f"{path} IN ({keys})")


def as_day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
