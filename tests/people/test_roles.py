"""Giving roles and ending them, on the page and by the deed."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from crm import access, extensions
from crm.access import Permission
from crm.extensions import Registry, UserMail
from crm.people import roles
from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, UserFactory, give_role, user_with
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app by itself: mail goes straight out."""
    monkeypatch.setattr(extensions, "user_mail", Registry[UserMail]())


@pytest.fixture
def admin(client: Client, branch: Branch) -> User:
    return log_in_as(client, "admin", branch)


def asked(**changes: str) -> dict[str, str]:
    return {
        "email": "Ny.Ringare@example.org",
        "name": "Ny Ringare",
        "kind": "caller",
        "starts_on": "2026-11-21",
        "ends_on": "",
        "tell": "on",
    } | changes


def give(client: Client, branch: Branch, **changes: str) -> list[str]:
    """The errors of the form, if any."""
    answer = client.post(f"/{branch.slug}/installningar/uppdrag/nytt/", asked(**changes))
    if answer.status_code == 302:
        return []
    assert answer.status_code == 422
    return [error for errors in answer.context["form"].errors.values() for error in errors]


def test_the_administrator_gives_somebody_new_a_role(client: Client, branch: Branch, admin: User) -> None:
    assert give(client, branch, ends_on="2026-12-20") == []
    role = Role.objects.get(user__email="ny.ringare@example.org")
    assert (role.user.name, role.kind, role.branch, role.starts_on, role.ends_on, role.granted_by) == (
        "Ny Ringare",
        "caller",
        branch,
        date(2026, 11, 21),
        date(2026, 12, 20),
        admin,
    )
    assert not role.user.has_usable_password()


def test_somebody_new_is_invited_with_a_link_to_log_in(
    client: Client, branch: Branch, admin: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        give(client, branch)
    (letter,) = mail.outbox
    assert letter.to == ["ny.ringare@example.org"]
    assert letter.subject == f"Ditt uppdrag i {branch.name}: ringare"
    assert "http://127.0.0.1:8000/konto/login/" in letter.body


def test_nobody_is_written_to_when_the_box_is_not_ticked(
    client: Client, branch: Branch, admin: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        give(client, branch, tell="")
    assert mail.outbox == []


def test_the_outbox_takes_the_invitation_when_there_is_one(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[dict[str, object]] = []
    extensions.user_mail.register("outbox", lambda **letter: queued.append(letter))
    by = user_with("admin", branch)
    role = roles.grant(email="a@example.org", name="A B", kind="board", branch=branch, by=by)
    assert [(letter["user"], letter["purpose_key"]) for letter in queued] == [(role.user, f"role:{role.pk}")]


def test_somebody_known_keeps_their_name(client: Client, branch: Branch, admin: User) -> None:
    known = UserFactory.create(email="ny.ringare@example.org", name="Känd Sedan Förr")
    assert give(client, branch, name="Någon Annan") == []
    assert [str(role.user) for role in known.roles.all()] == ["Känd Sedan Förr"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "ny.ringare@example.org är ny här. Skriv personens namn också."),
        ({"email": "console@localhost"}, "Den adressen hör till själva systemet."),
        ({"ends_on": "2026-11-20"}, "Ett uppdrag kan inte sluta innan det börjar."),
        (
            {"kind": "district"},
            "Välj ett giltigt alternativ. district finns inte bland tillgängliga alternativ.",
        ),
    ],
)
def test_what_can_not_be_is_said(
    client: Client, branch: Branch, admin: User, changes: dict[str, str], sentence: str
) -> None:
    assert give(client, branch, **changes) == [sentence]
    assert list(Role.objects.filter(branch=branch).values_list("kind", flat=True)) == ["admin"]


def test_the_same_role_is_not_given_twice_for_the_same_days(
    client: Client, branch: Branch, admin: User
) -> None:
    give(client, branch, ends_on="2026-12-20")
    twice = ["Ny Ringare är redan ringare under de dagarna."]
    assert give(client, branch, starts_on="2026-12-20") == twice
    assert give(client, branch, starts_on="2026-01-01", ends_on="2026-11-21") == twice
    assert give(client, branch, starts_on="2026-12-21") == []


def test_a_closed_account_gets_no_role(branch: Branch) -> None:
    closed = UserFactory.create(is_active=False)
    with pytest.raises(ValidationError):
        roles.grant(email=closed.email, kind="board", branch=branch, by=user_with("admin", branch))


def test_only_an_administrator_of_the_branch_gives_roles(branch: Branch) -> None:
    for by in (user_with("member_officer", branch), user_with("admin", BranchFactory.create())):
        with pytest.raises(PermissionDenied):
            roles.grant(email="a@example.org", name="A", kind="admin", branch=branch, by=by)
    assert Role.objects.filter(user__email="a@example.org").count() == 0


def test_ending_a_role_closes_its_pages_at_once_and_keeps_who_did_it(
    client: Client, branch: Branch, admin: User
) -> None:
    caller = user_with("caller", branch)
    role = caller.roles.get()
    assert client.get(f"/{branch.slug}/installningar/uppdrag/{role.pk}/avsluta/").status_code == 200
    assert access.standing_of(caller).may(Permission.CALL, branch)
    client.post(f"/{branch.slug}/installningar/uppdrag/{role.pk}/avsluta/")
    role.refresh_from_db()
    assert not access.standing_of(caller).may(Permission.CALL, branch)
    assert (role.ended_by, role.ends_on) == (admin, timezone.localdate())


def test_an_ended_role_can_be_given_again_the_same_day(branch: Branch) -> None:
    by = user_with("admin", branch)
    caller = user_with("caller", branch)
    roles.end(role=caller.roles.get(), by=by)
    roles.grant(email=caller.email, kind="caller", branch=branch, by=by)
    assert access.standing_of(caller).may(Permission.CALL, branch)


def test_a_role_that_has_not_begun_can_be_ended(branch: Branch) -> None:
    by = user_with("admin", branch)
    ahead = timezone.localdate() + timedelta(days=30)
    role = give_role(UserFactory.create(), "caller", branch, starts_on=ahead)
    roles.end(role=role, by=by)
    with time_machine.travel(ahead + timedelta(days=1)):
        assert access.standing_of(role.user).roles == ()


def test_ending_twice_keeps_the_first(branch: Branch) -> None:
    first, second = user_with("admin", branch), user_with("admin", branch)
    role = user_with("caller", branch).roles.get()
    roles.end(role=role, by=first)
    roles.end(role=role, by=second)
    role.refresh_from_db()
    assert role.ended_by == first


def test_a_branch_keeps_one_administrator(client: Client, branch: Branch, admin: User) -> None:
    role = admin.roles.get()
    answer = client.post(f"/{branch.slug}/installningar/uppdrag/{role.pk}/avsluta/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Arbetarekommunen behöver en administratör. Ge först någon annan det uppdraget, utan slutdatum."
    ]
    user_with("admin", branch)
    client.post(f"/{branch.slug}/installningar/uppdrag/{role.pk}/avsluta/")
    role.refresh_from_db()
    assert role.ended_at is not None


def test_roles_now_and_past_are_listed(client: Client, branch: Branch, admin: User) -> None:
    old = give_role(UserFactory.create(), "board", branch, ends_on=date(2021, 1, 1))
    coming = give_role(
        UserFactory.create(), "board", branch, starts_on=timezone.localdate() + timedelta(days=9)
    )
    user_with("board", BranchFactory.create())
    listed = client.get(f"/{branch.slug}/installningar/uppdrag/").context["roles"]
    assert (set(listed.now), listed.past) == ({admin.roles.get(), coming}, [old])


@pytest.mark.parametrize(
    "address",
    ["installningar/uppdrag/", "installningar/uppdrag/nytt/", "installningar/uppdrag/{pk}/avsluta/"],
)
@pytest.mark.parametrize(("kind", "own", "status"), [("member_officer", True, 403), ("admin", False, 404)])
def test_a_teammate_and_a_stranger_do_not_manage_roles(
    client: Client, address: str, kind: str, own: bool, status: int
) -> None:
    branch = BranchFactory.create()
    role = user_with("caller", branch).roles.get()
    log_in_as(client, kind, branch if own else BranchFactory.create())
    page = f"/{branch.slug}/{address.format(pk=role.pk)}"
    assert [client.get(page).status_code, client.post(page, asked()).status_code] == [status, status]
    role.refresh_from_db()
    assert (role.ended_at, User.objects.filter(email="ny.ringare@example.org").count()) == (None, 0)
