"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from onboarding.invitations import invite_to_intro_meetings
from onboarding.planning import plan_intro_meetings

JOBS = (
    Job(
        name="plan_intro_meetings",
        run=plan_intro_meetings,
        hour=5,
        about=_("Drafts the half-year's introduction meeting in good time and tells the officers."),
    ),
    Job(
        name="invite_to_intro_meetings",
        run=invite_to_intro_meetings,
        hour=5,
        about=_("Invites new members to a confirmed introduction meeting, from six weeks before."),
    ),
)
