"""A branch's own words: versions, the usual words again, and what each message was written from."""

import email
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.policy import default
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pypdf import PdfReader

from crm import extensions
from crm.extensions import TextKind
from crm.outbox import emails, letters, sending, sms, texts
from crm.outbox.filling import faults
from crm.outbox.models import Message, MessageText
from crm.outbox.previewing import preview
from crm.outbox.texts import Wording
from crm.people.models import Branch, User
from tests.factories import BranchFactory, MemberFactory
from tests.outbox.conftest import HELLO, MailServer, write_to

pytestmark = pytest.mark.django_db
ALL = list(extensions.texts.all())
OWN = Wording("Tjena [förnamn]", "Vi ses, [namn].\n\n[länk]", "Kort, [förnamn]")


def write(branch: Branch, wording: Wording = OWN, kind: TextKind = HELLO) -> MessageText:
    return texts.write(branch=branch, kind=kind, wording=wording, by=User.objects.console())


def test_a_branch_without_words_of_its_own_has_the_usual_ones(branch: Branch) -> None:
    assert texts.wording_of(branch, HELLO) == Wording("Hej [förnamn]", str(HELLO.text), "")


def test_own_words_hold_for_what_is_written_from_then_on(branch: Branch) -> None:
    first, second = MemberFactory.create_batch(2, branch=branch)
    write_to(branch, first)
    version = write(branch)
    write_to(branch, second)
    assert list(Message.objects.order_by("pk").values_list("subject", "words", "kind")) == [
        ("Hej Ärla", None, "hello"),
        ("Tjena Ärla", version.pk, "hello"),
    ]


def test_another_branch_keeps_its_words(branch: Branch) -> None:
    write(branch)
    assert texts.wording_of(BranchFactory.create(), HELLO).version is None


def test_every_change_is_a_version_and_none_is_lost(branch: Branch) -> None:
    write(branch)
    write(branch, Wording("Två", "Två"))
    assert texts.reset(branch=branch, kind=HELLO, by=User.objects.console())
    assert texts.wording_of(branch, HELLO).version is None
    found = [(row.version, row.subject, row.is_usual) for row in texts.versions(branch, "hello")]
    assert found == [(3, "", True), (2, "Två", False), (1, "Tjena [förnamn]", False)]


def test_the_same_words_again_are_no_new_version(branch: Branch) -> None:
    assert write(branch).pk == write(branch).pk
    assert not texts.reset(branch=BranchFactory.create(), kind=HELLO, by=User.objects.console())
    assert MessageText.objects.count() == 1


def test_a_word_that_means_nothing_is_refused_by_its_name(branch: Branch) -> None:
    with pytest.raises(ValueError, match=r"\[lokal\]"):
        write(branch, Wording("Hej", "Kom till [lokal]"))
    assert not MessageText.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_usual": True, "subject": "Hej", "text": "Hej"},
        {"is_usual": False, "subject": "", "text": "Hej"},
        {"is_usual": False, "subject": "Hej", "text": ""},
    ],
)
def test_the_database_holds_that_a_version_has_words_or_is_the_usual_one(
    branch: Branch, wrong: dict[str, object]
) -> None:
    who = {"written_at": timezone.now(), "written_by": User.objects.console()}
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageText.objects.create(branch=branch, kind="hello", version=1, **who, **wrong)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_two_versions(branch: Branch) -> None:
    User.objects.console()

    def one(number: int) -> int:
        try:
            return write(branch, Wording(f"Hej {number}", "Text")).version
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == [1, 2]


def test_there_are_good_words_for_every_message_that_members_get() -> None:
    assert [kind.name for kind in ALL] == [
        "tried_to_reach",
        "invite",
        "invite_other",
        "remind_coming",
        "remind_silent",
        "moved",
        "cancelled",
        "place",
        "thanks",
        "thanks_other",
        "missed",
        "missed_other",
        "welcome",
        "unpaid",
        "course_offer",
        *[kind.name for kind in ALL[15:]],
    ]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_the_usual_words_are_swedish_and_use_only_what_can_be_filled_in(kind: TextKind) -> None:
    usual = texts.usual(kind)
    assert usual.text.startswith("Hej [förnamn]!") or not usual.text
    known = texts.placeholders_of(kind)
    assert [faults(words, known) for words in (usual.subject, usual.text, usual.sms)] == [[], [], []]
    assert [name for name in kind.required if f"[{name}]" not in usual.text] == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_the_usual_words_are_whole_in_every_form_for_a_real_member(kind: TextKind, branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, first_name="Åsa")
    usual, console = texts.usual(kind), User.objects.console()
    seen = preview(branch=branch, kind=kind, wording=usual, member=member, by=console, at=timezone.now())
    for words in (seen.email.subject, seen.email.text, seen.email.html, seen.sms.sms):
        assert "[" not in words
    assert 1 <= seen.segments <= sms.MOST_SEGMENTS
    paper = PdfReader(BytesIO(letters.pdf_of(branch, [seen.letter]))).pages[0].extract_text()
    assert "http" not in paper or seen.letter.answer_url
    assert Message.objects.count() == 0


def test_a_preview_is_word_by_word_what_is_sent(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    kind = TextKind("plain", "Plain", "", "Hej [namn]", "Text till [förnamn] i [kommun].", "Kort [förnamn]")
    now, console = timezone.now(), User.objects.console()
    seen = preview(branch=branch, kind=kind, wording=texts.usual(kind), member=member, by=console, at=now)
    sent = _queue(branch, kind, member)
    assert (seen.email.subject, seen.email.text, seen.email.html) == (sent.subject, sent.text, sent.html)


def _queue(branch: Branch, kind: TextKind, member: object) -> Message:
    from crm.outbox.queueing import queue_for_members

    queue_for_members(
        branch=branch,
        members=[member],  # type: ignore[list-item]
        purpose_key="x",
        kind=kind,
        filling=lambda _member: extensions.Filling(),
        by=User.objects.console(),
    )
    return Message.objects.get()


def test_the_foot_cannot_be_written_away(branch: Branch) -> None:
    write(branch, Wording("Hej", "Bara det här"))
    write_to(branch, MemberFactory.create(branch=branch))
    message = Message.objects.get()
    for words in ("Du får det här för att du är medlem i Lillberga arbetarekommun.", "/nej/", "08-46500400"):
        assert words in message.text
        assert words in message.html


def test_an_sms_has_its_own_words_and_the_link_after_them(branch: Branch, settings: object) -> None:
    Branch.objects.update(is_fictitious=True)
    branch.refresh_from_db()
    kind = TextKind("x", "X", "", "Ämne", "Text [länk]", "Kom [förnamn]! [länk]", {"länk": "the link"})
    filled = extensions.Filling(
        values={"länk": "https://x.example.org/i/1/"}, answer_url="https://x.example.org/i/1/"
    )
    writer = texts.Writer(branch, texts.usual(kind))
    assert writer.sms_to(MemberFactory.create(branch=branch), filled) == "Kom Ärla!"


def test_another_programs_parser_reads_text_html_and_headers(mail_server: MailServer, branch: Branch) -> None:
    write_to(branch, MemberFactory.create(branch=branch, first_name="Åsa <b>"))
    message = Message.objects.select_related("branch", "member").get()
    raw = emails.as_bytes(message)
    mail = email.message_from_bytes(raw, policy=default)
    parts = {part.get_content_type(): str(part.get_content()) for part in mail.iter_parts()}
    assert (mail.defects, mail.get_content_type()) == ([], "multipart/alternative")
    assert list(parts) == ["text/plain", "text/html"]
    assert parts["text/plain"].startswith("Nr ")
    assert "<b>Lillberga arbetarekommun</b>" in parts["text/html"]
    assert sending.send_due() == 1


def test_a_name_with_marks_is_escaped_in_html_and_plain_in_text(branch: Branch) -> None:
    write(branch, Wording("Hej [förnamn]", "Hej [förnamn]!"))
    write_to(branch, MemberFactory.create(branch=branch, first_name="<i>Åsa"))
    message = Message.objects.get()
    assert message.text.startswith("Hej <i>Åsa!")
    assert "Hej &lt;i&gt;Åsa!" in message.html


@pytest.mark.parametrize("change", [lambda: Branch.objects.all().delete()])
def test_a_branch_with_versions_and_messages_can_go(branch: Branch, change: Callable[[], object]) -> None:
    write(branch)
    write_to(branch, MemberFactory.create(branch=branch))
    change()
    assert (Message.objects.count(), MessageText.objects.count()) == (0, 0)
