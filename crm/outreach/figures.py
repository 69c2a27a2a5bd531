"""What the board and the yearly plan read of outreach, of the calendar year so far."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Account, CountedPeople, CountFigure, Figure, Rows
from crm.figures import clubs
from crm.lines import CountedLines, Line
from crm.outreach import counting, crediting
from crm.outreach.models import Activity, ActivityQuerySet, Origin
from crm.people.models import Branch, Club

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


def new_members(branch: Branch, on: date) -> int | None:
    """Of the quarters of which they are told by kind: by day they would tell who joined at an activity."""
    return counting.by_kind(branch, on).noted


def of_kind(kind: str, branch: Branch, on: date) -> int:
    return of_the_year(branch, on).filter(kind=kind).count()


def busy_clubs(branch: Branch, on: date) -> "QuerySet[Club]":
    """Active clubs that have held an activity themselves this year, and recruited at it."""
    busy = of_the_year(branch, on).recruiting().exclude(club=None).values("club")
    return clubs.active(branch, on).filter(pk__in=busy)


def clubs_with_outreach(branch: Branch, on: date) -> int:
    return busy_clubs(branch, on).count()


def places(branch: Branch, on: date) -> list[str]:
    """Where open meetings have been held this year; capitals and blanks make no other place."""
    held = of_the_year(branch, on).filter(kind=Kind.OPEN_MEETING).order_by("held_on", "pk")
    spelled: dict[str, str] = {}
    for place in held.values_list("place", flat=True):
        spelled.setdefault(" ".join(place.split()).casefold(), place)
    return sorted(spelled.values())


def open_meeting_places(branch: Branch, on: date) -> int:
    return len(places(branch, on))


def with_a_club(branch: Branch, on: date) -> ActivityQuerySet:
    return of_the_year(branch, on).exclude(club=None)


def activities_with_clubs(branch: Branch, on: date) -> int:
    return with_a_club(branch, on).count()


def joined_by(source: str, branch: Branch, on: date) -> int | None:
    """``None`` where the group is merged with another, or nothing may be told."""
    span = counting.by_source(branch, on)
    return span.told.get(source) if span else None


def who_joined_by(source: str, branch: Branch, on: date) -> Iterable[int | None]:
    """Nobody where the group may not be told."""
    span = counting.by_source(branch, on)
    if span is None or source not in span.told:
        return []
    return counting.joined_in_way(branch, source, span.first, span.last)


def told(activities: ActivityQuerySet) -> list[Line]:
    return [
        Line(
            activity.what + (f" · {activity.club}" if activity.club else ""),
            on=activity.held_on,
            url=reverse("outreach:activity", args=[activity.branch.slug, activity.pk]),
            club=activity.club_id,
        )
        for activity in activities.select_related("branch", "club").order_by("held_on", "pk")
    ]


def lines_of_kind(kind: str, branch: Branch, on: date) -> list[Line]:
    return told(of_the_year(branch, on).filter(kind=kind))


def lines(branch: Branch, on: date) -> list[Line]:
    return told(of_the_year(branch, on))


def lines_with_recruiting(branch: Branch, on: date) -> list[Line]:
    return told(of_the_year(branch, on).recruiting())


def lines_with_clubs(branch: Branch, on: date) -> list[Line]:
    return told(with_a_club(branch, on))


def lines_of_clubs(branch: Branch, on: date) -> list[Line]:
    return [Line(club.name) for club in busy_clubs(branch, on).order_by("name")]


def lines_of_places(branch: Branch, on: date) -> list[Line]:
    return [Line(place) for place in places(branch, on)]


def tell_kind(kind: str) -> CountedLines:
    return partial(lines_of_kind, kind)


def count_kind(kind: str) -> CountFigure:
    return partial(of_kind, kind)


def count_source(source: str) -> CountFigure:
    return partial(joined_by, source)


def people_of_source(source: str) -> CountedPeople:
    return partial(who_joined_by, source)


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
LISTED = Rows(url_name="outreach:index", permission="see_figures", query="#latest-title")

FIGURES = (
    Figure(
        name="outreach_activities",
        label=_("Outreach activities"),
        unit=units.ACTIVITIES,
        explanation=NOTED,
        count=activities,
        rows=LISTED,
        lines=lines,
        goes_on=True,
        by_club=True,
    ),
    Figure(
        name="outreach_with_recruiting",
        label=_("Outreach activities with recruiting"),
        unit=units.ACTIVITIES,
        explanation=_(
            "Of the year's activities, those at which people were asked to become members, or became it."
        ),
        count=with_recruiting,
        rows=LISTED,
        lines=lines_with_recruiting,
        goes_on=True,
        by_club=True,
    ),
    Figure(
        name="outreach_conversations",
        label=_("Conversations in outreach"),
        unit=units.CONVERSATIONS,
        explanation=NOTED,
        count=conversations,
        rows=LISTED,
    ),
    Figure(
        name="outreach_new_members",
        label=_("New members noted in outreach"),
        unit=units.MEMBERS,
        explanation=_(
            "As those who were there noted it, at the activities of the latest whole quarters that are told by kind."
            " The register decides who has become a member."
        ),
        count=new_members,
        rows=LISTED,
    ),
    *(
        Figure(
            name=name,
            label=label,
            unit=units.ACTIVITIES,
            explanation=NOTED,
            count=count_kind(kind),
            rows=LISTED,
            lines=tell_kind(kind),
            goes_on=True,
            by_club=True,
        )
        for name, (kind, label) in KINDS.items()
    ),
    Figure(
        name="clubs_with_outreach",
        label=_("Active clubs that hold activities and recruit"),
        unit=units.CLUBS,
        explanation=_("Active clubs with an activity of their own this year at which people were asked."),
        count=clubs_with_outreach,
        rows=LISTED,
        lines=lines_of_clubs,
    ),
    Figure(
        name="open_meeting_places",
        label=_("Places with an open meeting"),
        unit=units.PLACES,
        explanation=_("Different places at which an open meeting has been held and noted this year."),
        count=open_meeting_places,
        rows=LISTED,
        lines=lines_of_places,
    ),
    Figure(
        name="activities_with_clubs",
        label=_("Activities together with a club"),
        unit=units.ACTIVITIES,
        explanation=_("Of the year's outreach activities, those that are noted with a club."),
        count=activities_with_clubs,
        rows=LISTED,
        lines=lines_with_clubs,
        goes_on=True,
        by_club=True,
    ),
    *(
        Figure(
            name=name,
            label=label,
            unit=units.MEMBERS,
            explanation=_(
                "Of those who joined in the latest whole quarters that make a year and point nobody out. Groups"
                " of 1–4 are not told."
            ),
            count=count_source(source),
            of_blocks=True,
            people=people_of_source(source),
        )
        for name, (source, label) in SOURCES.items()
    ),
    Figure(
        name="recruiters_credited",
        label=_("New members asked in by a member, who have paid"),
        unit=units.MEMBERS,
        explanation=_(
            "Of those who joined in the latest whole quarters that make a year and point nobody out, whom a member had"
            " asked and whose fee the branch had seen in the register within three months of the quarter's end,"
            " to the nearest five. Groups of 1–4 are not told."
        ),
        count=crediting.credited,
        of_blocks=True,
        people=crediting.who_is_credited,
    ),
)

ACCOUNTS = (
    Account(
        name="new_by_source",
        label=_("How new members came"),
        explanation=_(
            "Those who have joined since the branch had its first member file, by what an officer has noted of each."
            " Told of whole quarters, merged with their neighbours until no group of 1–4 can be reckoned, and the"
            " same on every day; what is noted later changes them."
        ),
        rows=Rows(url_name="outreach:unknown", permission="see_members"),
    ),
    Account(
        name="new_by_club",
        label=_("New members by club"),
        explanation=_(
            "Those who joined in the latest calendar year that is over, by the primary club they had when it was"
            " told first. Groups of 1–4 people are merged."
        ),
        rows=Rows(url_name="people:members", permission="see_members", query="?show=member"),
    ),
    Account(
        name="outreach_by_month",
        label=_("Outreach month by month"),
        explanation=_(
            "Activities by the month in which they were held, as those who were there noted them; with recruiting"
            " are those at which people were asked, or became members. Joined are memberships that began in the month."
        ),
        rows=LISTED,
    ),
    Account(
        name="outreach_by_kind",
        label=_("Which activities pay off"),
        explanation=_(
            "Activities by kind. New members are as those who were there noted them, of whole quarters, and are told"
            " when no kind has 1–4."
        ),
        rows=LISTED,
    ),
)
