"""The board's link through any order of deeds and days: beside a plain account of which address ought to open."""

from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from crm.board import access, links
from crm.board.models import BoardLink
from crm.people.models import AccessLog, Branch, User
from tests.factories import BranchFactory, user_with

pytestmark = pytest.mark.django_db
START = date(2026, 3, 1)


class Account:
    """What ought to hold: of each branch the one open address with its last day."""

    def __init__(self) -> None:
        self.open: dict[int, tuple[str, date]] = {}
        self.all: list[str] = []
        self.rows = 0

    def made(self, branch: Branch, token: str, last: date) -> None:
        self.open[branch.pk] = (token, last)
        self.all.append(token)
        self.rows += 1

    def withdrawn(self, branch: Branch) -> bool:
        was_open = self.open.pop(branch.pk, None) is not None
        self.rows += was_open
        return was_open

    def opening(self, today: date) -> set[str]:
        return {token for token, last in self.open.values() if today <= last}


def step(chance: Random, account: Account, branch: Branch, by: User, today: date) -> None:
    if chance.random() < 0.3:
        assert links.withdraw(branch=branch, by=by) is account.withdrawn(branch)
        return
    last = today + timedelta(days=chance.randint(-3, 100))
    try:
        with transaction.atomic():
            token = links.make(branch=branch, expires_on=last, by=by)
    except ValidationError:
        assert not today <= last <= today + links.LONGEST
    else:
        account.made(branch, token, last)


@pytest.mark.parametrize("seed", range(5))
def test_exactly_the_addresses_that_ought_to_open_do(seed: int) -> None:
    chance, account, today = Random(seed), Account(), START
    boards = [(branch, user_with("board", branch)) for branch in BranchFactory.create_batch(2)]
    for _ in range(12):
        today += timedelta(days=chance.randint(0, 40))
        with time_machine.travel(f"{today}T12:00:00+01:00"):
            step(chance, account, *chance.choice(boards), today)
            found = {token for token in account.all if access.link_by_token(token, today)}
        assert found == account.opening(today)
    assert AccessLog.objects.filter(purpose="figures").count() == account.rows
    assert BoardLink.objects.filter(closed_at=None).count() == len(account.open)


def test_a_branch_has_one_open_link_whoever_writes_it() -> None:
    branch = BranchFactory.create()
    by = user_with("board", branch)
    links.make(branch=branch, expires_on=timezone.localdate(), by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoardLink.objects.create(
            branch=branch, token_hash="x", made_at=timezone.now(), made_by=by, expires_on=START
        )


def test_each_opening_is_counted_and_logged() -> None:
    branch = BranchFactory.create()
    token = links.make(branch=branch, expires_on=timezone.localdate(), by=user_with("board", branch))
    for _ in range(3):
        Client().get(f"/siffror/{token}/")
    Client().get(f"/siffror/{token}x/")
    assert BoardLink.objects.get().opened_times == 3
    assert AccessLog.objects.filter(purpose="figures", reason="opened").count() == 3


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_shared_page_takes_nothing(method: str) -> None:
    branch = BranchFactory.create()
    token = links.make(branch=branch, expires_on=timezone.localdate(), by=user_with("board", branch))
    assert getattr(Client(), method)(f"/siffror/{token}/").status_code == 405
    assert BoardLink.objects.get().opened_times == 0


@pytest.mark.parametrize(("days", "is_open"), [(-1, True), (0, True), (1, False)])
def test_a_link_is_open_until_its_last_day(days: int, is_open: bool) -> None:
    link = BoardLink(expires_on=START)
    assert link.is_open(START + timedelta(days=days)) is is_open
    link.closed_at = timezone.now()
    assert link.is_open(START) is False
