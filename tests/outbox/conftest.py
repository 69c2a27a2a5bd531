import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings

from crm.extensions import Filling, TextKind
from crm.outbox.models import Message
from crm.outbox.queueing import Queued, queue_for_members
from crm.people.models import Branch, Member, User
from tests.factories import BranchFactory, MemberFactory


@dataclass
class MailServer:
    """A real SMTP server on loopback that keeps what it got, and answers as it is told."""

    got: list[Mail] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    drop_line_after_data: bool = False

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.got.append(message_from_bytes(envelope.content, policy=default))
        if self.drop_line_after_data:
            server.transport.abort()
        return answer

    @property
    def recipients(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.got)


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield server
    controller.stop()


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create(slug="lillberga", name="Lillberga arbetarekommun", place="Lillberga")


@pytest.fixture
def console() -> User:
    return User.objects.console()


HELLO = TextKind(
    name="hello",
    label="Hello",
    about="",
    subject="Hej [förnamn]",
    text="[ord]\n\nSvara här: [länk]",
    placeholders={"ord": "a word", "länk": "a link"},
)


def write_to(branch: Branch, *members: Member, key: str = "invite:17") -> Queued:
    """The same short message to each, as another app would queue it."""
    return queue_for_members(
        branch=branch,
        members=members,
        purpose_key=key,
        kind=HELLO,
        filling=lambda member: Filling(values={"ord": f"Nr {member.member_number}"}),
        by=User.objects.console(),
    )


@pytest.fixture
def templates(settings: Settings, tmp_path: Path) -> None:
    """An e-mail to users, whose words are a template."""
    folder = tmp_path / "outbox_tests"
    folder.mkdir()
    (folder / "hello_subject.txt").write_text("Hej\n")
    (folder / "hello.txt").write_text("{{ word }}\n")
    # Set anew, so that Django makes its template engine anew.
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]


@pytest.fixture
def message(branch: Branch) -> Message:
    write_to(branch, MemberFactory.create(branch=branch, email="arla@example.org"))
    return Message.objects.get()
