"""Django's admin is the superuser's, behind the product's own login."""

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tablib import Dataset

from crm.people.models import AccessLog, Branch, District, Member, Phone, User
from tests.factories import BranchFactory, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("root@example.org", name="Rut Rot")


def test_nobody_is_led_to_the_products_login(client: Client) -> None:
    assert client.get("/admin/").headers["location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").headers["location"] == "/konto/login/?next=/admin/"


def test_a_superuser_with_two_factors_comes_in(client: Client, superuser: User) -> None:
    log_in(client, superuser)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/").headers["location"] == "/admin/"


def test_a_superuser_with_one_factor_is_led_to_the_second(client: Client, superuser: User) -> None:
    log_in(client, superuser, two_factors=False)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/tva-steg/"


def test_for_an_administrator_of_a_branch_it_is_not_there(client: Client) -> None:
    log_in_as(client, "admin", BranchFactory.create())
    assert client.get("/admin/", follow=True).status_code == 404


def test_staff_alone_is_not_enough(client: Client) -> None:
    log_in(client, user_with("admin", BranchFactory.create(), is_staff=True))
    assert client.get("/admin/people/user/", follow=True).status_code == 404


def test_no_member_is_in_it_where_looking_is_not_logged() -> None:
    assert [model for model in (Member, Phone, AccessLog) if admin.site.is_registered(model)] == []


def test_the_consoles_account_stays_closed(client: Client, superuser: User) -> None:
    log_in(client, superuser)
    console = User.objects.console()
    client.post(f"/admin/people/user/{console.pk}/change/", {"email": "x@example.org", "is_active": "on"})
    console.refresh_from_db()
    assert (console.email, console.is_active) == ("console@localhost", False)


@pytest.mark.parametrize("page", ["role/add/", "branch/add/"])
def test_roles_and_branches_are_made_where_it_is_logged(client: Client, superuser: User, page: str) -> None:
    log_in(client, superuser)
    assert client.get(f"/admin/people/{page}").status_code == 403


@pytest.mark.parametrize("page", ["user/", "district/", "branch/", "role/", "user/add/", "district/add/"])
def test_its_pages_open(client: Client, superuser: User, page: str) -> None:
    user_with("admin", BranchFactory.create())
    log_in(client, superuser)
    assert client.get(f"/admin/people/{page}").status_code == 200


def bring_in(client: Client, text: str) -> int:
    """Upload a CSV of districts and confirm what the page shows, when it lets us: how many pages that took."""
    shown = client.post(
        "/admin/people/district/import/",
        {"format": "0", "import_file": SimpleUploadedFile("d.csv", text.encode(), "text/csv")},
    )
    form = shown.context.get("confirm_form")
    if form is None:
        return 1
    client.post("/admin/people/district/process_import/", form.initial)
    return 2


def test_districts_come_from_a_file_and_a_second_time_change_nothing(client: Client, superuser: User) -> None:
    District.objects.create(slug="vast", name="Vest")
    log_in(client, superuser)
    for _time in range(2):
        assert bring_in(client, "slug,name\nvast,Väst\nost,Öst\n") == 2
        assert sorted(District.objects.values_list("slug", "name")) == [("ost", "Öst"), ("vast", "Väst")]


def test_a_file_with_a_wrong_slug_brings_in_nothing(client: Client, superuser: User) -> None:
    log_in(client, superuser)
    assert bring_in(client, "slug,name\nnorr,Norr\nvä st,Väst\n") == 1
    assert not District.objects.exists()


@pytest.mark.parametrize(("file_format", "kind"), [("0", "csv"), ("1", "xlsx")])
def test_branches_go_to_a_file(client: Client, superuser: User, file_format: str, kind: str) -> None:
    branch: Branch = BranchFactory.create(name="=Åby", is_fictitious=False)
    log_in(client, superuser)
    fields = {"resource": "", "slug": "on", "name": "on", "district__slug": "on", "is_fictitious": "on"}
    answer = client.post(
        "/admin/people/branch/export/",
        {"format": file_format, **{f"branchresource_{name}": value for name, value in fields.items()}},
    )
    content = answer.content.decode() if kind == "csv" else answer.content
    row = Dataset().load(content, format=kind).dict[0]
    assert (row["slug"], row["name"]) == (branch.slug, "Åby")


@pytest.mark.parametrize("model", ["user", "role"])
def test_who_works_for_a_party_does_not_go_to_a_file(client: Client, superuser: User, model: str) -> None:
    log_in(client, superuser)
    assert client.get(f"/admin/people/{model}/export/").status_code in (302, 404)


@pytest.mark.parametrize("page", ["district/import/", "district/export/", "branch/export/"])
def test_files_are_the_superusers(client: Client, superuser: User, page: str) -> None:
    log_in_as(client, "admin", BranchFactory.create())
    assert client.get(f"/admin/people/{page}", follow=True).status_code == 404
    log_in(client, superuser)
    assert client.get(f"/admin/people/{page}").status_code == 200
