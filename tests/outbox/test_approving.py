from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.outbox import deciding, sending
from crm.outbox.models import Message, SendingRules
from crm.people.models import AccessLog, Branch, Role, User
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as
from tests.outbox.conftest import MailServer, write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State = Message.State


@pytest.fixture
def held(branch: Branch) -> Branch:
    """Three messages from a branch that expects two at the most."""
    SendingRules.objects.create(branch=branch, ask_above=2)
    queued = write_to(branch, *MemberFactory.create_batch(3, branch=branch))
    assert (queued.written, queued.needs_approval) == (3, True)
    return branch


def states() -> set[str]:
    return set(Message.objects.values_list("state", flat=True))


def test_a_send_to_more_than_expected_asks_first(mail_server: MailServer, held: Branch) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert sending.send_due() == 0
    assert (states(), mail_server.got) == ({State.WITHHELD}, [])


def test_a_send_to_as_many_as_expected_simply_leaves(mail_server: MailServer, branch: Branch) -> None:
    SendingRules.objects.create(branch=branch, ask_above=2)
    write_to(branch, *MemberFactory.create_batch(2, branch=branch))
    assert sending.send_due() == 2


def test_after_a_yes_they_leave_once(mail_server: MailServer, held: Branch, console: User) -> None:
    assert deciding.approve(branch=held, purpose_key="invite:17", by=console) == 3
    assert deciding.approve(branch=held, purpose_key="invite:17", by=console) == 0
    assert [sending.send_due(), sending.send_due()] == [3, 0]


def test_after_a_no_they_never_leave(mail_server: MailServer, held: Branch, console: User) -> None:
    assert deciding.refuse(branch=held, purpose_key="invite:17", by=console) == 3
    assert deciding.approve(branch=held, purpose_key="invite:17", by=console) == 0
    assert (sending.send_due(), states()) == (0, {State.CANCELLED})


def test_one_of_them_can_be_stopped_alone(held: Branch, console: User) -> None:
    first = Message.objects.order_by("pk")[0]
    assert deciding.cancel(message=first, by=console)
    assert deciding.approve(branch=held, purpose_key="invite:17", by=console) == 2


def test_only_what_is_withheld_waits_for_a_yes(message: Message) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(needs_approval=True)


def test_the_officer_reads_what_each_gets_and_says_yes(client: Client, held: Branch) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, held)
    assert (
        "3 utskick väntar på ditt ja"
        in client.get(reverse("outbox:index", args=[held.slug])).content.decode()
    )
    url = reverse("outbox:approval", args=[held.slug])
    second = Message.objects.order_by("pk")[1]
    page = client.get(url, {"key": "invite:17", "page": "2"}).content.decode()
    assert second.address in page
    assert second.text.split("\n")[0] in page
    assert officer.reads.filter(purpose=AccessLog.Purpose.MESSAGE).first().member == second.member  # type: ignore[union-attr]
    client.post(reverse("outbox:approve", args=[held.slug]), {"key": "invite:17"})
    assert states() == {State.QUEUED}


def test_the_officer_says_no(client: Client, held: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, held)
    client.post(reverse("outbox:refuse", args=[held.slug]), {"key": "invite:17"})
    assert states() == {State.CANCELLED}


def test_a_send_that_was_decided_on_is_not_there(client: Client, held: Branch, console: User) -> None:
    deciding.refuse(branch=held, purpose_key="invite:17", by=console)
    log_in_as(client, Role.Kind.MEMBER_OFFICER, held)
    url = reverse("outbox:approval", args=[held.slug])
    assert client.get(url, {"key": "invite:17"}).status_code == 404


@pytest.mark.parametrize("name", ["approve", "refuse"])
def test_another_branch_decides_about_nothing(client: Client, held: Branch, name: str) -> None:
    other = BranchFactory.create()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, other)
    client.post(reverse(f"outbox:{name}", args=[other.slug]), {"key": "invite:17"})
    assert states() == {State.WITHHELD}


def test_no_more_leave_than_the_hour_allows(mail_server: MailServer, branch: Branch) -> None:
    SendingRules.objects.create(branch=branch, hourly_limit=2)
    write_to(branch, *MemberFactory.create_batch(5, branch=branch))
    assert [sending.send_due(), sending.send_due()] == [2, 0]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert sending.send_due() == 2
    assert len(mail_server.got) == 4


def test_one_branch_at_its_limit_does_not_hold_up_another(mail_server: MailServer, branch: Branch) -> None:
    SendingRules.objects.create(branch=branch, hourly_limit=1)
    other = BranchFactory.create()
    write_to(branch, *MemberFactory.create_batch(3, branch=branch))
    write_to(other, MemberFactory.create(branch=other, email="ovan@example.org"))
    assert sending.send_due() == 2
    assert "ovan@example.org" in mail_server.recipients


def test_the_rules_are_saved_and_kept_right(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    url = reverse("outbox:rules", args=[branch.slug])
    form = {"hourly_limit": 50, "ask_above": 9, "first_hour": 8, "last_hour": 21, "sms_sender": "SLillberga"}
    assert client.post(url, form).status_code == 302
    rules = SendingRules.objects.get()
    assert (rules.hourly_limit, rules.ask_above, rules.sms_sender, rules.letters) == (
        50,
        9,
        "SLillberga",
        False,
    )
    for wrong in ({"sms_sender": "Örebro AK"}, {"first_hour": 22}, {"hourly_limit": 0}, {"last_hour": 25}):
        assert client.post(url, form | wrong).status_code == 422
