"""What outreach came to, and how new members came: by source, by club, by month, by kind of activity.

A breakdown of people is told of closed quarters that stay the same on every day (``crm.figures.spans``), by club of
whole calendar years: two pages of months that move with the day would tell by their difference how the one who came
in between came ("Rules settled", Figures).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.figures import membership, spans
from crm.figures import told as kept
from crm.figures.blocks import label
from crm.figures.months import first_of_month, last_month_end, last_of_month, months_back, months_between
from crm.figures.small_groups import protect
from crm.figures.spans import Span
from crm.outreach.models import Activity, Origin
from crm.people.models import Branch, Club, ClubMembership, Member, Membership

MONTHS = 12
UNKNOWN, NO_CLUB = "", ""
Joins = Counter[tuple[date, str]]  # who joined, by month and source


@dataclass(frozen=True)
class Window:
    """Whole months, from the first day of one to the last of another."""

    first: date
    last: date


def whole_months(on: date) -> Window:
    """The twelve whole months until a day; the running one only on its last day."""
    last = last_month_end(on)
    return Window(first=months_back(last, MONTHS - 1), last=last)


def whole_year(on: date) -> Window:
    """The latest calendar year that is over by the end of a day."""
    year = (on + timedelta(days=1)).year - 1
    return Window(first=date(year, 1, 1), last=date(year, 12, 31))


@dataclass(frozen=True)
class Row:
    label: str | Promise
    number: int


@dataclass(frozen=True)
class Told:
    """A breakdown as it may be shown: rows, and what is merged."""

    rows: list[Row]
    merged: int | None
    is_hidden: bool
    corrected: Sequence[
        tuple[datetime, date]
    ] = ()  # when what has been corrected since was told; its last day

    @property
    def total(self) -> int:
        return sum(row.number for row in self.rows) + (self.merged or 0)

    @property
    def most(self) -> int:
        return max([*(row.number for row in self.rows), self.merged or 0, 1])


# How new members came

SOURCES: dict[str, str | Promise] = {**dict(Origin.Source.choices), UNKNOWN: _("not noted")}


# Of somebody of whom it is not noted it tells nothing.
NOTHING_SAID = frozenset({UNKNOWN})


def ways_in(branch: Branch, on: date) -> Joins:
    """Who has joined by a day, since the branch learnt of its first member: of earlier ones nobody notes how."""
    return since(*joins_since_known(branch, on, on))


def since(joined: Joins, first: date | None) -> Joins:
    """Of the month of a day, and later."""
    if first is None:
        return Counter()
    return Counter({key: number for key, number in joined.items() if key[0] >= first_of_month(first)})


def known_since(branch: Branch) -> date | None:
    learnt: date | None = Member.objects.filter(branch=branch).aggregate(first=Min("learnt_on"))["first"]
    return learnt


def by_source(branch: Branch, on: date) -> Span | None:
    """New members by how they came, of the closed quarters that may be told. Who came back is new again."""
    return source_span(branch, ways_in(branch, on), on)


def source_span(branch: Branch, ways: Joins, on: date) -> Span | None:
    """The same from joins that have been counted already."""
    return kept.span(branch, "ways_in", ways, on, tuple(SOURCES), alone=NOTHING_SAID)


def joined_in_way(branch: Branch, source: str, first: date, last: date) -> Iterable[int | None]:
    """Whom the groups of ``joins`` count, of these days."""
    began = membership.periods(branch).filter(started_on__range=(first, last))
    came = began.filter(member__origin__source=source) if source else began.filter(member__origin=None)
    return came.order_by().values_list("member", flat=True)


def told_of(span: Span | None, labels: Mapping[str, str | Promise], *, anybody: bool) -> Told:
    """What a span tells; hidden when it may tell nothing of ``anybody``."""
    if span is None:
        return Told(rows=[], merged=None, is_hidden=anybody)
    rows = [Row(labels[key], number) for key, number in span.told.items()]
    return Told(rows, span.others, is_hidden=False, corrected=span.corrected)


def by_club(branch: Branch, window: Window) -> Told:
    """New members of the window by the primary club that they had when it was told first.

    Of windows that have no day in common: of others the difference would tell.
    """

    def count(first: date, last: date) -> dict[str, int] | None:
        cells = protect(_by_club(branch, first, last))
        return None if cells.is_hidden else kept.flat(cells)

    (once,) = kept.once(branch, "clubs", [(window.first, window.last)], count)
    if once is None:
        return Told(rows=[], merged=None, is_hidden=True)
    numbers = once.numbers
    clubs = sorted(numbers, key=lambda club: (-numbers[club], club))
    rows = [
        Row(club or _("no club"), numbers[club]) for club in clubs if numbers[club] and club != kept.OTHERS
    ]
    # Who is of another club by now is no correction; who joined then, and was not known of, is.
    known = membership.periods(branch).filter(started_on__range=(window.first, window.last)).count()
    corrected = [(once.told_at, once.last)] if known != sum(numbers.values()) else []
    return Told(rows, numbers.get(kept.OTHERS), is_hidden=False, corrected=corrected)


def _by_club(branch: Branch, first: date, last: date) -> dict[str, int]:
    primary = ClubMembership.objects.filter(member=OuterRef("member"), is_primary=True).values("club__name")[
        :1
    ]
    began = membership.periods(branch).filter(started_on__range=(first, last))
    rows = began.annotate(club=Subquery(primary)).order_by().values_list("club").annotate(Count("pk"))
    found = {club or NO_CLUB: number for club, number in rows}
    names = Club.objects.filter(branch=branch).order_by("name").values_list("name", flat=True)
    return {club: found.get(club, 0) for club in (*names, NO_CLUB)}


# What was done


@dataclass(frozen=True)
class Numbers:
    """What some activities came to."""

    activities: int = 0
    recruiting: int = 0
    helpers: int = 0
    conversations: int = 0
    new_members: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))

    @property
    def share(self) -> int | None:
        """Per cent of the activities at which people were asked."""
        return round(100 * self.recruiting / self.activities) if self.activities else None

    @property
    def per_helper(self) -> float | None:
        return self.conversations / self.helpers if self.helpers else None


COUNTED = {
    "n_activities": Count("pk"),
    "n_recruiting": Count("pk", filter=Q(asked=True) | Q(new_members__gt=0)),
    "n_helpers": Coalesce(Sum("helpers"), 0),
    "n_conversations": Coalesce(Sum("conversations"), 0),
    "n_new_members": Coalesce(Sum("new_members"), 0),
}


def numbers(row: Mapping[str, Any]) -> Numbers:
    return Numbers(**{name.removeprefix("n_"): row[name] for name in COUNTED})


def done(branch: Branch, first: date, last: date) -> Numbers:
    return numbers(Activity.objects.filter(branch=branch).held(first, last).aggregate(**COUNTED))


@dataclass(frozen=True)
class KindRow:
    """A kind of activity: what it came to; ``new_members`` is empty where too few came to tell."""

    label: str | Promise
    numbers: Numbers
    new_members: int | None

    @property
    def conversations_each(self) -> float | None:
        """Conversations for each new member: what pays off takes few."""
        return self.numbers.conversations / self.new_members if self.new_members else None


@dataclass(frozen=True)
class Kinds:
    """Of the window; new members by kind where ``is_hidden`` is false."""

    window: Window
    rows: list[KindRow]
    merged: int | None
    is_hidden: bool
    quarters: str = ""  # those of which new members are told
    changed: bool = False  # since they were

    @property
    def noted(self) -> int | None:
        """New members of all kinds."""
        return None if self.is_hidden else sum(row.new_members or 0 for row in self.rows) + (self.merged or 0)


def by_kind(branch: Branch, on: date) -> Kinds:
    """What pays off: each kind that was done, the one with most activities first.

    Of the closed quarters of which new members may be told; else of twelve whole months, without them.
    """
    came = new_by_kind(branch, on)
    span = kind_span(branch, came, on)
    window = Window(span.first, span.last) if span else whole_months(on)
    held = Activity.objects.filter(branch=branch).held(window.first, window.last)
    rows = {row["kind"]: numbers(row) for row in held.order_by().values("kind").annotate(**COUNTED)}
    nobody = not any(found.new_members for found in rows.values())
    shown = span.told if span else dict.fromkeys(rows, 0) if nobody else {}
    ordered = sorted(rows, key=lambda kind: (-rows[kind].activities, Activity.Kind.values.index(kind)))
    return Kinds(
        window=window,
        rows=[KindRow(Activity.Kind(kind).label, rows[kind], shown.get(kind)) for kind in ordered],
        merged=span.others if span else None,
        is_hidden=span is None and not nobody,
        quarters=label(span.first, span.last) if span else "",
        changed=span is not None and span.changed,
    )


def kind_span(branch: Branch, came: spans.Cells, on: date) -> Span | None:
    """Which kinds were held in a month is told anyway: one kind alone tells nothing more."""
    return kept.span(branch, "kinds", came, on, Activity.Kind.values, alone=Activity.Kind.values)


def new_by_kind(branch: Branch, on: date) -> spans.Cells:
    """New members noted at activities until a day, by month and kind."""
    held = Activity.objects.filter(branch=branch).held(date.min, on).filter(new_members__gt=0)
    rows = held.annotate(month=TruncMonth("held_on")).order_by().values_list("month", "kind")
    came: spans.Cells = Counter()
    for month, kind, number in rows.annotate(Sum("new_members")):
        came[first_of_month(month), kind] += number
    return came


@dataclass(frozen=True)
class MonthRow:
    """A month of outreach, and how many joined in it in whatever way."""

    first: date
    numbers: Numbers
    joined: int
    running: bool


def by_month(branch: Branch, on: date, joined: Joins | None = None) -> list[MonthRow]:
    """The running month and the twelve before it, the oldest first.

    ``joined`` are those of these months, where they have been counted already.
    """
    first = months_back(on, MONTHS)
    held = Activity.objects.filter(branch=branch).held(first, on).annotate(month=TruncMonth("held_on"))
    rows = {row["month"]: numbers(row) for row in held.order_by().values("month").annotate(**COUNTED)}
    found = joins(branch, first, on) if joined is None else joined
    return [
        MonthRow(
            month,
            rows.get(month, Numbers()),
            joined=sum(found[month, source] for source in SOURCES),
            running=last_of_month(month) > on,
        )
        for month in months_between(first, on)
    ]


def of_the_year(months: Iterable[MonthRow], on: date) -> Numbers:
    """The calendar year until a day, from months that hold it."""
    return sum((month.numbers for month in months if month.first.year == on.year), Numbers())


def joins(branch: Branch, first: date, last: date) -> Joins:
    """Who joined on these days."""
    return _by_month(membership.periods(branch).filter(started_on__range=(first, last)))[0]


def joins_since_known(branch: Branch, first: date, last: date) -> tuple[Joins, date | None]:
    """Who joined until a day, from ``first`` on or, if that is earlier, from the month in which the branch learnt of
    its first member; and the day on which it did. One query, for the board's page has few."""
    learnt = Member.objects.filter(branch=branch).order_by("learnt_on").values("learnt_on")[:1]
    began = membership.periods(branch).filter(started_on__lte=last).annotate(known=Subquery(learnt))
    wanted = Q(started_on__gte=first) | Q(started_on__gte=TruncMonth("known"))
    return _by_month(began.filter(wanted), "known")


def _by_month(began: QuerySet[Membership], known: str = "") -> tuple[Joins, date | None]:
    rows: Iterable[tuple[Any, ...]] = (
        began.annotate(month=TruncMonth(F("started_on")))
        .order_by()
        .values_list("month", "member__origin__source", *([known] if known else []))
        .annotate(Count("pk"))
    )
    found: Joins = Counter()
    since = None
    for month, source, *day, number in rows:
        found[first_of_month(month), source or UNKNOWN] += number
        since = day[0] if day else None
    return found, since
