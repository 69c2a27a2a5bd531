"""A second proof: the app, the passkey and the codes on paper, as one sets them up and uses them."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from crm.people.models import User
from tests.browser.conftest import Person
from tests.factories import UserFactory

PASSWORD = "tusen-roda-rosor"


@pytest.fixture
def member_officer() -> User:
    found: User = UserFactory.create(password=make_password(PASSWORD))
    return found


def give_fingerprint_reader(page: Page) -> None:
    """A device that says yes at once whenever the browser asks for a passkey."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    always = {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options | always})


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def log_in_with_password(person: Person, user: User) -> Page:
    page = person.open("/konto/login/")
    page.get_by_text("Med lösenord").click()
    page.get_by_label("E-post", exact=False).last.fill(user.email)
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    return page


def prove_again(page: Page) -> None:
    expect(page.get_by_role("heading", name="Är det fortfarande du?")).to_be_visible()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Fortsätt").click()


@pytest.mark.django_db(transaction=True)
def test_an_app_is_connected_and_codes_are_printed(person: Person, member_officer: User) -> None:
    log_in_with_password(person, member_officer)
    page = person.open("/konto/2fa/totp/activate/")
    prove_again(page)
    person.assert_accessible()
    page.get_by_text("Skriv in nyckeln i stället").click()
    page.locator("#id_code").fill(code_of(page.locator("main details code").inner_text()))
    page.get_by_role("button", name="Koppla").click()
    expect(page.get_by_role("heading", name="Reservkoder")).to_be_visible()
    assert page.locator(".codes li").count() == 10
    person.assert_accessible()
    person.open("/konto/2fa/")
    expect(page.get_by_text("Du lämnar två bevis när du loggar in.")).to_be_visible()
    person.assert_accessible()


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_logs_one_in(person: Person, member_officer: User) -> None:
    give_fingerprint_reader(person.page)
    log_in_with_password(person, member_officer)
    page = person.open("/konto/2fa/webauthn/add/")
    prove_again(page)
    page.get_by_label("Logga in med enbart den här nyckeln").check()
    person.assert_accessible()
    page.get_by_role("button", name="Lägg till nyckeln").click()
    expect(page).to_have_url(re.compile("/konto/2fa/(recovery-codes/)?$"))
    person.open("/konto/2fa/webauthn/")
    person.assert_accessible()
    page.context.clear_cookies()
    person.open("/konto/login/")
    page.get_by_role("button", name="Med en lösennyckel").click()
    expect(page).not_to_have_url(re.compile("/konto/"))


@pytest.mark.django_db(transaction=True)
def test_a_passkey_that_is_refused_says_what_to_do(person: Person) -> None:
    page = person.open("/konto/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Med en lösennyckel").click()
    expect(page.get_by_role("alert")).to_contain_text("Nyckeln godtogs inte.")
    person.wrongs.clear()  # the library writes the refusal to the console, as it should
