"""A no to one channel, or to every message: by the link in an e-mail, kept as what it was, and respected."""

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from crm.outbox import access, channels, deciding, letters, rules, sending
from crm.outbox.models import Message
from crm.outbox.writing import no_url
from crm.people import wishes
from crm.people.models import Branch, Member, User, WishChange
from tests.factories import MemberFactory
from tests.outbox.conftest import MailServer, write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State, Wish = Message.State, WishChange.Wish
CHANNELS = {"email": Wish.NO_EMAIL, "sms": Wish.NO_SMS, "letter": Wish.NO_LETTERS}


@pytest.fixture(autouse=True)
def operator(settings: Settings) -> None:
    settings.SMS_USER = "u1"


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch, email="arla@example.org")
    return made


@pytest.fixture
def link(member: Member, settings: Settings) -> str:
    return no_url(member).removeprefix(settings.SITE_URL)


def noes(member: Member) -> set[str]:
    member = Member.objects.get(pk=member.pk)
    return {wish for wish in Wish.values if getattr(member, wish)}


def ways(member: Member) -> list[str]:
    member = Member.objects.get(pk=member.pk)
    reach = channels.reach_of(member.branch, [member], rules.rules_of(member.branch))
    return [way.channel for way in reach.ways(member)]


def say(member: Member, *said: str) -> None:
    for wish in said:
        wishes.change(member=member, wish=wish, is_on=True, by=User.objects.console())


# By the link


def test_following_the_link_changes_nothing(client: Client, member: Member, link: str) -> None:
    words = client.get(link).content.decode()
    assert ("Skicka mig ingen mer e-post" in words, "Skicka mig inga utskick alls" in words) == (True, True)
    assert (noes(member), WishChange.objects.count()) == (set(), 0)


def test_a_mail_programs_one_click_says_no_to_e_mail_alone(member: Member, link: str) -> None:
    mail_program = Client(enforce_csrf_checks=True)
    answer = mail_program.post(link, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, noes(member)) == (200, {"no_email"})
    assert ways(member) == ["sms", "letter"]


def test_the_click_is_kept_once_with_its_time_and_by_whom(client: Client, member: Member, link: str) -> None:
    for _time in range(2):
        client.post(link, {"List-Unsubscribe": "One-Click"})
    kept = WishChange.objects.values_list("member", "wish", "is_on", "changed_by__email")
    assert list(kept) == [(member.pk, "no_email", True, "console@localhost")]


def test_a_person_can_say_no_to_everything(client: Client, member: Member, link: str) -> None:
    words = client.post(link, {"wish": "no_messages"}).content.decode()
    assert ("inga fler utskick" in words, noes(member), ways(member)) == (True, {"no_messages"}, [])


def test_who_said_no_to_e_mail_is_offered_the_rest_and_the_way_back(client: Client, link: str) -> None:
    words = client.post(link, {"wish": "no_email"}).content.decode()
    assert [
        said in words for said in ("Jag vill ha e-post igen", "Inga sms och inga brev heller", "som förut")
    ] == [True, True, True]


@pytest.mark.parametrize("wish", ["no_email", "no_messages"])
def test_a_no_can_be_taken_back(client: Client, member: Member, link: str, wish: str) -> None:
    client.post(link, {"wish": wish})
    client.post(link, {"wish": wish, "again": "yes"})
    assert noes(member) == set()
    assert list(WishChange.objects.order_by("pk").values_list("is_on", flat=True)) == [True, False]


@pytest.mark.parametrize("wish", ["no_calls", "erased_at", "no_letters", ""])
def test_the_link_opens_nothing_else(client: Client, member: Member, link: str, wish: str) -> None:
    client.post(link, {"wish": wish})
    assert (noes(member), WishChange.objects.count()) == (set(), 0)


# In the outbox


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_no_to_a_channel_closes_that_way_and_no_other(member: Member, channel: str) -> None:
    say(member, CHANNELS[channel])
    assert ways(member) == [other for other in ("email", "sms", "letter") if other != channel]


def test_a_no_counts_more_than_an_older_wish(member: Member) -> None:
    Member.objects.update(channel="email")
    say(member, Wish.NO_EMAIL)
    assert ways(member) == ["sms", "letter"]


def test_the_next_message_takes_another_way(branch: Branch, member: Member) -> None:
    say(member, Wish.NO_EMAIL)
    member.refresh_from_db()
    assert write_to(branch, member).written == 1
    assert Message.objects.values_list("channel", flat=True).get() == "sms"


def test_no_to_each_channel_is_no_to_all(branch: Branch, member: Member) -> None:
    say(member, *CHANNELS.values())
    member.refresh_from_db()
    queued = write_to(branch, member)
    assert (queued.written, queued.without_address, access.unreachable(branch)) == (0, [], [])
    assert list(Member.objects.wanting_messages()) == []


@pytest.mark.parametrize(
    ("said", "unreachable"),
    [((Wish.NO_EMAIL,), True), ((Wish.NO_MESSAGES,), False), ((Wish.NO_LETTERS,), False), ((), False)],
)
def test_who_wants_messages_and_has_no_way_left_is_on_the_list(
    branch: Branch, said: tuple[str, ...], unreachable: bool
) -> None:
    member = MemberFactory.create(branch=branch, phone="", postcode="")
    say(member, *said)
    assert [row.member for row in access.unreachable(branch)] == ([member] if unreachable else [])


def test_an_e_mail_that_waited_is_not_sent_and_can_go_another_way(
    mail_server: MailServer, branch: Branch, member: Member, console: User
) -> None:
    write_to(branch, member)
    say(member, Wish.NO_EMAIL)
    assert (sending.send_due(), mail_server.got) == (0, [])
    message = Message.objects.get()
    assert (message.state, message.error) == (State.FAILED, "Vill inte ha e-post.")
    assert [way.channel for way in deciding.other_ways(message)] == ["sms", "letter"]
    assert deciding.go_another_way(message=message, channel="letter", by=console)


def test_an_sms_that_waited_is_not_sent(branch: Branch, console: User) -> None:
    member = MemberFactory.create(branch=branch, email="", channel="sms")
    write_to(branch, member)
    Message.objects.update(not_before=None)
    Member.objects.update(no_sms=True)  # said a moment ago, by another worker
    (claimed,) = sending.claim_some(branch, sending.keys_due(branch, 1))
    assert sending.drop_unwanted([claimed]) == []
    assert Message.objects.values_list("state", "error").get() == (State.FAILED, "Vill inte ha sms.")


def test_a_letter_that_waited_is_not_printed(branch: Branch, console: User) -> None:
    member = MemberFactory.create(branch=branch, channel="letter")
    write_to(branch, member)
    say(member, Wish.NO_LETTERS)
    assert (letters.print_waiting(branch=branch, by=console), access.letters_waiting(branch)) == (None, 0)
    sending.send_due()
    assert Message.objects.values_list("state", "error").get() == (State.FAILED, "Vill inte ha brev.")


@pytest.mark.parametrize(
    ("said", "state"),
    [(Wish.NO_MESSAGES, State.CANCELLED), (Wish.NO_SMS, State.SENT), (Wish.NO_LETTERS, State.SENT)],
)
def test_what_is_decided_at_the_last_moment(
    mail_server: MailServer, branch: Branch, member: Member, said: str, state: str
) -> None:
    write_to(branch, member)
    say(member, said)
    sending.send_due()
    assert Message.objects.values_list("state", flat=True).get() == state


# The words


@time_machine.travel("2027-02-01T09:00:00+01:00", tick=False)
@pytest.mark.parametrize("end", ["text", "html"])
def test_every_e_mail_shows_the_way_to_say_no(branch: Branch, member: Member, end: str) -> None:
    write_to(branch, member)
    words = getattr(Message.objects.get(), end)
    assert ("Säg nej till utskick som detta" in words, no_url(member) in words) == (True, True)


def test_what_somebody_said_no_to_in_words(member: Member) -> None:
    nothing = list(member.noes)
    say(member, Wish.NO_CALLS, Wish.NO_EMAIL)
    said = [str(words) for words in Member.objects.get(pk=member.pk).noes]
    assert (nothing, said) == ([], ["vill inte bli uppringd", "vill inte ha e-post"])
