"""E-mails as bytes, read by the standard library's parser and beside Django's own way of writing them."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from crm.outbox import emails
from crm.outbox.models import Message
from crm.outbox.writing import no_url_of, token_of_key
from crm.people.models import Branch

LETTERS = st.characters(exclude_categories=["Cs"])
one_line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
text = st.text(LETTERS, max_size=300)


def message(**changes: object) -> Message:
    values = {
        "pk": 17,
        "branch": Branch(name="Lillberga arbetarekommun", reply_email="expedition@example.org"),
        "member_id": 3,
        "address": "arla@example.org",
        "subject": "Hej",
        "text": "Hej!\n",
        "queued_at": datetime(2027, 1, 12, 18, tzinfo=UTC),
    }
    return Message(**values | changes)


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    assert (found.defects, raw.isascii()) == ([], True)
    return found


def words(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def with_plain_ends(said: str) -> str:
    return re.sub("\r\n?", "\n", said)


@given(said=text, html=text)
def test_words_arrive_letter_by_letter(said: str, html: str) -> None:
    mail = read(emails.as_bytes(message(text=said, html=f"<p>{html}")))
    plain, rich = mail.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert (words(plain), words(rich)) == (with_plain_ends(said), f"<p>{with_plain_ends(html)}")


@given(said=text)
def test_words_alone_arrive_letter_by_letter(said: str) -> None:
    mail = read(emails.as_bytes(message(text=said)))
    assert (mail.get_content_type(), words(mail)) == ("text/plain", with_plain_ends(said))


@given(subject=one_line)
def test_a_subject_arrives_letter_by_letter(subject: str) -> None:
    assert str(read(emails.as_bytes(message(subject=subject)))["Subject"]).strip() == subject.strip()


@given(subject=one_line, said=text, html=text)
def test_no_line_is_longer_than_mail_servers_take(subject: str, said: str, html: str) -> None:
    raw = emails.as_bytes(message(subject=subject, text=said, html=html))
    lines = [line for line in raw.split(b"\r\n") if not line.startswith(b"List-Unsubscribe")]
    assert max(map(len, lines)) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("html", ["", "<p>Hej på dig, Åsa!</p>\n"])
@pytest.mark.parametrize("subject", ["Hej", "Välkommen på introduktionsträff den 21 december, kl. 18"])
def test_it_says_what_djangos_own_way_says(html: str, subject: str) -> None:
    ours = message(subject=subject, html=html, text="Hej på dig, Åsa!\n")
    letter = EmailMultiAlternatives(
        subject, ours.text, "Lillberga arbetarekommun <tusen@example.org>", ["arla@example.org"]
    )
    letter.reply_to = ["expedition@example.org"]
    if html:
        letter.attach_alternative(html, "text/html")
    theirs = read_any(letter.message().as_bytes())
    mail = read(emails.as_bytes(ours))
    for name in ("From", "To", "Reply-To", "Subject", "MIME-Version"):
        assert str(mail[name]) == str(theirs[name]).strip()
    assert [words(part) for part in leaves(mail)] == [words(part) for part in leaves(theirs)]


def read_any(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def leaves(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if not part.is_multipart() and isinstance(part, EmailMessage)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lillberga", "Lillberga"),
        ("Öarna & Åsen, arbetarekommun", "Öarna & Åsen, arbetarekommun"),
        ('Den "röda" <byn>', 'Den "röda" <byn>'),
        ("Å" * 100, "Å" * 100),
    ],
)
def test_a_branch_is_called_by_its_name(name: str, shown: str) -> None:
    mail = read(emails.as_bytes(message(branch=Branch(name=name))))
    (address,) = mail["From"].addresses
    assert (address.display_name.replace(" ", ""), address.addr_spec) == (
        shown.replace(" ", ""),
        "tusen@example.org",
    )
    assert mail["Reply-To"] is None


@pytest.mark.parametrize(
    "broken",
    [
        {"address": "arla@"},
        {"address": "arla@example.org\nBcc: alla@example.org"},
        {"address": "arla@example.org\r\n.\r\nMAIL FROM:<x@example.org>"},
        {"subject": "Hej\nBcc: alla@example.org"},
        {"subject": "Hej\rBcc: alla@example.org"},
        {"branch": Branch(name="Hej\nBcc: alla@example.org")},
        {"branch": Branch(name="Hej", reply_email="a@example.org\nBcc: alla@example.org")},
    ],
)
def test_nothing_can_be_smuggled_into_the_headers(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        emails.as_bytes(message(**broken))


@pytest.mark.parametrize("kept", ["arla@example.org", "a.b+c_d-e@x-y.example.org", "ARLA@EXAMPLE.ORG"])
def test_usual_addresses_stay_as_they_are(kept: str) -> None:
    assert emails.bare(kept) == kept


def test_an_address_with_swedish_letters_is_written_in_ascii() -> None:
    assert emails.bare("arla@smörgås.example.org") == "arla@xn--smrgs-pra0j.example.org"


@pytest.mark.parametrize("words_between", ["--=_words", "--=_words--", "\n--=_words\n", "=_words"])
def test_no_words_end_a_part(words_between: str) -> None:
    said = f"Före\n{words_between}\nefter"
    plain, rich = read(emails.as_bytes(message(text=said, html=said))).iter_parts()
    assert (words(plain), words(rich)) == (said, said)


def test_a_member_can_say_no_and_a_user_with_a_role_is_not_asked() -> None:
    token = token_of_key(3)
    member, user = emails.as_bytes(message()), emails.as_bytes(message(member_id=None))
    begin = no_url_of(token).removesuffix("/").rpartition(":")[0].rpartition(":")[0]
    assert str(read(member)["List-Unsubscribe"]).startswith(f"<{begin}:")
    assert read(member)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read(user)["List-Unsubscribe"] is None


def test_it_keeps_one_id_however_often_it_is_tried() -> None:
    ids = {read(emails.as_bytes(message(attempts=number)))["Message-ID"] for number in range(3)}
    assert ids == {"<tusen.17.20270112180000@example.org>"}


def test_djangos_other_ways_of_sending_get_the_same_mail() -> None:
    mine = message(html="<p>Hej</p>")
    mail = read(emails.AsWritten(mine).message().as_bytes())
    direct = read(emails.as_bytes(mine))
    assert [words(part) for part in leaves(mail)] == [words(part) for part in leaves(direct)]
    assert (mail["To"], mail["Subject"], emails.AsWritten(mine).recipients()) == (
        direct["To"],
        direct["Subject"],
        ["arla@example.org"],
    )
