"""The figures of clubs: which are active, which have begun, which have adopted an election plan."""

from datetime import date

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Rows
from crm.lines import Line
from crm.people.models import Branch, Club, ClubPast

# An election plan is for one election; parties vote every fourth year (Regeringsformen 3 kap. 3 §).
ELECTION_YEARS = 4


def active(branch: Branch, on: date) -> "QuerySet[Club]":
    """Clubs that have begun by a day and do not rest on it; of a past day those that did not then."""
    begun = Q(started_on=None) | Q(started_on__lte=on)
    awake = Q(resting_since=None) | Q(resting_since__gt=on)
    rested = ClubPast.objects.filter(
        club=OuterRef("pk"), what=ClubPast.What.REST, since__lte=on, until__gt=on
    )
    return Club.objects.filter(begun & awake, ~Exists(rested), branch=branch)


def with_election_plan(branch: Branch, on: date) -> "QuerySet[Club]":
    """Active clubs with a plan adopted by that day and no more than a term of office ago."""
    since = date(on.year - ELECTION_YEARS, 12, 31)
    return active(branch, on).alias(adopted=adopted_by(on)).filter(adopted__gt=since)


def adopted_by(on: date) -> Case:
    """When a club adopted the plan that it had on a day."""
    before = ClubPast.objects.filter(
        club=OuterRef("pk"), what=ClubPast.What.ELECTION_PLAN, since__lte=on
    ).order_by("-since")
    own = When(election_plan_on__lte=on, then="election_plan_on")
    return Case(own, default=Subquery(before.values("since")[:1]), output_field=DateField(null=True))


def started(branch: Branch, on: date) -> "QuerySet[Club]":
    """Geographic clubs that have begun in the calendar year of the day, until it."""
    return Club.objects.filter(
        branch=branch,
        kind=Club.Kind.GEOGRAPHIC,
        started_on__range=(on.replace(month=1, day=1), on),
    )


def clubs_active(branch: Branch, on: date) -> int:
    return active(branch, on).count()


def clubs_with_election_plan(branch: Branch, on: date) -> int:
    return with_election_plan(branch, on).count()


def clubs_started(branch: Branch, on: date) -> int:
    return started(branch, on).count()


def lines_active(branch: Branch, on: date) -> list[Line]:
    return [Line(club.name) for club in active(branch, on).order_by("name")]


def lines_with_election_plan(branch: Branch, on: date) -> list[Line]:
    found = with_election_plan(branch, on).order_by("name")
    return [Line(name, on=adopted) for name, adopted in found.values_list("name", adopted_by(on))]


def lines_started(branch: Branch, on: date) -> list[Line]:
    return [Line(club.name, on=club.started_on) for club in started(branch, on).order_by("started_on")]


CLUBS = Rows(url_name="people:clubs", permission="manage_branch")


FIGURES = (
    Figure(
        name="clubs_active",
        label=_("Active clubs"),
        unit=units.CLUBS,
        explanation=_("Clubs of every kind that have begun and are not noted as resting on the day."),
        count=clubs_active,
        rows=CLUBS,
        lines=lines_active,
    ),
    Figure(
        name="clubs_with_election_plan",
        label=_("Active clubs with an election plan"),
        unit=units.CLUBS,
        explanation=_(
            "Active clubs whose page says when they adopted an election plan, in the last four years."
        ),
        count=clubs_with_election_plan,
        rows=CLUBS,
        lines=lines_with_election_plan,
    ),
    Figure(
        name="clubs_started",
        label=_("New geographic clubs this year"),
        unit=units.CLUBS,
        explanation=_("Geographic clubs whose page says that they started this year."),
        count=clubs_started,
        rows=CLUBS,
        lines=lines_started,
    ),
)
