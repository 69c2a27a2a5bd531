"""The door: what a user may do in which branch, today."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from crm import access
from crm.access import NEEDS_TWO_FACTORS, ROLES_THAT_MAY, Permission
from crm.people.models import Branch, Member, Role, User
from tests.factories import BranchFactory, MemberFactory, UserFactory, give_role, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db
PERMISSIONS = [value for name, value in vars(Permission).items() if name.isupper()]


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


def test_every_permission_is_somebodys() -> None:
    assert sorted(ROLES_THAT_MAY) == sorted(PERMISSIONS)
    assert all(ROLES_THAT_MAY.values())


def test_only_calling_counts_figures_and_the_plan_open_with_one_factor() -> None:
    assert set(PERMISSIONS) - NEEDS_TWO_FACTORS == {
        Permission.CALL,
        Permission.SEE_FIGURES,
        Permission.SHARE_FIGURES,
        Permission.SHARE_WITH_DISTRICT,
        Permission.SEE_DISTRICT,
        Permission.SEE_PARTY,
        Permission.NOTE_OUTREACH,
        Permission.SEE_PLAN,
        Permission.CHANGE_PLAN,
    }


def test_the_administrator_and_the_board_see_no_member() -> None:
    sees = ROLES_THAT_MAY[Permission.SEE_MEMBERS] | ROLES_THAT_MAY[Permission.EXPORT_MEMBERS]
    assert sees & {Role.Kind.ADMIN, Role.Kind.BOARD, Role.Kind.CALLER} == set()


@pytest.mark.parametrize(
    ("on", "holds"),
    [("2026-01-31", False), ("2026-02-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_a_role_holds_from_its_first_day_to_its_last(branch: Branch, on: str, holds: bool) -> None:
    user = UserFactory.create()
    give_role(user, "caller", branch, starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 31))
    standing = access.standing_of(user, on=date.fromisoformat(on))
    assert standing.may(Permission.CALL, branch) is holds


def test_a_role_opens_nothing_in_another_branch(branch: Branch) -> None:
    standing = access.standing_of(user_with("member_officer", branch))
    assert standing.branches == [branch]
    assert not standing.may(Permission.SEE_MEMBERS, BranchFactory.create())


def test_a_closed_account_and_nobody_stand_nowhere(branch: Branch) -> None:
    closed = user_with("admin", branch, is_active=False)
    assert [access.standing_of(user).roles for user in (closed, AnonymousUser())] == [(), ()]


def test_the_roles_are_read_once_in_a_request(branch: Branch) -> None:
    request = RequestFactory().get("/")
    request.user = user_with("caller", branch)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        access.standing(request)
        access.standing(request)
    assert len(queries) == 1


def test_require_lets_the_role_the_superuser_and_the_console_through(branch: Branch) -> None:
    for user in (
        user_with("admin", branch),
        User.objects.create_superuser("root@example.org", name="Rut Rot"),
        User.objects.console(),
    ):
        access.require(user, Permission.MANAGE_BRANCH, branch)


def test_require_refuses_a_teammate_and_a_stranger(branch: Branch) -> None:
    for user in (user_with("caller", branch), user_with("admin", BranchFactory.create())):
        with pytest.raises(PermissionDenied):
            access.require(user, Permission.MANAGE_BRANCH, branch)


def page(branch: Branch) -> str:
    return f"/{branch.slug}/medlemmar/"


def test_the_owner_of_a_role_sees_its_page(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    assert client.get(page(branch)).status_code == 200


def test_a_teammate_without_the_role_is_refused(client: Client, branch: Branch) -> None:
    log_in_as(client, "caller", branch)
    assert client.get(page(branch)).status_code == 403


def test_a_stranger_finds_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", BranchFactory.create())
    assert client.get(page(branch)).status_code == 404


def test_a_branch_that_is_not_there_looks_like_one_that_is_closed(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    assert client.get("/nowhere/medlemmar/").status_code == 404


def test_without_a_second_factor_one_is_led_to_it_and_back(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch, two_factors=False)
    answer = client.get(page(branch), {"q": "öberg"})
    assert (
        answer.headers["location"] == f"/tva-steg/?next=%2F{branch.slug}%2Fmedlemmar%2F%3Fq%3D%25C3%25B6berg"
    )


def test_another_users_second_factor_does_not_count(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    session = client.session
    session["account_authentication_methods_user"] = "0"
    session.save()
    assert client.get(page(branch)).status_code == 302


def test_a_superuser_without_a_role_is_a_stranger_to_a_branch(client: Client, branch: Branch) -> None:
    log_in(client, User.objects.create_superuser("root@example.org", name="Rut Rot"))
    assert client.get(page(branch)).status_code == 404


def test_a_role_that_ends_at_midnight_closes_its_pages(client: Client, branch: Branch) -> None:
    user = UserFactory.create()
    give_role(user, "member_officer", branch, ends_on=date(2026, 11, 21))
    answers = []
    for moment in ("2026-11-21 22:59:00+00:00", "2026-11-21 23:01:00+00:00"):
        with time_machine.travel(moment):
            log_in(client, user)
            answers.append(client.get(page(branch)).status_code)
    assert answers == [200, 404]


def test_the_erased_are_nobodys_members(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    MemberFactory.create()
    assert list(access.members_of(branch)) == [member]
    Member.objects.update(erased_at="2026-11-21T12:00:00Z")
    assert list(access.members_of(branch)) == []
