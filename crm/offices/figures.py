"""How many hold a municipal office, and how many of them have been offered training."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from crm import extensions, units
from crm.extensions import Figure, Participation
from crm.offices.models import Office, Training
from crm.people.models import Branch

LONG_AGO = date(2000, 1, 1)


def courses(branch: Branch, first: date, last: date) -> Iterable[Participation]:
    """Invitations to study courses of these days, from the app of gatherings."""
    for hook in extensions.participations.all():
        yield from (one for one in hook(branch=branch, first=first, last=last) if one.is_course)


def municipal(branch: Branch, on: date) -> list[Office]:
    return list(Office.objects.of_members(branch, on).municipal().in_force(on))


def municipal_officers(branch: Branch, on: date) -> int:
    return len(who_is_officer(branch, on))


def who_is_officer(branch: Branch, on: date) -> set[int]:
    return {office.member_id for office in municipal(branch, on)}


def offered(branch: Branch, on: date) -> int:
    return len(who_was_offered(branch, on))


def who_was_offered(branch: Branch, on: date) -> set[int]:
    """Officers to whom a training was offered since a year before the office, or invited to a course since."""
    days: dict[int, list[date]] = {}
    noted = Training.objects.filter(member__branch=branch, offered_on__lte=on)
    for member_id, day in noted.values_list("member", "offered_on"):
        days.setdefault(member_id, []).append(day)
    for course in courses(branch, LONG_AGO, on):
        days.setdefault(course.member_id, []).append(course.held_on)
    return {
        office.member_id
        for office in municipal(branch, on)
        if any(day >= office.trained_from for day in days.get(office.member_id, ()))
    }


def trained(branch: Branch, on: date) -> int:
    return len(who_was_trained(branch, on))


def who_was_trained(branch: Branch, on: date) -> set[int]:
    """Members who have taken a training or come to a study course in the calendar year of the day."""
    first = on.replace(month=1, day=1)
    taken = Training.objects.filter(member__branch=branch, taken_on__range=(first, on))
    came = {course.member_id for course in courses(branch, first, on) if course.came}
    return came | set(taken.values_list("member", flat=True))


FIGURES = (
    Figure(
        name="municipal_officers",
        label=_("Members with a municipal office"),
        unit=units.MEMBERS,
        explanation=_("Members whose page has a municipal office that holds on the day."),
        count=municipal_officers,
        of_membership=True,
        people=who_is_officer,
    ),
    Figure(
        name="municipal_officers_offered",
        label=_("With a municipal office, and offered training"),
        unit=units.MEMBERS,
        explanation=_(
            "Of those with a municipal office: noted as offered a training, or invited to a study course, since a"
            " year before the office began."
        ),
        count=offered,
        of_membership=True,
        people=who_was_offered,
    ),
    Figure(
        name="members_trained",
        label=_("Members who took a training this year"),
        unit=units.MEMBERS,
        explanation=_(
            "Those noted as having taken a training, and those ticked at the door of a study course."
        ),
        count=trained,
        people=who_was_trained,
    ),
)
