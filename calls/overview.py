"""What the leader's pages show of a branch's rounds."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from calls import access, evenings, letters, summary
from calls.models import Call, CallRound
from crm.people.models import Branch
from crm.templatetags.tusen import Part


@dataclass(frozen=True)
class RoundLine:
    """One round among the others."""

    round: CallRound
    is_open: bool
    reached: int
    members: int


@dataclass(frozen=True)
class RoundsPage:
    lines: list[RoundLine]
    follow_ups: int
    next_opening: date
    has_this_year: bool


def of_rounds(branch: Branch, now: datetime) -> RoundsPage:
    today = timezone.localdate(now)
    lines = [
        RoundLine(row, row.is_open(today), row.reached, row.members)
        for row in summary.with_counts(access.rounds_of(branch))
    ]
    return RoundsPage(
        lines=lines,
        follow_ups=access.follow_ups_of(branch).count(),
        next_opening=evenings.next_opening(branch, today),
        has_this_year=any(line.round.is_yearly and line.round.period == str(today.year) for line in lines),
    )


@dataclass(frozen=True)
class RoundPage:
    round: CallRound
    is_open: bool
    counted: list[summary.Counted]
    exempt: list[tuple[str, int]]
    lists: list[summary.ListProgress]
    pool: int
    pool_now: int
    follow_ups: int
    post: letters.Post

    @property
    def parts(self) -> list[Part]:
        return [Part(one.standing.label, one.number, one.standing.tone) for one in self.counted if one.number]

    @property
    def members(self) -> int:
        return sum(one.number for one in self.counted)

    @property
    def number(self) -> dict[str, int]:
        return {one.standing.key: one.number for one in self.counted}


def of_round(shown: CallRound, now: datetime) -> RoundPage:
    """Constant queries, whatever the number of members, lists and callers."""
    calls = access.calls_in(shown)
    pool = Call.objects.filter(round=shown, call_list=None).waiting()
    return RoundPage(
        round=shown,
        is_open=shown.is_open(timezone.localdate(now)),
        counted=summary.count(calls, now),
        exempt=summary.exempt_reasons(shown),
        lists=summary.progress_of_lists(shown, now),
        pool=pool.count(),
        pool_now=pool.open_to_callers(now).count(),
        follow_ups=access.follow_ups_of(shown.branch).filter(call__round=shown).count(),
        post=letters.post_of(shown),
    )
