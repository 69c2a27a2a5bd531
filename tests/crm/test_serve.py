"""The supervisor with its two processes, as ``./dev run`` starts it."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import wait_until
from tests.servers import free_port

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an embedded installation with tables and without branches."""
    data = tmp_path_factory.mktemp("embedded")
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    env = kept | {"SECRET_KEY": "only-for-tests", "TUSEN_DATA": str(data)}
    command = [sys.executable, "manage.py", "prepare"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True, capture_output=True)
    return env


class Served:
    """A running ``manage.py serve``."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.log = log
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=env, stdout=out, stderr=out, start_new_session=True
            )
        wait_until(lambda: "Tusen is running" in log.read_text() or self.process.poll() is not None, 30)

    def children(self) -> list[int]:
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def family(self) -> list[int]:
        """The processes of the children's sessions: web server, its worker, Celery, its beat."""
        sessions = ",".join(str(pid) for pid in self.children())
        found = subprocess.run(["ps", "-o", "pid=", "-s", sessions], capture_output=True, check=False)
        return [int(pid) for pid in found.stdout.split()]


@pytest.fixture
def served(installation: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    running = Served(installation, tmp_path / "serve.log")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.process.wait(timeout=15)


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def resident(pid: int) -> int:
    """Megabytes of a process's own memory; what it shares with others counts in parts."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


def test_it_serves_pages_within_400_megabytes_and_ctrl_c_ends_all(served: Served) -> None:
    assert status_of(f"http://127.0.0.1:{served.port}/konto/login/") == 200
    wait_until(lambda: len(served.family()) == 4)
    family = served.family()
    assert sum(resident(pid) for pid in [served.process.pid, *family]) < 400
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=12) == 0
    assert [pid for pid in family if is_alive(pid)] == []


def test_nothing_outlives_a_supervisor_that_is_killed(served: Served) -> None:
    family = served.family()
    served.process.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in family), 15)


def test_a_worker_that_ends_later_on_is_started_again(served: Served) -> None:
    """``serve`` gives a child ten seconds to settle before it believes in it."""
    web, worker = sorted(served.children())
    wait_until(lambda: age(worker) > 11, 20)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: len(served.children()) == 2 and worker not in served.children())
    assert is_alive(web)


def age(pid: int) -> int:
    """Seconds since a process began."""
    found = subprocess.run(["ps", "-o", "etimes=", "-p", str(pid)], capture_output=True, check=False)
    return int(found.stdout or 0)


def test_a_taken_port_is_answered_with_a_sentence(served: Served, installation: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "serve", "--port", str(served.port)]
    second = subprocess.run(
        command, cwd=settings.BASE_DIR, env=installation, capture_output=True, check=False
    )
    sentence = f"CommandError: Port {served.port} on 127.0.0.1 is taken or not allowed. Choose another with --port.\n"
    assert (second.returncode, second.stderr.decode()) == (1, sentence)
