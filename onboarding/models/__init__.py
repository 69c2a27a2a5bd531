"""Gatherings, invitations, the first year."""

from onboarding.models.circulars import Circular
from onboarding.models.first_year import ContactPerson, FirstYearSettings
from onboarding.models.gatherings import Gathering, GatheringQuerySet, end_of, start_of
from onboarding.models.invitations import CODE_LENGTH, Invitation, InvitationQuerySet, new_code, new_token
from onboarding.models.own_page import LeaveRequest, OwnPageCode
from onboarding.models.settings import IntroSettings

__all__ = [
    "CODE_LENGTH",
    "Circular",
    "ContactPerson",
    "FirstYearSettings",
    "Gathering",
    "GatheringQuerySet",
    "IntroSettings",
    "Invitation",
    "InvitationQuerySet",
    "LeaveRequest",
    "OwnPageCode",
    "end_of",
    "new_code",
    "new_token",
    "start_of",
]
