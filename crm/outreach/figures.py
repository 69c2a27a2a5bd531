"""What the board and the yearly plan read of outreach, of the calendar year so far."""

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from crm.extensions import CountFigure, Figure
from crm.figures import clubs
from crm.outreach import counting
from crm.outreach.models import Activity, ActivityQuerySet, Origin
from crm.people.models import Branch

Kind = Activity.Kind
NOTED = _("Counted are activities whose numbers are noted, from 1 January until the day.")


def of_the_year(branch: Branch, on: date) -> ActivityQuerySet:
    return Activity.objects.filter(branch=branch).held(on.replace(month=1, day=1), on)


def activities(branch: Branch, on: date) -> int:
    return of_the_year(branch, on).count()


def with_recruiting(branch: Branch, on: date) -> int:
    return of_the_year(branch, on).recruiting().count()


def conversations(branch: Branch, on: date) -> int:
    return counting.done(branch, on.replace(month=1, day=1), on).conversations


def new_members(branch: Branch, on: date) -> int:
    return counting.done(branch, on.replace(month=1, day=1), on).new_members


def of_kind(kind: str, branch: Branch, on: date) -> int:
    return of_the_year(branch, on).filter(kind=kind).count()


def clubs_with_outreach(branch: Branch, on: date) -> int:
    """Active clubs that have held an activity themselves this year, and recruited at it."""
    busy = of_the_year(branch, on).recruiting().exclude(club=None).values("club")
    return clubs.active(branch, on).filter(pk__in=busy).count()


def joined_by(source: str, branch: Branch, on: date) -> int | None:
    """``None`` where the group is merged with another, or nothing may be told."""
    span = counting.by_source(branch, on)
    return span.told.get(source) if span else None


def credited(branch: Branch, on: date) -> int:
    """Dated by the day on which the branch saw the fee, so that it stays when people leave."""
    return Origin.objects.filter(
        member__branch=branch, recruiter__isnull=False, credited_on__range=(on.replace(month=1, day=1), on)
    ).count()


def count_kind(kind: str) -> CountFigure:
    return partial(of_kind, kind)


def count_source(source: str) -> CountFigure:
    return partial(joined_by, source)


KINDS = {
    "square_meetings": (Kind.SQUARE, _("Market squares")),
    "door_rounds": (Kind.DOORS, _("Rounds of door knocking")),
    "workplace_visits": (Kind.WORKPLACE, _("Workplace visits with the unions")),
    "open_meetings": (Kind.OPEN_MEETING, _("Open meetings")),
    "cafes": (Kind.CAFE, _("Cafés")),
    "first_of_may": (Kind.FIRST_OF_MAY, _("1 May")),
    "neighbourhood_activities": (Kind.NEIGHBOURHOOD, _("Neighbourhood activities")),
}
SOURCES = {
    "joined_by_activity": (Origin.Source.ACTIVITY.value, _("Joined at an activity")),
    "joined_by_recruiter": (Origin.Source.RECRUITER.value, _("Joined because a member asked")),
    "joined_by_web": (Origin.Source.WEB.value, _("Joined on the web")),
    "joined_by_unknown": (counting.UNKNOWN, _("Joined, not noted how")),
}

FIGURES = (
    Figure(
        name="outreach_activities",
        label=_("Outreach activities"),
        unit=_("activities"),
        explanation=NOTED,
        count=activities,
    ),
    Figure(
        name="outreach_with_recruiting",
        label=_("Outreach activities with recruiting"),
        unit=_("activities"),
        explanation=_(
            "Of the year's activities, those at which people were asked to become members, or became it."
        ),
        count=with_recruiting,
    ),
    Figure(
        name="outreach_conversations",
        label=_("Conversations in outreach"),
        unit=_("conversations"),
        explanation=NOTED,
        count=conversations,
    ),
    Figure(
        name="outreach_new_members",
        label=_("New members noted in outreach"),
        unit=_("members"),
        explanation=_("As those who were there noted it. The register decides who has become a member."),
        count=new_members,
    ),
    *(
        Figure(name=name, label=label, unit=_("activities"), explanation=NOTED, count=count_kind(kind))
        for name, (kind, label) in KINDS.items()
    ),
    Figure(
        name="clubs_with_outreach",
        label=_("Active clubs that hold activities and recruit"),
        unit=_("clubs"),
        explanation=_("Active clubs with an activity of their own this year at which people were asked."),
        count=clubs_with_outreach,
    ),
    *(
        Figure(
            name=name,
            label=label,
            unit=_("members"),
            explanation=_(
                "Of those who joined in the latest whole quarters that make a year and point nobody out. Groups"
                " of 1–4 are not told."
            ),
            count=count_source(source),
        )
        for name, (source, label) in SOURCES.items()
    ),
    Figure(
        name="recruiters_credited",
        label=_("New members asked in by a member, who have paid"),
        unit=_("members"),
        explanation=_("Counted on the day when the branch saw in the register that the fee was paid."),
        count=credited,
    ),
)
