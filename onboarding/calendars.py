"""The meeting as a file for the calendar of the one invited (RFC 5545)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from crm.outbox.emails import sender
from crm.people.models import Branch
from onboarding.models import Gathering, Invitation

ZONE = "Europe/Stockholm"
# How long a gathering takes in a calendar; it has no end of its own.
LASTS = timedelta(hours=2)


def calendar_file(invitation: Invitation, *, url: str, now: datetime) -> bytes:
    """The event; the same UID with a higher SEQUENCE when it has moved, and CANCEL when it is off (RFC 5546)."""
    gathering = invitation.gathering
    is_off = gathering.state == Gathering.State.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//Tusen//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(
        Timezone.from_tzid(ZONE, first_date=gathering.day, last_date=gathering.day + timedelta(days=366))
    )
    calendar.add_component(_event(gathering, url=url, now=now, is_off=is_off))
    return bytes(calendar.to_ical())


def _event(gathering: Gathering, *, url: str, now: datetime, is_off: bool) -> Event:
    starts = timezone.localtime(gathering.starts_at, ZoneInfo(ZONE))
    event = Event()
    event.add("uid", f"gathering-{gathering.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", timezone.localtime(now, ZoneInfo("UTC")))
    event.add("sequence", gathering.revision + is_off)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event["organizer"] = _organizer(gathering.branch)
    event.add("summary", f"{gathering.name}, {gathering.branch.name}")
    event.add("dtstart", starts)
    event.add("dtend", starts + LASTS)
    event["location"] = vText(", ".join(part for part in (gathering.place, gathering.address) if part))
    event.add("description", "\n\n".join(part for part in (gathering.programme, url) if part))
    event.add("url", url)
    if not is_off:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", gathering.name)
        alarm.add("trigger", timedelta(hours=-3))
        event.add_component(alarm)
    return event


def _organizer(branch: Branch) -> vCalAddress:
    """The branch, not who happens to be its officer: a calendar believes a change of an event by the same one only."""
    address = vCalAddress(f"mailto:{branch.reply_email or sender()}")
    address.params["cn"] = vText(branch.name)
    return address
