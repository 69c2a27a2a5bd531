"""Opening the year's round for a branch, beside one raw INSERT ... SELECT of as many calls."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import imports
from bench.measure import Result, timed_with_processor
from calls import rounds
from calls.models import Call, CallRound
from crm.people.models import Branch, District, Member, Membership, Phone, Role, User
from crm.rosters import bulk

OPENING_DAY, YEAR_BEFORE = date(2026, 10, 1), date(2025, 10, 1)
CALLERS = 10
BRANCHES, LEARNT = 290, date(2020, 1, 1)


def open_round(branch: Branch, on: date) -> None:
    rounds.open_yearly(branch=branch, on=on, by=User.objects.console())


def give_role(user: User, kind: str, branch: Branch | None = None, district: District | None = None) -> None:
    Role.objects.create(
        user=user,
        kind=kind,
        branch=branch,
        district=district,
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
    result = timed_with_processor(lambda: open_round(branch, OPENING_DAY))
    assert Call.objects.filter(round__branch=branch).count() == members
    return result


def raw(members: int) -> Result:
    branch = branch_with_callers(members)
    result = insert_calls([round_of(branch)])
    assert Call.objects.filter(round__branch=branch).count() == members
    return result


def round_of(branch: Branch) -> CallRound:
    return CallRound.objects.create(
        branch=branch,
        period="raw",
        opens_on=OPENING_DAY,
        closes_on=OPENING_DAY,
        opened_at=timezone.now(),
        opened_by=User.objects.console(),
    )


def insert_calls(call_rounds: list[CallRound]) -> Result:
    """The bare INSERT ... SELECT of each round, and what it took."""
    statement = """
        INSERT INTO calls_call (round_id, member_id, state, reason, attempts_used, rank)
        SELECT %s, id, 'waiting', '', 0, 5 FROM people_member WHERE branch_id = %s
    """
    with connection.cursor() as cursor:
        return timed_with_processor(
            lambda: [cursor.execute(statement, [opened.pk, opened.branch_id]) for opened in call_rounds]
        )


def district(members: int) -> list[Branch]:
    """So many members, with a telephone each and couples among them, in 290 branches of three callers each.

    Each branch had its round and lists the year before. Else PostgreSQL would have counted empty tables, and check
    every call's list and round by reading all of them: a thing of the first minutes after an installation.
    """
    branches = [
        Branch.objects.create(name=f"Gren {place}", slug=f"gren-{place}", place="Påhitta", is_fictitious=True)
        for place in range(BRANCHES)
    ]
    own = ("branch_id", "member_number", "first_name", "last_name", "street", "postcode", "learnt_on")
    bulk.insert(
        Member,
        own,
        (
            (branches[n % BRANCHES].pk, str(n), "Ada", f"Lund {n}", f"Gatan {n // 600}", "123 45", LEARNT)
            for n in range(members)
        ),
    )
    keys = list(Member.objects.order_by("pk").values_list("pk", "branch_id", "member_number"))
    bulk.insert(
        Phone,
        ("member_id", "number", "kind", "position"),
        ((key, f"+467017406{5 + int(number) // 600 % 90:02}", "mobile", 0) for key, _, number in keys),
    )
    bulk.insert(
        Membership,
        ("member_id", "branch_id", "started_on"),
        ((key, branch, LEARNT) for key, branch, _ in keys),
    )
    for branch in branches:
        for number in range(3):
            user = User.objects.create_user(
                f"caller{number}-{branch.pk}@example.org", name=f"Caller {number}"
            )
            give_role(user, Role.Kind.CALLER, branch)
    imports.settle()
    open_rounds(branches, YEAR_BEFORE)
    imports.settle()
    return branches


def open_all(members: int) -> Result:
    branches = district(members)
    with CaptureQueriesContext(connection) as queries:
        open_round(branches[0], OPENING_DAY)
    result = timed_with_processor(lambda: open_rounds(branches[1:], OPENING_DAY))
    made = Call.objects.filter(round__period=str(OPENING_DAY.year))
    assert made.count() == members
    assert made.filter(call_list=None).count() == 0
    return result | {"queries": len(queries)}


def open_rounds(branches: list[Branch], on: date) -> None:
    for branch in branches:
        open_round(branch, on)


def raw_all(members: int) -> Result:
    branches = district(members)
    return insert_calls([round_of(branch) for branch in branches[1:]])
