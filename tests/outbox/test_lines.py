"""Lines to mail servers that are slow, take few lines, read commands in one piece, or answer oddly."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from crm.outbox import emails, lines, sending
from crm.outbox.fates import Fate
from crm.outbox.lines import Lines
from crm.outbox.models import Message, SendingRules
from crm.people.models import Branch, Member
from tests.factories import MemberFactory
from tests.outbox.conftest import write_to
from tests.outbox.odd_server import Ways, odd_server

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def server(settings: Any) -> Iterator[Ways]:
    with odd_server(settings) as ways:
        yield ways


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "SLOW", 5)  # however busy the machine is


def written(branch: Branch, number: int) -> list[Member]:
    members = MemberFactory.create_batch(number, branch=branch)
    write_to(branch, *members)
    return members


def once_each(members: list[Member]) -> Counter[str]:
    return Counter(member.email for member in members)


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize(("at_most", "opened"), [(1, 1), (2, 2), (8, lines.NEAR)])
def test_a_near_server_is_sent_to_over_two_lines(
    server: Ways, branch: Branch, settings: Any, at_most: int, opened: int
) -> None:
    settings.EMAIL_CONNECTIONS = at_most
    members = written(branch, 60)
    assert sending.send_due() == 60
    assert (server.got, server.most_open) == (once_each(members), opened)


@pytest.mark.usefixtures("near")
def test_a_near_server_that_takes_one_line_gets_all_over_it(server: Ways, branch: Branch) -> None:
    server.lines_at_most = 1
    members = written(branch, 60)
    assert sending.send_due() == 60
    assert (server.got, states(), server.turned_away) == (once_each(members), {State.SENT: 60}, 1)


@pytest.mark.parametrize("at_most", [2, 8])
def test_a_slow_server_is_sent_to_over_many_lines(
    server: Ways, branch: Branch, settings: Any, at_most: int
) -> None:
    settings.EMAIL_CONNECTIONS = at_most
    server.seconds = 0.01
    members = written(branch, 60)
    assert sending.send_due() == 60
    assert (server.got, server.most_open) == (once_each(members), at_most)


def test_a_handful_needs_one_line_however_slow(server: Ways, branch: Branch) -> None:
    server.seconds = 0.01
    members = written(branch, lines.EACH_LINE)
    assert sending.send_due() == lines.EACH_LINE
    assert (server.got, server.most_open) == (once_each(members), 1)


def test_a_server_that_takes_few_lines_gets_all_over_those(server: Ways, branch: Branch) -> None:
    server.seconds, server.lines_at_most = 0.01, 2
    members = written(branch, 60)
    assert sending.send_due() == 60
    assert server.turned_away > 0
    assert (server.got, states()) == (once_each(members), {State.SENT: 60})


def test_a_server_that_takes_no_line_is_asked_once(server: Ways, branch: Branch) -> None:
    server.lines_at_most = 0
    written(branch, 100)
    assert sending.send_due() == 0
    assert (server.turned_away, states()) == (1, {State.QUEUED: 100})
    # Who was claimed waits; the rest has not been touched.
    assert Message.objects.filter(attempts=1).count() == sending.BATCH


def test_sms_go_though_no_mail_server_is_there(server: Ways, branch: Branch, settings: Any) -> None:
    server.lines_at_most = 0
    settings.SMS_USER = "u"
    settings.SMS_URL = "http://127.0.0.1:9"
    written(branch, 3)
    last = Message.objects.order_by("pk").last()
    assert last is not None
    Message.objects.filter(pk=last.pk).update(channel="sms", address="+46701740605", sms="Hej")
    sending.send_due()
    reasons = dict(Message.objects.values_list("pk", "error"))
    assert "SMTP" not in reasons.pop(last.pk)
    assert all("421" in reason for reason in reasons.values())


def test_commands_go_in_one_piece_to_a_server_that_says_so(server: Ways, branch: Branch) -> None:
    server.pipelining = True
    members = written(branch, 20)
    assert sending.send_due() == 20
    assert server.got == once_each(members)
    assert server.said_at_once.count(3) >= 20


def test_commands_go_one_by_one_to_every_other_server(server: Ways, branch: Branch) -> None:
    written(branch, 1)
    sending.send_due()
    # EHLO, MAIL, RCPT, DATA; then the message; then QUIT.
    assert server.said_at_once[:4] == [1, 1, 1, 1]


@pytest.mark.parametrize("pipelining", [False, True])
def test_one_refused_recipient_leaves_the_others_alone(
    server: Ways, branch: Branch, *, pipelining: bool
) -> None:
    server.pipelining = pipelining
    members = written(branch, 5)
    server.rcpt = {members[2].email: "550 no such user"}
    assert sending.send_due() == 4
    assert server.got == once_each([*members[:2], *members[3:]])
    assert (server.empty_ones, states()) == (int(pipelining), {State.SENT: 4, State.BOUNCED: 1})


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize(
    ("answer", "state"),
    [("450 later", State.QUEUED), ("554 never", State.FAILED), ("550 no such user", State.BOUNCED)],
)
def test_what_a_server_says_of_a_recipient_decides(
    server: Ways, branch: Branch, answer: str, state: str, *, pipelining: bool
) -> None:
    server.pipelining = pipelining
    (member,) = written(branch, 1)
    server.rcpt = {member.email: answer}
    assert (sending.send_due(), states()) == (0, {state: 1})


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_line_that_is_lost_before_the_message_is_no_riddle(
    server: Ways, branch: Branch, command: str, *, pipelining: bool
) -> None:
    server.pipelining, server.hangs_up_after = pipelining, command
    written(branch, 1)
    assert sending.send_due() == 0
    assert (states(), server.content) == ({State.QUEUED: 1}, [])


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ("451 later", State.QUEUED),
        ("554 never", State.FAILED),
        ("250 what?", State.QUEUED),
        ("", State.QUEUED),
    ],
)
def test_a_server_that_does_not_want_the_message_has_not_got_it(
    server: Ways, branch: Branch, data: str, state: str
) -> None:
    server.data = data
    written(branch, 1)
    assert (sending.send_due(), states(), server.content) == (0, {state: 1}, [])


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("250 ok", State.SENT),
        ("251 ok", State.SENT),
        ("451 later", State.QUEUED),
        ("554 never", State.FAILED),
        ("354 more", State.UNCERTAIN),
        ("what?", State.UNCERTAIN),
    ],
)
def test_the_answer_to_the_message_decides_and_an_odd_one_leaves_it_open(
    server: Ways, branch: Branch, end: str, state: str
) -> None:
    server.end = end
    written(branch, 1)
    sending.send_due()
    assert states() == {state: 1}


def test_a_line_that_begins_with_a_dot_arrives_with_it(server: Ways, branch: Branch) -> None:
    written(branch, 1)
    Message.objects.update(text="Hej\n.\n..två\n.slut\n", html="")
    sending.send_due()
    assert server.content[0].endswith(b"\r\nHej\r\n=2E\r\n...tv=C3=A5\r\n..slut")


def test_nobody_begins_when_half_the_lease_is_over(server: Ways, branch: Branch) -> None:
    written(branch, 3)
    with time_machine.travel(
        timezone.now() - sending.LEASE + sending.SPARE - timedelta(seconds=1), tick=False
    ):
        Message.objects.update(queued_at=timezone.now())
        claimed = sending.claim_some(branch, sending.keys_due(branch, 3))
    with Lines(1, spare=sending.SPARE) as line:
        line.give(claimed)
        assert {one.fate for one in line.hear(3)} == {Fate.NOT_NOW}
    assert server.got == {}


def test_a_fault_of_our_own_leaves_the_message_open_and_the_others_go(
    server: Ways, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = written(branch, 3)
    right = emails.as_bytes

    def wrong(message: Message) -> bytes:
        if message.address == members[1].email:
            raise RuntimeError("ink")
        return right(message)

    monkeypatch.setattr(emails, "as_bytes", wrong)
    assert sending.send_due() == 2
    assert states() == {State.SENT: 2, State.UNCERTAIN: 1}
    assert Message.objects.get(state=State.UNCERTAIN).error == "RuntimeError: ink"


def test_what_nobody_has_begun_with_is_not_handed_over_after_a_fault(server: Ways, branch: Branch) -> None:
    server.seconds = 0.02
    written(branch, 40)
    claimed = sending.claim_some(branch, sending.keys_due(branch, 40))
    with suppress(KeyError), Lines(1, spare=sending.SPARE) as line:
        line.give(claimed)
        line.hear(1)
        raise KeyError
    assert sum(server.got.values()) <= 3


def test_never_more_in_flight_than_a_killed_worker_may_leave(
    server: Ways, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    right = Lines.hear

    def counting(line: Lines, most: int) -> list[lines.Told]:
        seen.append(Message.objects.filter(state=State.IN_FLIGHT).count())
        return right(line, most)

    monkeypatch.setattr(Lines, "hear", counting)
    members = written(branch, 200)
    assert (sending.send_due(), server.got) == (200, once_each(members))
    assert max(seen) == sending.BATCH


@pytest.mark.parametrize(
    ("sent", "a_second", "most"),
    [
        (0, 1000.0, 48),
        (195, 1000.0, 48),
        (196, 1000.0, 49),
        (800, 1000.0, 200),
        (959, 1000.0, 239),
        (100_000, 1000.0, 240),
        (100_000, 480.0, 240),
        (100_000, 300.0, 150),
        (100_000, 98.0, 49),
        (100_000, 97.9, 48),
        (100_000, 0.0, 48),
    ],
)
def test_what_is_at_stake_is_a_share_of_what_was_sent_and_half_a_second(
    sent: int, a_second: float, most: int
) -> None:
    assert sending.most_in_flight(sent, a_second=a_second) == most


def test_a_large_send_has_no_more_in_flight_than_its_share(
    server: Ways, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "STAKE", 1000)  # however busy the machine is
    SendingRules.objects.create(branch=branch, ask_above=450)
    seen = []
    right = Lines.hear

    def counting(line: Lines, most: int) -> list[lines.Told]:
        told = right(line, most)
        found = states()
        seen.append((found[State.IN_FLIGHT], max(sending.BATCH, found[State.SENT] // sending.SHARE)))
        return told

    monkeypatch.setattr(Lines, "hear", counting)
    members = written(branch, 450)
    assert (sending.send_due(), server.got) == (450, once_each(members))
    assert [pair for pair in seen if pair[0] > pair[1]] == []
    assert max(flying for flying, _share in seen) > sending.BATCH


@pytest.mark.parametrize("wanted", [1, 24, 40])
def test_who_listens_is_told_of_so_many_or_more_at_once(server: Ways, branch: Branch, wanted: int) -> None:
    written(branch, 40)
    claimed = sending.claim_some(branch, sending.keys_due(branch, 40))
    with Lines(1, spare=sending.SPARE) as line:
        line.give(claimed)
        first = line.hear(wanted)
        rest = [*line.hear(40)] if line.out else []
        assert (wanted <= len(first), line.out) == (True, 40 - len(first) - len(rest))
        assert [one.message for one in (*first, *rest)] == claimed[: len(first) + len(rest)]


def test_who_listens_is_not_kept_waiting_by_a_slow_server(
    server: Ways, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its lock the server does not even greet."""
    monkeypatch.setattr(lines, "PATIENCE", 0.01)
    written(branch, 2)
    claimed = sending.claim_some(branch, sending.keys_due(branch, 2))
    with Lines(1, spare=sending.SPARE) as line, server.lock:
        line.give(claimed)
        assert (line.hear(2), line.out) == ([], 2)


def test_the_queries_of_a_batch_do_not_grow_with_it(
    server: Ways, branch: Branch, django_assert_max_num_queries: Any
) -> None:
    """A query to find, to claim, to read and to look at the members, and one to note: for 24 messages each time."""
    written(branch, 96)
    with django_assert_max_num_queries(40):
        assert sending.send_due() == 96
