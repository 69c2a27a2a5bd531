"""Opening the year's round for a branch, beside one raw INSERT ... SELECT of as many calls."""

from datetime import date

from django.db import connection
from django.utils import timezone

from bench import imports
from bench.measure import Result, timed
from calls import rounds
from calls.models import Call, CallRound
from crm.people.models import Branch, Role, User

OPENING_DAY = date(2026, 10, 1)
CALLERS = 10


def open_round(branch: Branch, on: date) -> None:
    rounds.open_yearly(branch=branch, on=on, by=User.objects.console())


def give_role(user: User, kind: str, branch: Branch) -> None:
    Role.objects.create(
        user=user,
        kind=kind,
        branch=branch,
        starts_on=date(2020, 1, 1),
        granted_at=timezone.now(),
        granted_by=User.objects.console(),
    )


def branch_with_callers(members: int) -> Branch:
    imports.ours(members)
    branch = Branch.objects.get(slug="bench")
    for number in range(CALLERS):
        user = User.objects.create_user(f"caller{number}@example.org", name=f"Caller {number}")
        give_role(user, Role.Kind.CALLER, branch)
    imports.settle()
    return branch


def ours(members: int) -> Result:
    """A call per member in its right state, and a list per caller with households together."""
    branch = branch_with_callers(members)
    seconds = timed(lambda: open_round(branch, OPENING_DAY))
    assert Call.objects.filter(round__branch=branch).count() == members
    return {"seconds": seconds}


def raw(members: int) -> Result:
    branch = branch_with_callers(members)
    now = timezone.now()
    year = CallRound.objects.create(
        branch=branch,
        period="raw",
        opens_on=OPENING_DAY,
        closes_on=OPENING_DAY,
        opened_at=now,
        opened_by=User.objects.console(),
    )
    statement = """
        INSERT INTO calls_call (round_id, member_id, state, reason, attempts_used, rank)
        SELECT %s, id, 'waiting', '', 0, 5 FROM people_member WHERE branch_id = %s
    """
    with connection.cursor() as cursor:
        seconds = timed(lambda: cursor.execute(statement, [year.pk, branch.pk]))
    assert Call.objects.filter(round=year).count() == members
    return {"seconds": seconds}
