"""Who may do what, written out once more by hand: a change of a role's rights is seen, and meant.

DESIGN, section 2: the board sees figures and no names, the administrator gives roles and sees no member.
"""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.access import NEEDS_TWO_FACTORS, ROLES_THAT_MAY, Permission, Standing, standing_of
from crm.people.models import KINDS_IN_A_BRANCH, Branch, District, Role, User
from tests.factories import BranchFactory, UserFactory, give_role

Kind = Role.Kind
OFFICERS: set[str] = {Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER}
# By permission, the roles that have it. What stands here is what the guide tells each role.
MAY: dict[str, set[str]] = {
    Permission.SEE_MEMBERS: OFFICERS,
    Permission.IMPORT_ROSTERS: OFFICERS,
    Permission.EXPORT_MEMBERS: OFFICERS,
    Permission.CALL: {Kind.CALLER, Kind.CALL_LEADER},
    Permission.LEAD_CALLS: {Kind.CALL_LEADER},
    Permission.HANDLE_FOLLOW_UPS: {Kind.CALL_LEADER, Kind.MEMBER_OFFICER},
    Permission.PLAN_GATHERINGS: {Kind.MEMBER_OFFICER},
    Permission.SEE_MESSAGES: {Kind.MEMBER_OFFICER},
    Permission.SEE_FIGURES: {Kind.BOARD, Kind.CALL_LEADER, *OFFICERS},
    Permission.SHARE_FIGURES: {Kind.BOARD},
    Permission.NOTE_OUTREACH: {Kind.BOARD, Kind.CALL_LEADER, *OFFICERS},
    Permission.SEE_PLAN: {Kind.BOARD, Kind.CALL_LEADER, Kind.ADMIN, *OFFICERS},
    Permission.CHANGE_PLAN: {Kind.BOARD, Kind.MEMBER_OFFICER},
    Permission.MANAGE_BRANCH: {Kind.ADMIN},
    Permission.SEE_ACCESS_LOG: {Kind.ADMIN},
    Permission.SHARE_WITH_DISTRICT: {Kind.BOARD, Kind.ADMIN},
    Permission.SEE_DISTRICT: {Kind.DISTRICT},
    Permission.SEE_PARTY: {Kind.PARTY},
}
NAMELESS = {Kind.BOARD, Kind.ADMIN, Kind.DISTRICT, Kind.PARTY}
SHOWS_MEMBERS = {
    Permission.SEE_MEMBERS,
    Permission.IMPORT_ROSTERS,
    Permission.EXPORT_MEMBERS,
    Permission.CALL,
    Permission.LEAD_CALLS,
    Permission.HANDLE_FOLLOW_UPS,
    Permission.PLAN_GATHERINGS,
    Permission.SEE_MESSAGES,
}
TODAY = date(2027, 3, 9)


@pytest.mark.parametrize("permission", MAY)
@pytest.mark.parametrize("kind", Kind.values)
def test_a_role_may_what_is_written_here(permission: str, kind: str) -> None:
    assert (kind in ROLES_THAT_MAY[permission]) is (kind in MAY[permission])


def test_every_permission_known_here_is_one() -> None:
    known = {value for name, value in vars(Permission).items() if name.isupper()}
    assert set(MAY) <= known
    assert set(ROLES_THAT_MAY) == known


@pytest.mark.parametrize("kind", sorted(NAMELESS))
def test_who_sees_no_member_has_no_permission_that_shows_one(kind: str) -> None:
    assert {permission for permission in SHOWS_MEMBERS if kind in ROLES_THAT_MAY[permission]} == set()


@pytest.mark.parametrize("permission", sorted(SHOWS_MEMBERS - {Permission.CALL}))
def test_whoever_lists_members_proves_it_twice(permission: str) -> None:
    assert permission in NEEDS_TWO_FACTORS


def test_who_gives_roles_proves_it_twice() -> None:
    assert {Permission.MANAGE_BRANCH, Permission.SEE_ACCESS_LOG} <= NEEDS_TWO_FACTORS


@pytest.mark.parametrize("kind", Kind.values)
def test_every_role_can_do_something(kind: str) -> None:
    assert {permission for permission, kinds in ROLES_THAT_MAY.items() if kind in kinds}


@pytest.mark.parametrize(
    ("kind", "permission"),
    [(Kind.DISTRICT, Permission.SEE_DISTRICT), (Kind.PARTY, Permission.SEE_PARTY)],
)
def test_who_stands_above_the_branches_may_look_at_what_is_shared_and_nothing_else(
    kind: str, permission: str
) -> None:
    assert {held for held, kinds in ROLES_THAT_MAY.items() if kind in kinds} == {permission}
    assert ROLES_THAT_MAY[permission] == {kind}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=9), TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9), False),
    ],
)
def test_a_role_holds_on_its_days(first: date, last: date | None, holds: bool) -> None:
    branch, user = BranchFactory.create(), UserFactory.create()
    give_role(user, Kind.BOARD, branch, starts_on=first, ends_on=last)
    assert standing_of(user, on=TODAY).may(Permission.SEE_FIGURES, branch) is holds


@pytest.mark.django_db
def test_a_role_ended_by_hand_is_over_that_day() -> None:
    branch, user = BranchFactory.create(), UserFactory.create()
    role = give_role(user, Kind.BOARD, branch)
    Role.objects.filter(pk=role.pk).update(ended_at=timezone.now(), ended_by=user)
    assert not standing_of(user).may(Permission.SEE_FIGURES, branch)


@pytest.mark.django_db
def test_two_roles_add_up_and_each_stays_in_its_branch() -> None:
    own, other, user = BranchFactory.create(), BranchFactory.create(), UserFactory.create()
    give_role(user, Kind.CALLER, own)
    give_role(user, Kind.BOARD, own)
    give_role(user, Kind.ADMIN, other)
    here = standing_of(user)
    assert here.kinds_in(own) == {Kind.CALLER, Kind.BOARD}
    assert here.kinds_in(other) == {Kind.ADMIN}
    assert {branch.pk for branch in here.branches} == {own.pk, other.pk}


@pytest.mark.django_db
def test_branches_stand_in_swedish_order() -> None:
    user = UserFactory.create()
    for name in ("Örebro", "Arboga", "Åmål", "Ärla", "Zinkgruvan"):
        give_role(user, Kind.BOARD, BranchFactory.create(name=name))
    found = [branch.name for branch in standing_of(user).branches]
    assert found == ["Arboga", "Zinkgruvan", "Åmål", "Ärla", "Örebro"]


@pytest.mark.django_db
def test_the_districts_role_opens_no_branch() -> None:
    district = District.objects.create(name="Östra", slug="ostra")
    branch, user = BranchFactory.create(district=district), UserFactory.create()
    Role.objects.create(
        user=user,
        kind=Kind.DISTRICT,
        district=district,
        starts_on=date(2020, 1, 1),
        granted_at=timezone.now(),
        granted_by=user,
    )
    here = standing_of(user)
    assert (here.branches, here.districts) == ([], [district])
    assert [permission for permission in ROLES_THAT_MAY if here.may(permission, branch)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("permission", MAY)
def test_nobody_and_a_closed_account_may_nothing(permission: str) -> None:
    branch = BranchFactory.create()
    closed = UserFactory.create(is_active=False)
    for kind in KINDS_IN_A_BRANCH:
        give_role(closed, kind, branch)
    for user in (closed, AnonymousUser()):
        assert not standing_of(user).may(permission, branch)


kinds = st.sets(st.sampled_from(KINDS_IN_A_BRANCH))


class TestAnyRoles(TestCase):
    """Roles only add: whoever gets one more may no less."""

    @given(kinds, kinds)
    def test_more_roles_never_take_anything_away(self, some: set[str], more: set[str]) -> None:
        branch = Branch(pk=1)
        fewer, all_ = (self.may(held, branch) for held in (some, some | more))
        assert fewer <= all_

    @given(kinds)
    def test_what_one_may_is_what_one_of_the_roles_may(self, held: set[str]) -> None:
        one_by_one: set[str] = set()
        for kind in held:
            one_by_one |= self.may({kind}, Branch(pk=1))
        assert self.may(held, Branch(pk=1)) == one_by_one

    def may(self, held: set[str], branch: Branch) -> set[str]:
        roles = tuple(Role(kind=kind, branch_id=branch.pk) for kind in held)
        here = Standing(user=User(), roles=roles)
        return {permission for permission in ROLES_THAT_MAY if here.may(permission, branch)}
