"""Whose command it is, and on which branch."""

import pytest
from django.core.management.base import CommandError

from crm.access import Permission
from crm.people.models import Branch, Role, User
from crm.people.models.users import CONSOLE_EMAIL
from crm.rosters.console import actor, branch_named
from tests.factories import BranchFactory, user_with


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


def test_a_branch_by_its_address_name(branch: Branch) -> None:
    assert branch_named("byn") == branch


@pytest.mark.parametrize(("others", "known"), [([], "–"), (["sjon", "berget"], "berget, sjon")])
def test_an_unknown_branch_is_told_with_those_there_are(db: None, others: list[str], known: str) -> None:
    for slug in others:
        BranchFactory.create(slug=slug)
    with pytest.raises(
        CommandError, match=rf"^Det finns ingen arbetarekommun ”byn”. De som finns: {known}\.$"
    ):
        branch_named("byn")


def test_nobody_named_is_the_console(branch: Branch) -> None:
    user = actor(None, permission=Permission.IMPORT_ROSTERS, branch=branch)
    assert (user.email, user.is_active) == (CONSOLE_EMAIL, False)


def test_an_officer_whatever_the_capitals(branch: Branch) -> None:
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch, email="ofa@example.org")
    assert actor("OFA@example.org", permission=Permission.IMPORT_ROSTERS, branch=branch) == officer


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.CALL_LEADER])
def test_a_teammate_who_may_not_is_told(branch: Branch, kind: str) -> None:
    user = user_with(kind, branch)
    with pytest.raises(CommandError, match=user.name):
        actor(user.email, permission=Permission.IMPORT_ROSTERS, branch=branch)


def test_another_branchs_officer_may_not(branch: Branch) -> None:
    stranger = user_with(Role.Kind.MEMBER_OFFICER, BranchFactory.create())
    with pytest.raises(CommandError):
        actor(stranger.email, permission=Permission.EXPORT_MEMBERS, branch=branch)


def test_a_user_who_does_not_exist_is_not_made(branch: Branch) -> None:
    with pytest.raises(CommandError, match=r"^Det finns ingen användare ”none@example\.org”\.$"):
        actor("none@example.org", permission=Permission.IMPORT_ROSTERS, branch=branch)
    assert not User.objects.exists()
