"""The outbox: inviting beside bare bulk inserts, and sending beside a loop over one kept connection."""

import os
import smtplib
import socketserver
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median

from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from bench.measure import Result, timed
from crm.outbox import emails, sending
from crm.outbox.models import Message, SendingRules
from crm.people.models import Branch, Member, Membership, User
from onboarding import invitations, planning
from onboarding.models import Gathering, Invitation

SLOW = 0.010  # seconds that a far mail server takes for each answer


class MailServer(socketserver.StreamRequestHandler):
    """As much SMTP as a sender needs; waits before each answer as a far server would. Keeps nothing."""

    delay = 0.0

    def handle(self) -> None:
        self.say("220 bench")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
            self.say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def say(self, answer: str) -> None:
        time.sleep(self.delay)
        self.wfile.write(f"{answer}\r\n".encode())


def serve(delay: float) -> None:
    """Runs in a process of its own; prints its port."""
    MailServer.delay = delay
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


@contextmanager
def mail_server(delay: float) -> Iterator[int]:
    """The port of a mail server in another process."""
    code = f"from bench.outbox import serve; serve({delay})"
    started = [sys.executable, "-c", f"import django; django.setup(); {code}"]
    server = subprocess.Popen(started, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def branch_of(members: int) -> tuple[Branch, list[Member]]:
    branch = Branch.objects.create(
        name="Bänkens arbetarekommun",
        slug="bench",
        place="Bänken",
        office_phone="08-46500400",
        reply_email="post@example.org",
    )
    SendingRules.objects.create(branch=branch, ask_above=members * 2, hourly_limit=members * 2)
    since = timezone.localdate() - timedelta(days=30)
    people = Member.objects.bulk_create(
        (
            Member(
                branch=branch,
                member_number=str(number),
                first_name="Ärla",
                last_name=f"Öberg {number}",
                email=f"m{number}@example.org",
                learnt_on=since,
                joined_on=since,
            )
            for number in range(members)
        ),
        batch_size=500,
    )
    Membership.objects.bulk_create(
        (Membership(member=member, branch=branch, started_on=since) for member in people), batch_size=500
    )
    return branch, people


def meeting_of(branch: Branch) -> Gathering:
    return planning.plan(
        branch=branch,
        by=User.objects.console(),
        starts_at=timezone.now() + timedelta(days=30),
        place="Folkets hus",
        host="Lena Ek",
        programme="Kaffe\nVi berättar\nFrågor",
    )


def invited(members: int) -> tuple[float, Branch]:
    branch, _people = branch_of(members)
    meeting_of(branch)
    reverse("invitation", args=["x"])  # a worker has read all addresses when it begins
    today: date = timezone.localdate()
    seconds = timed(lambda: invitations.invite_to_intro_meetings(branch=branch, on=today))
    assert Message.objects.count() == Invitation.objects.count() == members
    return seconds, branch


def inviting(members: int) -> Result:
    """The daily job: whom to invite, an invitation and a written message each. Then the same rows with the same texts,
    made ready before, by two bulk inserts.
    """
    seconds, _branch = invited(members)
    rows, messages = list(Invitation.objects.all()), list(Message.objects.all())
    Message.objects.all().delete()
    Invitation.objects.all().delete()
    for row in (*rows, *messages):
        row.pk = None

    def insert() -> None:
        Invitation.objects.bulk_create(rows, batch_size=500)
        Message.objects.bulk_create(messages, batch_size=500)

    return {"seconds": seconds, "bare_s": timed(insert)}


def smtp_at(port: int) -> dict[str, object]:
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
    }


def in_turns(messages: int, *, delay: float, turns: int) -> Result:
    """The outbox sends them and a loop sends them, so many times in turn: what else the machine does meets both.

    The loop is smtplib with one kept connection and messages that are bytes already. The ratio is the median of the
    turns' own; least and most are theirs.
    """
    _seconds, _branch = invited(messages)
    waiting = Message.objects.select_related("branch", "member")
    ready = [(message.address, emails.as_bytes(message)) for message in waiting.order_by("pk")]
    ours, theirs = [], []
    with mail_server(delay) as port, override_settings(**smtp_at(port)):
        for _turn in range(turns):
            Message.objects.update(state=Message.State.QUEUED, sent_at=None, attempts=0)
            ours.append(timed(sending.send_due))
            assert Message.objects.filter(state=Message.State.SENT).count() == messages
            theirs.append(timed(lambda: loop(port, ready)))
    ratios = [loops / sent for sent, loops in zip(ours, theirs, strict=True)]
    return {
        "per_s": messages / median(ours),
        "loop_per_s": messages / median(theirs),
        "ratio": median(ratios),
        "least": min(ratios),
        "most": max(ratios),
    }


def loop(port: int, ready: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for address, content in ready:
            server.sendmail("tusen@example.org", [address], content)


def sending_near(messages: int) -> Result:
    return in_turns(messages, delay=0, turns=7)


def sending_far(messages: int) -> Result:
    return in_turns(messages, delay=SLOW, turns=3)
