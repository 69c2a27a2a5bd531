"""What the gatherings do when a person is erased."""

from crm.people.models import Member, User
from onboarding.models import Invitation, new_token


def close_links(*, member: Member, by: User) -> None:
    """The link that stands in an old message opens nothing; that somebody was invited, and came, is a count."""
    for invitation in Invitation.objects.filter(member=member):
        invitation.token = new_token()
        invitation.save(update_fields=["token"])
