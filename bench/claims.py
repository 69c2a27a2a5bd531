"""Callers who claim at the same time: ours, and the same statements through psycopg alone."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import files, imports
from bench.measure import Result, timed
from bench.rounds import OPENING_DAY, give_role, open_round
from calls import claims
from calls.models import Call
from crm.people.models import Branch, Role, User

CALLERS, FEW = 64, 8
EACH = 20  # claims of one caller
NOBODY = 2_000_000_000  # stands for the caller's key while the statements are noted
SECONDS = 10  # with one claim a second and caller
ROSTER = 8_000
Claim = Callable[[User], int | None]


def prepared(members: int, callers: int) -> tuple[Branch, list[User]]:
    """A round that is all pool, and its callers."""
    branch = imports.make_branch()
    content, _later = files.both(members)
    imports.bring_in(branch, content, by=User.objects.console())
    open_round(branch, OPENING_DAY)
    Call.objects.update(state=Call.State.WAITING, reason="")
    found = []
    for number in range(callers):
        user = User.objects.create_user(f"caller{number}@example.org", name=f"Caller {number}")
        give_role(user, Role.Kind.CALLER, branch)
        found.append(user)
    imports.settle()
    return branch, found


def now_of(branch: Branch) -> datetime:
    """The moment of every claim: the round is open then, and no claim ends."""
    return timezone.make_aware(datetime.combine(OPENING_DAY, datetime.min.time().replace(hour=18)))


def at_once(callers: int, work: Callable[[int], list[float]]) -> tuple[list[float], float]:
    """What each of so many threads gives, begun together, and the seconds from the first to the last."""
    gate = Barrier(callers + 1)

    def run(place: int) -> list[float]:
        connection.ensure_connection()
        gate.wait()
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as threads:
        waiting = [threads.submit(run, place) for place in range(callers)]
        gate.wait()
        started = time.perf_counter()
        found = [seconds for done in waiting for seconds in done.result()]
        return found, time.perf_counter() - started


def storm(claim: Claim, callers: list[User]) -> Result:
    """Each caller claims one after another, as fast as it goes. Nobody gets whom another has had."""
    served: list[int] = []

    def work(place: int) -> list[float]:
        took = []
        for _ in range(EACH):
            started = time.perf_counter()
            call = claim(callers[place])
            took.append(time.perf_counter() - started)
            assert call is not None
            served.append(call)
            finish(call)
        return took

    took, seconds = at_once(len(callers), work)
    assert len(served) == len(set(served)) == len(callers) * EACH
    return {"per_s": len(took) / sum(took) * len(callers), "p99_ms": at(took, 0.99) * 1000, "all_s": seconds}


def finish(call: int) -> None:
    """Reached: the next claim is another's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_call SET state = 'reached', reached_at = claimed_at, claimed_at = NULL,"
            " claimed_by_id = NULL, claimed_until = NULL WHERE id = %s",
            [call],
        )


def at(found: list[float], share: float) -> float:
    return sorted(found)[min(len(found) - 1, int(len(found) * share))]


def ours_on(branch: Branch) -> Claim:
    now = now_of(branch)

    def claim(caller: User) -> int | None:
        call = claims.claim_next(caller=caller, branch=branch, now=now)
        return call.pk if call else None

    return claim


def alone_on(branch: Branch) -> Claim:
    """The statements of one claim, noted as Django sends them, through the driver's own cursor."""
    noted: list[tuple[str, list[Any]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        noted.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        ours_on(branch)(User(pk=NOBODY))
        transaction.set_rollback(True)
    statements = [(sql, params) for sql, params in noted if sql.startswith("UPDATE")]

    def claim(caller: User) -> int | None:
        connection.ensure_connection()
        own: Any = connection.connection
        with own.transaction(), own.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, [caller.pk if param == NOBODY else param for param in params])
                if row := cursor.fetchone():
                    return int(row[0])
        return None

    return claim


def ours(members: int) -> Result:
    branch, callers = prepared(members, CALLERS)
    return storm(ours_on(branch), callers)


def alone(members: int) -> Result:
    """PostgreSQL only."""
    branch, callers = prepared(members, CALLERS)
    return storm(alone_on(branch), callers)


def evening(members: int) -> Result:
    """One claim a second for each of the callers: how long the unluckiest waits."""
    branch, callers = prepared(members, CALLERS)
    took, _seconds = at_once(CALLERS, lambda place: paced(ours_on(branch), callers[place]))
    return {"slowest_s": max(took), "p99_ms": at(took, 0.99) * 1000}


def paced(claim: Claim, caller: User) -> list[float]:
    took, begun = [], time.perf_counter() + (caller.pk % CALLERS) / CALLERS
    for turn in range(SECONDS):
        time.sleep(max(0.0, begun + turn - time.perf_counter()))
        took.append(timed(lambda: done(claim(caller))))
    return took


def done(call: int | None) -> None:
    assert call is not None
    finish(call)


def beside_an_import(members: int) -> Result:
    """Few callers, one claim a second each, while a roster of thousands is read and applied elsewhere in the branch."""
    branch, callers = prepared(members, FEW)
    other = Branch.objects.create(name="Andra", slug="other", place="Andra", is_fictitious=True)
    content, _later = files.both(ROSTER)
    ended: list[float] = []

    def bring_in() -> None:
        try:
            ended.append(timed(lambda: imports.bring_in(other, content, by=User.objects.console())))
        finally:
            connection.close()

    importing = Thread(target=bring_in)
    importing.start()
    took, _seconds = at_once(FEW, lambda place: paced(ours_on(branch), callers[place]))
    importing.join()
    return {"slowest_s": max(took), "p99_ms": at(took, 0.99) * 1000, "import_s": ended[0]}
