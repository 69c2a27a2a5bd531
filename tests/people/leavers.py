"""People who are missing or have left, for tests of leaving and erasing."""

from datetime import date, timedelta
from typing import Any

from crm.people import memberships
from crm.people.models import Branch, Member, User
from tests.factories import MemberFactory

TODAY = date(2026, 11, 21)


def a_leaver(branch: Branch, *, days_ago: int = 40, reason: str = "left", **fields: Any) -> Member:
    """Somebody whose membership ended, and was confirmed, so many days before ``TODAY``."""
    member: Member = MemberFactory.create(branch=branch, **fields)
    on = TODAY - timedelta(days=days_ago)
    memberships.end(member=member, on=on, reason=reason, by=User.objects.console())
    member.memberships.update(ended_at=f"{on}T12:00:00Z")
    return member


def a_missing(branch: Branch, *, since: date = date(2026, 10, 31), **fields: Any) -> Member:
    member: Member = MemberFactory.create(branch=branch, **fields)
    memberships.mark_missing(branch=branch, member_ids=[member.pk], on=since, by=User.objects.console())
    return member
