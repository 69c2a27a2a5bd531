"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from crm.figures.keeping import keep_figures

JOBS = (
    Job(
        name="keep_figures",
        run=keep_figures,
        # In the evening, when most files of the day have been brought in.
        hour=20,
        about=_(
            "Keeps what the board was told on the day: every figure for 15 months, then those of month ends."
        ),
    ),
)
