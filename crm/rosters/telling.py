"""How far the applying has come, told from inside its one transaction to a page outside it.

Nothing that the transaction writes can be seen before its end. On PostgreSQL the figures go into the shared cache
through a connection of their own; SQLite takes no second writer, so there they go into a small file beside the
database, which web and worker share (docs/decisions). Figures only, never anybody's data; old ones count as none.
"""

import json
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections

log = logging.getLogger(__name__)
T = TypeVar("T")

EVERY = timedelta(seconds=1)
# A worker that was killed leaves its last figures behind.
STALE = timedelta(seconds=30)
_LOOK_EVERY = 200  # rows between two looks at the clock


@dataclass(frozen=True)
class Told:
    """``done`` of ``total`` rows; ``seconds`` since the work began."""

    done: int
    total: int
    seconds: float

    @property
    def seconds_left(self) -> int | None:
        """None as long as too little is done to tell."""
        if self.done * 20 < self.total or not self.done:
            return None
        return round(self.seconds / self.done * (self.total - self.done))


class Teller:
    """Counts the steps of one import's writing, and tells of them each second. ``rows`` are the file's lines, of which
    the page speaks; ``steps`` how often ``past`` will yield in all."""

    def __init__(self, key: int, *, rows: int, steps: int) -> None:
        self.key, self.rows, self.steps = key, rows, max(steps, 1)
        self.done = 0
        self.began = self._told_at = time.monotonic()

    def past(self, items: Iterable[T]) -> Iterator[T]:
        """The items, counted as they are taken."""
        for item in items:
            yield item
            self.done += 1
            if self.done % _LOOK_EVERY == 0:
                self._tell_now_and_then()

    def passed(self, number: int) -> None:
        """So many at once."""
        self.done += number
        self._tell_now_and_then()

    def told(self) -> Told:
        done = min(self.done * self.rows // self.steps, self.rows)
        return Told(done, self.rows, round(time.monotonic() - self.began, 1))

    def _tell_now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._told_at >= EVERY.total_seconds():
            self._told_at = now
            write(self.key, self.told())


def write(key: int, told: Told) -> None:
    """Never in the way of the work itself: what can't be told is left untold."""
    try:
        if connection.vendor == "postgresql":
            _beside(cache.set, _name(key), asdict(told), STALE.total_seconds())
        else:
            _write_file(_path(key), asdict(told))
    except OSError as error:
        log.warning("The progress of roster %s can't be told: %s", key, error.strerror)


def read(key: int) -> Told | None:
    found = cache.get(_name(key)) if connection.vendor == "postgresql" else _read_file(_path(key))
    return Told(**found) if found else None


def forget(key: int) -> None:
    if connection.vendor == "postgresql":
        _beside(cache.delete, _name(key))
    else:
        _path(key).unlink(missing_ok=True)


def _name(key: int) -> str:
    return f"roster-progress-{key}"


def _path(key: int) -> Path:
    return Path(settings.DATA_DIR) / "progress" / f"roster-{key}.json"


def _beside(deed: Any, *arguments: Any) -> None:
    """In a thread of its own, which has a connection of its own: outside the transaction."""

    def do() -> None:
        try:
            deed(*arguments)
        finally:
            connections.close_all()

    thread = Thread(target=do)
    thread.start()
    thread.join()


def _write_file(path: Path, figures: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(figures))
    fresh.replace(path)


def _read_file(path: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        if time.time() - path.stat().st_mtime < STALE.total_seconds():
            found: dict[str, Any] = json.loads(path.read_text())
            return found
    return None
