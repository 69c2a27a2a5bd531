"""What a member's page shows of invitations."""

from crm.access import Permission
from crm.extensions import Panel
from crm.people.models import Member, User
from onboarding import access
from onboarding.models import ContactPerson


def invitations(member: Member, user: User) -> dict[str, object]:
    contact = ContactPerson.objects.filter(member=member).first()
    return {"invitations": list(access.invitations_of_member(member)[:10]), "contact_person": contact}


INVITATIONS = Panel(template="onboarding/_panel.html", permission=Permission.SEE_MEMBERS, context=invitations)


def own_page(member: Member, user: User) -> dict[str, object]:
    return {"leaves": access.leave_request_of(member)}


OWN_PAGE = Panel(
    template="onboarding/_own_page_panel.html", permission=Permission.SEE_MEMBERS, context=own_page
)
