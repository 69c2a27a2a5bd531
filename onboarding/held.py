"""Gatherings of a calendar year that have been held, for the goals of a yearly plan."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Rows
from crm.lines import Line
from crm.people.models import Branch
from onboarding.models import Circular, Gathering, GatheringQuerySet, end_of, start_of
from onboarding.participations import COURSES

Kind = Gathering.Kind
Chosen = Callable[[GatheringQuerySet], GatheringQuerySet]

GATHERINGS = Rows(url_name="onboarding:index", permission="plan_gatherings")
LETTERS = Rows(url_name="onboarding:circulars", permission="write_circulars")

# The year's member courses as branches plan them: an S1 in each half-year, and an S2 in the second.
JULY = 7
STEPS = ((Kind.COURSE_S1, False), (Kind.COURSE_S1, True), (Kind.COURSE_S2, True))


def held(branch: Branch, on: date) -> GatheringQuerySet:
    """Those of the calendar year until a day, that day's among them. Drafts and cancelled ones are none."""
    return Gathering.objects.filter(branch=branch).confirmed().on_days(on.replace(month=1, day=1), on)


def count(chosen: Chosen, branch: Branch, on: date) -> int:
    return chosen(held(branch, on)).count()


def lines(chosen: Chosen, branch: Branch, on: date) -> list[Line]:
    return told(branch, chosen(held(branch, on)))


def told(branch: Branch, gatherings: Iterable[Gathering]) -> list[Line]:
    return [
        Line(
            f"{gathering.name}, {gathering.place}",
            on=gathering.day,
            url=reverse("onboarding:gathering", args=[branch.slug, gathering.pk]),
        )
        for gathering in gatherings
    ]


def of_kinds(kinds: Iterable[str], gatherings: GatheringQuerySet) -> GatheringQuerySet:
    return gatherings.filter(kind__in=list(kinds))


def socials_for_all(gatherings: GatheringQuerySet) -> GatheringQuerySet:
    """Social evenings to which all members are invited, and to which invitations have gone."""
    asked = gatherings.filter(kind=Kind.SOCIAL, audience=Gathering.Audience.ALL, invitations__isnull=False)
    return asked.distinct()


def course_steps(branch: Branch, on: date) -> list[Gathering]:
    """The first course that takes each step of the year's member courses."""
    taken: dict[tuple[Kind, bool], Gathering] = {}
    for course in of_kinds((Kind.COURSE_S1, Kind.COURSE_S2), held(branch, on)):
        step = (Kind(course.kind), timezone.localdate(course.starts_at).month >= JULY)
        if step in STEPS:
            taken.setdefault(step, course)
    return list(taken.values())


def count_steps(branch: Branch, on: date) -> int:
    return len(course_steps(branch, on))


def lines_of_steps(branch: Branch, on: date) -> list[Line]:
    return told(branch, course_steps(branch, on))


def letters(branch: Branch, on: date) -> int:
    return len(lines_of_letters(branch, on))


def lines_of_letters(branch: Branch, on: date) -> list[Line]:
    """Letters to all members that have been sent this year, and reached somebody."""
    sent = Circular.objects.filter(branch=branch, audience=Circular.Audience.ALL, recipients__gt=0)
    first = start_of(on.replace(month=1, day=1))
    return [
        Line(
            letter.subject,
            on=timezone.localdate(letter.sent_at),
            url=reverse("onboarding:circular", args=[branch.slug, letter.pk]),
        )
        for letter in sent.filter(sent_at__gte=first, sent_at__lt=end_of(on)).order_by("sent_at", "pk")
    ]


@dataclass(frozen=True)
class Held:
    """A figure of gatherings held, by its kinds."""

    name: str
    label: "str | Promise"
    unit: units.Unit
    explanation: "str | Promise"
    chosen: Chosen

    @property
    def figure(self) -> Figure:
        return Figure(
            name=self.name,
            label=self.label,
            unit=self.unit,
            explanation=self.explanation,
            count=partial(count, self.chosen),
            rows=GATHERINGS,
            lines=partial(lines, self.chosen),
        )


NOTED = _("Those of the year that are confirmed and whose day has come. Cancelled ones are left out.")
HELD = (
    Held(
        name="member_meetings",
        label=_("Member meetings held"),
        unit=units.MEETINGS,
        explanation=NOTED,
        chosen=partial(of_kinds, (Kind.MEMBER_MEETING,)),
    ),
    Held(
        name="social_evenings",
        label=_("Social evenings for all members"),
        unit=units.EVENINGS,
        explanation=_("Social evenings of the year to which all members are invited, when they have been."),
        chosen=socials_for_all,
    ),
    Held(
        name="courses_held",
        label=_("Courses held"),
        unit=units.COURSES,
        explanation=NOTED,
        chosen=partial(of_kinds, sorted(COURSES)),
    ),
    Held(
        name="study_circles",
        label=_("Study courses held"),
        unit=units.COURSES,
        explanation=NOTED,
        chosen=partial(of_kinds, (Kind.COURSE,)),
    ),
)

FIGURES = (
    *(one.figure for one in HELD),
    Figure(
        name="member_courses",
        label=_("Steps of the year's member courses"),
        unit=units.COURSES,
        explanation=_(
            "One for an S1 before July, one for an S1 after it and one for an S2 after it: three at most."
        ),
        count=count_steps,
        rows=GATHERINGS,
        lines=lines_of_steps,
    ),
    Figure(
        name="letters_to_members",
        label=_("Letters to all members"),
        unit=units.LETTERS,
        explanation=_("Letters to all members that have been sent this year, by e-mail, SMS or post."),
        count=letters,
        rows=LETTERS,
        lines=lines_of_letters,
    ),
)
