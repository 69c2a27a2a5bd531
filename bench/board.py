"""The board's page on a large database: queries, the time of them all, and what the same aggregates take by hand."""

from collections import Counter
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from bench import by_hand, by_hand_of_each, million
from bench.by_hand_of_each import Told
from bench.measure import Result, timed
from bench.million import Party
from bench.pages import BOARD_ROWS, PLAIN_FILES, client_of, visit
from crm.district import comparing
from crm.figures import membership, reading, staying
from crm.figures.months import last_month_end
from crm.outreach import counting
from crm.people.models import Branch, District, Role
from crm.plan import standing

BRANCHES = 290
TIMES = 5
FEW = 20  # requests of a page that counts a whole party


def party_of(members: int) -> Result:
    """The pages with so many members in all branches, the one pass over all, and how long it took to make them."""
    made: list[Party] = []
    seconds = timed(lambda: made.append(million.build(members, branches=BRANCHES)))
    return {
        "build_s": seconds,
        **of_branch(made[0]),
        **of_district(made[0]),
        **of_party(made[0]),
        **of_all(made[0]),
    }


def branch_alone(members: int) -> Result:
    """A branch of the same size by itself."""
    return of_branch(million.build(max(members // BRANCHES, 1), branches=1))


def of_branch(party: Party) -> Result:
    branch = Branch.objects.get(pk=party.first_branch + party.branches // 2)
    client, address = client_of(Role.Kind.BOARD, branch), f"/{branch.slug}/styrelsen/"
    page = visit(client, address)
    queries, query_s = asked(lambda: get(client, address))
    assert same_figures(branch, party)
    assert same_groups(branch, party)
    assert same_standings(branch, party)
    _, hand_s = asked(lambda: written_by_hand(branch, party))
    return {
        "board_p95_ms": page["p95_ms"],
        "board_queries": queries,
        "board_query_ms": query_s * 1000,
        "hand_ms": hand_s * 1000,
        "bare_p95_ms": visit(Client(), f"/bare/{BOARD_ROWS}/")["p95_ms"],
    }


def of_district(party: Party) -> Result:
    district = District.objects.order_by("pk")[0]
    branches = list(Branch.objects.filter(district=district).order_by("pk").values_list("pk", flat=True))
    client = client_of(Role.Kind.DISTRICT, district=district)
    found = side_by_side(client, f"/distrikt/{district.slug}/", branches, party, everywhere=False)
    return {f"district_{name}": value for name, value in found.items()} | {"district_branches": len(branches)}


def of_party(party: Party) -> Result:
    branches = list(Branch.objects.order_by("pk").values_list("pk", flat=True))
    found = side_by_side(client_of(Role.Kind.PARTY), "/partiet/", branches, party, everywhere=True)
    return {f"party_{name}": value for name, value in found.items()}


def side_by_side(
    client: Client, address: str, branches: list[int], party: Party, *, everywhere: bool
) -> Result:
    on = last_month_end(party.today)
    queries, query_s = asked(lambda: get(client, address))
    written = by_hand_of_each.aggregates(branches, on, ask, everywhere=everywhere)
    read = comparing.read_each(branches, on, everywhere=everywhere)
    assert read == written, differences(read, written)
    _, hand_s = asked(lambda: by_hand_of_each.aggregates(branches, on, ask, everywhere=everywhere))
    return {
        "p95_ms": visit(client, address, requests=FEW)["p95_ms"],
        "queries": queries,
        "query_ms": query_s * 1000,
        "hand_ms": hand_s * 1000,
    }


def differences(read: comparing.Read, written: Told) -> list[str]:
    return [
        f"{name} of {branch}: {value} and by hand {written[name][branch]}"
        for name, values in read.items()
        for branch, value in values.items()
        if value != written[name][branch]
    ][:20]


def of_all(party: Party) -> Result:
    """The figures of all branches in one pass, as they are kept each day, and those that a branch keeps by itself."""
    branches = list(Branch.objects.order_by("pk").values_list("pk", flat=True))
    names = reading.kept_names()
    queries, query_s = asked(lambda: reading.read_each(branches, party.today, names))
    last = Branch.objects.get(pk=branches[-1])
    apart, apart_s = asked(lambda: reading.read(last, party.today, reading.kept_apart()))
    return {
        "pass_queries": queries,
        "pass_s": query_s,
        "apart_queries": apart,
        "apart_ms": apart_s * 1000,
    }


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


def written_by_hand(branch: Branch, party: Party) -> object:
    return [of(branch.pk, party.today, ask) for of in (by_hand.aggregates, by_hand.groups, by_hand.standings)]


def same_groups(branch: Branch, party: Party) -> bool:
    """Whether who stayed and how they came are grouped alike too; quarters that are told together are summed."""
    first = membership.first_rosters([branch.pk])[branch.pk]
    cohorts = staying.cohorts(branch, party.today, known_since=first)
    fates: Counter[tuple[bool, ...]] = Counter()
    for block in [*cohorts.told, *cohorts.waiting, *cohorts.running]:
        for fate, number in block.people.items():
            fates[fate.after_six_months, fate.after_a_year, "call" in fate.met, "meeting" in fate.met] += (
                number
            )
    ways = {
        (f"{month:%Y-%m}", way): number
        for (month, way), number in counting.ways_in(branch, party.today).items()
    }
    written = by_hand.groups(branch.pk, party.today, ask)
    fates_by_hand: Counter[tuple[bool, ...]] = Counter()
    for key, number in written["fates"].items():
        fates_by_hand[key[1:]] += number
    assert (fates, ways) == (fates_by_hand, written["ways"]), (fates, ways, written)
    return True


def same_standings(branch: Branch, party: Party) -> bool:
    read = Counter(str(one.status) for one in standing.kept(branch, party.today))
    assert read == by_hand.standings(branch.pk, party.today, ask), read
    return bool(read)


def same_figures(branch: Branch, party: Party) -> bool:
    """Whether what is compared counts the same: else its time says nothing."""
    written = by_hand.aggregates(branch.pk, timezone.localdate(), ask)
    read = reading.read(branch, party.today, written.keys())
    assert {name: told.value for name, told in read.items()} == written, (written, read)
    return True
