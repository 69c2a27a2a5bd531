"""How a branch calls, and moments of its days."""

from datetime import date, datetime, time

from django.utils import timezone

from calls.models import CallRules
from crm.people.models import Branch


def rules_of(branch: Branch) -> CallRules:
    """The branch's own rules, else the defaults (not saved). Asked for once per branch that is in hand."""
    own: CallRules | None = getattr(branch, "call_rules", None)
    return own or CallRules(branch=branch)


def moment(on: date) -> datetime:
    """Now, when ``on`` is today; else eight in the morning of that day, for jobs that run as if on another day."""
    if on == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.combine(on, time(8)))


def end_of(on: date) -> datetime:
    """The last moment of a day."""
    return timezone.make_aware(datetime.combine(on, time.max))


def start_of(on: date) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(on, time.min))
