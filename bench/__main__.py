"""``python -m bench``: all measurements in one table; ``--only import`` for one of them, ``--rows`` for other sizes."""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
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


def imports(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    for rows in arguments.rows:
        ours = measure(scratch, "import", rows, times=arguments.times)
        floor = measure(scratch, "import_floor", rows, times=arguments.times)
        theirs = measure(scratch, "import_export", rows)
        for key, what in (("first_s", "first roster"), ("second_s", "a month later, 2 % changed")):
            yield (
                f"import, {rows:,} rows, {what}",
                f"{ours[key]:.2f} s · {rows / ours[key]:,.0f} rows/s",
                f"{theirs[key]:.1f} s · {theirs[key] / ours[key]:.1f} × ours",
            )
        yield (
            f"import, {rows:,} rows, first roster, beside the floor",
            f"{ours['first_s'] / floor['first_s']:.1f} × the floor",
            f"{floor['first_s']:.2f} s",
        )
        yield (
            f"import, {rows:,} rows, peak memory",
            f"{ours['peak_mb']:.0f} MB",
            f"{theirs['peak_mb']:.0f} MB",
        )


def rounds(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    ours = measure(scratch, "round", 10_000, times=arguments.times)["seconds"]
    raw = measure(scratch, "round_raw", 10_000, times=arguments.times)["seconds"]
    yield "opening a round, 10,000 members", f"{ours:.2f} s", f"{raw:.2f} s · ours takes {ours / raw:.1f} ×"


def pages(scratch: Scratch, arguments: argparse.Namespace) -> Iterator[Row]:
    for name, what in (("board", "the board's page"), ("caller", "a caller's list")):
        ours = measure(scratch, name, 600, times=arguments.times)
        bare = measure(scratch, f"{name}_bare", 600, times=arguments.times)
        yield f"{what}, 600 members", as_page(ours), as_page(bare)


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
    "pages": pages,
}


def write(row: Row) -> None:
    print(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, (62, 26, 34), strict=True)) + " |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=[*ON_A_DATABASE, "start"], help="one of the measurements")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000], help="sizes of the imports")
    parser.add_argument("--times", type=int, default=3, help="runs of ours; the medians are shown (3)")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    write(("Measured", "Tusen", "Beside it"))
    write(("---", "---", "---"))
    with scratches(kinds_here()) as found:
        for scratch in found:
            for name, rows in ON_A_DATABASE.items():
                if arguments.only in {None, name}:
                    for what, ours, beside in rows(scratch, arguments):
                        write((f"{scratch.kind}: {what}", ours, beside))
    if arguments.only in {None, "start"}:
        for row in start(arguments):
            write(row)


if __name__ == "__main__":
    main()
