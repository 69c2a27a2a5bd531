"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from crm.outreach.origins import credit

JOBS = (
    Job(
        name="credit_recruiters",
        run=credit,
        hour=6,
        about=_(
            "Credits the recruiter and the activity of a new member, when the register says that the fee is paid."
        ),
    ),
)
