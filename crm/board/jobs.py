"""What beat starts each day."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from crm import extensions
from crm.board.overview import overview
from crm.extensions import Job
from crm.figures.models import ToldBlock
from crm.people.models import Branch


def tell_quarters(*, branch: Branch, on: date) -> dict[str, int]:
    """Read the board's page and its tables, so that what is over by now is told as it stands at the day's beginning.

    Whoever reads before the job has the same told and kept; with the job nobody waits for it.
    """
    told = ToldBlock.objects.filter(branch=branch)
    before = told.count()
    overview(branch, on)
    for part in (part for part in extensions.board_parts.all() if part.tells_blocks):
        part.context(branch, on)
        if part.tables:
            part.tables(branch, on)
    return {"blocks": told.count() - before}


JOBS = (
    Job(
        name="tell_quarters",
        run=tell_quarters,
        hour=1,  # before anybody reads, and before the day's files come
        about=_("Keeps what the board is told of quarters that are over, as it is first counted."),
    ),
)
