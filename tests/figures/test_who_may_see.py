"""Whoever may not see a figure is told it in no way: no file for programs, no link, no command."""

import json
from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from calls.weekly import OF_THE_YEAR
from crm import access, extensions, units
from crm.access import ROLES_THAT_MAY, Permission
from crm.board import links
from crm.board.overview import SHOWN
from crm.extensions import Figure
from crm.figures import reading
from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
# Its permission is that of officers: the board and call leaders may not.
OFFICERS = Figure(
    name="officers_alone",
    label="För ansvariga",
    unit=units.MEMBERS,
    explanation="Prov.",
    count=lambda _branch, _on: 7,
    permission=Permission.SEE_MEMBERS,
)


@pytest.fixture
def branch(monkeypatch: pytest.MonkeyPatch) -> Branch:
    hooks = extensions.figures._hooks
    monkeypatch.setattr(extensions.figures, "_hooks", hooks | {OFFICERS.name: OFFICERS})
    made: Branch = BranchFactory.create(slug="lillberga")
    return made


def told(branch: Branch, kind: str) -> dict[str, Any]:
    client = Client()
    log_in_as(client, kind, branch)
    found: dict[str, Any] = client.get("/lillberga/styrelsen/siffror.json").json()["figures"]
    return found


@pytest.mark.parametrize(
    ("kind", "number"),
    [("member_officer", 7), ("register_officer", 7), ("board", None), ("call_leader", None)],
)
def test_a_program_gets_what_its_user_may_see(branch: Branch, kind: str, number: int | None) -> None:
    found = told(branch, kind)
    assert (found.get("officers_alone"), "members" in found) == (number, True)


def test_the_boards_link_tells_what_all_who_see_figures_may(branch: Branch) -> None:
    token = links.make(
        branch=branch, expires_on=timezone.localdate() + timedelta(days=9), by=user_with("board", branch)
    )
    found = Client().get(f"/siffror/{token}/siffror.json").json()["figures"]
    assert ("officers_alone" in found, "members" in found) == (False, True)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(("kind", "is_told"), [("board", False), ("member_officer", True), (None, True)])
def test_the_command_tells_what_whom_it_is_run_as_may(
    branch: Branch, kind: str | None, is_told: bool, as_json: bool
) -> None:
    out = StringIO()
    args = ["--as", user_with(kind, branch).email] if kind else []
    call_command("figures", "lillberga", *args, *(["--json"] if as_json else []), stdout=out)
    assert ("officers_alone" in out.getvalue(), "members" in out.getvalue()) == (is_told, True)


@pytest.mark.parametrize("kind", ["board", "call_leader", "member_officer"])
def test_the_page_of_how_it_is_counted_has_those_that_one_may_see(branch: Branch, kind: str) -> None:
    client = Client()
    log_in_as(client, kind, branch)
    page = client.get("/lillberga/styrelsen/sa-raknas-det/").content.decode()
    assert ("För ansvariga" in page) == (kind == "member_officer")


def test_who_may_is_the_same_for_names_as_for_roles(branch: Branch) -> None:
    for kind in Role.Kind.values:
        if kind in {"district", "party", "host"}:
            continue
        user = user_with(kind, branch)
        names = reading.names_for(partial(access.may, user, branch=branch))
        assert ("officers_alone" in names) == (kind in ROLES_THAT_MAY[Permission.SEE_MEMBERS])
        assert ("members" in names) == (kind in ROLES_THAT_MAY[Permission.SEE_FIGURES])


def test_the_console_may(branch: Branch) -> None:
    assert access.may(User.objects.console(), Permission.SEE_MEMBERS, branch)
    assert not access.may(user_with("board", BranchFactory.create()), Permission.SEE_FIGURES, branch)


def test_page_paper_and_mail_tell_only_what_their_readers_may() -> None:
    """They are made of these figures alone, for all who may see figures."""
    shown = [extensions.figures.get(name) for name in (*SHOWN, *OF_THE_YEAR)]
    assert {figure.permission for figure in shown if figure} == {Permission.SEE_FIGURES}
    assert Role.Kind.CALL_LEADER in ROLES_THAT_MAY[Permission.SEE_FIGURES]


def test_only_coarse_figures_are_in_no_list_for_anybody() -> None:
    coarse = {figure.name for figure in extensions.figures.all() if figure.only_coarse}
    assert coarse
    assert coarse & set(reading.names_for(lambda _permission: True)) == set()


def test_the_files_numbers_are_the_commands(branch: Branch) -> None:
    out = StringIO()
    call_command("figures", "lillberga", "--json", "--as", user_with("board", branch).email, stdout=out)
    assert json.loads(out.getvalue())["figures"] == told(branch, "board")
