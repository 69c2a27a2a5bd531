"""What runs by itself: the daily jobs, and the work that a worker is woken for."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from crm.extensions.registry import Registry

if TYPE_CHECKING:
    from crm.people.models import Branch


@dataclass(frozen=True)
class Job:
    """A small daily job: for each branch, "is anything due on this day?". Idempotent, and catching up.

    ``run`` returns what it did as counts for the log, such as ``{"calls": 12}``.
    """

    name: str
    run: "DailyJob"
    hour: int  # local time from which it may run on its day
    about: "str | Promise"
    atomic: bool = True  # one transaction; a job that talks to a server has its own
    daily: bool = True  # else only the sweep and a person's command run it


class DailyJob(Protocol):
    def __call__(self, *, branch: "Branch", on: date) -> dict[str, int]: ...


class Work(Protocol):
    """What a worker does when it is woken for a queue, and what the sweep does each minute: all that is due."""

    def __call__(self) -> int: ...


jobs: Registry[Job] = Registry()
work: Registry[Work] = Registry()
