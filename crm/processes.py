"""The two processes of a small installation under one roof: the web server and the worker with its clock."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
# A page or a letter under way may finish in this time; then the process is ended. The row is the truth.
GRACE = 8.0  # seconds
# A process that ends sooner than this after its start would only end again.
SETTLED_AFTER = 10.0  # seconds


def die_with_parent() -> None:
    """Run in a child between fork and exec: Linux ends it when the supervisor is gone, however that ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process in a session of its own, so that Ctrl-C reaches the supervisor alone."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=die_with_parent)  # noqa: PLW1509
        self.started = time.monotonic()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def settled(self) -> bool:
        return time.monotonic() - self.started > SETTLED_AFTER

    def ask_to_stop(self) -> None:
        """The main process alone: it knows how to end its own."""
        if self.process is not None and self.running:
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """End whatever is left of the session, the main process or an orphan of it."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Starts its children, starts one again that ends, and stops all on SIGINT or SIGTERM."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self) -> str | None:
        """Until told to stop. The name of a child that can't stay up, or None."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.on_signal)
        try:
            for child in self.children:
                child.start()
            return self.watch()
        finally:
            self.stop()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def watch(self) -> str | None:
        while not self.stopping:
            for child in self.children:
                if not child.running and not self.stopping:
                    if not child.settled:
                        return child.name
                    child.end()
                    child.start()
            time.sleep(0.2)
        return None

    def stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        limit = time.monotonic() + GRACE
        while any(child.running for child in self.children) and time.monotonic() < limit:
            time.sleep(0.05)
        for child in self.children:
            child.end()


def web_command(host: str, port: int) -> list[str]:
    # One process of four threads: SQLite has one writer, and memory is shared.
    options = ["--workers", "1", "--threads", "4", "--graceful-timeout", "4", "--timeout", "60"]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    quiet = ["--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "crm.wsgi", "--bind", address, *options, *quiet]


def worker_command() -> list[str]:
    # Threads: a forked pool would copy memory and gains nothing with SQLite.
    options = ["--pool", "threads", "--concurrency", "2", "--beat", "--loglevel", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # In a container it may well run as root; the advice not to is in docs/operations.md.
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    return [*python, "-m", "celery", "--app", "crm", "--quiet", "worker", *options, *quiet]


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
