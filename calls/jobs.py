"""What beat starts for the calls, each day for each branch."""

from django.utils.translation import gettext_lazy as _

from calls import counting, forgetting, rounds, weekly
from crm.extensions import Job

JOBS = (
    Job(
        name="count_call_states",
        run=counting.count_call_states,
        hour=0,
        about=_("Keeps how many members had no number or were not to be called at the end of yesterday."),
    ),
    Job(
        name="open_call_rounds",
        run=rounds.open_rounds,
        hour=4,
        about=_(
            "Opens the year's call round on its day, with a call for each member and a list for each caller."
        ),
    ),
    Job(
        name="top_up_call_rounds",
        run=rounds.top_up,
        hour=4,
        about=_(
            "Gives new members a call, ends the calls of those who have left, and shares out what is new."
        ),
    ),
    Job(
        name="forget_call_notes",
        run=forgetting.forget_old_notes,
        hour=3,
        about=_("Erases what callers wrote longer ago than the branch keeps notes."),
    ),
    Job(
        name="tell_leaders_of_the_week",
        run=weekly.tell_leaders_of_the_week,
        hour=7,
        about=_("Once a week: how the calls stand, and what waits for somebody. Numbers only."),
    ),
)
