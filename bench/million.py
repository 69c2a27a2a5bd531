"""A party in a scratch database, straight by SQL: members with ten years of periods, calls, attempts, meetings.

The same rows at every run. Sizes are of members now; three leavers of thirteen persons come on top.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from calls.models import Attempt, Call, CallRound
from crm.district.models import Sharing
from crm.outreach.models import Origin
from crm.people.models import Branch, District, Member, Membership, MembershipGoal, Phone, User
from crm.plan.models import Area, Goal, GoalStanding, Plan, Status
from crm.rosters.models import RosterImport
from onboarding.models import Gathering, Invitation

DISTRICTS = 26
DAYS = 3_650  # of periods
YEARS = 3  # of calls; five attempts on three calls
MEETINGS = 12  # of a branch: two introduction meetings a year, and two others
INVITED = 100  # to each
ROSTERS = 24  # of a branch, one a month
GOALS = 45  # of a branch's plan
CHANGES = 4  # of a goal's status
STATUSES = (Status.REACHED, Status.ON_THE_WAY, Status.AT_RISK, Status.LATE)
IS_MEMBER = "n % 13 < 10"


@dataclass(frozen=True)
class Party:
    """How many branches, persons of each, and the keys and days from which all others follow."""

    branches: int
    persons: int
    first_branch: int
    by: int  # the account that did it all
    today: date

    @property
    def all_persons(self) -> int:
        return self.branches * self.persons

    @property
    def start(self) -> date:
        return self.today - timedelta(days=DAYS)

    @property
    def at(self) -> datetime:
        return datetime(self.today.year, 1, 2, 9, tzinfo=UTC)


def build(members: int, *, branches: int) -> Party:
    """So many members now in so many branches of the same size; each thing is clustered as its work makes it."""
    today = timezone.localdate()
    console = User.objects.console()
    districts = District.objects.bulk_create(
        District(name=f"Distrikt {n}", slug=f"distrikt-{n}") for n in range(min(DISTRICTS, branches))
    )
    made = Branch.objects.bulk_create(
        Branch(
            name=f"Gren {n}",
            slug=f"gren-{n}",
            place="Påhitta",
            is_fictitious=True,
            district=districts[n % len(districts)],
        )
        for n in range(branches)
    )
    persons = round(members / branches * 1.3)
    party = Party(branches, persons, made[0].pk, console.pk, today)
    with without_checks():
        add_members(party)
        add_calls(party)
    add_goals_and_rosters(party, made)
    add_meetings(party, made)
    add_plans(party, made)
    share_all(party, made)
    settle()
    return party


def add_members(party: Party) -> None:
    """Joined evenly over ten years; each twentieth came back; three of thirteen have left and are erased."""
    started = f"((n * 7919) % {DAYS - 10})"
    ended = f"({started} + 1 + (n * 31) % ({DAYS} - {started}))"
    branch = f"{party.first_branch} + n / {party.persons}"
    own = f"FROM {numbers(party.all_persons)}"
    name = f"CASE WHEN {IS_MEMBER} THEN 'Lund ' || n ELSE '' END"
    fill(
        Member,
        own,
        id="n + 1",
        branch_id=branch,
        member_number="'M' || n",
        first_name=f"CASE WHEN {IS_MEMBER} THEN 'Ada' ELSE '' END",
        last_name=name,
        email=f"CASE WHEN {IS_MEMBER} AND n % 5 > 0 THEN 'm' || n || '@example.org' ELSE '' END",
        street="'Gatan ' || (n / 2)",
        postcode="'123 45'",
        town="'Påhitta'",
        joined_on=day(party.start, started),
        learnt_on=day(party.start, started),
        paid_until=f"CASE WHEN n % 40 > 0 THEN {day(party.today, '30')} END",
        name_sort=name,
        search=name,
    )
    fill(
        Phone,
        f"{own} WHERE {IS_MEMBER} AND n % 10 > 0",
        member_id="n + 1",
        number="'+467017406' || (10 + n % 90)",
        kind="'mobile'",
    )
    fill(
        Origin,
        f"{own} WHERE {IS_MEMBER} AND n % 3 > 0",
        member_id="n + 1",
        source="CASE n % 3 WHEN 1 THEN 'web' ELSE 'recruiter' END",
        noted_at=moment(party.today, "-1"),
        noted_by_id=str(party.by),
    )
    period = {"member_id": "n + 1", "branch_id": branch}
    missing = f"CASE WHEN n % 500 = 0 THEN {day(party.today, '-10')} END"
    began = day(party.start, started)
    fill(Membership, f"{own} WHERE {IS_MEMBER}", **period, started_on=began, missing_since=missing)
    reason = "CASE n % 4 WHEN 0 THEN 'left' WHEN 1 THEN 'moved' WHEN 2 THEN 'deceased' ELSE 'unpaid' END"
    gone = {"ended_on": day(party.start, ended), "end_reason": reason}
    fill(Membership, f"{own} WHERE NOT ({IS_MEMBER})", **period, started_on=began, **gone)
    before = {"ended_on": day(party.start, f"{started} - 100"), "end_reason": reason}
    fill(
        Membership,
        f"{own} WHERE {IS_MEMBER} AND n % 20 = 0 AND {started} > 400",
        **period,
        started_on=day(party.start, f"{started} - 200"),
        **before,
    )


def add_calls(party: Party) -> None:
    """Each member once a year: a third is reached at once, a third at the second attempt, a third gets a letter."""
    years = [party.today.year - back for back in reversed(range(YEARS))]
    rounds = CallRound.objects.bulk_create(
        CallRound(
            branch_id=party.first_branch + number,
            period=str(year),
            opens_on=date(year, 1, 1),
            closes_on=date(year, 12, 20),
            opened_at=party.at,
            opened_by_id=party.by,
        )
        for year in years
        for number in range(party.branches)
    )
    own = f"FROM {numbers(party.all_persons)} WHERE {IS_MEMBER}"
    for place, year in enumerate(years):
        last = min(party.today, date(year, 12, 19))
        days = max((last - date(year, 1, 1)).days, 1)
        first = f"(n * 7919) % {days}"
        second = f"least_of({first} + 9, {days})"
        reached = "n % 3 < 2"
        key = f"n + 1 + {place * party.all_persons}"
        when = moment(date(year, 1, 1), f"CASE WHEN n % 3 = 0 THEN {first} ELSE {second} END")
        fill(
            Call,
            own,
            id=key,
            round_id=f"{rounds[0].pk + place * party.branches} + n / {party.persons}",
            member_id="n + 1",
            state=f"CASE WHEN {reached} THEN 'reached' ELSE 'exhausted' END",
            attempts_used="CASE WHEN n % 3 = 0 THEN 1 ELSE 2 END",
            last_attempt_at=when,
            reached_at=f"CASE WHEN {reached} THEN {when} END",
            letter_at=f"CASE WHEN n % 3 = 2 AND n % 2 = 0 THEN {when} END",
            letter_by_id=f"CASE WHEN n % 3 = 2 AND n % 2 = 0 THEN {party.by} END",
        )
        for number, (offset, which) in enumerate(
            ((first, IS_MEMBER), (second, f"{IS_MEMBER} AND n % 3 > 0"))
        ):
            outcome = "n % 3 = 1" if number else "n % 3 = 0"
            fill(
                Attempt,
                f"FROM {numbers(party.all_persons)} WHERE {which} ORDER BY {offset}",
                call_id=key,
                client_id=unique_id(f"n + 1 + {(place * 2 + number) * party.all_persons}"),
                outcome=f"CASE WHEN {outcome} THEN 'reached' ELSE 'no_answer' END",
                reported_at=moment(date(year, 1, 1), offset),
                reported_by_id=str(party.by),
            )


def add_goals_and_rosters(party: Party, branches: list[Branch]) -> None:
    wanted = round(party.persons * 0.9)
    MembershipGoal.objects.bulk_create(
        MembershipGoal(branch=branch, members_wanted=wanted, by_date=party.today + timedelta(days=200))
        for branch in branches
    )
    RosterImport.objects.bulk_create(
        RosterImport(
            branch=branch,
            filename="bench.csv",
            sha256="0" * 64,
            roster_date=party.today - timedelta(days=10 + 30 * back),
            uploaded_at=party.at,
            uploaded_by_id=party.by,
            accepted_at=party.at,
            accepted_by_id=party.by,
            applied_at=party.at,
            state=RosterImport.State.APPLIED,
        )
        for branch in branches
        for back in range(ROSTERS)
    )


def add_plans(party: Party, branches: list[Branch]) -> None:
    """The year's plan, adopted, of as many goals as a real one; each has changed its status a few times."""
    first, last = date(party.today.year, 1, 1), date(party.today.year, 12, 31)
    plans = Plan.objects.bulk_create(
        Plan(branch=branch, year=first.year, adopted_on=first, created_at=party.at, created_by_id=party.by)
        for branch in branches
    )
    areas = Area.objects.bulk_create(Area(plan=plan, title="Medlemmar") for plan in plans)
    goals = Goal.objects.bulk_create(
        Goal(area=area, text=f"Mål {n}", position=n, starts_on=first, due_on=last)
        for area in areas
        for n in range(GOALS)
    )
    GoalStanding.objects.bulk_create(
        GoalStanding(
            goal=goal,
            on=party.today - timedelta(days=30 * back),
            status=STATUSES[(goal.position + back) % len(STATUSES)],
        )
        for goal in goals
        for back in range(CHANGES)
    )


def share_all(party: Party, branches: list[Branch]) -> None:
    """Each with its district and the party, as much as can be shared."""
    parts = dict.fromkeys(Sharing.PARTS, True)
    Sharing.objects.bulk_create(
        Sharing(branch=branch, decided_at=party.at, decided_by_id=party.by, **parts) for branch in branches
    )


def add_meetings(party: Party, branches: list[Branch]) -> None:
    made = Gathering.objects.bulk_create(
        Gathering(
            branch=branch,
            kind=Gathering.Kind.INTRO_MEETING if number < MEETINGS - 2 else Gathering.Kind.MEMBER_MEETING,
            starts_at=party.at + timedelta(days=20 - 180 * number),
            place="Folkets hus",
            state=Gathering.State.CONFIRMED,
            planned_at=party.at,
            planned_by_id=party.by,
            confirmed_at=party.at,
            confirmed_by_id=party.by,
        )
        for branch in branches
        for number in range(MEETINGS)
    )
    each = min(INVITED, max(party.persons // 13 - 1, 1))
    # n is a gathering's place times the invited of each, plus the invited's own.
    gathering, guest = f"(n / {each})", f"(n % {each})"
    member = f"({gathering} / {MEETINGS}) * {party.persons} + {guest} * 13 + {gathering} % 10 + 1"
    fill(
        Invitation,
        f"FROM {numbers(len(made) * each)}",
        gathering_id=f"{made[0].pk} + {gathering}",
        member_id=member,
        token="'bench' || n",
        code="substr(CAST(100000000 + n AS text), 2)",
        invited_at=moment(party.at.date(), "0"),
        invited_by_id=str(party.by),
        answer=f"CASE WHEN {guest} % 3 = 0 THEN 'yes' ELSE '' END",
        answered_at=f"CASE WHEN {guest} % 3 = 0 THEN {moment(party.at.date(), '2')} END",
        attended=f"CASE WHEN {guest} % 4 = 0 THEN true END",
        ticked_at=f"CASE WHEN {guest} % 4 = 0 THEN {moment(party.at.date(), '20')} END",
        ticked_by_id=f"CASE WHEN {guest} % 4 = 0 THEN {party.by} END",
    )


def fill(model: type[Model], rows: str, **values: str) -> None:
    """INSERT ... SELECT of SQL expressions by column; the other columns get their fields' defaults."""
    params: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.column not in values and not field.primary_key:
            values[str(field.column)] = "%s"
            params.append(field.get_db_prep_save(field.get_default(), connection))
    select = ", ".join(value.replace("%", "%%") if value != "%s" else value for value in values.values())
    columns = ", ".join(connection.ops.quote_name(name) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            portable(
                f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {select} {rows.replace('%', '%%')}"
            ),
            params,
        )


def numbers(count: int) -> str:
    """A table of one column n: 0, 1, 2 ..."""
    each = f"SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM counted WHERE n < {count - 1}"
    return f"(WITH RECURSIVE counted(n) AS ({each}) SELECT n FROM counted) AS numbers"


def day(start: date, offset: str) -> str:
    if connection.vendor == "sqlite":
        return f"date('{start}', ({offset}) || ' days')"
    return f"(DATE '{start}' + ({offset})::int)"


def moment(start: date, offset: str) -> str:
    """Six in the evening, so many days after ``start``."""
    if connection.vendor == "sqlite":
        return f"datetime('{start} 18:00:00', ({offset}) || ' days')"
    return f"(TIMESTAMPTZ '{start} 18:00+00' + ({offset}) * INTERVAL '1 day')"


def unique_id(number: str) -> str:
    if connection.vendor == "sqlite":
        return f"printf('%032x', {number})"
    return f"lpad(to_hex({number}), 32, '0')::uuid"


def portable(statement: str) -> str:
    return statement.replace("least_of(", "min(" if connection.vendor == "sqlite" else "least(")


@contextmanager
def without_checks() -> Iterator[None]:
    """PostgreSQL: no foreign keys are asked for, and indexes are made of all rows at the end. Needs a superuser."""
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in (Member, Phone, Membership, Call, Attempt)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conname = indexname) AND indexdef NOT LIKE '%%UNIQUE%%'",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
        for _name, definition in found:
            cursor.execute(definition)
        for table in tables:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def settle() -> None:
    """What PostgreSQL's own housekeeping does in the minutes after."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
