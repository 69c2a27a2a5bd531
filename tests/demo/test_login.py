"""The demo's one-click login: in the demo, on this machine, among the fictitious, and nowhere else."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from crm.people.models import Branch, User
from demo.access import FORWARDED
from tests.factories import BranchFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}
KINDS = ["caller", "call_leader", "member_officer", "register_officer", "board", "admin"]


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(is_fictitious=True)
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with("member_officer", branch)


def press(client: Client, kind: str = "member_officer", **meta: Any) -> int:
    return client.post(f"/demo/login/{kind}/", **(HERE | meta)).status_code


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("kind", KINDS)
def test_one_click_logs_in_as_the_person_of_the_role(client: Client, branch: Branch, kind: str) -> None:
    first, _second = user_with(kind, branch), user_with(kind, branch)
    assert press(client, kind) == 302
    assert who(client) == str(first.pk)


def test_it_counts_as_two_factors(client: Client, branch: Branch, officer: User) -> None:
    press(client)
    assert client.get(f"/{branch.slug}/medlemmar/").status_code == 200


def test_outside_the_demo_it_does_not(
    client: Client, branch: Branch, officer: User, settings: LazySettings
) -> None:
    press(client)
    settings.DEMO = False
    assert client.get(f"/{branch.slug}/medlemmar/").status_code == 302


def test_the_newcomer_has_an_empty_branch(client: Client, branch: Branch, officer: User) -> None:
    MemberFactory.create(branch=branch)
    newcomer = user_with("member_officer", BranchFactory.create(is_fictitious=True))
    assert press(client, "newcomer") == 302
    assert who(client) == str(newcomer.pk)


def test_the_superuser_too(client: Client, branch: Branch) -> None:
    superuser = User.objects.create_superuser("root@example.org", name="Rut Rot")
    assert press(client, "superuser") == 302
    assert who(client) == str(superuser.pk)


def test_one_person_takes_the_place_of_another(client: Client, branch: Branch, officer: User) -> None:
    caller = user_with("caller", branch)
    press(client)
    press(client, "caller")
    assert who(client) == str(caller.pk)


@pytest.mark.parametrize("kind", ["district", "nobody", "superuser", "newcomer-x"])
def test_a_role_that_nobody_has_is_not_there(client: Client, officer: User, kind: str) -> None:
    assert press(client, kind) == 404


def test_without_the_demo_it_is_not_there(client: Client, officer: User, settings: LazySettings) -> None:
    settings.DEMO = False
    assert press(client) == 404


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "::2", "", "unix:"])
def test_from_another_machine_it_is_not_there(client: Client, officer: User, address: str) -> None:
    assert press(client, REMOTE_ADDR=address) == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "127.3.2.1", "::1"])
def test_from_this_machine_it_is(client: Client, officer: User, address: str) -> None:
    assert press(client, REMOTE_ADDR=address) == 302


@pytest.mark.parametrize("header", FORWARDED)
def test_through_a_proxy_it_is_not_there(client: Client, officer: User, header: str) -> None:
    assert press(client, **{header: "127.0.0.1"}) == 404


def test_under_another_name_it_is_not_there(client: Client, officer: User, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["tusen.example.org", "localhost", "[::1]"]
    hosts = ["tusen.example.org", "localhost:8000", "localhost", "[::1]:8000", "[::1]"]
    assert [press(Client(), HTTP_HOST=host) for host in hosts] == [404, 302, 302, 302, 302]


def test_where_one_branch_is_real_it_is_not_there(client: Client, officer: User) -> None:
    BranchFactory.create(is_fictitious=False)
    assert (press(client), who(client)) == (404, None)


def test_where_no_branch_is_it_is_not_there(client: Client, officer: User) -> None:
    Branch.objects.all().delete()
    assert press(client) == 404


def test_a_link_does_not_log_anybody_in(client: Client, officer: User) -> None:
    assert client.get("/demo/login/member_officer/", **HERE).status_code == 405  # type: ignore[arg-type]


def test_another_site_can_not_press_the_button(officer: User) -> None:
    assert press(Client(enforce_csrf_checks=True)) == 403


def test_the_login_page_has_a_button_for_each(client: Client, branch: Branch) -> None:
    body = client.get("/konto/login/").content.decode()
    kinds = [*KINDS, "newcomer", "superuser"]
    assert [kind for kind in kinds if f'action="/demo/login/{kind}/"' not in body] == []


def test_without_the_demo_the_login_page_has_none(client: Client, settings: LazySettings) -> None:
    settings.DEMO = False
    assert "/demo/login/" not in client.get("/konto/login/").content.decode()
