import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import sleep
from typing import Any
from urllib.parse import parse_qs

import pytest
import time_machine
from pytest_django import Settings

from crm.outbox import sending, sms
from crm.outbox.fates import Fate
from crm.outbox.models import Message
from crm.people.models import Branch
from tests.factories import MemberFactory
from tests.outbox.conftest import write_to

State = Message.State
NOON = "2027-01-12T11:00:00Z"


@dataclass
class Elks:
    """A local server that speaks 46elks' API, and misbehaves as it is told."""

    status: int = 200
    body: bytes = b'{"status": "created", "id": "s1"}'
    cuts_line: bool = False
    waits: float = 0
    got: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers["Content-Length"])
        form = parse_qs(request.rfile.read(length).decode())
        self.got.append((request.path, request.headers["Authorization"], form))
        sleep(self.waits)
        if self.cuts_line:
            request.close_connection = True
            return
        request.send_response(self.status)
        request.send_header("Content-Length", str(len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)


@pytest.fixture
def elks(settings: Settings) -> Iterator[Elks]:
    elks = Elks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            elks.take(self)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL, settings.SMS_USER = f"http://127.0.0.1:{server.server_port}", "u1"
    settings.SMS_PASSWORD, settings.SMS_TIMEOUT = "p1", 5
    yield elks
    server.shutdown()
    server.server_close()


HELLO = sms.Sms(sender="Lillberga", number="+46701740605", text="Hej å ä ö")


def test_an_sms_is_handed_over_as_46elks_wants_it(elks: Elks) -> None:
    assert sms.send(HELLO) == (Fate.SENT, "")
    (path, login, form) = elks.got[0]
    assert (path, login) == ("/a1/sms", "Basic " + base64.b64encode(b"u1:p1").decode())
    assert form == {"from": ["Lillberga"], "to": ["+46701740605"], "message": ["Hej å ä ö"]}


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (403, b"Missing key to", Fate.FAILED),
        (401, b"", Fate.FAILED),
        (302, b"", Fate.FAILED),
        (429, b"Slow down", Fate.NOT_NOW),
        (500, b"Oops", Fate.UNCERTAIN),
        (200, b"not json", Fate.UNCERTAIN),
        (200, b"[]", Fate.UNCERTAIN),
        (200, b'{"status": "failed"}', Fate.FAILED),
    ],
)
def test_every_answer_has_its_fate(elks: Elks, status: int, body: bytes, fate: Fate) -> None:
    elks.status, elks.body = status, body
    assert sms.send(HELLO)[0] == fate
    assert len(elks.got) == 1


def test_a_line_cut_before_the_answer_leaves_it_uncertain(elks: Elks) -> None:
    elks.cuts_line = True
    assert sms.send(HELLO)[0] == Fate.UNCERTAIN


def test_an_operator_that_never_answers_leaves_it_uncertain(elks: Elks, settings: Settings) -> None:
    elks.waits, settings.SMS_TIMEOUT = 1, 0.2
    assert sms.send(HELLO)[0] == Fate.UNCERTAIN


def test_an_operator_that_is_away_gets_it_later(settings: Settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:1"
    assert sms.send(HELLO)[0] == Fate.NOT_NOW


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("a" * 160, 1),
        ("å" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("š" * 70, 1),
        ("š" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_operator_counts(text: str, taken: int) -> None:
    assert sms.segments(text) == taken


def test_a_long_text_is_cut_and_its_link_is_not() -> None:
    text = sms.compose("ord " * 200, address="https://tusen.example.org/i/abc/", sender="Lillberga")
    assert sms.segments(text) == sms.MOST_SEGMENTS
    assert text.endswith("ord...\nhttps://tusen.example.org/i/abc/\nLillberga")


def test_typographic_marks_do_not_double_the_price() -> None:
    assert sms.compose("Kom – ”vi ses”…", address="", sender="") == 'Kom - "vi ses"...'


@pytest.mark.parametrize(
    ("place", "shown"),
    [("Örebro", "Orebro"), ("Upplands Väsby", "UpplandsVas"), ("Å", "Tusen"), ("1177", "Tusen")],
)
def test_the_sender_is_a_name_that_telephones_show(place: str, shown: str) -> None:
    assert sms.sender_name(place) == shown


@pytest.fixture
def waiting(branch: Branch, elks: Elks, templates: None) -> Message:
    member = MemberFactory.create(branch=branch, email="", phone="+46701740605")
    write_to(branch, member)
    return Message.objects.get()


@pytest.mark.django_db
def test_who_has_only_a_mobile_gets_an_sms(elks: Elks, waiting: Message) -> None:
    with time_machine.travel(NOON):
        assert sending.send_due() == 1
    form = elks.got[0][2]
    assert form["message"] == ["Hej Ärla\nLillberga arbetarekommun"]
    assert (form["to"], form["from"]) == (["+46701740605"], ["Lillberga"])


@pytest.mark.django_db
def test_a_cut_sms_is_never_sent_again_by_itself(elks: Elks, waiting: Message) -> None:
    elks.cuts_line = True
    for _time in range(2):
        with time_machine.travel(NOON):
            sending.send_due()
    waiting.refresh_from_db()
    assert (waiting.state, len(elks.got)) == (State.UNCERTAIN, 1)


@pytest.mark.django_db
def test_nobody_gets_an_sms_at_night(elks: Elks, waiting: Message) -> None:
    with time_machine.travel("2027-01-12T22:30:00Z"):
        assert sending.send_due() == 0
    waiting.refresh_from_db()
    assert waiting.state == State.WITHHELD
    with time_machine.travel("2027-01-13T08:01:00Z"):
        assert sending.send_due() == 1
    assert len(elks.got) == 1


@pytest.mark.django_db
def test_a_fictitious_branch_shows_its_sms_on_the_screen(elks: Elks, waiting: Message) -> None:
    Branch.objects.update(is_fictitious=True)
    with time_machine.travel(NOON):
        assert sending.send_due() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.sms, elks.got) == (State.SENT, "Hej Ärla\nLillberga arbetarekommun", [])
