"""Handing one message to the mail server, and saying what became of it."""

import smtplib
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.utils.encoding import force_str

from crm.outbox.models import Message
from crm.outbox.writing import no_url

FILES = "django.core.mail.backends.filebased.EmailBackend"
_OK = 250
_FOR_GOOD = 500  # SMTP replies from here on are for good, those below are for now (RFC 5321, 4.2.1)


class Fate(StrEnum):
    SENT = "sent"
    NOT_NOW = "not_now"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Postman:
    """Keeps one connection per mail server while a batch is sent."""

    def __init__(self) -> None:
        self._connections: dict[str, BaseEmailBackend] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in tuple(self._connections):
            self._hang_up(name)

    def deliver(self, message: Message) -> tuple[Fate, str]:
        """What became of the message, and why. Nothing leaves a fictitious branch: its mail becomes files."""
        name = FILES if message.branch.is_fictitious else settings.EMAIL_BACKEND
        try:
            connection = self._connection(name)
        except (OSError, smtplib.SMTPException) as error:
            return Fate.NOT_NOW, _words(error)
        try:
            connection.send_messages([_letter(message, connection)])
        except ValueError as error:  # an address or a header that can't be written; the server was not asked
            return Fate.FAILED, _words(error)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up(name)
            return _fate_of(error), _words(error)
        return Fate.SENT, ""

    def _connection(self, name: str) -> BaseEmailBackend:
        known = self._connections.get(name)
        if known is not None and _is_alive(known):
            return known
        self._hang_up(name)
        connection = get_connection(name, fail_silently=False)
        connection.open()
        self._connections[name] = connection
        return connection

    def _hang_up(self, name: str) -> None:
        connection = self._connections.pop(name, None)
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):  # it may be broken already
                connection.close()


def _is_alive(connection: BaseEmailBackend) -> bool:
    """A kept connection that the server has closed must be noticed before a message is handed over, not during."""
    server = getattr(connection, "connection", None)
    if not isinstance(server, smtplib.SMTP):
        return True
    try:
        return bool(server.noop()[0] == _OK)
    except (OSError, smtplib.SMTPException):
        return False


def _fate_of(error: Exception) -> Fate:
    """A clear reply of the server is an answer; a line that broke while sending leaves it open."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _reply in error.recipients.values()]
            return Fate.FAILED if all(code >= _FOR_GOOD for code in codes) else Fate.NOT_NOW
        case smtplib.SMTPResponseException():
            return Fate.FAILED if error.smtp_code >= _FOR_GOOD else Fate.NOT_NOW
        case smtplib.SMTPNotSupportedError():
            return Fate.FAILED
        case _:
            return Fate.UNCERTAIN


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _letter(message: Message, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    _name, _at, address = settings.DEFAULT_FROM_EMAIL.rpartition("<")
    sender = sanitize_address((message.branch.name, address.rstrip(">")), "utf-8")
    letter = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=force_str(sender),
        to=[message.address],
        reply_to=[message.branch.reply_email] if message.branch.reply_email else None,
        connection=connection,
        headers=_headers(message, address.rstrip(">")),
    )
    if message.html:
        letter.attach_alternative(message.html, "text/html")
    return letter


def _headers(message: Message, sender: str) -> dict[str, str]:
    """Says that a machine wrote it, keeps one id however often it is tried, and lets members say no (RFC 8058)."""
    domain = sender.rpartition("@")[2]
    headers = {
        "Message-ID": f"<tusen.{message.pk}.{message.queued_at:%Y%m%d%H%M%S}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    if message.member is not None:
        headers["List-Unsubscribe"] = f"<{no_url(message.member)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
