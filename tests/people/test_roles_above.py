"""Roles in a district and in the whole party: given and ended by superusers, once, and told by e-mail."""

from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from crm import access
from crm.people import roles
from crm.people.models import Branch, District, Role, User
from tests.factories import UserFactory, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db
PAGES = ("/partiet/uppdrag/", "/partiet/uppdrag/nytt/")


@pytest.fixture
def district() -> District:
    return District.objects.create(name="Östra", slug="ostra")


@pytest.fixture
def root(client: Client) -> User:
    return log_in(client, User.objects.create_superuser("root@example.org", name="Rut Rot"))


def asked(**changes: object) -> dict[str, object]:
    return {
        "email": "dagny@example.org",
        "name": "Dagny Distrikt",
        "district": "",
        "starts_on": "2026-01-01",
        "ends_on": "",
    } | changes


def given(by: User, district: District | None, **changes: object) -> Role:
    fields: dict[str, object] = {"email": "dagny@example.org", "name": "Dagny", "tell": False} | changes
    return roles.grant_above(district=district, by=by, **fields)  # type: ignore[arg-type]


def test_a_superuser_gives_a_districts_role(client: Client, root: User, district: District) -> None:
    assert client.post(PAGES[1], asked(district=district.pk)).headers["location"] == PAGES[0]
    role = Role.objects.get()
    assert (role.kind, role.district, role.branch) == ("district", district, None)
    assert (role.user.name, role.starts_on, role.granted_by) == ("Dagny Distrikt", date(2026, 1, 1), root)
    assert access.standing_of(role.user).districts == [district]


def test_without_a_district_it_is_the_whole_partys(client: Client, root: User, district: District) -> None:
    client.post(PAGES[1], asked())
    role = Role.objects.get()
    assert (role.kind, role.district, role.branch) == ("party", None, None)
    here = access.standing_of(role.user)
    assert (here.sees_party, here.districts, here.branches) == (True, [], [])


def test_the_page_shows_who_sees_what(client: Client, root: User, district: District) -> None:
    page = client.get(PAGES[0]).content.decode()
    assert "Ingen har ett uppdrag i något distrikt än" in page
    given(root, district)
    given(root, None, email="per@example.org", name="Per Parti")
    page = client.get(PAGES[0]).content.decode()
    assert [word in page for word in ("dagny@example.org", "Östra", "Per Parti", "Hela partiet")] == [
        True
    ] * 4


def test_ending_it_closes_the_page_at_once_and_keeps_the_history(
    client: Client, root: User, district: District
) -> None:
    role = given(root, district)
    address = f"/partiet/uppdrag/{role.pk}/avsluta/"
    assert client.get(address).status_code == 200
    for _ in range(2):
        assert client.post(address).headers["location"] == PAGES[0]
    role.refresh_from_db()
    assert (role.ended_by, role.ends_on) == (root, timezone.localdate())
    assert access.standing_of(role.user).roles == ()
    shown = client.get(PAGES[0]).context["roles"]
    assert (shown.now, shown.past) == ([], [role])


def test_ending_twice_keeps_who_ended_it_first(root: User, district: District) -> None:
    role = given(root, district)
    other = User.objects.create_superuser("other@example.org", name="Olle Other")
    roles.end(role=role, by=root)
    roles.end(role=role, by=other)
    role.refresh_from_db()
    assert role.ended_by == root


@pytest.mark.parametrize("kind", ["admin", "board", "district", "party"])
def test_nobody_else_gives_or_ends_them(
    client: Client, branch: Branch, district: District, kind: str
) -> None:
    console = User.objects.console()
    if kind in {"district", "party"}:
        user = given(console, district if kind == "district" else None).user
        log_in(client, user)
    else:
        user = log_in_as(client, kind, branch)
    role = given(console, district, email="annan@example.org")
    for page in (*PAGES, f"/partiet/uppdrag/{role.pk}/avsluta/"):
        assert [client.get(page).status_code, client.post(page).status_code] == [404, 404]
    with pytest.raises(PermissionDenied):
        given(user, district, email="x@example.org")
    with pytest.raises(PermissionDenied):
        roles.end(role=role, by=user)
    assert Role.objects.get(pk=role.pk).ended_at is None


def test_a_superuser_with_one_factor_is_led_to_the_second(client: Client, root: User) -> None:
    log_in(client, root, two_factors=False)
    for page in PAGES:
        assert client.get(page).headers["location"].startswith("/tva-steg/")


def test_a_branchs_role_is_not_ended_there(client: Client, root: User, branch: Branch) -> None:
    role = user_with("board", branch).roles.get()
    assert client.post(f"/partiet/uppdrag/{role.pk}/avsluta/").status_code == 404


@pytest.mark.parametrize("in_district", [True, False])
def test_the_same_role_twice_is_refused(
    client: Client, root: User, district: District, in_district: bool
) -> None:
    place = district.pk if in_district else ""
    assert client.post(PAGES[1], asked(district=place)).status_code == 302
    answer = client.post(PAGES[1], asked(district=place, starts_on="2026-06-01", ends_on="2026-07-01"))
    assert (answer.status_code, Role.objects.count()) == (422, 1)


def test_two_districts_are_two_roles(root: User, district: District) -> None:
    other = District.objects.create(name="Västra", slug="vastra")
    user = given(root, district).user
    given(root, other)
    given(root, None)
    here = access.standing_of(user)
    assert ([found.slug for found in here.districts], here.sees_party) == (["vastra", "ostra"], True)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "inte en adress"},
        {"name": ""},
        {"starts_on": "2026-02-01", "ends_on": "2026-01-01"},
        {"district": "4711"},
    ],
    ids=str,
)
def test_what_is_wrong_is_answered_with_422(client: Client, root: User, changes: dict[str, str]) -> None:
    assert client.post(PAGES[1], asked(**changes)).status_code == 422
    assert not Role.objects.exists()


def test_the_holder_is_told_when_asked_for(
    root: User,
    district: District,
    settings: LazySettings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.DEMO = False
    with django_capture_on_commit_callbacks(execute=True):
        given(root, district, tell=True)
        given(root, None, email="per@example.org", tell=True)
        given(root, None, email="tyst@example.org", tell=False)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["dagny@example.org"], "Ditt uppdrag i Östra: partidistrikt"),
        (["per@example.org"], "Ditt uppdrag i partiet: hela partiet"),
    ]


def test_nothing_is_sent_from_the_demo(
    root: User,
    district: District,
    settings: LazySettings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.DEMO = True
    with django_capture_on_commit_callbacks(execute=True):
        given(root, district, tell=True)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("kind", "in_district", "in_branch"),
    [
        ("party", True, False),
        ("party", False, True),
        ("district", False, False),
        ("district", True, True),
        ("board", True, False),
        ("board", False, False),
    ],
)
def test_the_database_refuses_a_role_in_the_wrong_place(
    branch: Branch, district: District, kind: str, in_district: bool, in_branch: bool
) -> None:
    role = Role(
        user=UserFactory.create(),
        kind=kind,
        district=district if in_district else None,
        branch=branch if in_branch else None,
        starts_on=timezone.localdate() - timedelta(days=1),
        granted_at=timezone.now(),
        granted_by=UserFactory.create(),
    )
    with pytest.raises(ValidationError):
        role.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        role.save()


def test_the_database_keeps_the_partys_role_open_once(root: User) -> None:
    role = given(root, None)
    role.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        role.save(force_insert=True)
