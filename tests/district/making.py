"""A district of branches with periods in bulk, and what each shares."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from crm.district.models import Sharing
from crm.people.models import Branch, District, Member, Membership, MembershipGoal, Role, User
from tests.factories import BranchFactory, UserFactory

ON = date(2026, 10, 31)
ALL = dict.fromkeys(Sharing.PARTS, True)
NOTHING = dict.fromkeys(Sharing.PARTS, False)
LONG_AGO = date(2015, 3, 1)


def make_district(slug: str = "ostra", name: str = "Östra distriktet") -> District:
    return District.objects.create(slug=slug, name=name)


def add_periods(
    branch: Branch, number: int, started_on: date = LONG_AGO, ended_on: date | None = None
) -> list[Member]:
    """So many new people with one period each."""
    first = Member.objects.count() + 1
    members = Member.objects.bulk_create(
        Member(branch=branch, member_number=f"d{first + place}", learnt_on=LONG_AGO, name_sort=f"{place}")
        for place in range(number)
    )
    Membership.objects.bulk_create(
        Membership(
            member=member,
            branch=branch,
            started_on=started_on,
            ended_on=ended_on,
            end_reason="left" if ended_on else "",
        )
        for member in members
    )
    return members


def make_branch(
    district: District | None, size: int = 100, shared: Mapping[str, bool] = NOTHING, *, name: str = ""
) -> Branch:
    """A branch that shares these parts."""
    fields = {"name": name} if name else {}
    branch: Branch = BranchFactory.create(district=district, **fields)
    add_periods(branch, size)
    if any(shared.values()):
        share(branch, **shared)
    return branch


def share(branch: Branch, **parts: bool) -> Sharing:
    return Sharing.objects.create(
        branch=branch, decided_at=timezone.now(), decided_by=UserFactory.create(), **parts
    )


def set_goal(branch: Branch, wanted: int, by_date: date = date(2027, 12, 31)) -> None:
    MembershipGoal.objects.create(branch=branch, members_wanted=wanted, by_date=by_date)


def give_role_above(user: User, district: District | None, **fields: Any) -> Role:
    kind = Role.Kind.DISTRICT if district else Role.Kind.PARTY
    days = {"starts_on": date(2020, 1, 1)} | fields
    return Role.objects.create(
        user=user, kind=kind, district=district, granted_at=timezone.now(), granted_by=user, **days
    )


def user_above(district: District | None) -> User:
    """A user whose one role is the district's, or the whole party's."""
    user: User = UserFactory.create()
    give_role_above(user, district)
    return user
