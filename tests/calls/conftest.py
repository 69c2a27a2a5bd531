"""A branch in the middle of its year's round."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from calls import outcome_rules, rounds
from calls.consequences import Again
from calls.models import CallRound
from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, MemberFactory, user_with

# A Tuesday evening in March: within calling hours, within the round.
EVENING = datetime(2027, 3, 9, 17, 30, tzinfo=UTC)
OPENING = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def this_evening() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


@pytest.fixture
def branch(db: None) -> Branch:
    return BranchFactory.create()


@pytest.fixture
def caller(branch: Branch) -> User:
    return user_with(Role.Kind.CALLER, branch, name="Rut Ringare")


@pytest.fixture
def leader(branch: Branch) -> User:
    return user_with(Role.Kind.CALL_LEADER, branch, name="Leo Ledare")


@pytest.fixture
def call_round(branch: Branch, caller: User) -> CallRound:
    """The year's round with three members, all on the caller's list."""
    MemberFactory.create_batch(3, branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    return CallRound.objects.get(branch=branch)


@pytest.fixture
def pick(branch: Branch, leader: User) -> Callable[..., bool]:
    """The leader chooses for the branch what answers lead to."""

    def chosen(**again: Again | None) -> bool:
        return outcome_rules.choose(branch=branch, again=again, by=leader)

    return chosen
