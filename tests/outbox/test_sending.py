import email
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.policy import default
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from crm.outbox import sending
from crm.outbox.models import Message
from crm.people.models import Branch, Member, Membership
from tests.factories import MemberFactory
from tests.outbox.conftest import MailServer, write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State = Message.State


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_message_arrives_as_it_was_written(mail_server: MailServer, message: Message) -> None:
    assert sending.send_due() == 1
    mail = mail_server.got[0]
    assert (mail["Subject"], mail["To"]) == ("Hej Ärla", "arla@example.org")
    assert mail["From"] == "Lillberga arbetarekommun <tusen@example.org>"
    assert mail["Reply-To"] == "expedition@example.org"
    text = mail.get_body(("plain",))  # type: ignore[attr-defined]
    assert text.get_content().startswith(f"Nr {message.member.member_number}")  # type: ignore[union-attr]


def test_mail_programs_are_offered_the_one_click_no(mail_server: MailServer, message: Message) -> None:
    sending.send_due()
    mail = mail_server.got[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip(" <>") in message.text
    assert mail["Auto-Submitted"] == "auto-generated"


def test_many_messages_arrive_once_each_over_one_connection(mail_server: MailServer, branch: Branch) -> None:
    members = MemberFactory.create_batch(60, branch=branch)
    write_to(branch, *members)
    assert [sending.send_due(), sending.send_due()] == [60, 0]
    assert mail_server.recipients == sorted(member.email for member in members)


def test_nothing_leaves_a_fictitious_branch_but_as_a_file(
    mail_server: MailServer, message: Message, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    Branch.objects.update(is_fictitious=True)
    assert sending.send_due() == 1
    assert mail_server.got == []
    (file,) = (tmp_path / "mail").iterdir()
    assert email.message_from_bytes(file.read_bytes(), policy=default)["To"] == "arla@example.org"


def test_a_server_that_is_away_is_tried_again_later_and_later(message: Message, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody_listens.getsockname()[1]
        now = datetime(2027, 1, 12, 3, tzinfo=UTC)
        with time_machine.travel(now, tick=False):
            sending.send_due()
    message.refresh_from_db()
    assert (message.state, message.not_before) == (State.QUEUED, now + timedelta(minutes=2))
    assert "ConnectionRefusedError" in message.error


def test_a_server_that_says_not_now_gets_it_later(mail_server: MailServer, message: Message) -> None:
    mail_server.answers = ["451 Try again later"]
    assert sending.send_due() == 0
    assert state_of(message) == State.QUEUED
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert sending.send_due() == 1
    assert mail_server.recipients == ["arla@example.org"]


def test_a_server_that_never_says_yes_is_given_up(mail_server: MailServer, message: Message) -> None:
    Message.objects.update(attempts=sending.MOST_ATTEMPTS - 1)
    mail_server.answers = ["451 Try again later"]
    sending.send_due()
    assert state_of(message) == State.FAILED


def test_a_server_that_says_never_ends_it_with_its_reason(mail_server: MailServer, message: Message) -> None:
    mail_server.answers = ["554 No such person"]
    sending.send_due()
    assert state_of(message) == State.FAILED
    assert "No such person" in message.error


def test_one_refused_message_does_not_stop_the_others(mail_server: MailServer, branch: Branch) -> None:
    write_to(branch, *MemberFactory.create_batch(3, branch=branch))
    mail_server.answers = ["250 OK", "554 No", "250 OK"]
    assert sending.send_due() == 2
    assert Counter(Message.objects.values_list("state", flat=True)) == {State.SENT: 2, State.FAILED: 1}


@pytest.mark.parametrize("broken", [{"address": "arla@"}, {"subject": "Hej\nBcc: alla@example.org"}])
def test_a_message_that_cannot_be_written_fails_and_the_others_go(
    mail_server: MailServer, branch: Branch, broken: dict[str, str]
) -> None:
    write_to(branch, *MemberFactory.create_batch(3, branch=branch))
    second = Message.objects.order_by("pk")[1]
    Message.objects.filter(pk=second.pk).update(**broken)
    assert sending.send_due() == 2
    assert (state_of(second), len(mail_server.got)) == (State.FAILED, 2)


def test_a_line_that_breaks_before_the_answer_leaves_it_uncertain(
    mail_server: MailServer, message: Message
) -> None:
    mail_server.drop_line_after_data = True
    sending.send_due()
    assert state_of(message) == State.UNCERTAIN
    mail_server.drop_line_after_data = False
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert sending.send_due() == 0
    assert len(mail_server.got) == 1


def test_a_sender_killed_between_sent_and_noted_leaves_it_uncertain(
    mail_server: MailServer, message: Message
) -> None:
    assert sending.claim_some(message.branch, sending.keys_due(message.branch, 1)) == [message]
    assert sending.send_due() == 0
    assert state_of(message) == State.IN_FLIGHT
    with time_machine.travel(timezone.now() + sending.LEASE + timedelta(seconds=1)):
        assert sending.send_due() == 0
    assert (state_of(message), mail_server.got) == (State.UNCERTAIN, [])


def test_only_one_of_two_senders_gets_a_message(message: Message) -> None:
    keys = sending.keys_due(message.branch, 1)
    assert [sending.claim_some(message.branch, keys) for _sender in range(2)] == [[message], []]


def test_what_is_claimed_comes_in_the_order_asked_for_and_leased(branch: Branch) -> None:
    write_to(branch, *MemberFactory.create_batch(5, branch=branch))
    keys = sending.keys_due(branch, 5)
    now = datetime(2027, 1, 12, 3, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        claimed = sending.claim_some(branch, keys[::-1])
    assert [message.pk for message in claimed] == keys[::-1]
    assert {(message.attempts, message.lease_until) for message in claimed} == {(1, now + sending.LEASE)}
    kept = Message.objects.values_list("state", "attempts", "lease_until").order_by().distinct()
    assert list(kept) == [(State.IN_FLIGHT, 1, now + sending.LEASE)]
    assert sending.claim_some(branch, []) == []


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        ({}, True),
        ({"not_before": datetime(2027, 1, 12, 3, tzinfo=UTC)}, True),
        ({"not_before": datetime(2027, 1, 12, 3, 0, 1, tzinfo=UTC)}, False),
        ({"not_after": datetime(2027, 1, 12, 3, 0, 1, tzinfo=UTC)}, True),
        ({"not_after": datetime(2027, 1, 12, 3, tzinfo=UTC)}, False),
        ({"channel": "sms"}, True),
        ({"channel": "letter"}, False),
        ({"state": "cancelled"}, False),
        ({"state": "withheld"}, False),
        ({"state": "failed"}, False),
        ({"state": "uncertain"}, False),
    ],
)
def test_only_what_is_due_is_claimed(message: Message, change: dict[str, object], *, is_due: bool) -> None:
    Message.objects.update(**change)
    now = datetime(2027, 1, 12, 3, tzinfo=UTC)
    assert list(Message.objects.due(now)) == [message] * is_due
    with time_machine.travel(now, tick=False):
        assert sending.claim_some(message.branch, [message.pk]) == [message] * is_due


def test_what_was_sent_is_noted_without_the_traces_of_earlier_attempts(
    mail_server: MailServer, message: Message
) -> None:
    now = datetime(2027, 1, 12, 3, tzinfo=UTC)
    Message.objects.update(error="451 later", not_before=now - timedelta(minutes=2), attempts=3)
    with time_machine.travel(now, tick=False):
        assert sending.send_due() == 1
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == (State.SENT, now, 4)
    assert (message.error, message.not_before, message.lease_until) == ("", None, None)


def test_what_a_person_decided_meanwhile_is_not_noted_over(message: Message) -> None:
    (claimed,) = sending.claim_some(message.branch, [message.pk])
    Message.objects.update(state=State.UNCERTAIN, lease_until=None)
    sending.note_sent([claimed.pk])
    sending.note_sent([])
    assert state_of(message) == State.UNCERTAIN


def test_the_members_of_now_are_read_with_what_they_said_no_to(branch: Branch) -> None:
    first, second, gone = MemberFactory.create_batch(3, branch=branch)
    Member.objects.filter(pk=second.pk).update(no_sms=True)
    Membership.objects.filter(member=gone).update(missing_since="2026-01-01")
    for keys in ([gone.pk, second.pk, first.pk], [second.pk, first.pk, gone.pk]):  # the same statement twice
        found = sending.members_now(keys)
        assert {(member.pk, member.no_sms) for member in found} == {(first.pk, False), (second.pk, True)}
    assert sending.members_now([]) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: Membership.objects.update(missing_since="2026-01-01"), "Inte längre medlem."),
        (lambda: Member.objects.update(no_messages=True), "Vill inte ha utskick."),
    ],
    ids=["missing", "said no"],
)
def test_a_leaver_or_a_no_counts_at_the_last_moment(
    mail_server: MailServer, message: Message, change: object, reason: str
) -> None:
    change()  # type: ignore[operator]
    assert sending.send_due() == 0
    assert (state_of(message), message.error, mail_server.got) == (State.CANCELLED, reason, [])


def test_the_sweep_can_be_run_by_hand(mail_server: MailServer, message: Message) -> None:
    out = StringIO()
    call_command("run_job", "send_messages", "--json", stdout=out)
    assert '"lillberga": {"sent": 1}' in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_each_message_once(mail_server: MailServer, branch: Branch) -> None:
    members = MemberFactory.create_batch(40, branch=branch)
    write_to(branch, *members)

    def sweep(_number: int) -> int:
        try:
            return sending.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(sweep, range(2))) == 40
    assert mail_server.recipients == sorted(member.email for member in members)
