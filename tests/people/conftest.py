import pytest

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
