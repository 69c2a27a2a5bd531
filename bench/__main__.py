"""``python -m bench``: all measurements in one table; ``--only import`` for one of them, ``--rows`` for other sizes."""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from bench import startup
from bench.measure import Result
from bench.scratch import ROOT, Scratch, kinds_here, scratches

Row = tuple[str, str, str]
WIDTHS = (62, 26, 34)


def measure(scratch: Scratch, name: str, size: int, *, times: int = 1) -> Result:
    """The median of each figure over so many runs, each in a process and a database of its own."""
    runs = [once(scratch, name, size) for _ in range(times)]
    return {key: median(run[key] for run in runs) for key in runs[0]}


def once(scratch: Scratch, name: str, size: int) -> Result:
    done = subprocess.run(
        [sys.executable, "-m", "bench.measure", name, str(size)],
        cwd=ROOT,
        env=scratch.environment(scratch.fresh()),
        check=True,
        stdout=subprocess.PIPE,
    )
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


FILES = (("first", "first roster"), ("second", "a month later, 2 % changed"))


def imports(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    per_row: dict[str, float] = {}
    for rows in arguments.rows or [10_000, 75_000]:
        ours, floor = side_by_side(scratch, ("import", "import_floor"), rows, times=arguments.times)
        theirs = once(scratch, "import_export", rows) if arguments.baseline else {}
        for key, what in FILES:
            seconds, least = ours[f"{key}_s"], floor[f"{key}_s"]
            yield (
                f"import, {rows:,} rows, {what}",
                f"{seconds:.2f} s · {rows / seconds:,.0f} rows/s",
                f"floor {least:.2f} s · ours takes {seconds / least:.1f} ×",
            )
            if theirs:
                slow = theirs[f"{key}_s"]
                yield "beside django-import-export", "", f"{slow:.1f} s · {slow / seconds:.1f} × ours"
            yield "of it upload, preview, applying", parts_of(ours, key), ""
            if key in per_row:
                yield (
                    "time a row, beside the size before",
                    f"{seconds / rows / per_row[key]:.2f} ×",
                    "goal: 1.3 ×",
                )
            per_row[key] = seconds / rows
        read = measure(scratch, "import_reading", rows, times=arguments.times)["read_s"]
        yield f"import, {rows:,} rows, reading alone", f"{read:.2f} s", ""
        yield f"import, {rows:,} rows, peak memory", f"{ours['peak_mb']:.0f} MB", "goal: under 400 MB"


def parts_of(found: Result, key: str) -> str:
    return " + ".join(f"{found[f'{key}_{part}_s']:.2f}" for part in ("upload", "stage", "apply")) + " s"


def side_by_side(scratch: Scratch, names: Sequence[str], size: int, *, times: int) -> list[Result]:
    """Medians of runs that take turns, so that a busy minute falls on all of them alike."""
    runs: dict[str, list[Result]] = {name: [] for name in names}
    for _ in range(times):
        for name in names:
            runs[name].append(once(scratch, name, size))
    return [{key: median(run[key] for run in found) for key in found[0]} for found in runs.values()]


def rounds(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    found = side_by_side(scratch, ("round", "round_raw"), 10_000, times=arguments.times)
    ours, raw = (run["seconds"] for run in found)
    yield "opening a round, 10,000 members", f"{ours:.2f} s", f"{raw:.2f} s · ours takes {ours / raw:.1f} ×"
    yield from processor_time(scratch, found)


def processor_time(scratch: Scratch, found: Sequence[Result]) -> Iterator[Row]:
    """SQLite works in our process, so that this is all of it; other work on the machine does not change it."""
    if scratch.kind == "sqlite":
        ours, raw = (run["processor_s"] for run in found)
        yield "of it processor time", f"{ours:.2f} s", f"{raw:.2f} s · ours takes {ours / raw:.1f} ×"


def district(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    found = side_by_side(scratch, ("district", "district_raw"), 75_000, times=arguments.times)
    ours, raw = (run["seconds"] for run in found)
    yield (
        "opening 289 rounds with three lists each, 75,000 members",
        f"{ours:.1f} s · {found[0]['queries']:.0f} queries a round",
        f"{raw:.1f} s · ours takes {ours / raw:.1f} ×, goal: 5",
    )
    yield from processor_time(scratch, found)


def million(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    """PostgreSQL only. The many and the one take turns; medians of five are taken inside each."""
    if scratch.kind != "postgresql":
        return
    members = (arguments.rows or [1_000_000])[0]
    many, alone = side_by_side(scratch, ("million", "million_alone"), members, times=1)
    yield f"{members:,} members in 290 branches, made by SQL", f"{many['build_s']:.0f} s", ""
    for found, where in ((many, f"of {members:,}"), (alone, "alone in the database")):
        yield (
            f"the board's page of a branch of {members // 290:,}, {where}",
            f"{found['board_queries']:.0f} queries · {found['board_query_ms']:.0f} ms",
            f"by hand {found['hand_ms']:.0f} ms · {found['board_query_ms'] / found['hand_ms']:.1f} ×, goal: 2",
        )
        yield (
            "the whole page",
            f"p95 {found['board_p95_ms']:.0f} ms",
            f"bare p95 {found['bare_p95_ms']:.1f} ms",
        )
    for name, of in (
        ("district", f"a district of {many['district_branches']:.0f} branches"),
        ("party", "the whole party"),
    ):
        ours, hand = many[f"{name}_query_ms"], many[f"{name}_hand_ms"]
        yield (
            f"the page of {of}",
            f"{many[f'{name}_queries']:.0f} queries · {ours:.0f} ms · p95 {many[f'{name}_p95_ms']:.0f} ms",
            f"by hand {hand:.0f} ms · {ours / hand:.1f} ×, goal: 2",
        )
    yield (
        "all figures that are kept daily, of all branches in one pass",
        f"{many['pass_queries']:.0f} queries · {many['pass_s']:.1f} s",
        "",
    )
    yield (
        "those that each branch keeps by itself, of one branch",
        f"{many['apart_queries']:.0f} queries · {many['apart_ms']:.0f} ms",
        "",
    )


def claims(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    if scratch.kind == "sqlite":
        found = measure(scratch, "claims_import", 8_000, times=arguments.times)
        yield (
            "8 callers while a roster of 8,000 is applied, the slowest claim",
            f"{found['slowest_s']:.2f} s · p99 {found['p99_ms']:.0f} ms",
            "goal: under 2 s",
        )
        return
    ours, alone = side_by_side(scratch, ("claims", "claims_alone"), 20_000, times=arguments.times)
    yield (
        "64 callers claim at once, a round of 20,000",
        f"{ours['per_s']:.0f}/s · p99 {ours['p99_ms']:.0f} ms",
        f"psycopg alone {alone['per_s']:.0f}/s · ours {ours['per_s'] / alone['per_s']:.0%}, goal: 40 %",
    )
    paced = measure(scratch, "claims_evening", 20_000, times=arguments.times)
    yield (
        "64 callers with a claim a second each, the slowest",
        f"{paced['slowest_s']:.2f} s · p99 {paced['p99_ms']:.0f} ms",
        "goal: under 1 s",
    )


def pages(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    for name, what in (
        ("board", "the board's page"),
        ("caller", "a caller's list"),
    ):
        ours = measure(scratch, name, 600, times=arguments.times)
        bare = measure(scratch, f"{name}_bare", 600, times=arguments.times)
        yield f"{what}, 600 members", as_page(ours), as_page(bare)


def invitation(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    found = measure(scratch, "invitation", 600, times=arguments.times)
    bare = {key: found[f"bare_{key}"] for key in ("per_s", "p95_ms", "median_ms")}
    yield (
        f"an invitation's page, 600 invited, {found['queries']:.0f} queries (goal: 5)",
        f"{as_page(found)} · median {found['median_ms']:.1f} ms",
        f"bare {as_page(bare)} · median {bare['median_ms']:.1f} ms",
    )


def inviting(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    found = measure(scratch, "inviting", 10_000, times=arguments.times)
    ours, bare = found["seconds"], found["bare_s"]
    yield (
        "inviting 10,000 members, rows and texts",
        f"{ours:.2f} s",
        f"bare bulk inserts {bare:.2f} s · ours takes {ours / bare:.1f} ×, goal: 5",
    )


def sending(scratch: Scratch, _arguments: argparse.Namespace) -> Iterator[Row]:
    """One process each, in which the outbox and the loop take turns."""
    for name, messages, what, goal in (
        ("near", 2_000, "sending 2,000 messages to a server beside, 7 turns", "80 %"),
        ("far", 200, "sending 200 messages, 10 ms for each answer, 3 turns", "600 %"),
    ):
        found = once(scratch, f"sending_{name}", messages)
        spread = f"{found['least']:.0%} to {found['most']:.0%}"
        yield (
            what,
            f"{found['per_s']:.0f}/s",
            f"loop {found['loop_per_s']:.0f}/s · ours {found['ratio']:.0%} ({spread}), goal: {goal}",
        )


def as_page(result: Result) -> str:
    return f"{result['per_s']:.0f}/s · p95 {result['p95_ms']:.1f} ms"


def start(arguments: argparse.Namespace) -> Iterator[Row]:
    found = startup.measure()
    yield "embedded default, from nothing to a page", f"{found['page_s']:.1f} s", "goal: under 30 s"
    yield "of it tables, static files and the demo", f"{found['prepare_s']:.1f} s", ""
    yield "web and worker with 600 members, memory", f"{found['memory_mb']:.0f} MB", "goal: under 400 MB"


ON_A_DATABASE: dict[str, Callable[[Scratch, argparse.Namespace], Iterator[Row]]] = {
    "import": imports,
    "round": rounds,
    "district": district,
    "claims": claims,
    "million": million,
    "pages": pages,
    "invitation": invitation,
    "inviting": inviting,
    "sending": sending,
}


# Minutes of work and gigabytes: only when asked for.
BY_NAME_ALONE = {"million"}


def write(row: Row) -> None:
    print(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, (62, 26, 34), strict=True)) + " |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=[*ON_A_DATABASE, "start"], help="one of the measurements")
    parser.add_argument("--rows", type=int, nargs="+", help="sizes of the imports, or of the million")
    parser.add_argument("--times", type=int, default=5, help="runs of ours; the medians are shown (5)")
    parser.add_argument(
        "--baseline", action="store_true", help="beside django-import-export, too: once, a quarter of an hour"
    )
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    write(("Measured", "Tusen", "Beside it"))
    write(("---", "---", "---"))
    with scratches(kinds_here()) as found:
        for scratch in found:
            for name, rows in ON_A_DATABASE.items():
                if arguments.only == name or (arguments.only is None and name not in BY_NAME_ALONE):
                    for what, ours, beside in rows(scratch, arguments):
                        write((f"{scratch.kind}: {what}", ours, beside))
    if arguments.only in {None, "start"}:
        for row in start(arguments):
            write(row)


if __name__ == "__main__":
    main()
