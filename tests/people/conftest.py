from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from crm.people.models import Branch
from tests.factories import BranchFactory


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def other_branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def november() -> Iterator[None]:
    """It is the morning of 21 November 2026."""
    with time_machine.travel(datetime(2026, 11, 21, 8, tzinfo=UTC), tick=False):
        yield
