"""A roster's part of forgetting a person: staged copies and old rows, also of imports nobody applied."""

from django.db.models import Q

from crm.people.models import Member, User
from crm.rosters.models import Correction, RosterImport, RosterRow, UndoRow

State = RosterImport.State


def forget_rows(*, member: Member, by: User) -> None:
    """The counts stay. What waits is thrown away, accepted or not: its values are locked in one piece, and a
    preview made anew of them would show the person again. No undoing brings the person back."""
    theirs = Q(member=member) | Q(member_number=member.member_number)
    RosterRow.objects.filter(theirs, roster_import__branch=member.branch).update(
        member=None, member_number="", values={}, changes={}, remarks=[]
    )
    Correction.objects.filter(member=member).delete()
    UndoRow.objects.filter(member=member).delete()
    RosterImport.objects.filter(branch=member.branch, state=State.UNREADABLE).update(
        content=None, readable_until=None
    )
    waiting = (State.UPLOADED, State.STAGED, State.ACCEPTED)
    RosterImport.objects.filter(branch=member.branch, state__in=waiting).update(
        state=State.DISCARDED, content=None, readable_until=None, staged=None, lease_until=None
    )
