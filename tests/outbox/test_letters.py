import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import Settings

from crm.outbox import letters, sending
from crm.outbox.models import LetterBatch, Message
from crm.people.models import AccessLog, Branch, Member, Membership, Role, User
from onboarding import texts as texts_of_gatherings
from onboarding.models import Invitation
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as
from tests.outbox.conftest import write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State = Message.State


@pytest.fixture
def letter(branch: Branch) -> Message:
    write_to(branch, MemberFactory.create(branch=branch, channel="letter", last_name="Öberg"))
    return Message.objects.get()


@pytest.fixture
def batch(letter: Message, console: User) -> LetterBatch:
    made = letters.print_waiting(branch=letter.branch, by=console)
    assert made is not None
    return made


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def texts(batch: LetterBatch) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(letters.pdf(batch))).pages]


def test_a_letter_is_not_sent_by_itself(letter: Message) -> None:
    assert (sending.send_due(), states()) == (0, [State.QUEUED])


def test_a_letter_has_its_address_and_its_words(batch: LetterBatch) -> None:
    (page,) = texts(batch)
    assert "Ärla Öberg\nStorgatan 1\n582 22 STORKÖPING" in page
    assert "Hej Ärla" in page
    assert "Lillberga arbetarekommun" in page


def test_it_bears_the_day_on_which_it_was_printed(letter: Message, console: User) -> None:
    """A letter may have waited for its batch."""
    Message.objects.update(queued_at=timezone.now() - timedelta(days=40))
    batch = letters.print_waiting(branch=letter.branch, by=console)
    assert batch is not None
    LetterBatch.objects.update(printed_at=datetime(2027, 3, 9, 12, tzinfo=UTC))
    batch.refresh_from_db()
    (page,) = texts(batch)
    assert re.findall(r"\d{4}-\d\d-\d\d", page) == ["2027-03-09"]


def test_the_address_lies_in_the_window(batch: LetterBatch) -> None:
    places: list[tuple[float, float]] = []

    def look(text: str, _cm: object, tm: list[float], _font: object, _size: object) -> None:
        if "Storgatan" in text:
            places.append((tm[4] / 72 * 25.4, 297 - tm[5] / 72 * 25.4))

    PdfReader(BytesIO(letters.pdf(batch))).pages[0].extract_text(visitor_text=look)
    ((x, y),) = places
    assert 108 < x < 115
    assert 47 < y < 75


def test_the_answer_stands_as_code_and_address(letter: Message, console: User) -> None:
    url = "https://tusen.example.org/i/abc/"
    Message.objects.update(answer_url=url, answer_code="7KQ2", text=f"Svara här: {url}\n\n--\nFot")
    batch = letters.print_waiting(branch=letter.branch, by=console)
    assert batch is not None
    (page,) = texts(batch)
    assert "gå till:\ntusen.example.org/i/\noch skriv din kod: 7KQ2\nEller ring" in page
    assert [words in page for words in (url, "Svara här", "Fot")] == [False, False, False]


def test_without_a_code_the_whole_address_stands_there(letter: Message, console: User) -> None:
    url = "https://tusen.example.org/i/abc/"
    Message.objects.update(answer_url=url, text=f"Svara här: {url}")
    batch = letters.print_waiting(branch=letter.branch, by=console)
    assert batch is not None
    assert "gå till:\nhttps://tusen.example.org/i/abc/\nEller" in texts(batch)[0]


def test_a_letter_that_asks_nothing_shows_no_way_to_answer(letter: Message, console: User) -> None:
    url = "https://tusen.example.org/i/abc/"
    Message.objects.update(answer_url=url, answer_code="7KQ2", text=f"Inställt: {url}kalender.ics")
    batch = letters.print_waiting(branch=letter.branch, by=console)
    assert batch is not None
    assert [words in texts(batch)[0] for words in ("Rikta", "7KQ2", "kalender")] == [False] * 3


@pytest.mark.parametrize("base", ["https://tusen.example.org", "http://127.0.0.1:8000"])
def test_the_short_address_is_where_codes_are_typed(client: Client, settings: Settings, base: str) -> None:
    settings.SITE_URL = base
    url = texts_of_gatherings.invitation_url(Invitation(token="abc"))
    host, _slash, path = letters.typed_at(url).partition("/")
    assert (f"//{host}" in base, f"/{path}") == (True, reverse("invitation_code"))


def test_a_long_letter_goes_on_over_the_page(letter: Message, console: User) -> None:
    Message.objects.update(text="\n".join(f"Rad {n}" for n in range(60)))
    batch = letters.print_waiting(branch=letter.branch, by=console)
    assert batch is not None
    pages = texts(batch)
    assert "Rad 59" in pages[1]
    assert ["Sida" in pages[0], "Sida 2" in pages[1]] == [False, True]


def test_each_letter_of_a_batch_counts_its_own_pages(letter: Message, console: User) -> None:
    write_to(letter.branch, *MemberFactory.create_batch(2, branch=letter.branch, channel="letter"))
    Message.objects.exclude(pk=letter.pk).update(text="\n".join(f"Rad {n}" for n in range(60)))
    batch = letters.print_waiting(branch=letter.branch, by=console)
    assert batch is not None
    numbers = [re.findall(r"Sida \d+.*", page) for page in texts(batch)]
    assert numbers == [[], [], ["Sida 2"], [], ["Sida 2"]]


def test_printed_then_posted_then_nothing_more(batch: LetterBatch, console: User) -> None:
    assert states() == [State.PRINTED]
    assert letters.print_waiting(branch=batch.branch, by=console) is None
    assert letters.note_posted(batch=batch, by=console)
    assert states() == [State.POSTED]
    assert not letters.note_posted(batch=batch, by=console)
    assert not letters.put_back(batch=batch, by=console)


def test_a_batch_can_be_printed_again(batch: LetterBatch) -> None:
    assert texts(batch) == texts(batch)


def test_a_batch_that_was_lost_waits_again(batch: LetterBatch, console: User) -> None:
    assert letters.put_back(batch=batch, by=console)
    assert (states(), LetterBatch.objects.count()) == ([State.QUEUED], 0)


@pytest.mark.parametrize("gone", ["left", "no"])
def test_who_has_left_or_said_no_gets_no_letter(letter: Message, console: User, gone: str) -> None:
    if gone == "left":
        Membership.objects.update(missing_since="2026-01-01")
    else:
        Member.objects.update(no_messages=True)
    assert letters.print_waiting(branch=letter.branch, by=console) is None


def test_a_letter_on_paper_is_in_a_batch(letter: Message) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(state=State.PRINTED)


def test_the_officer_prints_and_posts(client: Client, letter: Message) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, letter.branch)
    slug = letter.branch.slug
    assert "1 brev väntar" in client.get(reverse("outbox:letters", args=[slug])).content.decode()
    client.post(reverse("outbox:print_letters", args=[slug]))
    batch = LetterBatch.objects.get()
    pdf = client.get(reverse("outbox:batch_pdf", args=[slug, batch.pk]))
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    logged = AccessLog.objects.filter(user=officer, purpose="print").values_list("member", flat=True)
    assert list(logged) == [letter.member_id]
    client.post(reverse("outbox:note_posted", args=[slug, batch.pk]))
    assert states() == [State.POSTED]


def test_an_empty_page_of_letters_says_so(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    assert "Inga brev" in client.get(reverse("outbox:letters", args=[branch.slug])).content.decode()


def test_another_branch_s_batch_does_not_exist(client: Client, batch: LetterBatch) -> None:
    other = BranchFactory.create()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, other)
    for name in ("note_posted", "put_back"):
        assert client.post(reverse(f"outbox:{name}", args=[other.slug, batch.pk])).status_code == 404
    assert states() == [State.PRINTED]
