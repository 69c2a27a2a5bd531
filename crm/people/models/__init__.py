from crm.people.models.access_log import AccessLog
from crm.people.models.branches import Branch, Club, District, MembershipGoal
from crm.people.models.members import ClubMembership, Member, Membership, PaidStatus, Phone, WishChange
from crm.people.models.users import LoginCode, Role, User

__all__ = [
    "AccessLog",
    "Branch",
    "Club",
    "ClubMembership",
    "District",
    "LoginCode",
    "Member",
    "Membership",
    "MembershipGoal",
    "PaidStatus",
    "Phone",
    "Role",
    "User",
    "WishChange",
]
