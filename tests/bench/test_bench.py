import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import files, startup
from bench.__main__ import side_by_side
from bench.scratch import Scratch, kinds_here, scratches
from crm.rosters.reading import read_roster

PARTS = ("upload", "stage", "accept", "apply")


def test_the_files_hold_as_many_members_as_asked_for() -> None:
    found = read_roster(files.first(300), filename="first.csv").counts
    assert (found.members, found.repeated, found.rejected) == (300, 0, 0)


def test_a_month_later_two_percent_have_moved_and_nothing_else_differs() -> None:
    first = {line.member_number: line.values for line in read_roster(files.first(1000), filename="a").members}
    later = {
        line.member_number: line.values for line in read_roster(files.second(1000), filename="b").members
    }
    changed = [number for number in first if first[number] != later[number]]
    assert set(first) == set(later)
    assert 10 <= len(changed) <= 32


def test_the_general_importer_gets_the_table_alone() -> None:
    lines = files.without_titles(files.first(40)).splitlines()
    assert (len(lines), lines[0].split(";")[0]) == (41, "Medlemsnr")


def test_a_scratch_database_is_copied_from_a_migrated_one_and_gone_afterwards() -> None:
    with scratches(["sqlite"]) as (scratch,):
        first, second = scratch.fresh(), scratch.fresh()
        assert first != second
        assert Path(scratch.path(first)).stat().st_size > 100_000
    assert not Path(scratch.path(first)).exists()


def test_a_scratch_on_postgresql_lies_beside_the_named_database(tmp_path: Path) -> None:
    scratch = Scratch("postgresql", tmp_path, server="postgres://user@127.0.0.1:5432/own")
    assert scratch.name(scratch.address("tusen_bench_1")) == "tusen_bench_1"
    assert scratch.address("tusen_bench_1") == "postgres://user@127.0.0.1:5432/tusen_bench_1"


@pytest.mark.parametrize(
    ("address", "kinds"), [("", ["sqlite"]), ("postgres://u@127.0.0.1/x", ["sqlite", "postgresql"])]
)
def test_postgresql_is_measured_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, address: str, kinds: list[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert kinds_here() == kinds


def test_one_measurement_prints_its_figures() -> None:
    with scratches(["sqlite"]) as (scratch,):
        done = subprocess.run(
            [sys.executable, "-m", "bench.measure", "import", "50"],
            env=scratch.environment(scratch.fresh()),
            capture_output=True,
            check=True,
        )
    found = json.loads(done.stdout.splitlines()[-1])
    parts = {f"{name}_{part}_s" for name in ("first", "second") for part in PARTS}
    assert set(found) == {"first_s", "second_s", "peak_mb", *parts}
    assert min(found.values()) > 0


def test_the_files_are_the_same_when_another_process_makes_them() -> None:
    assert files.both(60) == (files.first(60), files.second(60))


def test_medians_of_runs_that_take_turns() -> None:
    with scratches(["sqlite"]) as (scratch,):
        ours, floor = side_by_side(scratch, ("import", "import_floor"), 50, times=1)
    assert ours["first_s"] == pytest.approx(sum(ours[f"first_{part}_s"] for part in PARTS))
    assert set(floor) == {"first_s", "second_s", "peak_mb"}


def test_memory_is_summed_over_a_process_and_those_below_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    try:
        assert child.pid in startup.tree_of(os.getpid())
        assert startup.resident_mb(os.getpid()) > 10
    finally:
        child.kill()
        child.wait()
