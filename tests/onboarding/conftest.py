from datetime import UTC, datetime

import pytest

from crm.outbox.models import Message
from crm.people.models import Branch, Role, User
from onboarding import planning
from onboarding.models import Gathering
from tests.factories import BranchFactory, user_with

# A Thursday at six in the evening, Stockholm time.
EVENING = datetime(2027, 3, 11, 17, 0, tzinfo=UTC)
SIX_WEEKS_BEFORE = datetime(2027, 1, 28, 8, 0, tzinfo=UTC)


def let_all_leave(at: datetime = SIX_WEEKS_BEFORE) -> None:
    """What waits in the outbox has gone, as if a worker had sent and somebody had posted it."""
    Message.objects.filter(state=Message.State.QUEUED).update(state=Message.State.SENT, sent_at=at)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create(slug="lillberga", name="Lillberga arbetarekommun", place="Lillberga")


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(
        Role.Kind.MEMBER_OFFICER, branch, name="Märta Medlemsansvarig", email="marta@example.org"
    )


@pytest.fixture
def gathering(branch: Branch, officer: User) -> Gathering:
    """A confirmed meeting on 11 March 2027."""
    return planning.plan(branch=branch, by=officer, starts_at=EVENING, place="Folkets hus")
