"""Activities and ways in, written straight into the tables."""

from datetime import date
from typing import Any

from django.utils import timezone

from crm.outreach.models import Activity, Origin
from crm.people.models import Branch, Member, User
from tests.factories import MemberFactory, UserFactory

TODAY = date(2026, 11, 21)


def activity(
    branch: Branch, held_on: date = date(2026, 5, 9), kind: str = "square", **fields: Any
) -> Activity:
    """One that is noted: three of us, ten conversations, nobody new."""
    numbers = {"helpers": 3, "conversations": 10, "new_members": 0}
    values = (
        {"place": "Torget", "noted_at": timezone.now(), "noted_by": UserFactory.create()} | numbers | fields
    )
    return Activity.objects.create(branch=branch, kind=kind, held_on=held_on, **values)


def planned(branch: Branch, held_on: date, **fields: Any) -> Activity:
    return activity(branch, held_on, helpers=None, conversations=None, new_members=None, **fields)


def newcomer(branch: Branch, since: date = date(2026, 5, 20), source: str = "", **fields: Any) -> Member:
    """Who joined on a day; with ``source`` that is how."""
    member: Member = MemberFactory.create(
        branch=branch, since=since, joined_on=since, learnt_on=since, phone=""
    )
    if source:
        origin(member, source, **fields)
    return member


def origin(member: Member, source: str, **fields: Any) -> Origin:
    by: User = UserFactory.create()
    return Origin.objects.create(member=member, source=source, noted_at=timezone.now(), noted_by=by, **fields)
