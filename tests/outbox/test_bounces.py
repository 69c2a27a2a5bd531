import mailbox
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from crm import extensions
from crm.jobs.running import run_job
from crm.outbox import bounces, deciding, sending
from crm.outbox.models import DeadAddress, Message
from crm.people import erasing, memberships
from crm.people.models import Branch, Member, Role, User
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as
from tests.outbox.conftest import MailServer, write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State = Message.State


@pytest.fixture
def sent(message: Message) -> Message:
    Message.objects.update(state=State.SENT, sent_at=message.queued_at)
    return message


def id_of(message: Message) -> str:
    return f"<tusen.{message.pk}.{message.queued_at:%Y%m%d%H%M%S}@example.org>"


def returned(message_id: str, *, action: str = "failed", status: str = "5.1.1", whole: bool = False) -> bytes:
    """A notice as mail servers write it (RFC 3464)."""
    kind, head = ("message/rfc822", "\nHej!") if whole else ("text/rfc822-headers", "")
    return f"""From: MAILER-DAEMON@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; arla@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: Hej
{head}
--b--
""".replace("\n", "\r\n").encode()


def take(content: bytes) -> bool:
    notice = bounces.notice_of(content)
    return notice is not None and bounces.take(notice)


@pytest.mark.parametrize("whole", [True, False])
def test_a_mail_that_comes_back_marks_the_address_and_not_the_person(sent: Message, whole: bool) -> None:
    assert take(returned(id_of(sent), whole=whole))
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED
    assert list(DeadAddress.objects.values_list("address", "reason")) == [
        ("arla@example.org", "5.1.1 smtp; 550 5.1.1 No such user")
    ]
    assert sent.member is not None
    assert (sent.member.email, sent.member.no_messages) == ("arla@example.org", False)


def test_the_same_notice_twice_changes_nothing_more(sent: Message) -> None:
    assert [take(returned(id_of(sent))), take(returned(id_of(sent)))] == [True, False]
    assert DeadAddress.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("delayed", "5.1.1"), ("failed", "4.2.2"), ("relayed", "2.0.0")],
)
def test_what_is_not_for_good_marks_nothing(sent: Message, action: str, status: str) -> None:
    assert bounces.notice_of(returned(id_of(sent), action=action, status=status)) is None


def test_an_invented_notice_marks_nothing(sent: Message) -> None:
    assert not take(returned(f"<tusen.{sent.pk}.20200101000000@example.org>"))
    assert not take(returned("<tusen.999999.20200101000000@example.org>"))
    assert not take(returned("<someone.elses@example.org>"))
    assert not DeadAddress.objects.exists()


@pytest.mark.parametrize("content", [b"", b"Subject: Hej\n\nJag kommer!", b"\xff\xfe\x00"])
def test_other_mail_is_no_notice(content: bytes) -> None:
    assert bounces.notice_of(content) is None


def test_a_server_that_knows_no_such_address_marks_it_at_once(
    mail_server: MailServer, message: Message
) -> None:
    mail_server.rcpt_answers = ["550 5.1.1 No such user"]
    assert sending.send_due() == 0
    message.refresh_from_db()
    assert (message.state, DeadAddress.objects.get().address) == (State.BOUNCED, "arla@example.org")


def test_the_next_message_takes_another_way(sent: Message, branch: Branch) -> None:
    take(returned(id_of(sent)))
    assert sent.member is not None
    write_to(branch, sent.member, key="invite:18")
    assert Message.objects.get(purpose_key="invite:18").channel == "letter"


def test_sending_again_believes_the_address_again(sent: Message, console: User) -> None:
    take(returned(id_of(sent)))
    assert deciding.send_again(message=sent, by=console)
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at, DeadAddress.objects.count()) == (State.QUEUED, None, 0)


def test_an_erased_member_s_address_is_forgotten(sent: Message, console: User) -> None:
    take(returned(id_of(sent)))
    assert sent.member is not None
    deciding.forget(member=sent.member, by=console)
    assert not DeadAddress.objects.exists()


@pytest.mark.parametrize(("email", "is_left"), [("{}", True), ("ny@example.org", False)])
def test_who_shares_the_address_of_somebody_erased_is_still_asked_for_another(
    sent: Message, console: User, email: str, is_left: bool
) -> None:
    take(returned(id_of(sent)))
    assert sent.member is not None
    MemberFactory.create(branch=sent.branch, email=email.format(sent.member.email.upper()))
    erasing.erase(member=sent.member, by=console, on=timezone.localdate())
    assert DeadAddress.objects.exists() is is_left
    figure = extensions.figures.get("addresses_bounced")
    assert figure is not None
    assert figure.read(sent.branch, timezone.localdate()) == is_left


def test_the_boards_number_is_of_members_and_an_address_that_two_share_is_one(
    sent: Message, branch: Branch, console: User
) -> None:
    figure, today = extensions.figures.get("addresses_bounced"), timezone.localdate()
    assert figure is not None
    assert figure.people is not None
    take(returned(id_of(sent)))
    assert sent.member is not None
    housemate = MemberFactory.create(branch=branch, email=sent.member.email.title())
    MemberFactory.create(email=sent.member.email)  # of another branch
    assert (figure.read(branch, today), len(list(figure.people(branch, today)))) == (1, 2)
    for member, expected in ((sent.member, (1, 1)), (housemate, (0, 0))):
        memberships.end(member=member, on=today, reason="left", by=console)
        assert (figure.read(branch, today), len(list(figure.people(branch, today)))) == expected


def test_the_board_reads_how_many_bounce(sent: Message, branch: Branch) -> None:
    figure = extensions.figures.get("addresses_bounced")
    assert figure is not None
    today = timezone.localdate()
    assert figure.read(branch, today) == 0
    take(returned(id_of(sent)))
    counted = [(branch, today), (BranchFactory.create(), today), (branch, today - timedelta(days=1))]
    assert [figure.read(whose, on) for whose, on in counted] == [1, 0, None]


def test_a_call_is_asked_for_until_the_address_is_right_or_the_time_has_gone(sent: Message) -> None:
    branch, today = sent.branch, timezone.localdate()
    assert list(bounces.calls_to_ask_for(branch=branch, on=today)) == []
    take(returned(id_of(sent)))
    days = (-1, 0, 60, 61)
    asked = [len(list(bounces.calls_to_ask_for(branch=branch, on=today + timedelta(days=n)))) for n in days]
    assert asked == [0, 1, 1, 0]
    call = next(bounces.calls_to_ask_for(branch=branch, on=today))
    assert (call.member_id, call.from_on, call.due_on) == (sent.member_id, today, today + timedelta(days=14))
    bounces.believe_again(branch=branch, address=sent.address)
    assert list(bounces.calls_to_ask_for(branch=branch, on=today)) == []


@pytest.mark.parametrize("wish", [{"no_calls": True}, {"email": "ny@example.org"}])
def test_nobody_is_called_against_a_wish_or_for_an_address_that_is_gone(
    sent: Message, wish: dict[str, object]
) -> None:
    take(returned(id_of(sent)))
    Member.objects.update(**wish)
    assert list(bounces.calls_to_ask_for(branch=sent.branch, on=timezone.localdate())) == []


def test_the_nights_job_makes_the_call(sent: Message) -> None:
    take(returned(id_of(sent)))
    job = extensions.jobs.get("top_up_call_rounds")
    assert job is not None
    run_job(job, branch=sent.branch, on=timezone.localdate())
    call = Call.objects.get()
    assert (call.member, call.round.kind, str(call.round)) == (
        sent.member,
        "check_in",
        "Hur går det? Vår e-post kommer tillbaka.",
    )


def test_the_officer_sees_whom_to_call_and_can_believe_an_address(client: Client, sent: Message) -> None:
    take(returned(id_of(sent)))
    none = MemberFactory.create(branch=sent.branch, last_name="Utan", email="", phone="", town="")
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, sent.branch)
    url = reverse("outbox:addresses", args=[sent.branch.slug])
    page = client.get(url).content.decode()
    assert "arla@example.org" in page
    assert "Ärla Utan" in page
    assert set(officer.reads.values_list("member", flat=True)) == {sent.member_id, none.pk}
    client.post(reverse("outbox:believe_address", args=[sent.branch.slug, DeadAddress.objects.get().pk]))
    assert "arla@example.org" not in client.get(url).content.decode()


def test_where_all_can_be_reached_the_page_says_so(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    assert "Alla kan nås" in client.get(reverse("outbox:addresses", args=[branch.slug])).content.decode()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("read_bounces", *arguments, "--json", stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize("kind", [mailbox.mbox, mailbox.Maildir])
def test_a_mailbox_is_read_and_read_again(sent: Message, tmp_path: Path, kind: type[mailbox.mbox]) -> None:
    box = kind(str(tmp_path / "box"))
    hello = EmailMessage()
    hello["Subject"] = "Hej"
    box.add(hello)
    box.add(returned(id_of(sent)))
    box.close()
    assert run(str(tmp_path / "box")) == '{"read": 2, "bounced": 1}'
    assert run(str(tmp_path / "box")) == '{"read": 2, "bounced": 0}'


def test_a_mail_is_read_from_standard_input(sent: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(returned(id_of(sent)))))
    assert run() == '{"read": 1, "bounced": 1}'


def test_a_mailbox_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no mailbox"):
        run(str(tmp_path / "none"))
