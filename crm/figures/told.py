"""What has been told once is told so again, whatever is corrected afterwards.

A file that comes late, a reason that is noted late and a file that is taken back change what is counted of quarters
that are over. A page told before the correction, less one told after it, would tell which group the one it is about
belongs to. So a block of quarters is kept as it was first told, and its bounds with it. It is told anew when so many
have been corrected that none of them can be recognised; until then the page says that something has changed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import prefetch_related_objects
from django.utils import timezone

from crm.figures import spans
from crm.figures.blocks import is_large_or_empty, quarters_between
from crm.figures.models import ToldBlock
from crm.figures.small_groups import Breakdown
from crm.figures.spans import Block, Cells, Span
from crm.people.models import Branch

Numbers = dict[str, int]
Days = tuple[date, date]
# The groups that are told as one.
OTHERS = "*"
# The next month's file is in by then: of who joined or left in a quarter most is known.
SETTLING = timedelta(days=31)


@dataclass(frozen=True)
class Kept:
    """A block as it has been told, the latest version last."""

    first: date
    last: date
    versions: tuple[Numbers, ...]
    told_at: datetime  # the latest version

    @property
    def numbers(self) -> Numbers:
        return self.versions[-1]


def kept(branch: Branch, subject: str) -> list[Kept]:
    """In order. All subjects of a branch are asked for at once, for the board's page has few queries."""
    prefetch_related_objects([branch], "told_blocks")
    found: dict[Days, list[ToldBlock]] = {}
    for row in branch.told_blocks.all():
        if row.subject == subject:
            found.setdefault((row.first, row.last), []).append(row)
    return [
        Kept(first, last, tuple(row.numbers for row in rows), rows[-1].told_at)
        for (first, last), rows in sorted(found.items())
    ]


def keep(branch: Branch, subject: str, blocks: Iterable[tuple[date, date, Numbers, int]]) -> None:
    """Blocks with their versions. Whoever told one at the same moment told the same."""
    now = timezone.now()
    rows = [
        ToldBlock(
            branch=branch,
            subject=subject,
            first=first,
            last=last,
            numbers=numbers,
            version=version,
            told_at=now,
        )
        for first, last, numbers, version in blocks
    ]
    if rows:
        ToldBlock.objects.bulk_create(rows, ignore_conflicts=True)
        branch.refresh_from_db(fields=["told_blocks"])  # to be asked for again


def once(
    branch: Branch, subject: str, days: Sequence[Days], count: Callable[[date, date], Numbers | None]
) -> list[Kept | None]:
    """Of each of these days what was told first. ``None`` is not told yet, and may be later."""
    found = {(block.first, block.last): block for block in kept(branch, subject)}
    new = {pair: numbers for pair in days if pair not in found and (numbers := count(*pair)) is not None}
    keep(branch, subject, ((first, last, numbers, 1) for (first, last), numbers in new.items()))
    now = timezone.now()
    found |= {(first, last): Kept(first, last, (numbers,), now) for (first, last), numbers in new.items()}
    return [found.get(pair) for pair in days]


def span(
    branch: Branch,
    subject: str,
    cells: Cells,
    on: date,
    names: Sequence[str],
    *,
    alone: Collection[str] = (),
    wait: timedelta = SETTLING,
) -> Span | None:
    """As ``spans.latest_year``, of blocks that are over since ``wait`` days, each as it has been told."""
    until, groups = on - wait, frozenset(alone)
    before = kept(branch, subject)
    may_be_told = partial(spans.may_be_told, cells, names, groups)
    old = []
    for block in (block for block in before if block.last <= until):
        quarters = list(quarters_between(block.first, block.last))
        now, numbers = flat(spans.groups_of(cells, names, quarters)), block.numbers
        if now != numbers and may_replace(now, block.versions) and may_be_told(quarters):
            keep(branch, subject, [(block.first, block.last, now, len(block.versions) + 1)])
            numbers = now
        told, changed = breakdown(numbers, names), now != numbers
        old.append(Block(block.first, block.last, len(quarters), told, changed, block.told_at))
    after = before[-1].last if before else None
    new = spans.blocks_until(cells, until, names, alone=groups, after=after)
    keep(branch, subject, ((block.first, block.last, flat(block.groups), 1) for block in new))
    return spans.latest_year([*old, *new])


def may_replace(now: Mapping[str, int], versions: Iterable[Mapping[str, int]]) -> bool:
    """From each version that has been told, in at least two groups, and in each that differs by at least five people.

    Were it one, the way of each who came late would be known from their number, which is told at once.
    """
    return all(
        now.keys() == told.keys()
        and is_large_or_empty(*(abs(now[name] - told[name]) for name in now))
        and sum(now[name] != told[name] for name in now) != 1
        for told in versions
    )


def flat(groups: Breakdown) -> Numbers:
    return groups.shown | ({} if groups.merged is None else {OTHERS: groups.merged})


def breakdown(numbers: Numbers, names: Iterable[str]) -> Breakdown:
    """In the order of ``names``: PostgreSQL keeps another one inside a row."""
    in_order = tuple(names)
    shown = {name: numbers[name] for name in in_order if name in numbers}
    others = numbers.get(OTHERS)
    merged = () if others is None else tuple(name for name in in_order if name not in shown)
    return Breakdown(shown, merged, others)
