"""What is written to new members, and the week's numbers to the officers. Each once per purpose."""

from collections import Counter
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from crm.extensions import TextKind
from crm.figures import reading
from crm.outbox import rules
from crm.outbox.queueing import queue_for_members
from crm.people.models import Branch, Role, User
from crm.people.models.members import PaidStatus
from onboarding import mail, texts
from onboarding.first_year import Journey, State, Step, journeys, settings_of
from onboarding.models import FirstYearSettings

# A step whose message could not be written for so long is not written afterwards.
TOO_LATE = timedelta(days=30)
# Who joined longer ago than this is not bid welcome as if it were yesterday.
WELCOMED_WITHIN = timedelta(days=60)
# As the board reads them, beside what there is to do.
OF_THE_HALF_YEAR = ("new_members", "new_welcomed", "half_year_invited", "half_year_yes", "half_year_came")


@transaction.atomic
def write_to_new_members(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: the welcome, a reminder of the fee when its day has passed, in time the offer of S1."""
    wishes, found = settings_of(branch), journeys(branch=branch, on=on)
    what = (
        (texts.WELCOME, [j for j in found if _to_welcome(j, on)]),
        (texts.UNPAID, [j for j in found if _to_remind(j, on)]),
        (texts.COURSE_OFFER, [j for j in found if _to_offer(j, on)]),
    )
    written = {kind.name: _write(branch, wishes, kind, people, on) for kind, people in what}
    return {key: number for key, number in written.items() if number}


def _to_welcome(journey: Journey, on: date) -> bool:
    lamp, member = journey.lamp(Step.MESSAGE), journey.member
    is_recent = member.joined_on is None or member.learnt_on - member.joined_on <= WELCOMED_WITHIN
    return bool(lamp and lamp.waits and is_recent and on <= lamp.due_on + TOO_LATE)


def _to_remind(journey: Journey, on: date) -> bool:
    lamp = journey.lamp(Step.FEE)
    unpaid = journey.member.paid_status(on) == PaidStatus.UNPAID_NEW
    return bool(lamp and unpaid and lamp.due_on <= on <= lamp.due_on + TOO_LATE)


def _to_offer(journey: Journey, on: date) -> bool:
    lamp = journey.lamp(Step.COURSE)
    return bool(lamp and lamp.waits and on <= lamp.due_on + TOO_LATE)


def _write(branch: Branch, wishes: FirstYearSettings, kind: TextKind, found: list[Journey], on: date) -> int:
    """Signed as the branch says, else by its member officer: a welcome comes from somebody with a name."""
    contact = {journey.member.pk: journey.contact_person for journey in found}
    officer = None if wishes.signature or not found else rules.officer_of(branch, on)
    signature = wishes.signature or (officer.name if officer else "")
    return queue_for_members(
        branch=branch,
        members=[journey.member for journey in found],
        purpose_key=kind.name,
        kind=kind,
        filling=lambda member: texts.fill_first_year(signature=signature, contact_person=contact[member.pk]),
        by=User.objects.console(),
    ).written


@transaction.atomic
def tell_officers_of_the_week(*, branch: Branch, on: date) -> dict[str, int]:
    """The weekly mail: numbers only, no names. Once in each week, on Monday or when the machine is on again."""
    counts = _counts(journeys(branch=branch, on=on))
    if not counts:
        return {}
    year, week, _day = on.isocalendar()
    url = settings.SITE_URL + reverse("onboarding:new_members", args=[branch.slug])
    figures = reading.read_known(branch, on, OF_THE_HALF_YEAR)
    told = mail.tell_roles(
        branch,
        (Role.Kind.MEMBER_OFFICER,),
        purpose_key=f"new_members:{year}-W{week:02}",
        template="onboarding/emails/week",
        context={"branch": branch, "counts": counts, "figures": figures, "url": url},
        by=User.objects.console(),
        today=on,
    )
    return {"told": told}


def _counts(found: list[Journey]) -> list[tuple[str, int, int]]:
    """For each step with something to do: its name, how many wait, how many of them are late."""
    waiting = [lamp for journey in found for lamp in journey.lamps if lamp.waits]
    to_do = Counter(lamp.step for lamp in waiting)
    late = Counter(lamp.step for lamp in waiting if lamp.state == State.LATE)
    return [(str(step.label), to_do[step], late[step]) for step in Step if to_do[step]]
