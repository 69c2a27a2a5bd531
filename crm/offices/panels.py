"""What a member's page shows of offices and trainings."""

from crm.access import Permission
from crm.extensions import Panel
from crm.people.models import Member, User


def offices(member: Member, user: User) -> dict[str, object]:
    return {"offices": list(member.offices.all()), "trainings": list(member.trainings.all())}


OFFICES = Panel(template="offices/panel.html", permission=Permission.SEE_MEMBERS, context=offices)
