"""Each day keeps what the boards were told: of all branches in one pass, and the rest branch by branch."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone

from crm.figures import reading
from crm.figures.models import KeptFigure
from crm.figures.months import last_of_month, months_back
from crm.people.models import Branch

# Every day for so long: this year beside last year at the same date, and a spring to look back from.
DAILY_MONTHS = 15
# Days that nobody kept, while all was off, are made up for this far back.
CATCH_UP = timedelta(days=31)


def keep_figures(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job. The first branch of a day keeps the figures of all; the others find it done and keep their own.

    Days missed since the last kept one come first, as they are counted now: what was known of that day alone
    is gone. Then the branch's old days go, all but the month ends.
    """
    together, apart = KeptFigure.objects.all(), _apart(branch)
    kept = 0
    if not together.filter(branch=branch, on=on).exists():
        kept += sum(keep_day(day) for day in _missed(together, on))
    if not apart.filter(on=on).exists():
        kept += sum(keep_apart(branch, day) for day in _missed(apart, on))
    return {"figures": kept, "forgotten": thin_out(branch, on)}


def keep_day(on: date) -> int:
    """Keep the day for every branch that has not kept it. How many figures; none of a day to come."""
    now = timezone.now()
    if on > timezone.localdate(now):
        return 0
    kept = KeptFigure.objects.filter(on=on).values("branch")
    branches = list(Branch.objects.exclude(pk__in=kept).order_by("pk").values_list("pk", flat=True))
    rows = list(_rows(branches, on, now)) if branches else []
    KeptFigure.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def keep_apart(branch: Branch, on: date) -> int:
    """Keep the day's figures that each branch counts for itself. How many; none of a day to come."""
    now = timezone.now()
    if on > timezone.localdate(now):
        return 0
    read = reading.read(branch, on, reading.kept_apart())
    rows = [
        KeptFigure(branch=branch, name=name, on=on, value=found.value, kept_at=now)
        for name, found in read.items()
        if found.value is not None
    ]
    KeptFigure.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _apart(branch: Branch) -> QuerySet[KeptFigure]:
    return KeptFigure.objects.filter(branch=branch, name__in=reading.kept_apart())


def _rows(branches: list[int], on: date, now: datetime) -> Iterable[KeptFigure]:
    """What is not known is not kept, nor what counts nothing: the days to a goal that lies behind."""
    for name, values in sorted(reading.read_each(branches, on, reading.kept_names()).items()):
        for branch, value in values.items():
            if value is not None and value >= 0:
                yield KeptFigure(branch_id=branch, name=name, on=on, value=value, kept_at=now)


def _missed(kept: QuerySet[KeptFigure], on: date) -> list[date]:
    """The days after the last ``kept`` one, until ``on``: that day alone in a new database."""
    last = kept.filter(on__lt=on).aggregate(last=Max("on"))["last"]
    first = max(last + timedelta(days=1), on - CATCH_UP) if last else on
    return [first + timedelta(days=number) for number in range((on - first).days + 1)]


def thin_out(branch: Branch, on: date) -> int:
    """Month ends stay for good; other days for ``DAILY_MONTHS`` whole months. How many figures went."""
    old = KeptFigure.objects.filter(branch=branch, on__lt=months_back(on, DAILY_MONTHS))
    days = old.order_by().values_list("on", flat=True).distinct()
    gone = [day for day in days if day != last_of_month(day)]
    return old.filter(on__in=gone).delete()[0] if gone else 0
