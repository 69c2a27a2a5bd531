import pytest
from pytest_django import Settings

from crm.outbox import bounces, channels, deciding, rules
from crm.outbox.models import EarlierAttempt, Message, SendingRules
from crm.people.models import Branch, Member, User
from tests.factories import MemberFactory
from tests.outbox.conftest import write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State = Message.State


@pytest.fixture(autouse=True)
def operator(settings: Settings) -> None:
    settings.SMS_USER = "u1"


def ways(member: Member) -> list[str]:
    reach = channels.reach_of(member.branch, [member], rules.rules_of(member.branch))
    return [way.channel for way in reach.ways(member)]


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("", ["email", "sms", "letter"]),
        ("email", ["email", "sms", "letter"]),
        ("sms", ["sms", "email", "letter"]),
        ("letter", ["letter", "email", "sms"]),
    ],
)
def test_the_wish_comes_first_then_what_is_known(branch: Branch, wish: str, order: list[str]) -> None:
    assert ways(MemberFactory.create(branch=branch, channel=wish)) == order


@pytest.mark.parametrize(
    ("known", "order"),
    [
        ({"email": ""}, ["sms", "letter"]),
        ({"email": "", "phone": ""}, ["letter"]),
        ({"email": "", "phone": "", "postcode": ""}, []),
        ({"phone": "", "town": ""}, ["email"]),
    ],
)
def test_only_what_is_known_is_a_way(branch: Branch, known: dict[str, str], order: list[str]) -> None:
    assert ways(MemberFactory.create(branch=branch, **known)) == order


def test_without_an_operator_nobody_gets_an_sms(branch: Branch, settings: Settings) -> None:
    settings.SMS_USER = ""
    assert ways(MemberFactory.create(branch=branch, channel="sms")) == ["email", "letter"]


def test_a_branch_without_letters_writes_only_to_who_wants_them(branch: Branch) -> None:
    SendingRules.objects.create(branch=branch, letters=False)
    assert ways(MemberFactory.create(branch=branch, phone="")) == ["email"]
    assert ways(MemberFactory.create(branch=branch, phone="", channel="letter")) == ["letter", "email"]


def test_an_address_that_bounces_is_no_way_whatever_its_capitals(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, email="Arla@example.org")
    bounces.mark(branch=branch, address="arla@example.org", reason="550")
    assert ways(member) == ["sms", "letter"]


def test_the_envelope_has_its_lines_as_the_post_office_wants_them(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, last_name="Öberg", care_of="Ek", town="Storköping")
    assert channels.envelope(member) == "Ärla Öberg\nc/o Ek\nStorgatan 1\n582 22 STORKÖPING"


def test_many_are_written_to_each_their_own_way(branch: Branch) -> None:
    one = MemberFactory.create(branch=branch)
    two = MemberFactory.create(branch=branch, email="")
    three = MemberFactory.create(branch=branch, email="", phone="")
    assert write_to(branch, one, two, three).written == 3
    assert dict(Message.objects.values_list("member", "channel")) == {
        one.pk: "email",
        two.pk: "sms",
        three.pk: "letter",
    }


@pytest.mark.parametrize("state", [State.FAILED, State.BOUNCED])
def test_another_channel_is_a_new_attempt_of_the_same_message(
    message: Message, console: User, state: str
) -> None:
    Message.objects.update(state=state, error="550 No")
    assert deciding.go_another_way(message=message, channel="letter", by=console)
    message.refresh_from_db()
    assert (Message.objects.count(), message.channel, message.state, message.error) == (
        1,
        "letter",
        State.QUEUED,
        "",
    )
    (earlier,) = EarlierAttempt.objects.all()
    assert (earlier.channel, earlier.address, earlier.error) == ("email", "arla@example.org", "550 No")


def test_an_sms_instead_gets_the_words_of_an_sms(message: Message, console: User) -> None:
    Message.objects.update(state=State.FAILED)
    assert deciding.go_another_way(message=message, channel="sms", by=console)
    message.refresh_from_db()
    assert message.sms == "Hej Ärla\nLillberga arbetarekommun"


@pytest.mark.parametrize(
    "state", [State.QUEUED, State.WITHHELD, State.UNCERTAIN, State.CANCELLED, State.IN_FLIGHT]
)
def test_what_may_have_arrived_goes_no_other_way(message: Message, console: User, state: str) -> None:
    lease = message.queued_at if state == State.IN_FLIGHT else None
    Message.objects.update(state=state, lease_until=lease)
    assert not deciding.go_another_way(message=message, channel="letter", by=console)
    assert not EarlierAttempt.objects.exists()


def test_there_is_no_way_to_an_unknown_channel(message: Message, console: User) -> None:
    Message.objects.update(state=State.FAILED)
    assert not deciding.go_another_way(message=message, channel="pigeon", by=console)
