"""A roster's part of forgetting a person: staged copies and old rows, also of imports nobody applied."""

from django.db.models import Q

from crm.people.models import Member, User
from crm.rosters.models import RosterImport, RosterRow

State = RosterImport.State


def forget_rows(*, member: Member, by: User) -> None:
    """The counts stay. Previews that wait are thrown away: their values are locked in one piece."""
    theirs = Q(member=member) | Q(member_number=member.member_number)
    RosterRow.objects.filter(theirs, roster_import__branch=member.branch).update(
        member=None, member_number="", values={}, changes={}, remarks=[]
    )
    RosterImport.objects.filter(branch=member.branch, state__in=(State.UPLOADED, State.STAGED)).update(
        state=State.DISCARDED, content=None, staged=None, lease_until=None
    )
