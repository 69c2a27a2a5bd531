"""How many members have told what they can and want: counted once each, of today, and hidden when so few."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.figures.reading import read
from crm.people import skills
from crm.people.models import Branch, Member, Membership, User
from tests.factories import BranchFactory, MemberFactory
from tests.people.wordings import word

pytestmark = pytest.mark.django_db


def tell(branch: Branch, number: int) -> list[Member]:
    words = [word(branch), word(branch, "Sjunga")]
    told = MemberFactory.create_batch(number, branch=branch)
    for member in told:
        skills.record(member=member, words=words, source="form", by=User.objects.console())
    return told


def value(branch: Branch, *, days_ago: int = 0) -> int | float | None:
    return read(branch, timezone.localdate() - timedelta(days=days_ago))["told_skills"].value


@pytest.mark.parametrize(("told", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (6, 6)])
def test_each_member_counts_once_and_one_to_four_are_hidden(told: int, shown: int | None) -> None:
    branch, other = BranchFactory.create_batch(2)
    MemberFactory.create(branch=branch)
    tell(branch, told)
    tell(other, 5)
    assert value(branch) == shown


def test_who_has_left_is_not_counted() -> None:
    branch = BranchFactory.create()
    left, *_others = tell(branch, 6)
    Membership.objects.filter(member=left).update(missing_since="2026-01-01")
    assert value(branch) == 5


def test_a_past_day_is_not_known() -> None:
    branch = BranchFactory.create()
    tell(branch, 5)
    assert value(branch, days_ago=1) is None
