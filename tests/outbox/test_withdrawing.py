"""What waits when its member says no, or when what it is about has been: stopped at once, with the reason."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import Settings

from crm.extensions import Filling
from crm.outbox import deciding, letters, sending, withdrawing
from crm.outbox.models import LetterBatch, Message, SendingRules
from crm.outbox.queueing import queue_for_members
from crm.people import wishes
from crm.people.models import AccessLog, Branch, Member, Role, User, WishChange
from tests.factories import MemberFactory
from tests.logins import log_in_as
from tests.outbox.conftest import HELLO, MailServer, write_to

pytestmark = pytest.mark.django_db
State, Wish = Message.State, WishChange.Wish
NOES = {"email": Wish.NO_EMAIL, "sms": Wish.NO_SMS, "letter": Wish.NO_LETTERS}
REASONS = {"email": "Vill inte ha e-post.", "sms": "Vill inte ha sms.", "letter": "Vill inte ha brev."}


@pytest.fixture(autouse=True)
def operator(settings: Settings) -> None:
    settings.SMS_USER = "u1"


def waiting_by(branch: Branch, channel: str, **what: object) -> Member:
    """A member to whom a message waits by that channel."""
    member: Member = MemberFactory.create(branch=branch, channel=channel, **what)
    write_to(branch, member)
    assert Message.objects.get(member=member).channel == channel
    return member


def say(member: Member, *said: str, is_on: bool = True, by: User | None = None) -> None:
    for wish in said:
        wishes.change(member=member, wish=wish, is_on=is_on, by=by or User.objects.console())


def now_is(member: Member) -> tuple[str, str]:
    return Message.objects.values_list("state", "error").get(member=member)


# A no


@pytest.mark.parametrize("channel", NOES)
def test_a_no_to_everything_cancels_what_waits_at_once(branch: Branch, channel: str) -> None:
    member = waiting_by(branch, channel)
    say(member, Wish.NO_MESSAGES)
    assert now_is(member) == (State.CANCELLED, "Vill inte ha utskick.")


@pytest.mark.parametrize("channel", NOES)
@pytest.mark.parametrize("said", NOES)
def test_a_no_to_a_channel_stops_what_waits_by_that_one_and_no_other(
    branch: Branch, channel: str, said: str
) -> None:
    member = waiting_by(branch, channel)
    say(member, NOES[said])
    assert now_is(member) == ((State.FAILED, REASONS[channel]) if said == channel else (State.QUEUED, ""))


def test_it_is_on_record_who_said_so(branch: Branch, console: User) -> None:
    member = waiting_by(branch, "letter")
    say(member, Wish.NO_LETTERS, by=console)
    message = Message.objects.get()
    assert (message.decided_by, message.decided_at is not None) == (console, True)


def test_others_messages_wait_on(branch: Branch) -> None:
    other = waiting_by(branch, "letter")
    say(waiting_by(branch, "letter"), Wish.NO_MESSAGES)
    assert now_is(other) == (State.QUEUED, "")


@pytest.mark.parametrize("order", [("email", "sms", "letter"), ("letter", "sms", "email")])
def test_no_to_each_channel_in_turn_is_no_to_everything(branch: Branch, order: tuple[str, ...]) -> None:
    member = waiting_by(branch, "email")
    say(member, *(NOES[channel] for channel in order))
    assert now_is(member) == (State.CANCELLED, "Vill inte ha utskick.")


@pytest.mark.parametrize("state", [State.SENT, State.UNCERTAIN, State.BOUNCED, State.CANCELLED, State.FAILED])
def test_what_does_not_wait_stays_as_it_is(branch: Branch, state: str) -> None:
    member = waiting_by(branch, "email")
    Message.objects.update(state=state, sent_at=timezone.now() if state == State.SENT else None, error="x")
    say(member, Wish.NO_MESSAGES)
    assert now_is(member) == (state, "x")


def test_a_message_stopped_can_go_another_way(branch: Branch, console: User) -> None:
    member = waiting_by(branch, "email")
    say(member, Wish.NO_EMAIL)
    assert deciding.go_another_way(message=Message.objects.get(), channel="letter", by=console)
    say(member, Wish.NO_EMAIL, is_on=False)
    assert Message.objects.values_list("state", "channel").get() == (State.QUEUED, "letter")


def test_the_page_of_the_message_tells_why(client: Client, branch: Branch) -> None:
    member = waiting_by(branch, "letter")
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    say(member, Wish.NO_MESSAGES)
    page = client.get(reverse("outbox:message", args=[branch.slug, Message.objects.get().pk]))
    assert "Vill inte ha utskick." in page.content.decode()


# Taken back


@pytest.mark.parametrize("wish", [Wish.NO_MESSAGES, Wish.NO_LETTERS])
def test_what_was_stopped_waits_again_when_the_no_is_taken_back(branch: Branch, wish: str) -> None:
    member = waiting_by(branch, "letter")
    say(member, wish)
    say(member, wish, is_on=False)
    assert now_is(member) == (State.QUEUED, "")


def test_a_no_that_remains_holds(branch: Branch) -> None:
    member = waiting_by(branch, "letter")
    say(member, Wish.NO_MESSAGES, Wish.NO_LETTERS)
    say(member, Wish.NO_MESSAGES, is_on=False)
    assert now_is(member) == (State.FAILED, "Vill inte ha brev.")


def test_what_an_officer_stopped_stays_stopped(branch: Branch, console: User) -> None:
    member = waiting_by(branch, "letter")
    say(member, Wish.NO_LETTERS)
    assert deciding.cancel(message=Message.objects.get(), by=console)
    say(member, Wish.NO_LETTERS, is_on=False)
    assert now_is(member)[0] == State.CANCELLED


@pytest.fixture
def asked(branch: Branch) -> list[Member]:
    """Two members of a send to more than expected."""
    SendingRules.objects.create(branch=branch, ask_above=1)
    people = MemberFactory.create_batch(2, branch=branch)
    write_to(branch, *people)
    return people


def test_of_a_send_to_approve_it_waits_for_the_yes_again(branch: Branch, asked: list[Member]) -> None:
    say(asked[0], Wish.NO_MESSAGES)
    assert Message.objects.unapproved().count() == 1
    say(asked[0], Wish.NO_MESSAGES, is_on=False)
    assert Message.objects.unapproved().count() == 2


def test_a_send_that_was_refused_lets_nobody_out(branch: Branch, asked: list[Member], console: User) -> None:
    say(asked[0], Wish.NO_MESSAGES)
    assert deciding.refuse(branch=branch, purpose_key="invite:17", by=console) == 1
    say(asked[0], Wish.NO_MESSAGES, is_on=False)
    assert set(Message.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_a_send_that_was_approved_lets_the_late_one_out(
    branch: Branch, asked: list[Member], console: User
) -> None:
    say(asked[0], Wish.NO_MESSAGES)
    deciding.approve(branch=branch, purpose_key="invite:17", by=console)
    say(asked[0], Wish.NO_MESSAGES, is_on=False)
    assert set(Message.objects.values_list("state", flat=True)) == {State.QUEUED}


def test_the_database_holds_that_what_a_wish_stopped_goes_nowhere(branch: Branch) -> None:
    waiting_by(branch, "email")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(stopped_by_wish=True)


# On paper


@pytest.mark.parametrize(
    ("field", "state", "reason"),
    [
        ("no_messages", State.CANCELLED, "Vill inte ha utskick."),
        ("no_letters", State.FAILED, "Vill inte ha brev."),
    ],
)
def test_a_no_that_came_with_a_merge_is_seen_by_the_sweep(
    branch: Branch, field: str, state: str, reason: str
) -> None:
    member = waiting_by(branch, "letter")
    Member.objects.update(**{field: True})
    sending.send_due()
    assert now_is(member) == (state, reason)


@pytest.fixture
def batch(branch: Branch, console: User) -> LetterBatch:
    """Printed: Arla and Bo."""
    for name in ("Arla", "Bo"):
        waiting_by(branch, "letter", first_name=name, last_name="Ek")
    made = letters.print_waiting(branch=branch, by=console)
    assert made is not None
    return made


def pages(batch: LetterBatch) -> list[bool]:
    """Whether Bo's name stands on each page."""
    return ["Bo Ek" in page.extract_text() for page in PdfReader(BytesIO(letters.pdf(batch))).pages]


@pytest.mark.parametrize("wish", [Wish.NO_MESSAGES, Wish.NO_LETTERS])
def test_a_no_after_the_batch_was_made_keeps_the_letter_off_the_paper(batch: LetterBatch, wish: str) -> None:
    assert pages(batch) == [False, True]
    say(Member.objects.get(first_name="Bo"), wish)
    assert pages(batch) == [False]


def test_the_officer_is_told_whose_letter_to_take_out(client: Client, batch: LetterBatch) -> None:
    bo = Member.objects.get(first_name="Bo")
    say(bo, Wish.NO_LETTERS)
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, batch.branch)
    words = client.get(reverse("outbox:letters", args=[batch.branch.slug])).content.decode()
    assert ("Ta ut dessa" in words, "Bo Ek" in words, "Arla Ek" in words) == (True, True, False)
    assert list(AccessLog.objects.filter(user=officer).values_list("member", flat=True)) == [bo.pk]


def test_what_was_taken_out_is_not_noted_as_posted(batch: LetterBatch, console: User) -> None:
    bo = Member.objects.get(first_name="Bo")
    say(bo, Wish.NO_LETTERS)
    letters.note_posted(batch=batch, by=console)
    assert now_is(bo) == (State.CANCELLED, "Togs ut före postningen: har lämnat eller vill inte ha brev.")
    assert Message.objects.values_list("state", flat=True).get(member__first_name="Arla") == State.POSTED


def test_a_batch_without_any_no_asks_for_nothing(client: Client, batch: LetterBatch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, batch.branch)
    words = client.get(reverse("outbox:letters", args=[batch.branch.slug])).content.decode()
    assert "Ta ut dessa" not in words


# Too late


NOON = datetime.fromisoformat("2027-03-11T12:00:00+01:00")


def write_before(branch: Branch, member: Member, at: datetime) -> None:
    queue_for_members(
        branch=branch,
        members=[member],
        purpose_key="invite:17",
        kind=HELLO,
        filling=lambda _member: Filling(),
        by=User.objects.console(),
        not_after=at,
    )


@pytest.mark.parametrize(("minutes", "state"), [(-1, State.SENT), (0, State.CANCELLED), (1, State.CANCELLED)])
def test_what_is_about_something_that_has_been_does_not_leave(
    mail_server: MailServer, branch: Branch, minutes: int, state: str
) -> None:
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        write_before(branch, MemberFactory.create(branch=branch), NOON)
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        sending.send_due()
    assert Message.objects.values_list("state", flat=True).get() == state
    assert len(mail_server.got) == (state == State.SENT)


def test_a_letter_that_nobody_printed_in_time_is_not_printed(branch: Branch, console: User) -> None:
    member = MemberFactory.create(branch=branch, channel="letter")
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        write_before(branch, member, NOON)
    with time_machine.travel(NOON, tick=False):
        assert letters.print_waiting(branch=branch, by=console) is None
        sending.send_due()
    state, reason = now_is(member)
    assert (state, reason[:21]) == (State.CANCELLED, "Det som det handlar o")


def test_one_that_waits_for_a_yes_is_too_late_too(branch: Branch) -> None:
    SendingRules.objects.create(branch=branch, ask_above=0)
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        write_before(branch, MemberFactory.create(branch=branch), NOON)
    assert withdrawing.stop_what_is_too_late(NOON) == 1
    assert Message.objects.unapproved().count() == 0


def test_what_is_never_too_late_waits_on(branch: Branch) -> None:
    waiting_by(branch, "letter")
    assert withdrawing.stop_what_is_too_late(NOON + timedelta(days=4000)) == 0
