"""What beat starts each day for the people of a branch."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from crm.people import logbook, merging, moves, retention

JOBS = (
    Job(
        name="erase_leavers",
        run=retention.erase_leavers,
        hour=3,
        about=_("Erases those who left longer ago than the branch keeps them. Every figure stays as it is."),
    ),
    Job(
        name="note_moves",
        run=moves.note_moves,
        hour=4,
        about=_("Marks memberships that began or ended with a move between two branches of the database."),
    ),
    Job(
        name="forget_merges",
        run=merging.forget_old,
        hour=3,
        about=_("Erases what was kept of merged duplicates once the merge can no longer be undone."),
    ),
    Job(
        name="trim_access_log",
        run=logbook.trim,
        hour=3,
        about=_("Removes rows of the access log that are older than two years."),
    ),
)
