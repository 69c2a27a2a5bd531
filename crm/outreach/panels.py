"""What a member's page shows of how the member came."""

from crm.access import Permission
from crm.extensions import Panel
from crm.outreach import access
from crm.people.models import Member, User


def origin(member: Member, user: User) -> dict[str, object]:
    return {"origin": access.origin_of(member), "n_recruited": member.recruited.count()}


ORIGIN = Panel(template="outreach/panel.html", permission=Permission.SEE_MEMBERS, context=origin)
