"""Scratch databases of the benchmarks' own: a SQLite file, and a database beside the one DATABASE_URL names."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Scratch:
    """Makes fresh databases of one kind by copying a migrated one."""

    kind: str
    folder: Path
    server: str = ""  # the address of a PostgreSQL database from which others can be created
    made: list[str] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    @property
    def template(self) -> str:
        return self.address(f"tusen_bench_{os.getpid()}_template")

    def address(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite3"
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def prepare(self) -> None:
        """The template: all tables, no rows."""
        if self.kind == "postgresql":
            self.ask_server(f'CREATE DATABASE "{self.name(self.template)}"')
            self.made.append(self.name(self.template))
        for command in ("migrate", "createcachetable"):
            subprocess.run(
                [sys.executable, "manage.py", command, "-v0"],
                cwd=ROOT,
                env=self.environment(self.template),
                check=True,
            )

    def fresh(self) -> str:
        """The address of a new empty database."""
        address = self.address(f"tusen_bench_{os.getpid()}_{next(self.numbers)}")
        if self.kind == "sqlite":
            shutil.copy(self.path(self.template), self.path(address))
        else:
            self.ask_server(f'CREATE DATABASE "{self.name(address)}" TEMPLATE "{self.name(self.template)}"')
            self.made.append(self.name(address))
        return address

    def environment(self, address: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in {"DEMO", "DEBUG"}}
        return kept | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "SECRET_KEY": "only-for-benchmarks",
            "ALLOWED_HOSTS": "testserver",
            "PYTHONWARNINGS": "ignore:No directory at",
            "TUSEN_DATA": str(self.folder),
            "LOG_LEVEL": "ERROR",
        }

    def drop(self) -> None:
        for name in reversed(self.made):
            with suppress(Exception):
                self.ask_server(f'DROP DATABASE "{name}"')

    def ask_server(self, statement: str) -> Any:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            return connection.execute(statement)

    @staticmethod
    def path(address: str) -> str:
        return address.removeprefix("sqlite:///")

    @staticmethod
    def name(address: str) -> str:
        return urlsplit(address).path.lstrip("/")


@contextmanager
def scratches(kinds: list[str]) -> Iterator[list[Scratch]]:
    """One Scratch per kind, prepared; all is gone afterwards."""
    server = os.environ.get("DATABASE_URL", "")
    with TemporaryDirectory(prefix="tusen-bench-") as folder:
        found = [Scratch(kind, Path(folder), server=server) for kind in kinds]
        try:
            for scratch in found:
                scratch.prepare()
            yield found
        finally:
            for scratch in found:
                scratch.drop()


def kinds_here() -> list[str]:
    """SQLite always; PostgreSQL when DATABASE_URL names a server."""
    is_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    return ["sqlite", "postgresql"] if is_postgres else ["sqlite"]
