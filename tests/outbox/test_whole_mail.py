"""Every message to members as it leaves, read by other programs than wrote it."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from io import BytesIO

import pytest
from pypdf import PdfReader

from crm import extensions
from crm.extensions import Filling
from crm.outbox import emails, letters, texts
from crm.outbox.channels import Way, envelope
from crm.outbox.models import Message
from crm.outbox.queueing import write_one
from crm.people.models import Branch, User
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
KINDS = sorted(kind.name for kind in extensions.texts.all())
# Elements without an end (HTML, "void elements").
VOID = {"meta", "br"}


class Nesting(HTMLParser):
    """What is open at the end, and every end that met another beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(tag)


def written(branch: Branch, name: str, channel: str) -> Message:
    """What somebody with marks in the name gets of that kind, saved as the outbox saves it."""
    kind = extensions.texts.get(name)
    assert kind is not None
    member = MemberFactory.create(branch=branch, first_name="Åsa <b> & Co", email="asa@example.org")
    writer = texts.Writer(branch, texts.wording_of(branch, kind))
    filled = kind.example(branch=branch, member=member) if kind.example else Filling()
    way = Way(channel, member.email if channel == "email" else envelope(member))
    message = write_one(writer, kind, member, way, filled)
    console = User.objects.console()
    message.purpose_key, message.queued_by, message.queued_at = name, console, console.date_joined
    message.save()
    return message


@pytest.mark.parametrize("name", KINDS)
def test_a_strict_parser_finds_no_fault(branch: Branch, name: str) -> None:
    raw = emails.as_bytes(written(branch, name, "email"))
    mail = message_from_bytes(raw, policy=default.clone(raise_on_defect=True))
    assert isinstance(mail, EmailMessage)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert (mail["To"], mail["List-Unsubscribe-Post"]) == ("asa@example.org", "List-Unsubscribe=One-Click")
    # RFC 5322, 2.1.1: no line is longer than 998 signs; all is ASCII, whatever the way.
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize("name", KINDS)
def test_the_html_closes_what_it_opens_and_holds_nothing_foreign(branch: Branch, name: str) -> None:
    html = written(branch, name, "email").html
    nesting = Nesting()
    nesting.feed(html)
    assert (nesting.open, nesting.wrong) == ([], [])
    assert [word in html for word in ("<script", "<img", "<b> & Co", "[")] == [False] * 4


@pytest.mark.parametrize("name", KINDS)
def test_the_letter_is_one_page_that_another_program_reads(branch: Branch, name: str) -> None:
    message = written(branch, name, "letter")
    pages = PdfReader(BytesIO(letters.pdf_of(branch, [message]))).pages
    words = pages[0].extract_text()
    assert (len(pages), "Åsa <b> & Co" in words, "[" in words) == (1, True, False)
    asks = message.answer_url + " " in message.text.replace("\n", " ") and bool(message.answer_url)
    assert (f"och skriv din kod: {message.answer_code}" in words) == asks


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("channel", ["email", "sms", "letter"])
def test_only_what_is_about_something_ahead_has_a_link_to_answer_at(
    branch: Branch, name: str, channel: str
) -> None:
    message = written(branch, name, channel)
    link = message.answer_url
    is_ahead = name in {
        "invite",
        "invite_other",
        "remind_coming",
        "remind_silent",
        "moved",
        "cancelled",
        "place",
    }
    assert (bool(link), bool(message.answer_code)) == (is_ahead, is_ahead)
    assert not is_ahead or channel != "sms" or link in message.sms
    assert is_ahead or "/i/" not in message.text + message.html + message.sms
