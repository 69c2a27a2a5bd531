"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from crm.plan.reminding import remind_of_goals
from crm.plan.standing import measure_goals

JOBS = (
    Job(
        name="measure_goals",
        run=measure_goals,
        hour=4,  # when the night's files and letters are through, and before anybody reads
        about=_("Measures the goals of the yearly plan, so that the board's page can tell how they stand."),
    ),
    Job(
        name="remind_of_goals",
        run=remind_of_goals,
        hour=6,
        about=_("Reminds the responsible, two weeks before, of a goal in the plan that is not reached."),
    ),
)
