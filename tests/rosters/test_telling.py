"""How far the applying has come is seen outside its transaction, on both databases."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from crm.people.models import Branch, Club, Role
from crm.rosters import importing, telling, working
from crm.rosters.models import RosterImport
from crm.rosters.telling import Teller, Told
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, bring_in, many, roster

KEY = 990_001


@pytest.fixture(autouse=True)
def nothing_left(transactional_db: None) -> Iterator[None]:
    yield
    telling.forget(KEY)


@pytest.fixture
def branch(transactional_db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


def read_elsewhere(key: int = KEY) -> Told | None:
    """As a web process does, on a connection of its own."""
    found: list[Told | None] = []

    def look() -> None:
        try:
            found.append(telling.read(key))
        finally:
            connections.close_all()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return found[0]


def test_what_is_told_inside_a_transaction_is_seen_outside_it(branch: Branch) -> None:
    told = Told(done=5, total=10, seconds=2.0)
    with transaction.atomic():
        Club.objects.create(branch=branch, name="Norra")  # the one writer that SQLite allows
        telling.write(KEY, told)
        assert read_elsewhere() == told
        transaction.set_rollback(True)
    assert read_elsewhere() == told


def test_forgotten_it_is_gone() -> None:
    telling.write(KEY, Told(1, 2, 3.0))
    telling.forget(KEY)
    telling.forget(KEY)
    assert telling.read(KEY) is None


def test_a_later_word_takes_the_place_of_an_earlier_one() -> None:
    for done in (1, 2):
        telling.write(KEY, Told(done, 2, 3.0))
    assert telling.read(KEY) == Told(2, 2, 3.0)


def test_old_or_damaged_figures_of_a_file_are_none() -> None:
    path = telling._path(KEY)
    telling._write_file(path, {"done": 1})
    old = time.time() - telling.STALE.total_seconds() - 1
    os.utime(path, (old, old))
    assert telling._read_file(path) is None
    path.write_text("{")
    assert telling._read_file(path) is None


@pytest.mark.parametrize(
    ("done", "seconds", "left"),
    [(0, 0.0, None), (4, 3.0, None), (5, 3.0, 57), (50, 10.0, 10), (100, 9.0, 0)],
)
def test_the_time_left(done: int, seconds: float, left: int | None) -> None:
    assert Told(done, 100, seconds).seconds_left == left


# Counting


def test_steps_become_lines_of_the_file() -> None:
    teller = Teller(KEY, rows=100, steps=400)
    assert list(teller.past(range(200))) == list(range(200))
    assert (teller.told().done, teller.told().total) == (50, 100)
    teller.passed(1_000)
    assert teller.told().done == 100


def test_a_short_work_tells_nothing() -> None:
    teller = Teller(KEY, rows=1_000, steps=1_000)
    assert sum(1 for _ in teller.past(range(1_000))) == 1_000
    assert telling.read(KEY) is None


def test_a_long_one_tells_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "EVERY", timedelta(0))
    teller, seen = Teller(KEY, rows=1_000, steps=1_000), []
    for number in teller.past(range(1_001)):
        if number in {150, 450, 850}:
            told = telling.read(KEY)
            seen.append(told and told.done)
    assert seen == [None, 400, 800]


def test_nothing_to_do_is_no_division_by_nought() -> None:
    assert Teller(KEY, rows=0, steps=0).told().done == 0


# Applying


def test_an_import_counts_its_steps_and_forgets_them(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    done = Teller.told

    def remember(teller: Teller) -> Told:
        told.append((teller.done, teller.steps))
        return done(teller)

    monkeypatch.setattr(telling, "EVERY", timedelta(0))
    monkeypatch.setattr(Teller, "told", remember)
    made = bring_in(branch, *many(400))
    assert told[-1] == (1_600, 1_600)
    assert telling.read(made.pk) is None


def accepted(client: Client, branch: Branch, *lines: str) -> RosterImport:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    made = importing.upload(branch=branch, content=roster(*lines), filename="r.csv", by=officer)
    working.work_through()
    made.refresh_from_db()
    importing.accept(made, by=officer)
    return made


def page_of(client: Client, made: RosterImport) -> Any:
    return client.get(reverse("rosters:show", args=["byn", made.pk]), headers={"HX-Request": "true"})


def test_the_page_shows_it(client: Client, branch: Branch) -> None:
    made = accepted(client, branch, ANNA, BO)
    assert "<progress aria-label" in page_of(client, made).content.decode()
    telling.write(made.pk, Told(done=30, total=120, seconds=5.0))
    text = page_of(client, made).content.decode()
    telling.forget(made.pk)
    assert "30 av 120 rader klara. Ungefär 15 sekunder kvar." in text
    assert 'value="30" max="120"' in text


def test_without_it_the_page_says_what_it_knows(client: Client, branch: Branch) -> None:
    made = accepted(client, branch, ANNA)
    text = page_of(client, made).content.decode()
    assert "max=" not in text
    assert "Väntar på sin tur" in text
