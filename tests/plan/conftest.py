import pytest

from crm.people.models import Branch
from crm.plan.models import Area, Goal, Plan
from tests.factories import BranchFactory
from tests.plan.making import make_area, make_goal, make_plan


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create()


@pytest.fixture
def plan(branch: Branch) -> Plan:
    return make_plan(branch)


@pytest.fixture
def area(plan: Plan) -> Area:
    return make_area(plan)


@pytest.fixture
def goal(area: Area) -> Goal:
    return make_goal(area)
