"""Do they stay: the part of the board's page that follows those who joined, quarter by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm import extensions
from crm.figures import blocks, corrected
from crm.figures.splitting import Part
from crm.figures.staying import YEAR, Cohort, cohorts
from crm.people.models import Branch
from crm.units import grouped

# So many blocks of joining quarters are shown, the latest ones.
BLOCKS = 8
# The viewBox of a picture: a row has a label and its bars; to their right is room for the numbers.
WIDTH, LABEL, BAR, GAP, NUMBERS = 420, 22, 16, 12, 170
NO_CAUSE = gettext_lazy("A connection, not a cause.")


@dataclass(frozen=True)
class Group:
    """Some of those who joined: how many, and how many were members a year later.

    ``kept`` is what they were at least, and ``at_most`` more, where the number would point somebody out.
    """

    joined: int
    kept: int
    at_most: int

    @property
    def is_exact(self) -> bool:
        return self.kept == self.at_most

    @property
    def kept_text(self) -> str:
        return grouped(self.kept) if self.is_exact else _between(grouped(self.kept), grouped(self.at_most))

    @property
    def percent(self) -> int | str | None:
        """A range, such as "85–96", where the number is one."""
        if not self.joined:
            return None
        low, high = (round(100 * number / self.joined) for number in (self.kept, self.at_most))
        return low if low == high else _between(str(low), str(high))

    @property
    def text(self) -> str:
        values = {"number": self.kept_text, "of": grouped(self.joined), "percent": self.percent}
        return _("%(number)s of %(of)s (%(percent)s %%)") % values if self.joined else _("nobody")

    @property
    def beside_bar(self) -> str:
        """As much as there is room for."""
        if self.is_exact:
            return self.text
        return _("%(percent)s %% of %(of)s") % {"percent": self.percent, "of": grouped(self.joined)}


def _between(low: str, high: str) -> str:
    return f"{low}–{high}"


@dataclass(frozen=True)
class StayingBar:
    """``more`` is how much longer it is where the range ends."""

    y: int
    width: float
    more: float
    group: Group

    @property
    def dx(self) -> float:
        """To the words, from the end of the bar."""
        return self.more + 10


@dataclass(frozen=True)
class StayingRow:
    """A block of joining quarters: its place in the picture, and one bar, or one for each group."""

    label: str
    label_y: int
    bars: list[StayingBar]
    after_six_months: int | None = None

    @property
    def groups(self) -> list[Group]:
        return [bar.group for bar in self.bars]


@dataclass(frozen=True)
class StayingTable:
    """A picture with its table: all who joined, or those with and without a contact."""

    name: str
    title: str | Promise
    keys: tuple[str | Promise, ...]  # what each bar of a row stands for
    rows: list[StayingRow]
    sentence: str

    @property
    def height(self) -> int:
        return len(self.rows) * row_height(len(self.keys))

    @property
    def is_split(self) -> bool:
        return len(self.keys) > 1

    @property
    def has_ranges(self) -> bool:
        return any(not group.is_exact for row in self.rows for group in row.groups)


@dataclass(frozen=True)
class Coming:
    """Joining quarters that are not told yet: too few, or not a year old."""

    label: str
    joined: int
    told_from: date | None  # when a year has passed; ``None`` for too few

    @property
    def remark(self) -> str:
        if self.told_from is None:
            return _("told together with a later quarter")
        return _("running until %(day)s") % {"day": self.told_from.isoformat()}

    @property
    def sentence(self) -> str:
        joined = ngettext("%(number)s joined", "%(number)s joined", self.joined)
        return f"{joined % {'number': grouped(self.joined)}}; {self.remark}"


@dataclass(frozen=True)
class Staying:
    everybody: StayingTable
    splits: list[StayingTable]
    coming: list[Coming]
    note: str = ""  # what has been corrected since it was told

    @property
    def tables(self) -> list[StayingTable]:
        """Those that have something to tell."""
        return [table for table in (self.everybody, *self.splits) if table.rows]


def staying(branch: Branch, on: date, *, known_since: date | None) -> Staying:
    found = cohorts(branch, on, known_since=known_since)
    told = found.told[-BLOCKS:]
    splits = [split(contact, found.split_by(contact.name)) for contact in extensions.contacts.all()]
    too_few = [Coming(label(quarter), quarter.joined, None) for quarter in found.waiting]
    running = [Coming(label(quarter), quarter.joined, quarter.last + YEAR) for quarter in found.running]
    coming = [*too_few, *running][-BLOCKS:]
    return Staying(
        everybody=everybody(told),
        splits=splits,
        coming=coming,
        note=corrected.note(branch, found.corrected),
    )


def label(cohort: Cohort | Part) -> str:
    return blocks.label(cohort.first, cohort.last)


def group(cohort: Cohort) -> Group:
    return Group(joined=cohort.joined, kept=cohort.after_a_year, at_most=cohort.after_a_year)


def group_of_part(part: Part) -> Group:
    return Group(joined=part.joined, kept=part.at_least, at_most=part.at_most)


def length(number: int, of: int) -> float:
    return round((WIDTH - NUMBERS) * number / of, 1) if of else 0


def row_height(bars: int) -> int:
    return LABEL + bars * (BAR + 2) + GAP


def row(
    place: int, cohort: Cohort | Part, groups: Sequence[Group], *, six_months: int | None = None
) -> StayingRow:
    top = place * row_height(len(groups))
    return StayingRow(
        label=label(cohort),
        label_y=top + BAR,
        bars=[
            StayingBar(
                y=top + LABEL + number * (BAR + 2),
                width=length(found.kept, found.joined),
                more=length(found.at_most - found.kept, found.joined),
                group=found,
            )
            for number, found in enumerate(groups)
        ],
        after_six_months=six_months,
    )


def everybody(told: Sequence[Cohort]) -> StayingTable:
    rows = [
        row(
            place,
            cohort,
            [group(cohort)],
            six_months=cohort.after_six_months if cohort.six_months_may_be_told else None,
        )
        for place, cohort in enumerate(told)
    ]
    return StayingTable(
        name="staying",
        title=_("Members a year after they joined"),
        keys=(_("Members after a year"),),
        rows=rows,
        sentence=sentence_of_all(rows),
    )


def sentence_of_all(rows: Sequence[StayingRow]) -> str:
    """The latest block, beside the one before it."""
    if not rows:
        return _("So few have joined that it can't be told who stays without pointing somebody out.")
    latest = _("Of those who joined in %(quarters)s, %(number)s were members a year later.") % {
        "quarters": rows[-1].label,
        "number": rows[-1].groups[0].text,
    }
    if len(rows) == 1:
        return latest
    before = _("Before that, in %(quarters)s: %(percent)s %%.") % {
        "quarters": rows[-2].label,
        "percent": rows[-2].groups[0].percent,
    }
    return f"{latest} {before}"


def split(contact: extensions.Contact, told: Sequence[tuple[Part, Part]]) -> StayingTable:
    """Without rows where everybody had the contact, or nobody: there is nothing to set beside."""
    if not (any(had.joined for had, _not in told) and any(had_not.joined for _had, had_not in told)):
        told = []
    rows = [
        row(place, had, [group_of_part(had), group_of_part(had_not)])
        for place, (had, had_not) in enumerate(told[-BLOCKS:])
    ]
    return StayingTable(
        name=f"staying_{contact.name}",
        title=contact.title,
        keys=(contact.had, contact.had_not),
        rows=rows,
        sentence=sentence_of_split(contact, rows),
    )


def sentence_of_split(contact: extensions.Contact, rows: Sequence[StayingRow]) -> str:
    """All blocks together."""
    if not rows:
        return ""
    with_it, without = (
        Group(
            joined=sum(row.groups[place].joined for row in rows),
            kept=sum(row.groups[place].kept for row in rows),
            at_most=sum(row.groups[place].at_most for row in rows),
        )
        for place in (0, 1)
    )
    told = _("%(had)s: %(with)s were members after a year. %(had_not)s: %(without)s.") % {
        "had": contact.had,
        "with": with_it.text,
        "had_not": contact.had_not,
        "without": without.text,
    }
    return f"{told} {NO_CAUSE}"
