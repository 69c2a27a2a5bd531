"""The measurements of the outbox, on a handful of members: the figures are there, and all has been sent."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.scratch import Scratch, scratches

Result = dict[str, float]


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    with scratches(["sqlite"]) as (found,):
        yield found


def measured(scratch: Scratch, name: str, size: int) -> Result:
    done = subprocess.run(
        [sys.executable, "-m", "bench.measure", name, str(size)],
        env=scratch.environment(scratch.fresh()),
        capture_output=True,
        check=True,
    )
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", ["sending_near", "sending_far"])
def test_sending_takes_turns_with_the_loop(scratch: Scratch, name: str) -> None:
    found = measured(scratch, name, 8)
    assert set(found) == {"per_s", "loop_per_s", "ratio", "least", "most", "peak_mb"}
    assert 0 < found["least"] <= found["ratio"] <= found["most"]


def test_inviting_is_followed_by_the_bare_inserts_of_the_same_rows(scratch: Scratch) -> None:
    found = measured(scratch, "inviting", 12)
    assert set(found) == {"seconds", "bare_s", "peak_mb"}
    assert min(found.values()) > 0


def test_an_invitations_page_takes_turns_with_a_bare_one(scratch: Scratch) -> None:
    found = measured(scratch, "invitation", 6)
    figures = {"per_s", "p95_ms", "median_ms"}
    assert set(found) == figures | {f"bare_{name}" for name in figures} | {"queries", "peak_mb"}
    assert 1 <= found["queries"] <= 5
    assert found["median_ms"] <= found["p95_ms"]
