"""The embedded default from nothing: how long until a page answers, and what web and worker hold in memory."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Result
from bench.scratch import ROOT

PATIENCE = 120  # seconds
VISITS = 30


def measure() -> Result:
    """With the demo's branch of some 600 members, as ``./dev run`` starts it."""
    with TemporaryDirectory(prefix="tusen-bench-") as folder:
        port = free_port()
        env = environment(Path(folder), port)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        prepared = time.perf_counter() - began
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for_page(port)
            started = time.perf_counter() - began
            for _ in range(VISITS):
                fetch(port)
            memory = sum(resident_mb(pid) for pid in tree_of(server.pid))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
    return {"prepare_s": prepared, "page_s": started, "memory_mb": memory}


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "CELERY_BROKER_URL"}
    }
    return kept | {
        "DEMO": "1",
        "SECRET_KEY": "only-for-benchmarks",
        "TUSEN_DATA": str(folder),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def fetch(port: int) -> None:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
    except urllib.error.HTTPError as answer:
        answer.read()


def wait_for_page(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fetch(port)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def tree_of(pid: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found


def resident_mb(pid: int) -> float:
    """Pages shared with other processes count in each of them: the sum says rather too much."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024
