"""What the board reads of introduction meetings: invited, yes, came; of the year's meetings so far."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Figure
from crm.people.models import Branch
from onboarding.models import Gathering, Invitation, InvitationQuerySet


def invited(branch: Branch, on: date) -> int:
    return _of_the_year(branch, on).count()


def said_yes(branch: Branch, on: date) -> int:
    return _of_the_year(branch, on).yes().filter(answered_at__lt=_end_of(on)).count()


def came(branch: Branch, on: date) -> int:
    return _of_the_year(branch, on).attended().filter(gathering__starts_at__lt=_end_of(on)).count()


def _of_the_year(branch: Branch, on: date) -> InvitationQuerySet:
    """Invitations sent by that day to introduction meetings of its calendar year; cancelled ones left out."""
    return Invitation.objects.filter(
        gathering__branch=branch,
        gathering__kind=Gathering.Kind.INTRO_MEETING,
        gathering__state=Gathering.State.CONFIRMED,
        gathering__starts_at__gte=_end_of(date(on.year - 1, 12, 31)),
        gathering__starts_at__lt=_end_of(date(on.year, 12, 31)),
        invited_at__lt=_end_of(on),
    )


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


FIGURES = (
    Figure(
        name="intro_invited",
        label=_("Invited to introduction meetings"),
        unit=_("invitations"),
        explanation=_(
            "Invitations sent to the year's introduction meetings. Cancelled meetings are left out."
        ),
        count=invited,
    ),
    Figure(
        name="intro_yes",
        label=_("Said yes"),
        unit=_("answers"),
        explanation=_("Those invited to the year's meetings whose last answer is yes."),
        count=said_yes,
    ),
    Figure(
        name="intro_attended",
        label=_("Came"),
        unit=_("members"),
        explanation=_("Those ticked at the door of the year's meetings, with walk-ins."),
        count=came,
    ),
)
