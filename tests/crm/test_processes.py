"""The supervisor's parts. Tests with the product's own processes are in test_serve.py."""

import signal
import socket
import sys
import time

import pytest

from crm import processes
from crm.processes import Child, Supervisor

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
IGNORES = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, 1); print('on', flush=True); time.sleep(60)",
]


@pytest.fixture(autouse=True)
def own_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's process keeps its handlers."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)


def test_a_child_that_cannot_stay_up_ends_the_rest() -> None:
    lasting, failing = Child("web", SLEEPS), Child("worker", ["false"])
    assert Supervisor([lasting, failing]).run() == "worker"
    assert lasting.running is False


def test_told_to_stop_it_names_nobody() -> None:
    supervisor = Supervisor([Child("web", SLEEPS)])
    supervisor.on_signal(signal.SIGTERM, None)
    assert supervisor.run() is None
    assert supervisor.children[0].running is False


def test_a_child_that_will_not_stop_is_ended_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.5)
    stubborn = Child("worker", IGNORES)
    stubborn.start()
    time.sleep(0.5)
    Supervisor([stubborn]).stop()
    assert stubborn.process is not None
    assert stubborn.process.returncode in {-signal.SIGKILL, -signal.SIGTERM}


def test_a_child_that_never_started_can_be_ended() -> None:
    child = Child("web", SLEEPS)
    child.end()
    assert child.running is False


def test_a_taken_port_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert processes.is_free("127.0.0.1", port) is False
    assert processes.is_free("127.0.0.1", port) is True


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000")])
def test_the_web_server_listens_where_it_is_told(host: str, address: str) -> None:
    command = processes.web_command(host, 8000)
    assert command[command.index("--bind") + 1] == address


def test_the_worker_has_the_clock() -> None:
    assert "--beat" in processes.worker_command()
