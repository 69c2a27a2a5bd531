"""Calendar files (RFC 5545): the year wheel to subscribe to, and the party's central dates to read in."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from crm import access as door
from crm.access import Permission
from crm.extensions import YearMark
from crm.people.models import Branch, User
from crm.plan import access, events
from crm.plan.models import CalendarEvent, CalendarLink, CentralDate
from crm.plan.wheel import PARTS, marks_of

_TOKEN_BYTES = 24
_PRODUCT = "-//Tusen//arshjul//SV"


def as_calendar(branch: Branch, *, on: date) -> bytes:
    """Last year's, this year's and next year's marks as whole days."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Year wheel, %(branch)s") % {"branch": branch.name})
    made = timezone.now()
    marks = {
        uid_of(branch, mark): mark
        for year in (on.year - 1, on.year, on.year + 1)
        for mark in marks_of(branch, year, on=on)
    }
    told = as_told(branch, marks, made)
    for uid, mark in marks.items():
        calendar.add_component(as_event(mark, told[uid], made))
    content: bytes = calendar.to_ical()
    return content


def uid_of(branch: Branch, mark: YearMark) -> str:
    """The same wherever the mark is moved, and whatever it is called."""
    what = f"{branch.slug}\n{mark.part}\n{mark.key}"
    return f"{sha256(what.encode()).hexdigest()[:32]}@tusen"


def as_told(branch: Branch, marks: Mapping[str, YearMark], now: datetime) -> dict[str, CalendarEvent]:
    """Each mark by its UID, with the number under which it is told (RFC 5545, 3.8.7.4).

    Some programs that read again leave an event they know where it was unless its number has grown. So what was told
    is kept, and whatever differs from it is one more. Two who read at once tell the same.
    """
    told = {event.uid: event for event in CalendarEvent.objects.filter(branch=branch)}
    changed = []
    for uid, mark in marks.items():
        before = told.get(uid)
        if before is None or before.said != (mark.first, mark.last, mark.label):
            sequence = before.sequence + 1 if before else 0
            said = {"first": mark.first, "last": mark.last, "label": mark.label}
            told[uid] = CalendarEvent(branch=branch, uid=uid, sequence=sequence, told_at=now, **said)
            changed.append(told[uid])
    CalendarEvent.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["branch", "uid"],
        update_fields=["first", "last", "label", "sequence", "told_at"],
    )
    return told


def as_event(mark: YearMark, told: CalendarEvent, made: datetime) -> Event:
    """The last day belongs to the mark; a calendar's DTEND is the day after."""
    event = Event()
    event.add("uid", told.uid)
    event.add("sequence", told.sequence)
    event.add("dtstamp", made)
    event.add("last-modified", told.told_at)
    event.add("dtstart", mark.first)
    event.add("dtend", mark.last + timedelta(days=1))
    event.add("summary", mark.label)
    event.add("categories", [str(PARTS[mark.part])])
    event.add("transp", "TRANSPARENT")
    if mark.url:
        event.add("url", settings.SITE_URL + mark.url)
    return event


@transaction.atomic
def open_link(*, branch: Branch, by: User) -> CalendarLink:
    """The address to subscribe to; the one that is open already, if there is one."""
    door.require(by, Permission.SEE_PLAN, branch)
    known = access.open_link_of(branch)
    return known or CalendarLink.objects.create(
        branch=branch, token=secrets.token_urlsafe(_TOKEN_BYTES), made_at=timezone.now(), made_by=by
    )


@transaction.atomic
def close_link(*, branch: Branch, by: User) -> bool:
    """Whoever holds the address reads nothing any more."""
    door.require(by, Permission.CHANGE_PLAN, branch)
    open_links = CalendarLink.objects.filter(branch=branch, closed_at=None)
    return bool(open_links.update(closed_at=timezone.now(), closed_by=by))


@transaction.atomic
def read_in(*, branch: Branch, content: bytes, by: User) -> int:
    """Take in the events of a calendar file, of last year, this and the next where they come again. One with a known
    UID replaces what it was, a cancelled one is removed. Returns how many dates were read.

    Raises ``ValidationError`` (a sentence) for a file that is no calendar, or too large.
    """
    door.require(by, Permission.CHANGE_PLAN, branch)
    now = timezone.now()
    year = timezone.localdate(now).year
    since = date(year - 1, 1, 1)
    found = events.read(content, since=since, until=date(year + 1, 12, 31))
    remove_gone(branch, found, since)
    CentralDate.objects.bulk_create(
        [
            CentralDate(
                branch=branch,
                uid=uid,
                first=day.first,
                last=day.last,
                title=day.title,
                imported_at=now,
                imported_by=by,
            )
            for uid, day in found.days.items()
        ],
        update_conflicts=True,
        unique_fields=["branch", "uid"],
        update_fields=["first", "last", "title", "imported_at", "imported_by"],
    )
    return len(found.days)


def remove_gone(branch: Branch, found: events.Read, since: date) -> None:
    """Dates that are cancelled, and those on which an event came again before it was changed."""
    known = CentralDate.objects.filter(branch=branch).exclude(uid__in=found.days)
    gone = [
        dated.pk
        for dated in known
        if dated.uid in found.cancelled
        or (dated.first >= since and {dated.uid, events.series_of(dated.uid)} & found.uids)
    ]
    CentralDate.objects.filter(pk__in=gone).delete()


@transaction.atomic
def forget_central(*, branch: Branch, by: User) -> int:
    """Remove every central date that was read in. Returns how many."""
    door.require(by, Permission.CHANGE_PLAN, branch)
    gone, _each = CentralDate.objects.filter(branch=branch).delete()
    return gone
