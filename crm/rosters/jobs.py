"""What beat starts each day."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Job
from crm.rosters.keeping import forget_old_imports

JOBS = (
    Job(
        name="forget_old_imports",
        run=forget_old_imports,
        hour=3,
        about=_(
            "Drops what is kept to undo a member file after 30 days, and what its lines said after 90 days."
        ),
    ),
)
