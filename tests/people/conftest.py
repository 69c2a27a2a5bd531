from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from calls import rounds
from calls.models import Call
from crm.people.models import Branch, Member
from tests.factories import BranchFactory, MemberFactory


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


@pytest.fixture
def kept(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch, member_number="1", email="", phone="+46701740605")
    return made


@pytest.fixture
def merged(branch: Branch) -> Member:
    made: Member = MemberFactory.create(
        branch=branch, member_number="2", email="anna@example.org", phone="+46701740606"
    )
    return made


@pytest.fixture
def called(branch: Branch, kept: Member, merged: Member) -> tuple[Call, Call]:
    rounds.open_rounds(branch=branch, on=date(2026, 11, 1))
    return Call.objects.get(member=kept), Call.objects.get(member=merged)
