"""Each month adds up whatever the files say: two branches, returns, moves, corrected pasts, erased leavers."""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
import time_machine
from django.utils import timezone

from crm.figures import membership
from crm.figures.membership import Month
from crm.people import erasing, memberships, merging, moves, retention
from crm.people.models import Branch, Member, Membership, Merge, User
from crm.rosters import undoing, working
from crm.rosters.models import RosterImport
from crm.rosters.stops import SENTENCES
from tests.factories import BranchFactory
from tests.rosters.files import bring_in

pytestmark = pytest.mark.django_db
YEAR, ON = 2026, date(2026, 12, 20)
PEOPLE = 16
SEEDS = range(3)
Terms = dict[str, int]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def line(number: int) -> str:
    return f"{number};Ada;Lund {number};ÅBY;;;2020-01-{number % 28 + 1:02};;"


class Party:
    """Two branches and where each person lives; half a month passes with each step."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.branches = [BranchFactory.create(), BranchFactory.create()]
        self.home: dict[int, int | None] = {number: chance.randrange(2) for number in range(1, PEOPLE + 1)}

    def live(self) -> None:
        for month in range(1, 13):
            for day in (date(YEAR, month, 3), date(YEAR, month, 12), date(YEAR, month, 20)):
                with time_machine.travel(noon(day), tick=False):
                    self.a_step(day)

    def a_step(self, day: date) -> None:
        for number in self.chance.sample(sorted(self.home), 2):
            self.home[number] = self.chance.choice([0, 1, None])
        self.deed()(day)
        for branch in self.branches:
            if self.chance.random() < 0.8:
                self.file(branch, day)

    def deed(self) -> Callable[[date], None]:
        return self.chance.choice([self.end_by_hand, self.confirm, self.undo_the_last, self.note_moves])

    def file(self, branch: Branch, day: date) -> None:
        """Of that day, or of some days before: what it says of the past corrects it."""
        place = self.branches.index(branch)
        lines = [line(number) for number, home in self.home.items() if home == place]
        of = max(day - timedelta(days=self.chance.choice([0, 0, 6])), date(YEAR, 1, 1))
        if lines:
            bring_in(branch, *lines, on=of, understood=tuple(SENTENCES))

    def somebody(self) -> Member | None:
        members = list(Member.objects.current().filter(branch__in=self.branches).order_by("pk"))
        return self.chance.choice(members) if members else None

    def end_by_hand(self, day: date) -> None:
        if member := self.somebody():
            reason = self.chance.choice(["left", "deceased", "moved", "unpaid"])
            memberships.end(member=member, on=day, reason=reason, by=User.objects.console())

    def confirm(self, day: date) -> None:
        for branch in self.branches:
            missing = list(Member.objects.missing().filter(branch=branch).values_list("pk", flat=True))
            memberships.confirm_leaving(branch=branch, member_ids=missing, by=User.objects.console())

    def undo_the_last(self, day: date) -> None:
        last = RosterImport.objects.filter(branch=self.branches[0], state="applied").order_by("pk").last()
        if last and not undoing.why_not(last):
            undoing.ask(last, by=User.objects.console())
            working.work_through()

    def note_moves(self, day: date) -> None:
        for branch in self.branches:
            moves.note_moves(branch=branch, on=day)


def until(period: Membership) -> date | None:
    return min((day for day in (period.ended_on, period.missing_since) if day), default=None)


def counted(branch: Branch) -> Iterator[tuple[Membership, date | None]]:
    for period in Membership.objects.filter(branch=branch):
        end = until(period)
        if end is None or end > period.started_on:
            yield period, end


def how(period: Membership) -> str:
    earlier = Membership.objects.filter(member=period.member_id, started_on__lt=period.started_on)
    return "moved_in" if period.moved_in else "returned" if earlier.exists() else "joined"


def plainly(branch: Branch, month: int) -> Terms:
    """One period after the other, in Python."""
    first, last = date(YEAR, month, 1), date(YEAR, month, monthrange(YEAR, month)[1])
    last = min(last, ON)
    terms: Counter[str] = Counter()
    for period, end in counted(branch):
        terms["opening"] += period.started_on < first and (end is None or end >= first)
        terms["closing"] += period.started_on <= last and (end is None or end > last)
        if first <= period.started_on <= last:
            terms[how(period)] += 1
        if end and first <= end <= last:
            terms["left"] += 1
            terms["moved_out"] += period.end_reason == "moved"
            terms["deceased"] += period.end_reason == "deceased"
    return {name: terms[name] for name in NAMES}


NAMES = ("opening", "joined", "returned", "moved_in", "left", "moved_out", "deceased", "closing")


def months(branch: Branch) -> list[Month]:
    return membership.months_until(branch, ON, count=11, known_since=None)


def told(branch: Branch) -> list[Terms]:
    return [{name: getattr(month, name) for name in NAMES} for month in months(branch)]


@pytest.fixture(params=SEEDS)
def party(request: pytest.FixtureRequest, db: None) -> Party:
    made = Party(Random(f"files {request.param}"))
    made.live()
    return made


def opens_as_the_one_before_closed(terms: list[Terms]) -> bool:
    pairs = pairwise(terms)
    return all(month["closing"] == after["opening"] for month, after in pairs)


def adds_up(terms: Terms) -> bool:
    came = terms["joined"] + terms["returned"] + terms["moved_in"]
    otherwise = terms["left"] - terms["moved_out"] - terms["deceased"]
    gone = otherwise + terms["moved_out"] + terms["deceased"]
    return min(terms.values()) >= 0 <= otherwise and terms["opening"] + came - gone == terms["closing"]


def test_every_month_adds_up_and_stays_when_leavers_are_erased(party: Party) -> None:
    with time_machine.travel(noon(ON), tick=False):
        before = [told(branch) for branch in party.branches]
        assert before == [[plainly(branch, month) for month in range(1, 13)] for branch in party.branches]
        assert all(adds_up(month) for terms in before for month in terms)
        assert all(opens_as_the_one_before_closed(terms) for terms in before)
        leavers = [one for branch in party.branches for one in retention.leavers(branch)]
        for leaver in leavers:
            erasing.erase(member=leaver.member, by=User.objects.console(), on=ON)
        assert leavers
        assert [told(branch) for branch in party.branches] == before


def returns_within_a_month(branch: Branch) -> int:
    found: list[tuple[Membership, date | None]] = list(counted(branch))
    ends = {(period.member_id, end.replace(day=1)) for period, end in found if end}
    return sum((period.member_id, period.started_on.replace(day=1)) in ends for period, _end in found)


def test_the_histories_hold_what_the_property_is_about() -> None:
    """Returns within a month, moves both ways, a past that a later file or an undone one has corrected."""
    parties = [Party(Random(f"files {seed}")) for seed in SEEDS]
    for one in parties:
        one.live()
    branches = [branch for one in parties for branch in one.branches]
    terms = [month for branch in branches for month in told(branch)]
    assert {name for name in NAMES if any(month[name] for month in terms)} == set(NAMES)
    assert sum(returns_within_a_month(branch) for branch in branches) > 0
    files = RosterImport.objects.filter(branch__in=branches)
    assert files.filter(state="undone").exists()
    assert [one for one in files.filter(figures_from__isnull=False) if is_late(one)] != []


def is_late(one: RosterImport) -> bool:
    """It changed the number of a day before the one on which it was brought in."""
    return bool(one.applied_at and one.figures_from and one.figures_from < timezone.localdate(one.applied_at))


class Merging(Party):
    """Two rows are found to be one person now and then, and sometimes that was wrong."""

    def deed(self) -> Callable[[date], None]:
        return self.chance.choice([self.merge_two, self.part_the_last, super().deed()])

    def merge_two(self, day: date) -> None:
        kept = self.somebody()
        others = (
            Member.objects.filter(branch=kept.branch, merged_into=None).exclude(pk=kept.pk) if kept else None
        )
        if kept and others:
            other = self.chance.choice(list(others.order_by("pk")))
            merging.merge(kept=kept, merged=other, values={}, by=User.objects.console())

    def part_the_last(self, day: date) -> None:
        last = Merge.objects.filter(undone_at=None).order_by("pk").last()
        if last:
            merging.undo(merge=last, by=User.objects.console())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.django_db
def test_every_month_adds_up_when_rows_are_merged_and_parted(seed: int) -> None:
    party = Merging(Random(f"merges {seed}"))
    party.live()
    assert Merge.objects.exists()
    with time_machine.travel(noon(ON), tick=False):
        before = [told(branch) for branch in party.branches]
        assert before == [[plainly(branch, month) for month in range(1, 13)] for branch in party.branches]
        assert all(adds_up(month) for terms in before for month in terms)
        assert all(opens_as_the_one_before_closed(terms) for terms in before)
