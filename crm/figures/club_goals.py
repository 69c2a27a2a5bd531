"""The branch's goal by clubs: what each wants to be, what it is, and how much of the goal is nobody's yet."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from crm.figures import clubs
from crm.figures.small_groups import SMALLEST, nearest_five
from crm.people.models import ClubGoal, Member, MembershipGoal
from crm.people.names import sort_key


@dataclass(frozen=True)
class ClubsPart:
    """``members`` to the nearest five; ``None`` when they are fewer than five, or not known of the day."""

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
        """Whether it is known how many members the clubs had on the day."""
        return any(part.members is not None or part.is_small for part in self.parts)

    @property
    def unshared(self) -> int:
        """What no club has of the goal; below nought when the clubs want more than the branch."""
        return self.goal - self.wanted


def club_goals(goal: MembershipGoal, on: date) -> ClubGoals:
    """By primary club. Which clubs members were in on an earlier day is not kept."""
    current = Q(club__club_memberships__is_primary=True) & Q(
        club__club_memberships__member__in=Member.objects.current().filter(branch=goal.branch_id)
    )
    awake = Exists(clubs.active(goal.branch, on).filter(pk=OuterRef("club")))
    rows = ClubGoal.objects.filter(goal=goal).values_list("club__name", "members_wanted")
    counted = rows.annotate(people=Count("club__club_memberships", filter=current), awake=awake)
    known = on == timezone.localdate()
    parts = [
        replace(part(club, wanted, people if known else None), is_active=awake)
        for club, wanted, people, awake in counted
    ]
    return ClubGoals(goal.members_wanted, sorted(parts, key=lambda one: sort_key(one.club, "")))


def part(club: str, wanted: int, people: int | None) -> ClubsPart:
    if people is None:
        return ClubsPart(club, wanted, None)
    is_small = people < SMALLEST
    return ClubsPart(club, wanted, None if is_small else nearest_five(people), is_small)
