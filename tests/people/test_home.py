"""Each is led to what they do next."""

import pytest
from django.test import Client

from crm import extensions
from crm.access import Permission
from crm.extensions import NavEntry, Registry, pages
from crm.people.models import Branch, User
from tests.factories import UserFactory, give_role, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def navigation(monkeypatch: pytest.MonkeyPatch) -> Registry[NavEntry]:
    """People's own pages, and calls whose page is not there yet."""
    entries: Registry[NavEntry] = Registry()
    for name in ("members", "branch_settings", "access_log"):
        entry = extensions.navigation.get(name)
        assert entry
        entries.register(name, entry)
    entries.register("gone", NavEntry("Gone", "nowhere:page", Permission.CALL, 30))
    monkeypatch.setattr(pages, "navigation", entries)
    return entries


def test_one_branch_is_where_one_goes(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    assert client.get("/").headers["location"] == f"/{branch.slug}/"


def test_who_has_several_branches_chooses(client: Client, branch: Branch, other_branch: Branch) -> None:
    user = log_in_as(client, "board", branch)
    give_role(user, "caller", other_branch)
    body = client.get("/").content.decode()
    assert [f'href="/{slug}/"' in body for slug in (branch.slug, other_branch.slug)] == [True, True]


def test_who_has_no_role_is_told_what_to_do(client: Client) -> None:
    log_in(client, UserFactory.create())
    answer = client.get("/")
    assert (answer.status_code, answer.templates[0].name) == (200, "people/home.html")
    assert "inget uppdrag just nu" in answer.content.decode()


def test_a_superuser_comes_to_the_branches(client: Client) -> None:
    log_in(client, User.objects.create_superuser("root@example.org", name="Rut Rot"))
    assert client.get("/").headers["location"] == "/arbetarekommuner/"


def test_a_caller_comes_to_the_calls(client: Client, branch: Branch, navigation: Registry[NavEntry]) -> None:
    navigation.register("calls", NavEntry("Calls", "people:printed_code_login", Permission.CALL, 30))
    log_in_as(client, "caller", branch)
    assert client.get(f"/{branch.slug}/").status_code == 200  # an address that takes no branch is not there
    navigation.register("mine", NavEntry("Mine", "people:members", Permission.CALL, 31))
    assert client.get(f"/{branch.slug}/").headers["location"] == f"/{branch.slug}/medlemmar/"


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        ("member_officer", ["medlemmar"]),
        ("admin", ["installningar", "atkomstlogg"]),
        ("board", []),
        ("caller", []),
    ],
)
def test_each_role_has_its_doors(client: Client, branch: Branch, kind: str, pages: list[str]) -> None:
    log_in_as(client, kind, branch)
    doors = client.get(f"/{branch.slug}/").context["doors"]
    assert [door.url for door in doors] == [f"/{branch.slug}/{page}/" for page in pages]


@pytest.mark.parametrize(
    ("kind", "two", "told"), [("admin", False, True), ("admin", True, False), ("board", False, False)]
)
def test_who_needs_a_second_factor_hears_it_at_the_start(
    client: Client, branch: Branch, kind: str, two: bool, told: bool
) -> None:
    log_in_as(client, kind, branch, two_factors=two)
    assert client.get(f"/{branch.slug}/").context["lacks_second_factor"] is told


def test_a_stranger_finds_no_branch(client: Client, branch: Branch, other_branch: Branch) -> None:
    log_in(client, user_with("admin", other_branch))
    assert client.get(f"/{branch.slug}/").status_code == 404


def test_nobody_is_led_to_the_login(client: Client) -> None:
    assert client.get("/").headers["location"] == "/konto/login/?next=/"
