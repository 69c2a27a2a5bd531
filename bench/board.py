"""The board's page on a large database: queries, the time of them all, and what the same aggregates take by hand."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from bench import by_hand, million
from bench.measure import Result, timed
from bench.million import Party
from bench.pages import BOARD_ROWS, PLAIN_FILES, client_of, visit
from crm.figures import reading
from crm.people.models import Branch, Role

BRANCHES = 290
TIMES = 5


def party_of(members: int) -> Result:
    """The pages with so many members in all branches, the one pass over all, and how long it took to make them."""
    made: list[Party] = []
    seconds = timed(lambda: made.append(million.build(members, branches=BRANCHES)))
    return {"build_s": seconds, **of_branch(made[0]), **of_all(made[0])}


def branch_alone(members: int) -> Result:
    """A branch of the same size by itself."""
    return of_branch(million.build(max(members // BRANCHES, 1), branches=1))


def of_branch(party: Party) -> Result:
    branch = Branch.objects.get(pk=party.first_branch + party.branches // 2)
    client, address = client_of(Role.Kind.BOARD, branch), f"/{branch.slug}/styrelsen/"
    page = visit(client, address)
    queries, query_s = asked(lambda: get(client, address))
    assert same_figures(branch, party)
    _, hand_s = asked(lambda: by_hand.aggregates(branch.pk, party.today, ask))
    return {
        "board_p95_ms": page["p95_ms"],
        "board_queries": queries,
        "board_query_ms": query_s * 1000,
        "hand_ms": hand_s * 1000,
        "bare_p95_ms": visit(Client(), f"/bare/{BOARD_ROWS}/")["p95_ms"],
    }


def of_all(party: Party) -> Result:
    """The figures of all branches in one pass, as they are kept each day."""
    branches = list(Branch.objects.order_by("pk").values_list("pk", flat=True))
    names = reading.kept_names()
    queries, query_s = asked(lambda: reading.read_each(branches, party.today, names))
    return {"pass_queries": queries, "pass_s": query_s}


def asked(work: Callable[[], object]) -> tuple[int, float]:
    """How many queries the work asks, and the seconds that they take together: the median of some runs after one."""
    work()
    seconds, counts = [], []
    for _ in range(TIMES):
        took: list[float] = []

        with connection.execute_wrapper(noting(took)):
            work()
        seconds.append(sum(took))
        counts.append(len(took))
    return round(median(counts)), median(seconds)


def noting(took: list[float]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], *query: Any) -> Any:
        started = perf_counter()
        try:
            return execute(*query)
        finally:
            took.append(perf_counter() - started)

    return note


def ask(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@override_settings(ROOT_URLCONF="bench.pages", STORAGES=PLAIN_FILES)
def get(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"


def same_figures(branch: Branch, party: Party) -> bool:
    """Whether what is compared counts the same: else its time says nothing."""
    written = by_hand.aggregates(branch.pk, timezone.localdate(), ask)
    read = reading.read(branch, party.today, written.keys())
    assert {name: told.value for name, told in read.items()} == written, (written, read)
    return True
