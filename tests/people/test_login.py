"""Logging in as people do, through allauth, and how long it lasts."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from crm.people.models import Branch, User
from tests.factories import UserFactory, give_role, user_with

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "en lång mening om vintern"


@pytest.fixture(autouse=True)
def no_rates_left_over() -> None:
    cache.clear()


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def app_code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def log_in_by_mail(client: Client, user: User) -> None:
    client.post("/konto/login/code/", {"email": user.email})
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    client.post("/konto/login/code/confirm/", {"code": found.group(1)})


def test_a_code_by_mail_logs_in(client: Client, branch: Branch) -> None:
    caller = user_with("caller", branch)
    log_in_by_mail(client, caller)
    assert who(client) == str(caller.pk)


def test_a_wrong_code_does_not(client: Client, branch: Branch) -> None:
    client.post("/konto/login/code/", {"email": user_with("caller", branch).email})
    client.post("/konto/login/code/confirm/", {"code": "AAAAAA"})
    assert who(client) is None


def test_the_page_does_not_tell_who_exists(client: Client, branch: Branch) -> None:
    answers = []
    for address in (user_with("caller", branch).email, "nobody@example.org"):
        fresh = Client()
        answer = fresh.post("/konto/login/code/", {"email": address}, follow=True)
        body = answer.content.decode().replace(address, "ADDRESS")
        answers.append((answer.redirect_chain, re.sub(r'value="\w{64}"|x-csrftoken": "\w+', "", body)))
    assert answers[0] == answers[1]


def test_an_unknown_address_gets_a_letter_that_says_what_to_do(client: Client) -> None:
    client.post("/konto/login/code/", {"email": "nobody@example.org"})
    (letter,) = mail.outbox
    assert letter.to == ["nobody@example.org"]
    assert "fråga den som sköter uppdragen" in letter.body
    assert "signup" not in letter.body


def test_nobody_signs_up(client: Client) -> None:
    client.post("/konto/signup/", {"email": "ny@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.filter(email="ny@example.org").count() == 0


def test_the_consoles_account_can_not_log_in(client: Client) -> None:
    console = User.objects.console()
    client.post("/konto/login/code/", {"email": console.email})
    assert [letter for letter in mail.outbox if "Här är din kod" in letter.body] == []
    client.post("/konto/login/", {"login": console.email, "password": "!"})
    assert who(client) is None


def test_a_closed_account_can_not_log_in(client: Client, branch: Branch) -> None:
    user = user_with("caller", branch, is_active=False)
    user.set_password(PASSWORD)
    user.save()
    client.post("/konto/login/", {"login": user.email, "password": PASSWORD})
    assert who(client) is None


def test_nobody_changes_the_address_that_is_the_account(client: Client, branch: Branch) -> None:
    client.force_login(user_with("caller", branch))
    assert client.get("/konto/email/").status_code == 404


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def test_who_has_an_app_is_asked_for_its_code_after_the_mailed_one(client: Client, branch: Branch) -> None:
    officer = with_app(user_with("member_officer", branch))
    log_in_by_mail(client, officer)
    assert who(client) is None
    client.post("/konto/2fa/authenticate/", {"code": app_code()})
    assert who(client) == str(officer.pk)
    assert client.get(f"/{branch.slug}/medlemmar/").status_code == 200


def test_a_recovery_code_counts_as_the_second_factor(client: Client, branch: Branch) -> None:
    officer = with_app(user_with("member_officer", branch))
    codes = RecoveryCodes.activate(officer).get_unused_codes()
    log_in_by_mail(client, officer)
    client.post("/konto/2fa/authenticate/", {"code": codes[0]})
    assert client.get(f"/{branch.slug}/medlemmar/").status_code == 200


def test_who_has_set_the_app_up_shows_it_once_and_comes_back(client: Client, branch: Branch) -> None:
    officer = user_with("member_officer", branch)
    log_in_by_mail(client, officer)
    wanted = f"/{branch.slug}/medlemmar/"
    answer = client.get(wanted, follow=True)
    assert (answer.templates[0].name, answer.context["has_second_factor"]) == (
        "people/two_factors_needed.html",
        False,
    )
    with_app(officer)
    answer = client.get(wanted, follow=True)
    assert (answer.context["has_second_factor"], answer.context["wanted"]) == (True, wanted)
    answer = client.post(f"/konto/2fa/reauthenticate/?next={wanted}", {"code": app_code()})
    assert (answer.status_code, answer.headers["location"]) == (302, wanted)
    assert client.get(wanted).status_code == 200


def test_the_app_is_set_up_on_allauths_page(client: Client, branch: Branch) -> None:
    officer = user_with("member_officer", branch)
    log_in_by_mail(client, officer)
    page = client.get("/konto/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post("/konto/2fa/totp/activate/", {"code": code})
    kinds = set(Authenticator.objects.filter(user=officer).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}


@pytest.mark.parametrize(
    "next_page", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)"]
)
def test_the_way_back_stays_on_this_site(client: Client, branch: Branch, next_page: str) -> None:
    client.force_login(user_with("member_officer", branch))
    assert client.get("/tva-steg/", {"next": next_page}).context["wanted"] == ""


def password_login(client: Client, user: User) -> None:
    user.set_password(PASSWORD)
    user.save()
    client.post("/konto/login/", {"login": user.email, "password": PASSWORD})
    assert who(client) == str(user.pk)


@pytest.mark.parametrize("log_in", [log_in_by_mail, password_login])
@pytest.mark.parametrize(
    ("kinds", "hours"), [(["caller"], 6), (["board"], 12), (["caller", "board"], 12), ([], 12)]
)
def test_a_callers_session_ends_after_the_evening(
    client: Client, branch: Branch, log_in: object, kinds: list[str], hours: int
) -> None:
    user = UserFactory.create()
    for kind in kinds:
        give_role(user, kind, branch)
    start = timezone.now()
    log_in(client, user)  # type: ignore[operator]
    inside = []
    for moment in (timedelta(hours=hours, minutes=-1), timedelta(hours=hours, minutes=1)):
        with time_machine.travel(start + moment):
            inside.append(client.get("/tva-steg/").status_code == 200)
    assert inside == [True, False]


def test_using_a_session_does_not_make_it_longer(client: Client, branch: Branch) -> None:
    start = timezone.now()
    log_in_by_mail(client, user_with("caller", branch))
    with time_machine.travel(start + timedelta(hours=5)):
        session = client.session
        session["touched"] = True
        session.save()
    with time_machine.travel(start + timedelta(hours=6, minutes=1)):
        assert client.get("/tva-steg/").status_code == 302


@pytest.mark.parametrize("logged_in", [True, False])
def test_the_language_switch_works(client: Client, branch: Branch, logged_in: bool) -> None:
    if logged_in:
        client.force_login(user_with("board", branch))
    page = "/tva-steg/" if logged_in else "/inloggningskod/"
    with translation.override("sv"):  # a request leaves its language behind
        assert '<html lang="sv"' in client.get(page, headers={"accept-language": "en"}).content.decode()
        client.post("/i18n/setlang/", {"language": "en", "next": page})
        assert '<html lang="en"' in client.get(page).content.decode()
