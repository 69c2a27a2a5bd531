"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from onboarding.first_year_mail import tell_officers_of_the_week, write_to_new_members
from onboarding.invitations import invite_to_gatherings, invite_to_intro_meetings
from onboarding.planning import plan_intro_meetings, warn_of_unconfirmed
from onboarding.reminding import forget_needs, remind_of_gatherings, thank_after_gatherings

JOBS = (
    # Before the invitations, so that a welcome is the first that a new member reads.
    Job(
        name="write_to_new_members",
        run=write_to_new_members,
        hour=4,
        about=_("Welcomes new members, reminds those who have not paid, and offers the course S1."),
    ),
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
    Job(
        name="invite_to_gatherings",
        run=invite_to_gatherings,
        hour=5,
        about=_("Invites to confirmed meetings, social evenings and courses, from six weeks before."),
    ),
    Job(
        name="warn_of_unconfirmed",
        run=warn_of_unconfirmed,
        hour=6,
        about=_("Tells officers and board of an introduction meeting that nobody has confirmed in time."),
    ),
    Job(
        name="remind_of_gatherings",
        run=remind_of_gatherings,
        hour=8,
        about=_("Reminds those who come and those who have not answered, two days before."),
    ),
    Job(
        name="thank_after_gatherings",
        run=thank_after_gatherings,
        hour=9,
        about=_("Thanks those who came and tells who did not that they were missed."),
    ),
    Job(
        name="forget_needs",
        run=forget_needs,
        hour=3,
        about=_("Forgets what those invited needed when the meeting has been."),
    ),
    Job(
        name="tell_officers_of_the_week",
        run=tell_officers_of_the_week,
        hour=7,
        about=_("Once a week: how many new members there are to welcome, and what is late. Numbers only."),
    ),
)
