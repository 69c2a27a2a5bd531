from datetime import date, timedelta

import pytest
import time_machine

from crm import extensions
from crm.people.models import Branch, User
from onboarding import answers, invitations, planning
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db


def figures(branch: Branch, on: date) -> list[object]:
    names = ("intro_invited", "intro_yes", "intro_attended")
    return [figure.read(branch, on) for name in names if (figure := extensions.figures.get(name))]


@pytest.fixture
def held(branch: Branch, gathering: Gathering, officer: User) -> Gathering:
    """Three invited, two say yes a week later, one comes."""
    members = MemberFactory.create_batch(3, branch=branch)
    invitations.invite(gathering=gathering, members=members, ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    first, second, _third = Invitation.objects.order_by("pk")
    for invitation in (first, second):
        answers.answer(invitation=invitation, said="yes", at=SIX_WEEKS_BEFORE + timedelta(days=7))
    answers.tick(invitation=first, attended=True, by=officer, at=EVENING)
    return gathering


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2027, 1, 27), [0, 0, 0]),
        (date(2027, 1, 28), [3, 0, 0]),
        (date(2027, 2, 4), [3, 2, 0]),
        (date(2027, 3, 11), [3, 2, 1]),
        (date(2028, 1, 1), [0, 0, 0]),
    ],
)
def test_figures_of_a_date_count_what_had_happened_by_then(
    branch: Branch, held: Gathering, on: date, counts: list[int]
) -> None:
    with time_machine.travel(EVENING + timedelta(days=900)):
        assert figures(branch, on) == counts


def test_a_cancelled_meeting_counts_for_nothing(branch: Branch, held: Gathering, officer: User) -> None:
    planning.cancel(gathering=held, by=officer)
    assert figures(branch, date(2027, 3, 11)) == [0, 0, 0]


def test_another_branch_counts_for_nothing(held: Gathering) -> None:
    assert figures(BranchFactory.create(), date(2027, 3, 11)) == [0, 0, 0]
