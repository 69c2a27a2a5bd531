"""Who stays: those who joined, and whether they are members later, from periods and dated events (promise 13).

Whoever joined before the branch's first full roster is left out: of them only those who stayed are known.
"Members after a year" are those who are members 365 days after they joined, also those who left and came back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.utils.translation import gettext_lazy as _

from crm import extensions, units
from crm.extensions import Figure, Tally
from crm.figures import membership, told
from crm.figures.blocks import is_large_or_empty, last_of_quarter, merged, quarter_of, quarters_between
from crm.figures.months import last_month_end, months_back
from crm.figures.small_groups import SMALLEST
from crm.figures.splitting import Part, left_between
from crm.figures.told import Kept
from crm.people.models import Branch, Membership

SUBJECT = "staying"
YEAR = timedelta(days=365)
SIX_MONTHS = timedelta(days=183)
# Stands beside the fates of a block that has been told: the contacts that were counted then.
COUNTED = "counted:"


def joiners(branches: Collection[int] | None, first: date, last: date) -> QuerySet[Membership]:
    """The first periods of people who joined on these days, in branches that knew of them then.

    Whoever comes back has joined before, and is not among them.
    """
    known = _known(membership.first_rosters(branches), last)
    began = membership.counting(Membership.objects.filter(known, started_on__range=(first, last)))
    return began.filter(~membership.came_back())


def _known(first_rosters: dict[int, date], last: date) -> Q:
    """Periods that began on or after the first roster of their branch; nothing for who has none by ``last``."""
    branches: dict[date, list[int]] = defaultdict(list)
    for branch, first in first_rosters.items():
        if first <= last:
            branches[first].append(branch)
    known = Q(pk__in=[])
    for first, keys in branches.items():
        known |= Q(started_on__gte=first, branch__in=keys)
    return known


def joined_a_year_before(branches: Collection[int] | None, end: date) -> QuerySet[Membership]:
    """Who joined in the twelve whole months that had ended a year before a month's end."""
    return joiners(branches, months_back(end, 23), months_back(end, 11) - timedelta(days=1))


def kept_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """Those who joined 12-24 whole months before, and who of them are members: exact, for pages that coarsen both."""
    end = last_month_end(on)
    joined = joined_a_year_before(branches, end)
    still = Exists(Membership.objects.counted(end).filter(member=OuterRef("member")))
    rows = (
        joined.order_by()
        .values_list("branch")
        .annotate(everybody=Count("pk"), stayed=Count("pk", filter=Q(still)))
    )
    found: dict[str, dict[int, int]] = {name: {} for name in TALLY.names}
    for branch, everybody, stayed in rows:
        found["joiners"][branch], found["joiners_kept"][branch] = everybody, stayed
    return found


def kept(branch: Branch, on: date) -> int | None:
    """The percentage of the blocks that the board's page tells; of months that move it could be reckoned who left."""
    lately = _told_lately(branch, on)
    return round(Cohort.of(lately).percent) if any(block.joined for block in lately) else None


def _told_lately(branch: Branch, on: date) -> list["Cohort"]:
    first = membership.first_rosters([branch.pk]).get(branch.pk)
    return a_year_of(cohorts(branch, on, known_since=first).told)


T = TypeVar("T", "Cohort", Part)


def a_year_of(told: "Sequence[T]") -> "list[T]":
    """The latest blocks that make a year."""
    blocks: list[T] = []
    for block in reversed(told):
        blocks.insert(0, block)
        if blocks[-1].last - block.first >= YEAR - timedelta(days=1):
            break
    return blocks


def joined_in(branch: Branch, blocks: Sequence[T]) -> QuerySet[Membership]:
    """The periods of who joined in these blocks, as they are known by now."""
    return joiners([branch.pk], blocks[0].first, blocks[-1].last) if blocks else Membership.objects.none()


def members_of(periods: QuerySet[Membership]) -> Iterable[int | None]:
    """Whose they are."""
    return periods.order_by().values_list("member", flat=True)


def stayed(time: timedelta) -> Exists:
    """Of a period: whether its person is a member so long after it began."""
    day = OuterRef("started_on") + time
    return Exists(Membership.objects.counted(day).filter(member=OuterRef("member")))


@dataclass(frozen=True)
class Fate:
    """What became of people who joined: ``met`` names the contacts that they had in time."""

    after_six_months: bool
    after_a_year: bool
    met: frozenset[str]

    @property
    def name(self) -> str:
        """Such as "half,year,call,meeting"."""
        lasted = [
            word for word, held in (("half", self.after_six_months), ("year", self.after_a_year)) if held
        ]
        return ",".join([*lasted, *sorted(self.met)])

    @classmethod
    def named(cls, name: str) -> "Fate":
        words = frozenset(filter(None, name.split(",")))
        return cls("half" in words, "year" in words, words - {"half", "year"})


@dataclass(frozen=True)
class Cohort:
    """Those who joined in a quarter, or in several that have been merged."""

    first: date
    last: date
    people: Mapping[Fate, int]
    contacts: frozenset[str] = frozenset()  # those that were counted; of others nobody knows who had them

    @classmethod
    def of(cls, quarters: "Sequence[Cohort]") -> "Cohort":
        people: dict[Fate, int] = defaultdict(int)
        for quarter in quarters:
            for fate, number in quarter.people.items():
                people[fate] += number
        contacts = frozenset.intersection(*(quarter.contacts for quarter in quarters))
        return cls(quarters[0].first, quarters[-1].last, people, contacts)

    @classmethod
    def kept_as(cls, block: Kept) -> "Cohort":
        names = [name for name in block.numbers if not name.startswith(COUNTED)]
        people = {Fate.named(name): block.numbers[name] for name in names}
        counted = [name.removeprefix(COUNTED) for name in block.numbers if name.startswith(COUNTED)]
        return cls(block.first, block.last, people, frozenset(counted))

    @property
    def as_numbers(self) -> dict[str, int]:
        fates = {fate.name: number for fate, number in self.people.items()}
        return fates | {f"{COUNTED}{name}": self.joined for name in sorted(self.contacts)}

    def by_contacts(self, names: frozenset[str]) -> dict[Fate, int]:
        """The people by their fates, of these contacts alone."""
        found: dict[Fate, int] = defaultdict(int)
        for fate, number in self.people.items():
            found[Fate(fate.after_six_months, fate.after_a_year, fate.met & names)] += number
        return dict(found)

    @property
    def joined(self) -> int:
        return sum(self.people.values())

    @property
    def after_six_months(self) -> int:
        return sum(number for fate, number in self.people.items() if fate.after_six_months)

    @property
    def after_a_year(self) -> int:
        return sum(number for fate, number in self.people.items() if fate.after_a_year)

    @property
    def percent(self) -> float:
        """Members after a year, of those who joined; raises ``ZeroDivisionError`` when nobody did."""
        return 100 * self.after_a_year / self.joined

    def who(self, contact: str, *, met: bool) -> "Cohort":
        """Those of them who had a contact in time, or had not."""
        people = {fate: number for fate, number in self.people.items() if (contact in fate.met) is met}
        return Cohort(self.first, self.last, people, self.contacts)

    def split_by(self, contact: str) -> tuple[Part, Part]:
        """Who had a contact in time and who had not: ranges where a number would point somebody out."""
        had, stayed = self.who(contact, met=True), self.after_a_year
        gone = self.joined - stayed
        low, high = left_between(had.joined - had.after_a_year, had=had.joined, stayed=stayed, gone=gone)
        others = self.joined - had.joined
        return (
            Part(self.first, self.last, had.joined, had.joined - high, had.joined - low),
            Part(self.first, self.last, others, others - gone + low, others - gone + high),
        )

    @property
    def may_be_told(self) -> bool:
        """How many are members after a year, and how many are not."""
        return is_large_or_empty(self.after_a_year, self.joined - self.after_a_year)

    @property
    def six_months_may_be_told(self) -> bool:
        """Neither those who left in the first half of the year nor those of the second can be told."""
        left_first = self.joined - self.after_six_months
        return is_large_or_empty(left_first, abs(self.after_six_months - self.after_a_year))


@dataclass(frozen=True)
class Cohorts:
    """By joining quarter: ``told`` in blocks that may be told; ``waiting`` are too few; ``running`` not a year old."""

    told: list[Cohort]
    waiting: list[Cohort]
    running: list[Cohort]
    corrected: Sequence[
        tuple[datetime, date]
    ] = ()  # when what has been corrected since was told; its last day

    def split_by(self, contact: str) -> list[tuple[Part, Part]]:
        """Those told, as who had a contact and who had not, merged further until both are nobody or enough.

        What was told before the contact was counted is left out: that somebody had it is not known to be false.
        """

        def had(cohorts: Sequence[Cohort]) -> int:
            return Cohort.of(cohorts).who(contact, met=True).joined

        def enough(cohorts: Sequence[Cohort]) -> bool:
            return is_large_or_empty(had(cohorts), Cohort.of(cohorts).joined - had(cohorts))

        known = [cohort for cohort in self.told if contact in cohort.contacts]
        blocks, _rest = merged(known, enough)
        return [Cohort.of(block).split_by(contact) for block in blocks]


def cohorts(branch: Branch, on: date, *, known_since: date | None) -> Cohorts:
    """All who have joined since the first roster, in one question, and one for what has been told of them."""
    if known_since is None or known_since > on:
        return Cohorts([], [], [])
    contacts = {f"met_{name}": name for name in extensions.contacts.names()}
    conditions = {f"met_{contact.name}": contact.met() for contact in extensions.contacts.all()}
    began = membership.periods(branch).filter(~membership.came_back(), started_on__range=(known_since, on))
    rows = (
        began.annotate(
            quarter=TruncQuarter("started_on"),
            half=stayed(SIX_MONTHS),
            whole=stayed(YEAR),
            **conditions,
        )
        .order_by()
        .values_list("quarter", "half", "whole", *contacts)
        .annotate(number=Count("pk"))
    )
    people: dict[date, dict[Fate, int]] = defaultdict(dict)
    for quarter, half, whole, *rest in rows:
        *met, number = rest
        names = frozenset(name for name, had in zip(contacts.values(), met, strict=True) if had)
        people[quarter_of(quarter)][Fate(half, whole, names)] = number
    quarters = [
        Cohort(quarter, last_of_quarter(quarter), people.get(quarter, {}), frozenset(contacts.values()))
        for quarter in quarters_between(known_since, on)
    ]
    return _sorted_out(branch, quarters, on)


def _sorted_out(branch: Branch, found: Sequence[Cohort], on: date) -> Cohorts:
    """A quarter has its fate when a year has passed since its last day. What was told once is told so again."""
    closed = [quarter for quarter in found if quarter.last + YEAR <= on]
    kept = told.kept(branch, SUBJECT)
    before = [Cohort.kept_as(block) for block in kept if block.last + YEAR <= on]
    rest = [quarter for quarter in closed if not before or quarter.first > before[-1].last]
    # On an earlier day than the latest block's, nothing new is told.
    known = len(before) < len(kept)
    blocks, waiting = ([], rest) if known else merged(rest, lambda block: _enough(Cohort.of(block)))
    new = [Cohort.of(block) for block in blocks]
    told.keep(branch, SUBJECT, ((block.first, block.last, block.as_numbers, 1) for block in new))
    return Cohorts(
        told=[*before, *new],
        waiting=list(waiting),
        running=list(found[len(closed) :]),
        corrected=[
            (row.told_at, row.last)
            for row, block in zip(kept, before, strict=False)
            if _has_changed(block, closed)
        ],
    )


def _has_changed(block: Cohort, quarters: Sequence[Cohort]) -> bool:
    """Since it was told; a contact that is counted now and was not then is no change."""
    inside = [quarter for quarter in quarters if block.first <= quarter.first <= block.last]
    if not inside:
        return True
    now = Cohort.of(inside)
    both = now.contacts & block.contacts
    return (now.first, now.last, now.by_contacts(both)) != (block.first, block.last, block.by_contacts(both))


def _enough(cohort: Cohort) -> bool:
    return cohort.joined >= SMALLEST and cohort.may_be_told


def who_joined_then(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(joined_a_year_before([branch.pk], last_month_end(on)))


def who_stayed(branch: Branch, on: date) -> Iterable[int | None]:
    end = last_month_end(on)
    still = Exists(Membership.objects.counted(end).filter(member=OuterRef("member")))
    return members_of(joined_a_year_before([branch.pk], end).filter(still))


def who_joined_lately(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(joined_in(branch, _told_lately(branch, on)))


def who_was_kept(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(joined_in(branch, _told_lately(branch, on)).filter(stayed(YEAR)))


def joined_then(branch: Branch, on: date) -> int | None:
    return kept_of_each([branch.pk], on)["joiners"].get(branch.pk)


def stayed_since(branch: Branch, on: date) -> int | None:
    return kept_of_each([branch.pk], on)["joiners_kept"].get(branch.pk)


TALLY = Tally(names=("joiners", "joiners_kept"), count=kept_of_each, absent=None)

FIGURES = (
    Figure(
        name="kept",
        label=_("New members who stay"),
        unit=units.PERCENT,
        explanation=_(
            "Of those who joined in the latest joining quarters that are told and make a year, the share who were"
            " members 365 days later. Those who joined before the first full roster are left out. Quarters are"
            " merged until neither those who left nor those who stayed are one to four."
        ),
        count=kept,
        of_blocks=True,
        people=who_was_kept,
        out_of=who_joined_lately,
    ),
    Figure(
        name="joiners",
        label=_("Joined one to two years ago"),
        unit=units.MEMBERS,
        explanation=_(
            "Who joined twelve to twenty-four months before the last month's end, and not before the first full"
            " roster."
        ),
        count=joined_then,
        only_coarse=True,
        people=who_joined_then,
    ),
    Figure(
        name="joiners_kept",
        label=_("Of those, still members"),
        unit=units.MEMBERS,
        explanation=_("Those of them who were members at the last month's end."),
        count=stayed_since,
        only_coarse=True,
        people=who_stayed,
    ),
)
