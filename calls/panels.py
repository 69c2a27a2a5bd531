"""The part of a member's page that tells how we have called."""

from calls.models import Attempt
from crm.access import Permission
from crm.extensions import Panel
from crm.people.models import Member, User

# A member of many years has many attempts; the page shows the latest.
SHOWN = 20


def attempts_of(member: Member, user: User) -> dict[str, object]:
    attempts = Attempt.objects.standing().filter(call__member=member)
    return {"attempts": list(attempts.select_related("reported_by", "call__round", "follow_up")[:SHOWN])}


ATTEMPTS = Panel(template="calls/member_panel.html", permission=Permission.SEE_MEMBERS, context=attempts_of)
