"""How new members were met, half-year by half-year: what the board's figures of the first year count."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q

from crm import extensions
from crm.people.models import Branch, Member, Membership
from crm.people.models.members import MemberQuerySet
from onboarding.invitations import LEARNT_LATE
from onboarding.models import Gathering, Invitation, InvitationQuerySet, start_of

WELCOMED = timedelta(days=7)
SIX_MONTHS = timedelta(days=183)
YEAR = timedelta(days=365)
# A share of so few people says who they are.
LEAST_GROUP = 5


@dataclass(frozen=True)
class HalfYear:
    """From January to June, or from July to December."""

    year: int
    half: int

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def before(self) -> "HalfYear":
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)


def half_year_of(day: date) -> HalfYear:
    return HalfYear(day.year, 1 if day.month <= 6 else 2)


def new_in(branch: Branch, first: date, last: date) -> MemberQuerySet:
    """Of whom the branch learnt between two days, and who were new then; those who have left since among them."""
    was_new = Q(joined_on=None) | Q(joined_on__gte=F("learnt_on") - LEARNT_LATE)
    return Member.objects.filter(was_new, branch=branch, learnt_on__gte=first, learnt_on__lte=last)


def new_members(branch: Branch, on: date) -> int:
    return new_in(branch, half_year_of(on).first, on).count()


def welcomed(branch: Branch, on: date) -> int:
    """Of the half-year's new members, those talked with within seven days of the branch learning of them."""
    learnt = dict(new_in(branch, half_year_of(on).first, on).values_list("pk", "learnt_on"))
    found = {
        member_id
        for hook in extensions.talks.all()
        for member_id, day in hook(member_ids=list(learnt))
        if learnt[member_id] <= day <= min(on, learnt[member_id] + WELCOMED)
    }
    return len(found)


def no_shows(branch: Branch, on: date) -> int:
    """Who had a place at the half-year's introduction meetings held by that day and was not ticked at the door."""
    half = half_year_of(on)
    held = Gathering.objects.intro_meetings().confirmed().filter(branch=branch).on_days(half.first, on)
    ticked = held.filter(Exists(Invitation.objects.attended().filter(gathering=OuterRef("pk"))))
    return Invitation.objects.filter(gathering__in=ticked.values("pk")).no_shows().count()


def came_in_time(branch: Branch, on: date) -> int:
    """Of those learnt of in the half-year before, who came to an introduction meeting within six months."""
    half = half_year_of(on).before
    people = new_in(branch, half.first, half.last)
    in_time = _met(on).filter(
        member=OuterRef("pk"), gathering__starts_at__date__lte=OuterRef("learnt_on") + SIX_MONTHS
    )
    return people.filter(Exists(in_time)).count()


def kept_who_came(branch: Branch, on: date) -> float | None:
    return _share_kept(branch, on, came=True)


def kept_who_did_not(branch: Branch, on: date) -> float | None:
    return _share_kept(branch, on, came=False)


def _share_kept(branch: Branch, on: date, *, came: bool) -> float | None:
    """The percentage still members twelve months after the branch learnt of them; hidden for a small group.

    Of those learnt of between two years and one year before.
    """
    people = new_in(branch, on - 2 * YEAR, on - YEAR)
    met = Exists(_met(on).filter(member=OuterRef("pk")))
    group = people.filter(met) if came else people.exclude(met)
    everybody = group.count()
    if everybody < LEAST_GROUP:
        return None
    still = Membership.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=OuterRef("learnt_on") + YEAR),
        Q(missing_since=None) | Q(missing_since__gt=OuterRef("learnt_on") + YEAR),
        member=OuterRef("pk"),
    )
    return round(100 * group.filter(Exists(still)).count() / everybody, 1)


def _met(on: date) -> InvitationQuerySet:
    return Invitation.objects.attended().filter(
        gathering__kind=Gathering.Kind.INTRO_MEETING,
        gathering__starts_at__lt=start_of(on + timedelta(days=1)),
    )
