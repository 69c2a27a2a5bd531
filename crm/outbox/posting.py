"""Handing one message to the mail server or the SMS operator, and saying what became of it."""

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.utils.encoding import force_str

from crm.outbox import sms
from crm.outbox.fates import Fate
from crm.outbox.models import Message
from crm.outbox.writing import no_url

FILES = "django.core.mail.backends.filebased.EmailBackend"
_OK, _NO, _CLOSING = 250, 400, 421
_FOR_GOOD = 500  # SMTP replies from here on are for good, those below are for now (RFC 5321, 4.2.1)
# "No such mailbox", "user not local", "mailbox name not allowed" (RFC 5321, 4.2.2); 552 and 554 have other reasons.
_NO_MAILBOX = frozenset({550, 551, 553})


class Postman:
    """Keeps one connection per mail server while a batch is sent. Each thread has one of its own."""

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
        if message.channel == Message.Channel.SMS:
            return _by_sms(message)
        name = FILES if message.branch.is_fictitious else settings.EMAIL_BACKEND
        try:
            connection = self._connection(name)
        except (OSError, smtplib.SMTPException) as error:
            return Fate.NOT_NOW, _words(error)
        try:
            self._hand_over(message, name, connection)
        except ValueError as error:  # an address or a header that can't be written; the server was not asked
            return Fate.FAILED, _words(error)
        except _NotHandedOverError as error:
            self._hang_up(name)
            return Fate.NOT_NOW, str(error)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up(name)
            return _fate_of(error), _words(error)
        return Fate.SENT, ""

    def _hand_over(self, message: Message, name: str, connection: BaseEmailBackend) -> None:
        letter = _letter(message, connection)
        server = getattr(connection, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            connection.send_messages([letter])
            return
        sender = sanitize_address(letter.from_email, "utf-8").rpartition("<")[2].rstrip(">")
        recipient = sanitize_address(message.address, "utf-8")
        content = _content(letter)
        try:
            _envelope(server, sender, recipient)
        except _LineLostError:  # the server had closed a kept connection; nothing was handed over
            self._hang_up(name)
            server = self._anew(name)
            _envelope(server, sender, recipient)
        code, reply = server.data(content)
        if code != _OK:
            raise smtplib.SMTPDataError(code, reply)

    def _anew(self, name: str) -> smtplib.SMTP:
        try:
            server = getattr(self._connection(name), "connection", None)
        except (OSError, smtplib.SMTPException) as error:
            raise _NotHandedOverError(_words(error)) from error
        assert isinstance(server, smtplib.SMTP)
        return server

    def _connection(self, name: str) -> BaseEmailBackend:
        known = self._connections.get(name)
        if known is not None:
            return known
        connection = get_connection(name, fail_silently=False)
        connection.open()
        server = getattr(connection, "connection", None)
        if isinstance(server, smtplib.SMTP):
            server.ehlo_or_helo_if_needed()
        self._connections[name] = connection
        return connection

    def _hang_up(self, name: str) -> None:
        connection = self._connections.pop(name, None)
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):  # it may be broken already
                connection.close()


class _NotHandedOverError(Exception):
    """The message itself was never given to the server: it can be tried later without risk."""


class _LineLostError(_NotHandedOverError):
    """The line broke, or the server closed it, before the message itself was given."""


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """From whom and to whom. 421 ("closing", RFC 5321, 3.8) and a lost line are alike: nothing has been handed over."""
    try:
        for ask, whom, refused in (
            (server.mail, sender, _sender_refused),
            (server.rcpt, recipient, _refused),
        ):
            code, reply = ask(whom)
            if code == _CLOSING:
                raise _LineLostError(f"{code} {reply.decode(errors='replace')}")
            if code >= _NO:
                raise refused(whom, code, reply)
    except smtplib.SMTPServerDisconnected as error:
        raise _LineLostError(_words(error)) from error
    except smtplib.SMTPException:  # an answer; it is an OSError too
        raise
    except OSError as error:
        raise _LineLostError(_words(error)) from error


def _sender_refused(sender: str, code: int, reply: bytes) -> smtplib.SMTPException:
    return smtplib.SMTPSenderRefused(code, reply, sender)


def _refused(recipient: str, code: int, reply: bytes) -> smtplib.SMTPException:
    return smtplib.SMTPRecipientsRefused({recipient: (code, reply)})


def _by_sms(message: Message) -> tuple[Fate, str]:
    """The embedded default and a fictitious branch show the SMS on the message's page: it is sent by being shown."""
    if message.branch.is_fictitious:
        return Fate.SENT, ""
    if not settings.SMS_USER:
        return Fate.FAILED, "SMS_USER"
    rules = getattr(message.branch, "sending_rules", None)
    sender = (rules and rules.sms_sender) or sms.sender_name(message.branch.place)
    return sms.send(sms.Sms(sender=sender, number=message.address, text=message.sms))


def _fate_of(error: Exception) -> Fate:
    """A clear reply of the server is an answer; a line that broke while sending leaves it open."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = {code for code, _reply in error.recipients.values()}
            if codes <= _NO_MAILBOX:
                return Fate.NO_SUCH_ADDRESS
            return Fate.FAILED if min(codes) >= _FOR_GOOD else Fate.NOT_NOW
        case smtplib.SMTPResponseException():
            return Fate.FAILED if error.smtp_code >= _FOR_GOOD else Fate.NOT_NOW
        case smtplib.SMTPNotSupportedError():
            return Fate.FAILED
        case _:
            return Fate.UNCERTAIN


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _letter(message: Message, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
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


def _content(letter: EmailMultiAlternatives) -> bytes:
    return letter.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]


def as_bytes(message: Message) -> bytes:
    """A whole e-mail, as it is handed to the mail server."""
    return _content(_letter(message, None))


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
