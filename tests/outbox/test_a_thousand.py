"""A thousand messages to a real mail server in bad weather: two senders at once, killed at random moments."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email import message_from_bytes
from functools import partial
from typing import Any

import pytest
from django.conf import settings as project
from django.utils import timezone

from crm.celery import app
from crm.outbox import sending
from crm.outbox.models import Message, SendingRules
from crm.people.models import Branch, Member, Membership
from tests.conftest import environment
from tests.outbox.conftest import MailServer, mail_server, write_to

__all__ = ["mail_server"]

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State
PEOPLE = 1000
KILLS = 3
LONG_AGO = timedelta(hours=1)


class Weather:
    """What a mail server can answer: mostly yes, now and then "not now", rarely never, at times after a while."""

    def __init__(self, server: MailServer) -> None:
        self.server, self.chance = server, random.Random(2027)
        self.accepted: Counter[str] = Counter()
        self.refused: set[str] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        to = str(message_from_bytes(envelope.content)["To"])
        drawn = self.chance.random()
        if drawn < 0.02:
            return "451 Try again later"
        if drawn < 0.03:
            self.refused.add(to)
            return "554 Not here"
        if drawn < 0.05:
            time.sleep(0.02)
        self.accepted[to] += 1
        return "250 OK"


@pytest.fixture
def weather(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Weather:
    found = Weather(mail_server)
    # The server looks for its answers on the object: the same one, with other answers.
    monkeypatch.setattr(mail_server, "handle_DATA", found.handle_DATA)
    return found


@pytest.fixture
def thousand(branch: Branch) -> Branch:
    SendingRules.objects.create(branch=branch, ask_above=PEOPLE * 2, hourly_limit=PEOPLE * 2)
    since = date(2020, 1, 1)
    members = Member.objects.bulk_create(
        Member(
            branch=branch,
            member_number=str(number),
            first_name="Ärla",
            email=f"m{number}@example.org",
            learnt_on=since,
        )
        for number in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(member=member, branch=branch, started_on=since) for member in members
    )
    write_to(branch, *members)
    return branch


@contextmanager
def sender(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the product that sends what is due, once; killed at the end if it still runs."""
    own = environment() | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_job", "send_messages"],
        cwd=project.BASE_DIR,
        env=own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not happened() and time.monotonic() < limit:
        time.sleep(0.002)


def reached_or_over(weather: Weather, goal: int, senders: "tuple[subprocess.Popen[bytes], ...]") -> bool:
    over = all(process.poll() is not None for process in senders)
    return over or sum(weather.accepted.values()) >= goal


def note_the_dead() -> None:
    """The leases of killed senders run out, and the pauses after a "not now" are over."""
    Message.objects.filter(state=State.IN_FLIGHT).update(lease_until=timezone.now() - LONG_AGO)
    Message.objects.filter(state=State.QUEUED).update(not_before=None)


def test_a_thousand_messages_arrive_once_each_but_those_shown_as_uncertain(
    weather: Weather, thousand: Branch, settings: Any
) -> None:
    killed: list[int] = []
    for _kill in range(KILLS):
        with sender(settings.EMAIL_PORT) as one, sender(settings.EMAIL_PORT) as two:
            goal = sum(weather.accepted.values()) + weather.chance.randrange(40, 200)
            wait_for(partial(reached_or_over, weather, goal, (one, two)))
            for process in (one, two):
                process.kill()
            killed += [one.wait(), two.wait()]
        note_the_dead()
    while Message.objects.due(timezone.now()).exists():
        sending.send_due()
        note_the_dead()
    assert -signal.SIGKILL in killed
    everything_is_accounted_for(weather)


def everything_is_accounted_for(weather: Weather) -> None:
    states = dict(Message.objects.values_list("address", "state"))
    assert len(states) == PEOPLE
    assert set(states.values()) <= {State.SENT, State.UNCERTAIN, State.FAILED}
    assert [to for to, times in weather.accepted.items() if times > 1] == []
    sent = {to for to, state in states.items() if state == State.SENT}
    uncertain = {to for to, state in states.items() if state == State.UNCERTAIN}
    assert sent <= set(weather.accepted) <= sent | uncertain
    failed = {to for to, state in states.items() if state == State.FAILED}
    assert failed <= weather.refused <= failed | uncertain
    # Each killed sender leaves what it had claimed, and no more.
    assert len(uncertain) <= KILLS * 2 * sending.BATCH
    assert sending.send_due() == 0


def test_an_emptied_broker_loses_nothing(mail_server: MailServer, branch: Branch, thousand: Branch) -> None:
    """The row is the truth: what was to wake a worker is gone, and the sweep of the next minute sends it all."""
    Message.objects.exclude(pk__in=Message.objects.order_by("pk")[:20]).delete()
    app.control.purge()
    assert [sending.send_due(), sending.send_due()] == [20, 0]
    assert len(set(mail_server.recipients)) == 20
