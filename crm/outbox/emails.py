"""An e-mail as the bytes that a mail server is given, written straight down: no tree of parts is built for it.

Words are quoted-printable: short lines of seven bits, which every mail server takes (RFC 2045, 6.7).
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator
from email.message import Message as Mail
from email.parser import BytesParser
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.core.mail.message import sanitize_address

from crm.outbox.models import Message
from crm.outbox.writing import no_url_of, token_of_key

# Encoded words have "=" only before two digits and at the end of a line, so this is part of none.
_BOUNDARY = "=_words"
# An address that is written in a mail as it is; every other one is looked at more closely.
_USUAL = re.compile(r"[A-Za-z0-9_+%-]+(?:\.[A-Za-z0-9_+%-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LINE_ENDS = re.compile(r"\r\n?")
# With the header's name a line stays below 78 characters (RFC 5322, 2.1.1).
_SHORT = 66
# Of at most four bytes each: an encoded word has at most 75 characters (RFC 2047, 2).
_LETTERS_A_WORD = 11


def as_bytes(message: Message) -> bytes:
    """The whole e-mail. Raises ``ValueError`` for an address or a header that can't be written."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(message)).encode("ascii")
    if not message.html:
        return head + _part("plain", message.text)
    divider = f"\r\n--{_BOUNDARY}"
    return b"".join(
        (
            head,
            f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n{divider}\r\n'.encode(),
            _part("plain", message.text),
            f"{divider}\r\n".encode(),
            _part("html", message.html),
            f"{divider}--\r\n".encode(),
        )
    )


def sender() -> str:
    """The address that our e-mail comes from, and that it comes back to."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")


def bare(address: str) -> str:
    """As mail servers want it. Raises ``ValueError`` for what is none."""
    return address if _USUAL.fullmatch(address) else sanitize_address(address, "utf-8")


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """Says that a machine wrote it, keeps one id however often it is tried, and lets members say no (RFC 8058)."""
    branch, address = message.branch, sender()
    yield "From", _named(branch.name, address)
    yield "To", bare(message.address)
    if branch.reply_email:
        yield "Reply-To", bare(branch.reply_email)
    yield "Subject", _words(message.subject)
    yield "Date", formatdate()
    domain = address.rpartition("@")[2]
    yield "Message-ID", f"<tusen.{message.pk}.{message.queued_at:%Y%m%d%H%M%S}@{domain}>"
    yield "Auto-Submitted", "auto-generated"
    if message.member_id is not None:
        yield "List-Unsubscribe", f"<{no_url_of(token_of_key(message.member_id))}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "MIME-Version", "1.0"


@lru_cache(maxsize=256)
def _named(name: str, address: str) -> str:
    return str(sanitize_address((name, address), "utf-8")).replace("\n", "\r\n")


def _words(text: str) -> str:
    """The value of a header for people: as it is if it can be, else in encoded words (RFC 2047)."""
    if "\n" in text or "\r" in text:
        raise BadHeaderError("A header has one line.")
    if text.isascii() and text.isprintable() and len(text) <= _SHORT and "=?" not in text:
        return text
    pieces = (text[first : first + _LETTERS_A_WORD] for first in range(0, len(text), _LETTERS_A_WORD))
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _part(kind: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    )
    return head.encode() + b2a_qp(_LINE_ENDS.sub("\n", text).encode()).replace(b"\n", b"\r\n")


class AsWritten(EmailMessage):
    """The same e-mail for Django's other ways of sending."""

    def __init__(self, message: Message) -> None:
        super().__init__(subject=message.subject, body=message.text, to=[message.address])
        self._content = as_bytes(message)

    def message(self) -> Mail:  # type: ignore[override]  # a parsed one does for all that is asked of it
        return BytesParser().parsebytes(self._content)
