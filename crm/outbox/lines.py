"""Lines to the mail server: threads with a connection each. They hand over what they are given, and tell what became
of it; none of them asks the database anything.
"""

import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Condition, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.outbox.fates import Fate
from crm.outbox.models import Message
from crm.outbox.posting import Postman

log = logging.getLogger(__name__)

# So many lines to a server that is near: one writes while the other is answered. More would stand in each other's way.
NEAR = 2
# Seconds for one message. A server that takes longer, so many times running, is waited for on all lines.
SLOW, RUNNING = 0.015, 2
# One more line for so many messages: a handful needs no more than one.
EACH_LINE = 5
# Seconds after which it is told what has happened so far, so that it can be noted.
PATIENCE = 0.5


@dataclass(frozen=True)
class Told:
    """What became of a message."""

    message: Message
    fate: Fate
    reason: str = ""
    seconds: float = 0


class Lines:
    """One line at first, a second when it works, and up to ``most`` when the server turns out to be slow."""

    def __init__(self, most: int, *, spare: timedelta) -> None:
        """``spare``: how much of its lease a message must have left when somebody begins to hand it over."""
        self.out = 0  # given, and not told of
        self.no_server = ""  # why no server could be reached: then nothing more is tried
        self._most, self._spare = most, spare
        self._given: SimpleQueue[Message | None] = SimpleQueue()
        self._told: list[Told] = []
        self._wanted = 0  # how many must be told of before anybody is woken
        self._changed = Condition()  # guards what lines and their giver both change
        self._threads: list[Thread] = []
        self._lately: deque[float] = deque(maxlen=RUNNING)  # seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Empty):  # after a fault: what nobody has begun with is not handed over any more
            while True:
                self._given.get_nowait()
        with self._changed:
            self._most = 0
        for _thread in self._threads:
            self._given.put(None)
        for thread in self._threads:
            thread.join()

    def give(self, messages: list[Message]) -> None:
        self.out += len(messages)
        for message in messages:
            self._given.put(message)
        if messages and not self._threads:
            self._open_one()

    def hear(self, most: int) -> list[Told]:
        """What became of so many messages or more, or of all that are out, or what could be told in time."""
        with self._changed:
            self._wanted = min(most, self.out)
            self._changed.wait_for(lambda: len(self._told) >= self._wanted, timeout=PATIENCE)
            told, self._told = self._told, []
        self.out -= len(told)
        return told

    def _tell(self, told: Told) -> None:
        """Who waits is not woken for each: on a full machine that costs as much as sending it."""
        with self._changed:
            self._told.append(told)
            self._lately.append(told.seconds)
            if told.fate is Fate.SENT:
                self._open_more()
            if len(self._told) == self._wanted:
                self._changed.notify()

    def _open_more(self) -> None:
        is_slow = len(self._lately) == RUNNING and min(self._lately) > SLOW
        useful = min(self._most, self._given.qsize() // EACH_LINE, self._most if is_slow else NEAR)
        while len(self._threads) < useful:
            self._open_one()

    def _open_one(self) -> None:
        line = Thread(target=self._work, args=(not self._threads,), daemon=True)
        self._threads.append(line)
        line.start()

    def _work(self, is_first: bool) -> None:
        with Postman() as postman:
            while (message := self._given.get()) is not None:
                if not is_first and not postman.gets_through(message):
                    self._given.put(message)  # the server takes no more lines than the others
                    return
                started = monotonic()
                fate, reason = self._carry(postman, message)
                self._tell(Told(message, fate, reason, monotonic() - started))

    def _carry(self, postman: Postman, message: Message) -> tuple[Fate, str]:
        if self.no_server and message.channel == Message.Channel.EMAIL:
            return Fate.NO_SERVER, self.no_server
        if message.lease_until is None or timezone.now() > message.lease_until - self._spare:
            return Fate.NOT_NOW, _("The mail server was too slow.")
        try:
            fate, reason = postman.deliver(message)
        except Exception as error:  # whatever it was: whether the message left nobody knows
            log.exception("A message could not be handed over")
            return Fate.UNCERTAIN, f"{type(error).__name__}: {error}"
        if fate is Fate.NO_SERVER:
            self.no_server = reason
        return fate, reason
