"""Where answers to a message go, and what the pages say of one that is held back."""

from datetime import date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from crm.outbox import rules, sending
from crm.outbox.models import Message, SendingRules
from crm.people.models import Branch, Role, User
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in_as
from tests.outbox.conftest import MailServer, write_to

pytestmark = pytest.mark.django_db
TODAY = date(2027, 2, 1)
NIGHT = datetime.fromisoformat("2027-02-01T22:30:00+01:00")
OFFICER = Role.Kind.MEMBER_OFFICER


def officer(branch: Branch, name: str, kind: str = OFFICER, **when: object) -> User:
    found = user_with(kind, branch, email=f"{name}@example.org")
    Role.objects.filter(user=found).update(**({"starts_on": date(2026, 1, 1)} | when))
    return found


def test_answers_go_to_the_address_of_the_branch() -> None:
    branch = BranchFactory.create(reply_email="expedition@example.org")
    officer(branch, "marta")
    assert rules.answers_to(branch, TODAY) == "expedition@example.org"


def test_without_one_they_go_to_the_officer_who_has_been_it_longest() -> None:
    branch = BranchFactory.create(reply_email="")
    officer(branch, "ny", starts_on=date(2026, 6, 1))
    officer(branch, "marta")
    assert rules.answers_to(branch, TODAY) == "marta@example.org"


@pytest.mark.parametrize(
    ("kind", "when"),
    [
        pytest.param(Role.Kind.BOARD, {}, id="of the board"),
        pytest.param(OFFICER, {"ends_on": date(2027, 1, 31)}, id="until yesterday"),
        pytest.param(OFFICER, {"starts_on": date(2027, 2, 2)}, id="from tomorrow on"),
    ],
)
def test_nobody_else_gets_them(kind: str, when: dict[str, date]) -> None:
    branch = BranchFactory.create(reply_email="")
    officer(branch, "annan", kind, **when)
    officer(BranchFactory.create(), "grannen")
    assert rules.answers_to(branch, TODAY) == ""


def test_who_is_no_user_any_more_gets_none() -> None:
    branch = BranchFactory.create(reply_email="")
    User.objects.filter(pk=officer(branch, "marta").pk).update(is_active=False)
    assert rules.answers_to(branch, TODAY) == ""


def test_an_e_mail_is_answered_to_the_officer_and_the_branch_stays_as_it_is(mail_server: MailServer) -> None:
    branch = BranchFactory.create(reply_email="")
    officer(branch, "marta")
    write_to(branch, MemberFactory.create(branch=branch))
    sending.send_due()
    assert [mail["Reply-To"] for mail in mail_server.got] == ["marta@example.org"]
    branch.refresh_from_db()
    assert branch.reply_email == ""


def page(client: Client, branch: Branch) -> str:
    log_in_as(client, OFFICER, branch)
    return client.get(reverse("outbox:index", args=[branch.slug])).content.decode()


def test_one_held_back_for_the_night_says_until_when(
    client: Client, branch: Branch, settings: Settings
) -> None:
    settings.SMS_USER = "u1"
    with time_machine.travel(NIGHT, tick=False):
        write_to(branch, MemberFactory.create(branch=branch, channel="sms"))
        sending.send_due()
        words = page(client, branch)
        message = client.get(reverse("outbox:message", args=[branch.slug, Message.objects.get().pk]))
    assert ("väntar till 09:00" in words, "väntar på ditt ja" in words) == (True, False)
    assert "<dt>Går ut</dt><dd>2027-02-02 09:00</dd>" in message.content.decode()


def test_one_that_waits_for_a_yes_says_so(client: Client, branch: Branch) -> None:
    SendingRules.objects.create(branch=branch, ask_above=0)
    write_to(branch, MemberFactory.create(branch=branch))
    words = page(client, branch)
    assert ("väntar till" in words, "väntar på ditt ja" in words) == (False, True)


def test_one_with_a_last_moment_shows_it_as_long_as_it_waits(client: Client, message: Message) -> None:
    Message.objects.update(not_after=NIGHT)
    log_in_as(client, OFFICER, message.branch)
    address = reverse("outbox:message", args=[message.branch.slug, message.pk])
    before = client.get(address).content.decode()
    Message.objects.update(state=Message.State.SENT, sent_at=NIGHT)
    after = client.get(address).content.decode()
    assert ["<dt>Går ut senast</dt>" in words for words in (before, after)] == [True, False]
