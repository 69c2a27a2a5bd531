"""One measurement in a process of its own: ``python -m bench.measure NAME ARGUMENT`` prints JSON."""

import json
import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from time import perf_counter, process_time

Result = dict[str, float]


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    started = perf_counter()
    work()
    return perf_counter() - started


def timed_with_processor(work: Callable[[], object]) -> Result:
    """Seconds, and those in which a processor worked for this process: what a busy machine does not change."""
    started = process_time()
    seconds = timed(work)
    return {"seconds": seconds, "processor_s": process_time() - started}


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def named(name: str) -> Callable[[int], Result]:
    """Only what is measured is imported: it counts in the peak memory."""
    module, function = {
        "import": ("imports", "ours"),
        "import_reading": ("imports", "reading"),
        "import_export": ("imports", "theirs"),
        "import_floor": ("floor", "floor"),
        "claims": ("claims", "ours"),
        "claims_alone": ("claims", "alone"),
        "claims_evening": ("claims", "evening"),
        "claims_import": ("claims", "beside_an_import"),
        "inviting": ("outbox", "inviting"),
        "sending_near": ("outbox", "sending_near"),
        "sending_far": ("outbox", "sending_far"),
        "round": ("rounds", "ours"),
        "round_raw": ("rounds", "raw"),
        "district": ("rounds", "open_all"),
        "district_raw": ("rounds", "raw_all"),
        "million": ("board", "party_of"),
        "million_alone": ("board", "branch_alone"),
        "board": ("pages", "board"),
        "board_bare": ("pages", "board_bare"),
        "caller": ("pages", "caller"),
        "caller_bare": ("pages", "caller_bare"),
        "invitation": ("pages", "invitation"),
    }[name]
    found: Callable[[int], Result] = getattr(import_module(f"bench.{module}"), function)
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    import django

    django.setup()
    result = named(sys.argv[1])(int(sys.argv[2]))
    print(json.dumps(result | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
