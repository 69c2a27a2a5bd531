"""A half-year played through day by day: every daily job, a real mail server, and every member's mail at the other end.

New members each month, a meeting that is moved, a server that is away for a night, answers, no-shows, a leaver.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from crm import extensions
from crm.jobs import running
from crm.outbox import sending
from crm.outbox.models import Message
from crm.people import memberships, wishes
from crm.people.models import Branch, Member, Membership, User
from onboarding import answers, planning
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.outbox.conftest import MailServer, mail_server

__all__ = ["mail_server"]  # the fixture of the outbox's own tests

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2027, 1, 1), date(2027, 6, 30)
CONFIRMED, MOVED, NIGHT_OFF = date(2027, 1, 20), date(2027, 2, 15), date(2027, 1, 28)
MEETING = date(2027, 3, 11)  # the second Thursday of March
NEW_TIME = time(19)
OFFICERS = "marta@example.org"
MAILS = {
    "welcome": "Välkommen till Lillberga arbetarekommun",
    "fee": "Din medlemsavgift till Lillberga arbetarekommun",
    "invite": "Välkommen på introduktionsträff den 11 mars",
    "moved": "Ny tid eller plats: Introduktionsträff den 11 mars",
    "coming": "Snart ses vi: Introduktionsträff den 11 mars",
    "silent": "Kommer du? Introduktionsträff den 11 mars",
    "thanks": "Tack för att du kom: Introduktionsträff den 11 mars",
    "missed": "Vi saknade dig: Introduktionsträff den 11 mars",
    "course": "Ett erbjudande från Lillberga arbetarekommun: medlemsutbildningen S1",
}
# What each is to have in the mailbox by the end of June: the day in 2027, and what it was about.
_INVITED = [("01-01", "fee"), ("01-28", "invite")]
_MOVED = [*_INVITED, ("02-15", "moved"), ("03-06", "course"), ("03-09", "coming")]
MEANT = {
    "Berit": [],
    "Anna": [*_MOVED, ("03-12", "thanks")],
    "Bo": [*_MOVED, ("03-12", "missed")],
    "Cia": [*_INVITED, ("03-06", "course")],
    "Dan": [("01-01", "fee")],
    "Eva": _INVITED,
    "Freja": [
        ("02-03", "welcome"),
        ("02-03", "invite"),
        ("02-15", "moved"),
        ("03-09", "silent"),
        ("03-20", "fee"),
        ("06-06", "course"),
    ],
}


@dataclass
class Year:
    """The branch, who is in it, and what has come to whom."""

    branch: Branch
    officer: User
    server: MailServer
    members: dict[str, Member] = field(default_factory=dict)
    states: list[Counter[str]] = field(default_factory=list)

    def play(self, first: date, last: date) -> None:
        day = first
        while day <= last:
            self.live(day)
            day += timedelta(days=1)

    def live(self, day: date) -> None:
        with time_machine.travel(datetime.combine(day, time(7), UTC), tick=False) as clock:
            self.events(day)
            self.server.answers = ["451 Try again"] * 1000 if day == NIGHT_OFF else []
            for job in extensions.jobs.all():
                if job.daily:
                    running.run_job(job, branch=self.branch, on=day)
            for hour in (8, 18):
                clock.move_to(datetime.combine(day, time(hour), UTC))
                self.server.answers = ["451 Try again"] * 1000 if day == NIGHT_OFF and hour < 18 else []
                sending.send_due()
            self.states.append(Counter(Message.objects.values_list("state", flat=True)))

    def join(self, name: str, day: date) -> None:
        self.members[name] = MemberFactory.create(
            branch=self.branch,
            first_name=name,
            email=f"{name.lower()}@example.org",
            since=day,
            joined_on=day,
            learnt_on=day,
        )

    def say(self, name: str, said: str) -> None:
        invitation = Invitation.objects.get(member=self.members[name])
        answers.answer(invitation=invitation, said=said)

    def events(self, day: date) -> None:
        if day == FIRST:
            self.join("Berit", date(2020, 5, 5))  # a member for long
            for name in ("Anna", "Bo", "Cia", "Dan", "Eva"):
                self.join(name, date(2026, 11, 3))
        if day == date(2027, 1, 5):
            wishes.change(member=self.members["Dan"], wish="no_messages", is_on=True, by=self.officer)
        if day == CONFIRMED:
            planning.confirm(gathering=Gathering.objects.get(), by=self.officer)
        if day == date(2027, 2, 3):
            self.join("Freja", day)
        if day == date(2027, 2, 5):
            for name, said in (("Anna", "yes"), ("Bo", "yes"), ("Cia", "no")):
                self.say(name, said)
        if day == date(2027, 2, 10):
            self.leave("Eva", day)
        if day == MOVED:
            meeting = Gathering.objects.get(starts_at__date=MEETING)
            meeting.starts_at = timezone.make_aware(datetime.combine(MEETING, NEW_TIME))
            planning.change(gathering=meeting, by=self.officer)
        if day == MEETING + timedelta(days=1):
            for name, came in (("Anna", True), ("Bo", False)):
                invitation = Invitation.objects.get(member=self.members[name])
                answers.tick(invitation=invitation, attended=came, by=self.officer)

    def leave(self, name: str, day: date) -> None:
        member = self.members[name]
        memberships.end(member=member, on=day, reason=Membership.EndReason.LEFT, by=self.officer)

    def mail_to(self, name: str) -> list[Any]:
        return [mail for mail in self.server.got if mail["To"] == f"{name.lower()}@example.org"]

    def mailbox(self, name: str) -> list[tuple[str, str]]:
        """Day and subject of each mail, as a mail program shows them."""
        return [
            (f"{parsedate_to_datetime(str(mail['Date'])):%m-%d}", str(mail["Subject"]).strip())
            for mail in self.mail_to(name)
        ]

    def subjects(self, name: str) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mail_to(name)]


@pytest.fixture
def year(mail_server: MailServer) -> Year:
    branch = BranchFactory.create(slug="lillberga", name="Lillberga arbetarekommun", place="Lillberga")
    officer = user_with("member_officer", branch, name="Märta Medlemsansvarig", email=OFFICERS)
    played = Year(branch, officer, mail_server)
    played.play(FIRST, LAST)
    return played


def test_the_half_year_as_everybody_saw_it(year: Year) -> None:
    """One long story is told once and read from every side: playing it is what costs."""
    nobody_gets_the_same_twice(year)
    everybody_got_what_was_meant_for_them(year)
    the_officer_was_told_of_the_draft(year)
    who_is_new_was_invited_although_the_server_was_away(year)
    who_joined_later_was_invited_later(year)
    who_was_told_of_the_move(year)
    who_came_and_who_did_not(year)
    who_wants_nothing_and_who_left_got_nothing_more(year)
    nothing_is_left_lying(year)
    playing_a_day_again_changes_nothing(year)


def nobody_gets_the_same_twice(year: Year) -> None:
    got = Counter(
        (str(mail["To"]), str(mail["Subject"])) for mail in year.server.got if mail["To"] != OFFICERS
    )
    assert [pair for pair, number in got.items() if number > 1] == []
    assert all(str(mail["To"]).count("@") == 1 for mail in year.server.got)


def everybody_got_what_was_meant_for_them(year: Year) -> None:
    """Every mail of the half-year, as each one's mailbox has it."""
    assert {name: year.mailbox(name) for name in year.members} == {
        name: [(day, MAILS[what]) for day, what in mails] for name, mails in MEANT.items()
    }


def the_officer_was_told_of_the_draft(year: Year) -> None:
    meeting = Gathering.objects.get(starts_at__date=MEETING)
    assert (meeting.season, meeting.state) == ("2027-1", Gathering.State.CONFIRMED)
    told = [str(mail["Subject"]) for mail in year.server.got if mail["To"] == OFFICERS]
    assert told != []


def who_is_new_was_invited_although_the_server_was_away(year: Year) -> None:
    """Six weeks before is the very day on which the server answers 451 until the evening. Eva has been erased since."""
    asked = Invitation.objects.filter(gathering__starts_at__date=MEETING)
    invited = {
        invitation.member.first_name: timezone.localdate(invitation.invited_at) for invitation in asked
    }
    assert invited == dict.fromkeys(("Anna", "Bo", "Cia", ""), NIGHT_OFF) | {"Freja": date(2027, 2, 3)}
    kept = year.states[(NIGHT_OFF - FIRST).days - 1]
    assert kept["failed"] == kept["uncertain"] == 0
    for name in ("Anna", "Bo", "Cia"):
        invitation = next(mail for mail in year.mail_to(name) if "/i/" in text_of(mail))
        assert f"Hej {name}" in text_of(invitation) or f"{name}" in text_of(invitation)


def who_joined_later_was_invited_later(year: Year) -> None:
    freja = Invitation.objects.get(member=year.members["Freja"])
    assert any(f"/i/{freja.token}" in text_of(mail) for mail in year.mail_to("Freja"))
    assert not Invitation.objects.filter(member=year.members["Berit"]).exists()


def who_was_told_of_the_move(year: Year) -> None:
    """Those invited who have not said no to messages, nor left; with the new time."""
    told = {name for name in year.members if any("19:00" in text_of(mail) for mail in year.mail_to(name))}
    assert {"Anna", "Bo", "Freja"} <= told
    assert not told & {"Berit", "Dan", "Eva"}


def who_came_and_who_did_not(year: Year) -> None:
    after = {name: year.subjects(name)[-1] for name in ("Anna", "Bo")}
    assert after["Anna"] != after["Bo"]
    keys = set(Message.objects.filter(member=year.members["Anna"]).values_list("purpose_key", flat=True))
    assert len(keys) == len(year.subjects("Anna"))


def who_wants_nothing_and_who_left_got_nothing_more(year: Year) -> None:
    for name, since in (
        ("Dan", datetime(2027, 1, 5, 7, tzinfo=UTC)),
        ("Eva", datetime(2027, 2, 10, 7, tzinfo=UTC)),
    ):
        late = Message.objects.filter(member=year.members[name], sent_at__gt=since)
        assert (name, late.count()) == (name, 0)


def nothing_is_left_lying(year: Year) -> None:
    sent = Message.objects.filter(branch=year.branch, state="sent").count()
    assert sent == len(year.server.got)
    assert set(year.states[-1]) <= {"sent", "cancelled"}


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def playing_a_day_again_changes_nothing(year: Year) -> None:
    before = (Message.objects.count(), Invitation.objects.count(), len(year.server.got))
    year.play(LAST, LAST)
    assert (Message.objects.count(), Invitation.objects.count(), len(year.server.got)) == before
