"""Around the day of a gathering: reminders before, thanks after, and what is forgotten then. Each a daily job."""

from datetime import date, timedelta

from django.db import transaction

from crm.people.models import Branch, User
from onboarding import mail
from onboarding.models import Gathering, GatheringQuerySet, Invitation
from onboarding.planning import settings_of

# Who was invited so lately is not reminded of it.
JUST_INVITED = timedelta(days=3)
# Thanks come the day after, or when the door's list is ticked, within so many days; later they would be odd.
THANKS_WITHIN = 10


def _confirmed(branch: Branch, first: date, last: date) -> GatheringQuerySet:
    return Gathering.objects.confirmed().filter(branch=branch).on_days(first, last).select_related("branch")


@transaction.atomic
def remind_of_gatherings(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: some days before, and not on the day itself, those who said yes and those who said nothing."""
    days = settings_of(branch).reminder_days
    console = User.objects.console()
    reminded = 0
    for gathering in _confirmed(branch, on + timedelta(days=1), on + timedelta(days=days)):
        asked = gathering.invitations.of_members_now()
        silent = asked.unanswered().exclude(invited_at__date__gt=on - JUST_INVITED)
        reminded += mail.remind_coming(gathering, asked.expected(), by=console).written
        reminded += mail.remind_silent(gathering, silent, by=console).written
    return {"reminded": reminded} if reminded else {}


@transaction.atomic
def thank_after_gatherings(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: thanks to those who came, "we missed you" to who had said yes; none before any is ticked."""
    console = User.objects.console()
    thanked = missed = 0
    for gathering in _confirmed(branch, on - timedelta(days=THANKS_WITHIN), on - timedelta(days=1)):
        asked = gathering.invitations.of_members_now()
        if not asked.attended().exists():
            continue
        thanked += mail.thank(gathering, asked.attended(), by=console).written
        missed += mail.miss(gathering, asked.no_shows(), by=console).written
    return {"thanked": thanked, "missed": missed} if thanked or missed else {}


@transaction.atomic
def forget_needs(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: who needed a lift, a loop or other food is nobody's business when the meeting has been."""
    over = Gathering.objects.filter(branch=branch, starts_at__date__lt=on) | Gathering.objects.filter(
        branch=branch, state=Gathering.State.CANCELLED
    )
    known = Invitation.objects.filter(gathering__in=over.values("pk")).with_needs()
    forgotten = known.update(needs_lift=False, needs_loop=False, food="")
    return {"forgotten": forgotten} if forgotten else {}
