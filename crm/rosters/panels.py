"""The part of a member's page that tells what is noted otherwise than in the register."""

from crm.access import Permission
from crm.extensions import Panel
from crm.people.models import Member, User
from crm.rosters import access
from crm.rosters.correction_lists import shown


def corrections_of(member: Member, user: User) -> dict[str, object]:
    return {"corrections": [shown(correction) for correction in access.corrections_of_member(member)]}


CORRECTIONS = Panel(
    template="rosters/member_corrections.html", permission=Permission.SEE_MEMBERS, context=corrections_of
)
