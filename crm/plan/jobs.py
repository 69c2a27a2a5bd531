"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from crm.plan.reminding import remind_of_goals

JOBS = (
    Job(
        name="remind_of_goals",
        run=remind_of_goals,
        hour=6,
        about=_("Reminds the responsible, two weeks before, of a goal in the plan that is not reached."),
    ),
)
