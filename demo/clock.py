"""Playing history: what is done inside ``at`` carries the time it pretends to be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """The deeds take "now" from ``timezone.now`` alone, so a past can be made of them as they are."""
    with patch.object(timezone, "now", return_value=moment):
        yield moment


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in the branch's own time zone."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
