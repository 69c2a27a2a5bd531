"""What the gatherings do when a person is erased."""

from crm.people.models import Member, User
from onboarding.models import ContactPerson, Invitation, LeaveRequest, OwnPageCode, new_code, new_token


def close_links(*, member: Member, by: User) -> None:
    """Links and codes of old messages open nothing, needs are forgotten; that somebody came is a count."""
    for invitation in Invitation.objects.filter(member=member):
        invitation.token, invitation.code = new_token(), new_code()
        invitation.needs_lift = invitation.needs_loop = False
        invitation.food = ""
        invitation.save(update_fields=["token", "code", "needs_lift", "needs_loop", "food"])
    ContactPerson.objects.filter(member=member).delete()
    OwnPageCode.objects.filter(member=member).delete()
    LeaveRequest.objects.filter(member=member).delete()
