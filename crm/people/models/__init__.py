from crm.people.models.access_log import AccessLog
from crm.people.models.branches import Branch, Club, ClubGoal, ClubPast, District, MembershipGoal
from crm.people.models.duplicates import KeptApart, Merge
from crm.people.models.keeping import ErasureApproval, ErasureHold, KeepingRules, RememberedWish
from crm.people.models.members import ClubMembership, Member, Membership, PaidStatus, Phone, WishChange
from crm.people.models.skills import MemberSkill, SkillWord
from crm.people.models.users import KINDS_IN_A_BRANCH, LoginCode, Role, User

__all__ = [
    "KINDS_IN_A_BRANCH",
    "AccessLog",
    "Branch",
    "Club",
    "ClubGoal",
    "ClubMembership",
    "ClubPast",
    "District",
    "ErasureApproval",
    "ErasureHold",
    "KeepingRules",
    "KeptApart",
    "LoginCode",
    "Member",
    "MemberSkill",
    "Membership",
    "MembershipGoal",
    "Merge",
    "PaidStatus",
    "Phone",
    "RememberedWish",
    "Role",
    "SkillWord",
    "User",
    "WishChange",
]
