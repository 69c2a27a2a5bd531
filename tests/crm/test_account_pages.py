"""Logging in, passwords and second factors: the library's pages in our own look, wholly in the reader's language."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from crm.people.models import User
from tests.factories import UserFactory
from tests.logins import log_in

pytestmark = pytest.mark.django_db

FOR_NOBODY = (
    "/konto/login/",
    "/konto/login/code/",
    "/konto/signup/",
    "/konto/inactive/",
    "/konto/password/reset/",
    "/konto/password/reset/done/",
    "/konto/password/reset/key/1-no-such-key/",
    "/konto/password/reset/key/done/",
    "/inloggningskod/",
)
FOR_ONE_WITHOUT_A_PASSWORD = (
    "/konto/logout/",
    "/konto/password/set/",
    "/konto/2fa/",
    "/konto/2fa/totp/activate/",
    "/konto/2fa/webauthn/",
    "/konto/2fa/webauthn/add/",
)
FOR_ONE_WITH_A_PASSWORD = ("/konto/password/change/", "/konto/reauthenticate/")


class Words(HTMLParser):
    """What a reader sees between <main> and </main>, text by text."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.unseen = 0
        self.texts: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "main"
        self.unseen += tag in {"script", "svg", "code"}

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"
        self.unseen -= tag in {"script", "svg", "code"}

    def handle_data(self, data: str) -> None:
        if self.inside and not self.unseen and re.search(r"[a-zåäö]{3}", data):
            self.texts.add(" ".join(data.split()))


def words_of(client: Client, path: str, language: str) -> set[str]:
    client.cookies["django_language"] = language
    with translation.override(language):
        answer = client.get(path)
    assert answer.status_code == 200, path
    words = Words()
    words.feed(answer.content.decode())
    return words.texts


@pytest.fixture
def person(client: Client) -> User:
    user: User = UserFactory.create(email="asa@example.org", name="Åsa Öberg")
    user.set_unusable_password()
    user.save()
    return log_in(client, user)


@pytest.fixture
def person_with_password(client: Client, person: User) -> User:
    person.set_password("en lång och egen mening")
    person.save()
    return log_in(client, person)


def assert_two_languages(client: Client, path: str) -> None:
    """No sentence of the Swedish page stands on the English one, and the other way round."""
    swedish, english = words_of(client, path, "sv"), words_of(client, path, "en")
    assert swedish & english == set()
    assert len(swedish) > 0


@pytest.mark.parametrize("path", FOR_NOBODY)
def test_a_page_for_nobody_is_all_in_one_language(client: Client, path: str) -> None:
    assert_two_languages(client, path)


@pytest.mark.parametrize("path", FOR_ONE_WITHOUT_A_PASSWORD)
def test_a_page_of_ones_own_is_all_in_one_language(client: Client, person: User, path: str) -> None:
    assert_two_languages(client, path)


@pytest.mark.parametrize("path", FOR_ONE_WITH_A_PASSWORD)
def test_a_page_about_the_password_is_all_in_one_language(
    client: Client, person_with_password: User, path: str
) -> None:
    assert_two_languages(client, path)


@pytest.mark.parametrize("path", [*FOR_ONE_WITHOUT_A_PASSWORD, "/konto/password/reset/"])
def test_nothing_is_inline_and_there_is_one_heading(client: Client, person: User, path: str) -> None:
    html = client.get(path).content.decode()
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", html) == []
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == []
    assert html.count("<h1") == 1


def test_one_without_a_password_is_told_that_none_is_needed(client: Client, person: User) -> None:
    html = client.get("/konto/password/change/", follow=True).content.decode()
    assert "<h1>Välj ett lösenord</h1>" in html
    assert html.count('aria-current="page">Lösenord</a>') == 1


def test_a_link_for_a_new_password_that_no_longer_works_says_so(client: Client) -> None:
    html = client.get("/konto/password/reset/key/1-no-such-key/").content.decode()
    assert "<h1>Länken fungerar inte längre</h1>" in html
    assert 'href="/konto/password/reset/"' in html
