"""Django's admin is the superuser's, behind the product's own login."""

import pytest
from django.contrib import admin
from django.test import Client

from crm.people.models import AccessLog, Member, Phone, User
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
