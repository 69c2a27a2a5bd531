"""Handing one message to the mail server or the SMS operator, and saying what became of it."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from crm.outbox import emails, sms
from crm.outbox.fates import Fate
from crm.outbox.models import Message

FILES = "django.core.mail.backends.filebased.EmailBackend"
_NO, _CLOSING, _GO_ON = 400, 421, 354
_FOR_GOOD = 500  # SMTP replies from here on are for good, those below are for now (RFC 5321, 4.2.1)
# "No such mailbox", "user not local", "mailbox name not allowed" (RFC 5321, 4.2.2); 552 and 554 have other reasons.
_NO_MAILBOX = frozenset({550, 551, 553})
Answer = tuple[int, bytes]
Refusal = Callable[[int, bytes], smtplib.SMTPException]


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
        name = _backend_for(message)
        try:
            connection = self._connection(name)
        except (OSError, smtplib.SMTPException) as error:
            return Fate.NO_SERVER, _in_short(error)
        try:
            self._hand_over(message, name, connection)
        except ValueError as error:  # an address or a header that can't be written; the server was not asked
            return Fate.FAILED, _in_short(error)
        except _NotHandedOverError as error:
            self._hang_up(name)
            return Fate.NOT_NOW, str(error)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up(name)
            return _fate_of(error), _in_short(error)
        return Fate.SENT, ""

    def gets_through(self, message: Message) -> bool:
        """Whether the server that the message is for takes a connection from us now."""
        if message.channel == Message.Channel.SMS:
            return True
        try:
            self._connection(_backend_for(message))
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def _hand_over(self, message: Message, name: str, connection: BaseEmailBackend) -> None:
        server = getattr(connection, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            connection.send_messages([emails.AsWritten(message)])
            return
        content = emails.as_bytes(message)
        sender, recipient = emails.sender(), emails.bare(message.address)
        try:
            _envelope(server, sender, recipient)
        except _LineLostError:  # the server had closed a kept connection; nothing was handed over
            self._hang_up(name)
            server = self._anew(name)
            _envelope(server, sender, recipient)
        # A dot that begins a line is doubled: a lone one ends the message (RFC 5321, 4.5.2).
        server.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        code, reply = server.getreply()
        if not _is_yes(code):
            raise smtplib.SMTPDataError(code, reply)

    def _anew(self, name: str) -> smtplib.SMTP:
        try:
            server = getattr(self._connection(name), "connection", None)
        except (OSError, smtplib.SMTPException) as error:
            raise _NotHandedOverError(_in_short(error)) from error
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
    """From whom and to whom; then the server waits for the message. Until then nothing has been handed over:
    421 ("closing", RFC 5321, 3.8), a lost line and an answer that is none are alike.
    """
    commands = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"]
    ask = _all_at_once if server.has_extn("pipelining") else _in_turn
    try:
        answers = ask(server, commands)
    except OSError as error:
        raise _LineLostError(_in_short(error)) from error
    refusals: tuple[Refusal, ...] = (_sender_refused, partial(_refused, recipient), smtplib.SMTPDataError)
    for (code, reply), refused in zip(answers, refusals, strict=False):
        if code == _CLOSING or code < 0:
            raise _LineLostError(f"{code} {reply.decode(errors='replace')}")
        if code >= _NO:
            raise refused(code, reply)
    if answers[-1][0] != _GO_ON:
        raise _LineLostError(str(answers[-1]))


def _in_turn(server: smtplib.SMTP, commands: list[str]) -> list[Answer]:
    answers: list[Answer] = []
    for command in commands:
        answers.append(server.docmd(command))
        if not _goes_on(answers[-1][0]):
            break
    return answers


def _all_at_once(server: smtplib.SMTP, commands: list[str]) -> list[Answer]:
    """In one piece, for a server that says it reads them so (RFC 2920): one wait instead of three."""
    server.send("".join(f"{command}\r\n" for command in commands))
    answers = [server.getreply() for _command in commands]
    if answers[-1][0] == _GO_ON and not all(_goes_on(code) for code, _reply in answers):
        server.send(b".\r\n")  # it waits for a message though nobody is to get one (RFC 2920, 3.1)
        server.getreply()
    return answers


def _goes_on(code: int) -> bool:
    return 0 < code < _NO


def _is_yes(code: int) -> bool:
    return code // 100 == 2


def _sender_refused(code: int, reply: bytes) -> smtplib.SMTPException:
    return smtplib.SMTPSenderRefused(code, reply, emails.sender())


def _refused(recipient: str, code: int, reply: bytes) -> smtplib.SMTPException:
    return smtplib.SMTPRecipientsRefused({recipient: (code, reply)})


def _backend_for(message: Message) -> str:
    return FILES if message.branch.is_fictitious else settings.EMAIL_BACKEND


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
    """A clear reply of the server is an answer; a line that broke while sending, or an odd reply, leaves it open."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = {code for code, _reply in error.recipients.values()}
            if codes <= _NO_MAILBOX:
                return Fate.NO_SUCH_ADDRESS
            return Fate.FAILED if min(codes) >= _FOR_GOOD else Fate.NOT_NOW
        case smtplib.SMTPResponseException() if error.smtp_code < _NO:
            return Fate.UNCERTAIN
        case smtplib.SMTPResponseException():
            return Fate.FAILED if error.smtp_code >= _FOR_GOOD else Fate.NOT_NOW
        case smtplib.SMTPNotSupportedError():
            return Fate.FAILED
        case _:
            return Fate.UNCERTAIN


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
