"""The branch's goal by clubs: what each wants to be, what it is, and how much of the goal is nobody's yet.

How many joined and left is told exactly, of every day. A club's number of today, though rounded, would tell on the
day on which it changes that the one who joined was of that club; and where "under 5" became five, that there had been
four. So the numbers are told once in a quarter, on whichever day, and a club's is told anew when five or more have
been added or taken away there, and as many elsewhere (decision 44).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from crm.figures import clubs, told
from crm.figures.blocks import last_of_quarter, quarter_of
from crm.figures.small_groups import SMALLEST, nearest_five
from crm.people.models import Branch, ClubGoal, ClubMembership, Member, MembershipGoal
from crm.people.names import sort_key

SUBJECT = "clubs"
NO_CLUB = ""


@dataclass(frozen=True)
class ClubsPart:
    """``members`` to the nearest five; ``None`` when they are fewer than five, or not told of the quarter."""

    club: str
    wanted: int
    members: int | None
    is_small: bool = False
    is_active: bool = True

    @property
    def to_go(self) -> int | None:
        return None if self.members is None else max(self.wanted - self.members, 0)


@dataclass(frozen=True)
class ClubGoals:
    """The parts, and how they add up to the branch's goal."""

    goal: int
    parts: list[ClubsPart]

    @property
    def wanted(self) -> int:
        return sum(part.wanted for part in self.parts)

    @property
    def is_known(self) -> bool:
        """Whether it was told how many members the clubs had."""
        return any(part.members is not None or part.is_small for part in self.parts)

    @property
    def unshared(self) -> int:
        """What no club has of the goal; below nought when the clubs want more than the branch."""
        return self.goal - self.wanted


def club_goals(branch: Branch, goal: MembershipGoal, on: date) -> ClubGoals:
    """By primary club, as told of the quarter of a day."""
    awake = Exists(clubs.active(branch, on).filter(pk=OuterRef("club")))
    goals = ClubGoal.objects.filter(goal=goal).annotate(awake=awake)
    rows = list(goals.values_list("club", "club__name", "members_wanted", "awake"))
    numbers = told_of(branch, on) if rows else {}
    parts = [
        replace(part(name, wanted, numbers.get(str(club))), is_active=is_active)
        for club, name, wanted, is_active in rows
    ]
    return ClubGoals(goal.members_wanted, sorted(parts, key=lambda one: sort_key(one.club, "")))


def told_of(branch: Branch, on: date) -> Mapping[str, int]:
    """Club key to number. Which clubs members were in is known of today alone: nothing of a quarter never told."""
    quarter = quarter_of(on)
    is_running = quarter == quarter_of(timezone.localdate())

    def count(_first: date, _last: date) -> told.Numbers | None:
        return to_tell(branch) if is_running else None

    (block,) = told.once(branch, SUBJECT, [(quarter, last_of_quarter(quarter))], count)
    return block.numbers if block else {}


def to_tell(branch: Branch) -> told.Numbers | None:
    """The clubs as they are now, each as it was told last where too few have come or gone; none while all are empty."""
    now = counted(branch)
    if not any(number for club, number in now.items() if club != NO_CLUB):
        return None
    before = next((block.numbers for block in reversed(told.kept(branch, SUBJECT))), {})
    moved = {club: abs(number - before.get(club, 0)) for club, number in now.items()}
    together = sum(moved.values())
    return {
        club: number
        if club not in before or min(moved[club], together - moved[club]) >= SMALLEST
        else before[club]
        for club, number in now.items()
    }


def counted(branch: Branch) -> told.Numbers:
    """Every club, and those who are in none first."""
    members = Member.objects.current().filter(branch=branch)
    first = ClubMembership.objects.filter(is_primary=True, member__in=members)
    found = {str(club): 0 for club in branch.clubs.values_list("pk", flat=True)}
    found |= {
        str(club): number for club, number in first.order_by().values_list("club").annotate(Count("pk"))
    }
    return found | {NO_CLUB: members.count() - sum(found.values())}


def part(club: str, wanted: int, people: int | None) -> ClubsPart:
    if people is None:
        return ClubsPart(club, wanted, None)
    is_small = people < SMALLEST
    return ClubsPart(club, wanted, None if is_small else nearest_five(people), is_small)
