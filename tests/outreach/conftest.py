from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, user_with


@pytest.fixture
def november() -> Iterator[None]:
    """It is the morning of 21 November 2026."""
    with time_machine.travel(datetime(2026, 11, 21, 8, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="lillberga", name="Lillberga arbetarekommun")
    return made


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with(Role.Kind.BOARD, branch, name="Siv Styrelseledamot")


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch, name="Märta Medlemsansvarig")
