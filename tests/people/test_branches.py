"""Creating branches: the superuser's page and the commands."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from crm.people import branches
from crm.people.models import Branch, District, Role, User
from tests.factories import user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(client: Client) -> User:
    return log_in(client, User.objects.create_superuser("root@example.org", name="Rut Rot"))


def asked(**changes: str) -> dict[str, str]:
    return {
        "name": "Nybro arbetarekommun",
        "slug": "nybro",
        "place": "Nybro",
        "admin_name": "Ada Administratör",
        "admin_email": "ada@example.org",
    } | changes


def test_a_superuser_creates_a_branch_with_its_administrator(client: Client, superuser: User) -> None:
    answer = client.post("/arbetarekommuner/ny/", asked())
    assert answer.headers["location"] == "/arbetarekommuner/"
    role = Role.objects.get(branch__slug="nybro")
    assert (role.user.email, role.kind, role.granted_by) == ("ada@example.org", "admin", superuser)
    assert [found.slug for found in client.get("/arbetarekommuner/").context["all_branches"]] == ["nybro"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"slug": "konto"}, "slug"), ({"slug": "å ä"}, "slug"), ({"admin_email": "x"}, "admin_email")],
)
def test_what_can_not_be_is_said(
    client: Client, superuser: User, changes: dict[str, str], field: str
) -> None:
    answer = client.post("/arbetarekommuner/ny/", asked(**changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Branch.objects.count() == 0


def test_a_branch_whose_administrator_can_not_be_is_not_created(client: Client, superuser: User) -> None:
    answer = client.post("/arbetarekommuner/ny/", asked(admin_email="console@localhost"))
    assert (answer.status_code, Branch.objects.count()) == (422, 0)


@pytest.mark.parametrize("page", ["/arbetarekommuner/", "/arbetarekommuner/ny/"])
def test_for_others_the_page_is_not_there(client: Client, branch: Branch, page: str) -> None:
    log_in_as(client, "admin", branch)
    assert [client.get(page).status_code, client.post(page, asked()).status_code] == [404, 404]


def test_a_superuser_too_needs_a_second_factor(client: Client, superuser: User) -> None:
    log_in(client, superuser, two_factors=False)
    assert client.get("/arbetarekommuner/").headers["location"] == "/tva-steg/?next=%2Farbetarekommuner%2F"


# For pages that are to come.
KEPT_FREE = {"distrikt", "partiet"}


def test_no_branch_can_take_an_address_of_the_system() -> None:
    parts = "/".join(first_words(get_resolver().url_patterns)).split("/")
    words = {word for word in parts if word and not word.startswith("<")}
    assert words | {"static"} | KEPT_FREE == branches.TAKEN


def first_words(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """The first word of every address; a group without one of its own has its pages'."""
    for part in patterns:
        word = str(part.pattern).split("/")[0]
        if not word and isinstance(part, URLResolver):
            yield from first_words(part.url_patterns)
        yield word


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_create_branch_makes_one() -> None:
    printed = json.loads(
        run("create_branch", "ryd", "Ryds arbetarekommun", "--place", "Ryd", "--fictitious", "--json")
    )
    assert printed == {"slug": "ryd", "name": "Ryds arbetarekommun", "place": "Ryd", "fictitious": True}
    assert Branch.objects.get(slug="ryd").is_fictitious


def test_create_branch_says_what_is_wrong(branch: Branch) -> None:
    with pytest.raises(CommandError, match="Det adressnamnet är upptaget av systemet"):
        run("create_branch", "admin", "Adminby")
    with pytest.raises(CommandError, match="finns redan"):
        run("create_branch", branch.slug, "Annat namn")


def test_grant_gives_a_role_as_the_console(branch: Branch) -> None:
    arguments = ("grant", "Ada@example.org", "admin", branch.slug, "--name", "Ada A", "--from", "2026-01-01")
    assert json.loads(run(*arguments, "--to", "2026-12-31", "--json")) == {
        "email": "ada@example.org",
        "role": "admin",
        "branch": branch.slug,
        "from": "2026-01-01",
        "to": "2026-12-31",
    }
    role = Role.objects.get()
    assert (role.ends_on, role.granted_by) == (date(2026, 12, 31), User.objects.console())


def test_grant_as_an_administrator_is_kept_as_theirs(branch: Branch) -> None:
    admin = user_with("admin", branch)
    run("grant", "b@example.org", "board", branch.slug, "--name", "B", "--as", admin.email)
    assert Role.objects.get(kind="board").granted_by == admin


def test_grant_gives_a_districts_role_and_the_partys() -> None:
    district = District.objects.create(name="Östra", slug="ostra")
    told = run("grant", "d@example.org", "district", "ostra", "--name", "D", "--from", "2026-01-01")
    assert told == "d@example.org: district in ostra from 2026-01-01\n"
    told = run("grant", "p@example.org", "party", "--name", "P", "--from", "2026-01-01", "--to", "2026-12-31")
    assert told == "p@example.org: party in the party from 2026-01-01 to 2026-12-31\n"
    of_district, of_party = Role.objects.order_by("pk")
    assert (of_district.kind, of_district.district, of_district.branch) == ("district", district, None)
    assert (of_party.kind, of_party.district, of_party.branch) == ("party", None, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a@example.org", "district", "{slug}", "--name", "A"], "There is no district"),
        (["a@example.org", "party", "{slug}", "--name", "A"], "has no place"),
        (["a@example.org", "party", "--name", "A", "--as", "caller@example.org"], "systemansvariga"),
        (["a@example.org", "board", "--name", "A"], "There is no branch ''"),
        (["a@example.org", "king", "{slug}"], "There is no role 'king'"),
        (["a@example.org", "board", "nowhere"], "There is no branch 'nowhere'"),
        (["a@example.org", "board", "{slug}"], "är ny här"),
        (["a@example.org", "board", "{slug}", "--as", "x@example.org"], "There is no user 'x@example.org'"),
        (
            ["a@example.org", "board", "{slug}", "--name", "A", "--as", "caller@example.org"],
            "may not|får inte",
        ),
    ],
)
def test_grant_says_what_is_wrong(branch: Branch, arguments: list[str], sentence: str) -> None:
    user_with("caller", branch, email="caller@example.org")
    with pytest.raises(CommandError, match=sentence):
        run("grant", *(argument.format(slug=branch.slug) for argument in arguments))
    assert Role.objects.count() == 1
