""" "We have tried to reach you": through the outbox, once, and kept when it has been sent."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from calls import figures, letters, rounds
from calls.letters import Post
from calls.models import Call, CallRound
from crm.outbox import letters as outbox_letters
from crm.outbox.models import Message, SendingRules
from crm.people.models import Branch, Member, Role, User
from tests.factories import BranchFactory
from tests.logins import log_in, log_in_as

State = Call.State


@pytest.fixture
def exhausted(call_round: CallRound) -> list[Call]:
    """Two whose attempts are used up; the third still waits."""
    keys = list(Call.objects.order_by("pk").values_list("pk", flat=True)[:2])
    Call.objects.filter(pk__in=keys).update(state=State.EXHAUSTED, attempts_used=4, call_list=None)
    return list(Call.objects.filter(pk__in=keys).order_by("pk"))


def sent_now(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, sent_at=timezone.now())


def test_each_gets_one_message(call_round: CallRound, exhausted: list[Call], leader: User) -> None:
    assert letters.write_to_exhausted(call_round=call_round, by=leader).written == 2
    assert letters.write_to_exhausted(call_round=call_round, by=leader).written == 0
    assert set(Message.objects.values_list("member", flat=True)) == {call.member_id for call in exhausted}


def test_what_it_says(call_round: CallRound, exhausted: list[Call], leader: User) -> None:
    letters.write_to_exhausted(call_round=call_round, by=leader)
    message = Message.objects.order_by("pk")[0]
    assert message.subject == f"Vi har försökt nå dig – {call_round.branch.name}"
    for words in (
        "Hej Ärla!",
        "Ring oss på 08-46500400.\nSkriv till expedition@example.org.\nSäg",
        "Säg nej till utskick som detta: http",
    ):
        assert words in message.text


@pytest.mark.parametrize(
    "case",
    [
        ("", "", "höra av dig.\nSäg gärna till"),
        ("08-46500400", "", "höra av dig.\nRing oss på 08-46500400.\nSäg"),
        ("", "post@example.org", "höra av dig.\nSkriv till post@example.org.\nSäg"),
    ],
)
def test_it_asks_for_an_answer_where_the_branch_can_be_reached(
    call_round: CallRound, exhausted: list[Call], leader: User, case: tuple[str, str, str]
) -> None:
    phone, email, asked = case
    Branch.objects.update(office_phone=phone, reply_email=email)
    letters.write_to_exhausted(call_round=CallRound.objects.get(), by=leader)
    assert asked in Message.objects.all()[0].text


def test_it_counts_as_kept_when_it_has_been_sent(
    call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User
) -> None:
    letters.write_to_exhausted(call_round=call_round, by=leader)
    today = timezone.localdate()
    rounds.top_up(branch=branch, on=today)
    assert figures.kept(branch, today) == 0
    message = Message.objects.order_by("pk")[0]
    sent_now(message)
    for _ in range(2):
        rounds.top_up(branch=branch, on=today)
    call = Call.objects.get(letter_at__isnull=False)
    assert (call.member_id, call.letter_at, call.letter_by) == (message.member_id, timezone.now(), leader)
    assert figures.kept(branch, today) == 1


def test_who_said_no_is_not_written_to(call_round: CallRound, exhausted: list[Call], leader: User) -> None:
    Member.objects.filter(pk=exhausted[0].member_id).update(no_messages=True)
    letters.write_to_exhausted(call_round=call_round, by=leader)
    assert list(Message.objects.values_list("member", flat=True)) == [exhausted[1].member_id]


def test_who_has_left_is_not_written_to(call_round: CallRound, exhausted: list[Call], leader: User) -> None:
    exhausted[0].member.memberships.update(missing_since=timezone.localdate() - timedelta(days=1))
    letters.write_to_exhausted(call_round=call_round, by=leader)
    assert list(Message.objects.values_list("member", flat=True)) == [exhausted[1].member_id]


@pytest.mark.parametrize("state", [State.REACHED, State.EXEMPT])
def test_who_was_reached_meanwhile_has_no_letter(
    call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User, state: str
) -> None:
    letters.write_to_exhausted(call_round=call_round, by=leader)
    for message in Message.objects.all():
        sent_now(message)
    reached_at = timezone.now() if state == State.REACHED else None
    reason = Call.Reason.OFFICER if state == State.EXEMPT else ""
    Call.objects.filter(pk=exhausted[0].pk).update(state=state, reached_at=reached_at, reason=reason)
    assert letters.note_sent(call_round) == 1
    assert Call.objects.get(letter_at__isnull=False) == exhausted[1]


def test_another_rounds_message_does_not_count(
    call_round: CallRound, exhausted: list[Call], leader: User, branch: Branch
) -> None:
    letters.write_to_exhausted(call_round=call_round, by=leader)
    Message.objects.update(purpose_key="tried:0", state=Message.State.SENT, sent_at=timezone.now())
    assert letters.note_sent(call_round) == 0


def by_channel(exhausted: list[Call], branch: Branch, leader: User) -> list[Message]:
    """The first has no e-mail and gets a letter, the second an e-mail."""
    Member.objects.filter(pk=exhausted[0].member_id).update(email="")
    letters.write_to_exhausted(call_round=exhausted[0].round, by=leader)
    return [Message.objects.get(member=call.member_id) for call in exhausted]


def test_who_has_no_email_gets_a_letter_that_is_printed_and_posted(
    call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User
) -> None:
    on_paper, by_mail = by_channel(exhausted, branch, leader)
    assert (on_paper.channel, by_mail.channel) == ("letter", "email")
    batch = outbox_letters.print_waiting(branch=branch, by=leader)
    assert batch is not None
    text = PdfReader(BytesIO(outbox_letters.pdf(batch))).pages[0].extract_text()
    assert "Vi har försökt nå dig" in text
    assert "Ring oss på 08-46500400" in text.replace("\n", " ")
    assert letters.note_sent(call_round) == 0
    outbox_letters.note_posted(batch=batch, by=leader)
    assert letters.note_sent(call_round) == 1
    assert Call.objects.get(letter_at__isnull=False) == exhausted[0]


def test_where_the_messages_are(
    call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User
) -> None:
    assert letters.post_of(call_round) == Post(waiting=0, to_print=0, to_approve=0, stopped=0, by_hand=2)
    _on_paper, by_mail = by_channel(exhausted, branch, leader)
    assert letters.post_of(call_round) == Post(waiting=1, to_print=1, to_approve=0, stopped=0, by_hand=0)
    Message.objects.filter(pk=by_mail.pk).update(state=Message.State.BOUNCED)
    assert letters.post_of(call_round) == Post(waiting=0, to_print=1, to_approve=0, stopped=1, by_hand=1)


def test_a_send_to_more_than_expected_waits_for_an_officer(
    client: Client, call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User
) -> None:
    SendingRules.objects.create(branch=branch, ask_above=1)
    log_in(client, leader)
    path = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/"
    html = client.post(f"{path}skriv/", follow=True).content.decode()
    assert letters.post_of(call_round).to_approve == 2
    for told in ("måste godkänna dem, i utkorgen", "2 utskick väntar på att medlemsansvarig godkänner."):
        assert told in html


def test_a_letter_by_hand_is_noted_for_those_with_nothing_under_way(
    client: Client, call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User
) -> None:
    _on_paper, by_mail = by_channel(exhausted, branch, leader)
    Message.objects.filter(pk=by_mail.pk).update(state=Message.State.FAILED)
    log_in(client, leader)
    path = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/"
    assert "1 brev har skickats" in client.get(path).content.decode()
    client.post(f"{path}brev/")
    noted = Call.objects.get(letter_at__isnull=False)
    assert (noted, noted.letter_by) == (exhausted[1], leader)


@pytest.mark.parametrize("case", [(0, 1), (60, 1), (61, 0)])
def test_a_letter_posted_after_the_round_has_closed_is_noted(
    exhausted: list[Call], branch: Branch, leader: User, case: tuple[int, int]
) -> None:
    days, noted = case
    call_round = exhausted[0].round
    by_channel(exhausted, branch, leader)
    batch = outbox_letters.print_waiting(branch=branch, by=leader)
    assert batch is not None
    outbox_letters.note_posted(batch=batch, by=leader)
    rounds.top_up(branch=branch, on=call_round.closes_on + timedelta(days=days))
    assert Call.objects.filter(letter_at__isnull=False).count() == noted


def test_the_leader_presses_a_button(
    client: Client, call_round: CallRound, exhausted: list[Call], branch: Branch, leader: User
) -> None:
    Member.objects.filter(pk=exhausted[0].member_id).update(email="", postcode="", town="")
    log_in(client, leader)
    path = f"/{branch.slug}/ringa/omgangar/{call_round.pk}/"
    assert "Skriv ”vi har försökt nå dig”" in client.get(path).content.decode()
    html = client.post(f"{path}skriv/", follow=True).content.decode()
    for told in (
        "1 utskick ligger i utkorgen.",
        "1 medlem har varken e-post eller en adress att skriva till.",
    ):
        assert told in html
    assert Message.objects.get().member_id == exhausted[1].member_id


@pytest.mark.parametrize(("who", "status"), [("caller", 403), ("board", 403), ("stranger", 404)])
def test_who_may_not_write(
    client: Client, call_round: CallRound, branch: Branch, who: str, status: int
) -> None:
    kind, where = (who, branch) if who != "stranger" else (Role.Kind.CALL_LEADER, BranchFactory.create())
    log_in_as(client, kind, where)
    answer = client.post(f"/{branch.slug}/ringa/omgangar/{call_round.pk}/skriv/")
    assert (answer.status_code, Message.objects.count()) == (status, 0)
