"""What every test has: a data folder of its own, compiled catalogues; on request a real worker process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

from crm import catalogues
from crm.celery import app

WORKER_STARTS_WITHIN = 30  # seconds, on a busy machine
# Machines are noisy: how long an example takes says nothing of what it shows.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    for folder in ("static", "mail", "broker/queue", "broker/control"):
        (settings.DATA_DIR / folder).mkdir(parents=True, exist_ok=True)
    for catalogue in catalogues.all_catalogues():
        catalogues.compile_catalogue(catalogue)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need Redis belong to the run that has one (``./dev test`` makes both runs)."""
    if not settings.CELERY_BROKER_URL.startswith("redis://"):
        with_redis = [item for item in items if item.get_closest_marker("redis")]
        config.hook.pytest_deselected(items=with_redis)
        items[:] = [item for item in items if item not in with_redis]


def environment() -> dict[str, str]:
    """The environment in which another process of the product sees this test's database and broker."""
    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{database['NAME']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "DATABASE_URL": url,
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
    }


@contextmanager
def worker_process(*, number: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker on this test's database and broker, killed at the end. It takes tasks from the start."""
    log = settings.DATA_DIR / f"worker-{number}.log"
    name = f"tests-{os.getpid()}-{number}@localhost"
    options = ["-P", "threads", "-c", "2", "-l", "INFO", "-n", name]
    command = [sys.executable, "-m", "celery", "-A", "crm", "worker", *options]
    with log.open("wb") as out:
        worker = subprocess.Popen(
            command, env=environment(), cwd=settings.BASE_DIR, stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_until(lambda: b"ready." in log.read_bytes() or worker.poll() is not None, WORKER_STARTS_WITHIN)
        assert worker.poll() is None, log.read_text()
        yield worker
    finally:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_until(happened: Callable[[], object], seconds: float = 15) -> None:
    """Look ten times a second until ``happened()`` is true; fails when it is not within ``seconds``."""
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, f"not within {seconds} seconds"
        time.sleep(0.1)


@pytest.fixture
def celery_worker_process(transactional_db: None) -> "Iterator[subprocess.Popen[bytes]]":
    """A test's own worker, with an empty queue. Mail it sends lies in ``settings.DATA_DIR / "mail"``."""
    app.control.purge()
    with worker_process() as worker:
        yield worker


@pytest.fixture
def mail_folder() -> Path:
    """Where other processes of the product put e-mail; empty at the start."""
    folder = Path(settings.EMAIL_FILE_PATH)
    for letter in folder.iterdir():
        letter.unlink()
    return folder
