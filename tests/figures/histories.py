"""Memberships with a history, for tests of figures."""

from datetime import date

from crm.people.models import Branch, Membership
from tests.factories import MemberFactory


def period(
    branch: Branch,
    started_on: date,
    ended_on: date | None = None,
    *,
    missing_since: date | None = None,
    reason: str = "left",
) -> Membership:
    """A new person of the branch with one period; ended ones for ``reason``."""
    member = MemberFactory.create(branch=branch, since=started_on, phone="")
    membership: Membership = member.memberships.get()
    membership.ended_on, membership.missing_since = ended_on, missing_since
    membership.end_reason = reason if ended_on else ""
    membership.save()
    return membership
