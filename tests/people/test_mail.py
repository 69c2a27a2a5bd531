"""What people are told about a role when there is no outbox."""

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail as letters
from django.utils import translation

from crm import extensions
from crm.extensions import Registry, UserMail
from crm.people import mail
from crm.people.models import Branch, Role
from tests.factories import BranchFactory, UserFactory, give_role, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "user_mail", Registry[UserMail]())


@pytest.fixture
def role(branch: Branch) -> Role:
    holder = UserFactory.create(name="Rune Ringare", email="rune@example.org")
    return give_role(holder, "caller", branch, starts_on=date(2026, 2, 1), ends_on=date(2026, 12, 20))


def tell(role: Role, commit: Any) -> None:
    assert role.branch
    with commit(execute=True):
        mail.role_given(role=role, by=user_with("admin", role.branch, name="Ada Administratör"))


def test_the_letter_says_who_what_where_and_how_long(
    role: Role, django_capture_on_commit_callbacks: Any, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://tusen.example.org"
    tell(role, django_capture_on_commit_callbacks)
    (letter,) = letters.outbox
    assert (letter.to, letter.subject) == (["rune@example.org"], f"Ditt uppdrag i {role.branch}: ringare")
    assert str(letter.body).strip().split("\n") == [
        "Hej Rune,",
        "",
        f"Ada Administratör har gett dig uppdraget ringare i {role.branch}, från 2026-02-01 till och med 2026-12-20.",
        "",
        "Logga in här med adressen rune@example.org. Då skickar vi en kod till dig; du behöver inget lösenord.",
        "",
        "https://tusen.example.org/konto/login/",
    ]


def test_an_open_role_has_no_last_day(role: Role, django_capture_on_commit_callbacks: Any) -> None:
    role.ends_on = None
    tell(role, django_capture_on_commit_callbacks)
    assert "från 2026-02-01.\n" in str(letters.outbox[0].body)


def test_the_letter_is_in_swedish_whatever_the_giver_reads(
    role: Role, django_capture_on_commit_callbacks: Any
) -> None:
    with translation.override("en"):
        tell(role, django_capture_on_commit_callbacks)
    assert letters.outbox[0].subject == f"Ditt uppdrag i {role.branch}: ringare"


def test_nothing_is_sent_from_a_fictitious_branch(django_capture_on_commit_callbacks: Any) -> None:
    branch = BranchFactory.create(is_fictitious=True)
    tell(user_with("caller", branch).roles.get(), django_capture_on_commit_callbacks)
    assert letters.outbox == []


def test_a_mail_server_that_is_away_takes_no_role_back(
    role: Role,
    django_capture_on_commit_callbacks: Any,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    tell(role, django_capture_on_commit_callbacks)
    assert "The mail about a role could not be sent" in caplog.text
    assert Role.objects.filter(pk=role.pk).exists()


def test_a_name_with_signs_is_written_as_it_is(
    branch: Branch, django_capture_on_commit_callbacks: Any
) -> None:
    Branch.objects.filter(pk=branch.pk).update(name="Ryds & Åbys <AK>")
    tell(user_with("board", branch).roles.select_related("branch").get(), django_capture_on_commit_callbacks)
    assert letters.outbox[0].subject == "Ditt uppdrag i Ryds & Åbys <AK>: styrelse"
