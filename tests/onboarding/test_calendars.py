"""The calendar file, read by the library that did not write its times, too."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil.tz import tzical
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from crm.people.models import Branch, User
from onboarding import invitations, planning
from onboarding.calendars import calendar_file
from onboarding.models import Gathering, Invitation
from tests.factories import MemberFactory
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
URL = "http://localhost/i/x/"


@pytest.fixture
def invitation(gathering: Gathering, officer: User) -> Invitation:
    gathering.programme, gathering.address = "Kaffe; namn, och å ä ö\nPaus", "Nygatan 5"
    gathering.save()
    member = MemberFactory.create(branch=gathering.branch)
    invitations.invite(gathering=gathering, members=[member], ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    return Invitation.objects.select_related("gathering__branch").get()


def written(invitation: Invitation) -> str:
    again = Invitation.objects.select_related("gathering__branch").get(pk=invitation.pk)
    return calendar_file(again, url=URL, now=SIX_WEEKS_BEFORE).decode()


def unfolded(text: str) -> dict[str, str]:
    """The event's lines, read by hand as RFC 5545 3.1 says: a line that begins with a space goes on."""
    event = text.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1].split("BEGIN:VALARM")[0]
    lines = (line.partition(":") for line in event.split("\r\n") if ":" in line)
    return {name: value for name, _colon, value in lines}


def test_every_line_ends_as_the_standard_says_and_is_short(invitation: Invitation) -> None:
    text = written(invitation)
    assert text.count("\n") == text.count("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_the_event_says_what_when_and_where(invitation: Invitation) -> None:
    event = unfolded(written(invitation))
    assert event["SUMMARY"] == "Introduktionsträff\\, Lillberga arbetarekommun"
    assert event["DTSTART;TZID=Europe/Stockholm"] == "20270311T180000"
    assert event["LOCATION"] == "Folkets hus\\, Nygatan 5"
    assert event["DESCRIPTION"].startswith("Kaffe\\; namn\\, och å ä ö\\nPaus")


@pytest.mark.parametrize(
    ("own", "told"), [("svar@example.org", "svar@example.org"), ("", "utskick@example.org")]
)
def test_the_branch_publishes_it(invitation: Invitation, settings: Any, own: str, told: str) -> None:
    """RFC 5546, 3.2.1 and 3.2.5: what is published, and what is cancelled, says by whom."""
    settings.DEFAULT_FROM_EMAIL = "Tusen <utskick@example.org>"
    Branch.objects.update(reply_email=own)
    (event,) = Calendar.from_ical(written(invitation)).walk("VEVENT")
    organizer = event["organizer"]
    assert (str(organizer), organizer.params["CN"]) == (f"mailto:{told}", "Lillberga arbetarekommun")


def test_another_parser_reads_the_zone_and_finds_the_same_moment(invitation: Invitation) -> None:
    text = written(invitation)
    zone = tzical(io.StringIO(text.replace("\r\n", "\n"))).get("Europe/Stockholm")
    start = datetime.fromisoformat(unfolded(text)["DTSTART;TZID=Europe/Stockholm"])
    assert start.replace(tzinfo=zone).astimezone(UTC) == EVENING
    summer = datetime(2027, 7, 1, 12, tzinfo=zone)
    assert summer.utcoffset() == datetime(2027, 7, 1, 12, tzinfo=ZoneInfo("Europe/Stockholm")).utcoffset()


def test_its_own_library_reads_it_back(invitation: Invitation) -> None:
    calendar = Calendar.from_ical(written(invitation))
    (event,) = calendar.walk("VEVENT")
    starts, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert (starts.astimezone(UTC), ends - starts) == (EVENING, timedelta(hours=2))
    assert str(calendar["METHOD"]) == "PUBLISH"


def test_a_moved_meeting_keeps_its_uid_and_has_a_higher_sequence(
    invitation: Invitation, officer: User
) -> None:
    before = unfolded(written(invitation))
    gathering = invitation.gathering
    gathering.starts_at += timedelta(days=7)
    planning.change(gathering=gathering, by=officer)
    after = unfolded(written(invitation))
    assert (after["UID"], before["SEQUENCE"], after["SEQUENCE"]) == (before["UID"], "0", "1")
    assert after["DTSTART;TZID=Europe/Stockholm"] == "20270318T180000"


def test_a_cancelled_meeting_is_taken_out(invitation: Invitation, officer: User) -> None:
    planning.cancel(gathering=invitation.gathering, by=officer)
    text = written(invitation)
    assert "METHOD:CANCEL\r\n" in text
    event = unfolded(text)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", "1")


@time_machine.travel(SIX_WEEKS_BEFORE + timedelta(days=1))
def test_the_link_opens_the_file_without_logging_in(client: Client, invitation: Invitation) -> None:
    page = client.get(reverse("invitation_calendar", args=[invitation.token]))
    assert page["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"/i/{invitation.token}/" in page.content.decode().replace("\r\n ", "")
    assert client.get(reverse("invitation_calendar", args=["wrong"])).status_code == 404
