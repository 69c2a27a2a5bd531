"""The board's aggregates of one branch, as somebody who knows the tables would write them: one pass for each."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection

from calls.rules import end_of, start_of
from crm.figures.months import a_year_before, months_back

Rows = list[tuple[Any, ...]]
Ask = Callable[[str, dict[str, Any]], Rows]

# What stands in braces differs between the databases; the rest is plain SQL.
PERIODS = """
    SELECT m.*, {least}(coalesce(missing_since, ended_on), coalesce(ended_on, missing_since)) AS until
    FROM people_membership m WHERE branch_id = %(branch)s
"""


def is_member(person: str, day: str = "%(on)s") -> str:
    """Whether the person of the row so called is a member on that day."""
    return f"""EXISTS (
        SELECT 1 FROM people_membership s WHERE s.member_id = {person}.member_id AND s.started_on <= {day}
        AND (s.ended_on IS NULL OR s.ended_on > {day}) AND (s.missing_since IS NULL OR s.missing_since > {day}))"""


# Of a call's person: who has left is counted among the called only when reached.
IS_MEMBER = is_member("c")
COUNTED = "(until IS NULL OR until > started_on)"

STATEMENTS = {
    "members": f"""
        SELECT count(*) FILTER (WHERE started_on <= %(on)s AND (until IS NULL OR until > %(on)s)),
               count(*) FILTER (WHERE started_on BETWEEN %(year)s AND %(on)s),
               count(*) FILTER (WHERE started_on <= %(on)s AND until BETWEEN %(year)s AND %(on)s)
        FROM ({PERIODS}) p WHERE {COUNTED}""",
    "came": f"""
        SELECT {{month_of_start}}, EXISTS (SELECT 1 FROM people_membership e
                   WHERE e.member_id = p.member_id AND e.started_on < p.started_on), count(*)
        FROM ({PERIODS}) p WHERE {COUNTED} AND started_on BETWEEN %(months)s AND %(on)s GROUP BY 1, 2""",
    "left": f"""
        SELECT {{month_of_end}}, end_reason, count(*)
        FROM ({PERIODS}) p WHERE {COUNTED} AND until BETWEEN %(months)s AND %(on)s GROUP BY 1, 2""",
    "reachable": """
        SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM people_phone p WHERE p.member_id = m.id)),
               count(*) FILTER (WHERE email = ''),
               count(*) FILTER (WHERE paid_until IS NULL AND joined_on IS NOT NULL)
        FROM people_member m WHERE branch_id = %(branch)s AND EXISTS (
            SELECT 1 FROM people_membership s
            WHERE s.member_id = m.id AND s.ended_on IS NULL AND s.missing_since IS NULL)""",
    "goal": "SELECT members_wanted, by_date FROM people_membershipgoal WHERE branch_id = %(branch)s",
    "rosters": """
        SELECT min(roster_date), max(roster_date) FROM rosters_rosterimport
        WHERE branch_id = %(branch)s AND state = 'applied' AND is_full""",
    "bounced": "SELECT count(*) FROM outbox_deadaddress WHERE branch_id = %(branch)s",
}
# What came of those who joined since the first roster, and how all have come since the branch knew of anybody.
GROUPS = {
    "fates": f"""
        SELECT {{quarter_of_start}}, {{half_later}}, {{year_later}},
               EXISTS (SELECT 1 FROM calls_call c JOIN calls_attempt a ON a.call_id = c.id
                       WHERE c.member_id = p.member_id AND a.outcome = 'reached' AND a.undone_at IS NULL
                         AND {{day_of_talk}} BETWEEN p.started_on AND {{a_year_on}}),
               EXISTS (SELECT 1 FROM onboarding_invitation i JOIN onboarding_gathering g ON g.id = i.gathering_id
                       WHERE i.member_id = p.member_id AND i.attended AND g.kind = 'intro_meeting'
                         AND {{day_of_meeting}} BETWEEN p.started_on AND {{half_a_year_on}}), count(*)
        FROM ({PERIODS}) p
        WHERE {COUNTED} AND started_on BETWEEN %(first_roster)s AND %(on)s AND NOT EXISTS (
            SELECT 1 FROM people_membership e WHERE e.member_id = p.member_id AND e.started_on < p.started_on)
        GROUP BY 1, 2, 3, 4, 5""",
    "ways": f"""
        SELECT {{month_of_start}}, coalesce(o.source, ''), count(*)
        FROM ({PERIODS}) p LEFT JOIN outreach_origin o ON o.member_id = p.member_id
        WHERE {COUNTED} AND started_on BETWEEN %(first_month)s AND %(on)s GROUP BY 1, 2""",
}
# How many goals of the latest adopted plan stand how.
STANDINGS = """
    SELECT s.status, count(*) FROM plan_goalstanding s
    JOIN plan_goal g ON g.id = s.goal_id JOIN plan_area a ON a.id = g.area_id
    WHERE a.plan_id = (SELECT id FROM plan_plan WHERE branch_id = %(branch)s AND adopted_on <= %(on)s
                       ORDER BY year DESC LIMIT 1)
      AND s."on" = (SELECT max(t."on") FROM plan_goalstanding t WHERE t.goal_id = g.id AND t."on" <= %(on)s)
    GROUP BY 1"""
FIRSTS = """
    SELECT (SELECT min(roster_date) FROM rosters_rosterimport
            WHERE branch_id = %(branch)s AND state = 'applied' AND is_full),
           (SELECT min(learnt_on) FROM people_member WHERE branch_id = %(branch)s)"""
OF_A_YEAR = {
    "calls": f"""
        SELECT count(DISTINCT c.member_id) FILTER (WHERE {IS_MEMBER}),
               count(DISTINCT c.member_id) FILTER (WHERE a.outcome = 'reached'),
               count(DISTINCT c.member_id) FILTER (WHERE a.outcome = 'reached' AND NOT {IS_MEMBER})
        FROM calls_callround r JOIN calls_call c ON c.round_id = r.id JOIN calls_attempt a ON a.call_id = c.id
        WHERE r.branch_id = %(branch)s AND r.closes_on >= %(year)s AND a.undone_at IS NULL
          AND a.reported_at BETWEEN %(begins)s AND %(ends)s""",
    "letters": f"""
        SELECT count(DISTINCT c.member_id) FROM calls_callround r JOIN calls_call c ON c.round_id = r.id
        WHERE r.branch_id = %(branch)s AND r.kind = 'yearly' AND r.period = %(period)s
          AND c.letter_at <= %(ends)s AND {IS_MEMBER} AND NOT EXISTS (
              SELECT 1 FROM calls_call t JOIN calls_attempt a ON a.call_id = t.id
              WHERE t.member_id = c.member_id AND a.outcome = 'reached' AND a.undone_at IS NULL
                AND a.reported_at BETWEEN %(begins)s AND %(ends)s)""",
    "meetings": """
        SELECT count(*), count(*) FILTER (WHERE i.answer = 'yes' AND i.answered_at <= %(ends)s),
               count(*) FILTER (WHERE i.attended AND g.starts_at <= %(ends)s)
        FROM onboarding_gathering g JOIN onboarding_invitation i ON i.gathering_id = g.id
        WHERE g.branch_id = %(branch)s AND g.kind = 'intro_meeting' AND g.state = 'confirmed'
          AND g.starts_at BETWEEN %(begins)s AND %(years_end)s AND i.invited_at <= %(ends)s""",
}


def aggregates(branch: int, on: date, ask: Ask) -> dict[str, Any]:
    """What the page's figures are, by their names; this year's and last year's at the same date."""
    given = values(branch, on)
    found = {name: ask(written(sql), given) for name, sql in STATEMENTS.items()}
    years = [
        {name: ask(written(sql), values(branch, day)) for name, sql in OF_A_YEAR.items()}
        for day in (on, a_year_before(on))
    ]
    ((members, joined, left),) = found["members"]
    ((without_phone, without_email, unpaid_new),) = found["reachable"]
    told: dict[str, Any] = {
        "members": members,
        "joined": joined,
        "left": left,
        "without_phone": without_phone,
        "without_email": without_email,
        "unpaid_new": unpaid_new,
    }
    ((attempted, reached, gone),) = years[0]["calls"]
    ((letters,),) = years[0]["letters"]
    told |= {"calls_attempted": attempted + gone, "calls_reached": reached}
    told |= {"calls_kept": reached + letters, "calls_of": members + gone}
    ((invited, yes, came),) = years[0]["meetings"]
    return told | {"intro_invited": invited, "intro_yes": yes, "intro_attended": came}


def groups(branch: int, on: date, ask: Ask) -> dict[str, Counter[tuple[Any, ...]]]:
    """How many by quarter of joining, after half a year, after a year, call and meeting; by month and way in."""
    ((first_roster, learnt_on),) = ask(FIRSTS, values(branch, on))
    given = values(branch, on) | {"first_roster": first_roster, "first_month": f"{str(learnt_on)[:7]}-01"}
    found = {name: ask(written(sql), given) for name, sql in GROUPS.items()}
    return {name: Counter({as_key(row): row[-1] for row in rows}) for name, rows in found.items()}


def standings(branch: int, on: date, ask: Ask) -> dict[str, int]:
    return dict(ask(STANDINGS, values(branch, on)))


def as_key(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The first day of a month as the database writes it, and truths that are numbers in SQLite."""
    return (str(row[0])[:7], *(bool(value) if isinstance(value, int) else value for value in row[1:-1]))


def values(branch: int, on: date) -> dict[str, Any]:
    year = on.replace(month=1, day=1)
    plain = {
        "branch": branch,
        "on": on,
        "year": year,
        "months": months_back(on, 24),
        "period": str(on.year),
        "begins": start_of(year),
        "ends": end_of(on),
        "years_end": end_of(date(on.year, 12, 31)),
    }
    if connection.vendor == "postgresql":
        return plain
    return {name: as_sqlite(value) for name, value in plain.items()}


def as_sqlite(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return connection.ops.adapt_datetimefield_value(value)
    return str(value) if isinstance(value, date) else value


def written(sql: str) -> str:
    return sql.format(**(POSTGRESQL if connection.vendor == "postgresql" else SQLITE))


POSTGRESQL = {
    "least": "least",
    "month_of_start": "date_trunc('month', started_on)",
    "month_of_end": "date_trunc('month', until)",
    "quarter_of_start": "date_trunc('quarter', started_on)",
    "half_later": is_member("p", "p.started_on + 183"),
    "year_later": is_member("p", "p.started_on + 365"),
    "day_of_talk": "(a.reported_at AT TIME ZONE 'Europe/Stockholm')::date",
    "day_of_meeting": "(g.starts_at AT TIME ZONE 'Europe/Stockholm')::date",
    "a_year_on": "p.started_on + 365",
    "half_a_year_on": "p.started_on + 183",
}
SQLITE = {
    "least": "min",
    "month_of_start": "substr(started_on, 1, 7)",
    "month_of_end": "substr(until, 1, 7)",
    "quarter_of_start": "strftime('%%Y-', started_on) || printf('%%02d', (substr(started_on, 6, 2) - 1) / 3 * 3 + 1)",
    "half_later": is_member("p", "date(p.started_on, '+183 days')"),
    "year_later": is_member("p", "date(p.started_on, '+365 days')"),
    # At six in the evening it is the same day in Sweden.
    "day_of_talk": "date(a.reported_at)",
    "day_of_meeting": "date(g.starts_at)",
    "a_year_on": "date(p.started_on, '+365 days')",
    "half_a_year_on": "date(p.started_on, '+183 days')",
}
