"""How new members were met, half-year by half-year and in the year: what the figures of the first year count."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crm import extensions
from crm.extensions import Contact, of_branches
from crm.figures import membership, staying
from crm.figures.splitting import Part
from crm.people.models import Branch, Member, Membership, MemberSkill
from crm.people.models.members import MemberQuerySet
from onboarding.models import Gathering, Invitation, InvitationQuerySet, end_of

WELCOMED = timedelta(days=7)
SIX_MONTHS = staying.SIX_MONTHS


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
    return Member.objects.new_when_learnt().filter(branch=branch, learnt_on__range=(first, last))


def new_members(branch: Branch, on: date) -> int:
    return new_in(branch, half_year_of(on).first, on).count()


def who_is_new(branch: Branch, on: date) -> Iterable[int | None]:
    return new_in(branch, half_year_of(on).first, on).values_list("pk", flat=True)


def welcomed(branch: Branch, on: date) -> int:
    return len(who_was_welcomed(branch, on))


def who_was_welcomed(branch: Branch, on: date) -> set[int]:
    """Of the half-year's new members, those talked with within seven days of the branch learning of them."""
    return talked_with_in_time(new_in(branch, half_year_of(on).first, on), on)


def new_this_year(branch: Branch, on: date) -> int:
    return new_in(branch, date(on.year, 1, 1), on).count()


def who_is_new_this_year(branch: Branch, on: date) -> Iterable[int | None]:
    return new_in(branch, date(on.year, 1, 1), on).values_list("pk", flat=True)


def welcomed_and_heard(branch: Branch, on: date) -> int:
    return len(who_was_welcomed_and_heard(branch, on))


def who_was_welcomed_and_heard(branch: Branch, on: date) -> set[int]:
    """Of the year's new members, those welcomed of whom it is noted what they can or want, and who are members now.

    Of the whole year, for a yearly plan asks for it: in December spring's new members are not forgotten.
    """
    return talked_with_in_time(having_told(new_in(branch, date(on.year, 1, 1), on)), on)


def welcomed_and_heard_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """As ``welcomed_and_heard``, of each branch in one pass."""
    new = Member.objects.new_when_learnt().filter(learnt_on__range=(date(on.year, 1, 1), on))
    told = having_told(of_branches(new, branches))
    there = dict(told.values_list("pk", "branch"))
    return {"year_welcomed_and_heard": Counter(there[key] for key in talked_with_in_time(told, on))}


def having_told(people: MemberQuerySet) -> MemberQuerySet:
    """What leavers told goes with them; so that their erasing moves no number, they are out of it at once."""
    return people.current().filter(Exists(MemberSkill.objects.filter(member=OuterRef("pk"))))


def talked_with_in_time(people: MemberQuerySet, on: date) -> set[int]:
    learnt = dict(people.values_list("pk", "learnt_on"))
    return {
        member_id
        for hook in extensions.talks.all()
        for member_id, day in hook(member_ids=list(learnt))
        if learnt[member_id] <= day <= min(on, learnt[member_id] + WELCOMED)
    }


def invited(branch: Branch, on: date) -> int:
    return _invitations(branch, on).count()


def said_yes(branch: Branch, on: date) -> int:
    return _invitations(branch, on).yes_until(on).count()


def came(branch: Branch, on: date) -> int:
    return _invitations(branch, on).came_until(on).count()


def members_of(invitations: InvitationQuerySet) -> Iterable[int | None]:
    """Whose they are, each as many times."""
    return invitations.order_by().values_list("member", flat=True)


def who_was_invited(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(_invitations(branch, on))


def who_said_yes(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(_invitations(branch, on).yes_until(on))


def who_came(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(_invitations(branch, on).came_until(on))


def who_did_not_show(branch: Branch, on: date) -> Iterable[int | None]:
    return members_of(_no_shows(branch, on))


def who_came_in_time(branch: Branch, on: date) -> Iterable[int | None]:
    return _in_time(branch, on).values_list("pk", flat=True)


def _invitations(branch: Branch, on: date) -> InvitationQuerySet:
    """Those sent by that day to introduction meetings of its half-year; cancelled ones left out."""
    half = half_year_of(on)
    found = Invitation.objects.to_intro_meetings(half.first, half.last)
    return found.filter(gathering__branch=branch).sent_until(on)


def no_shows(branch: Branch, on: date) -> int:
    return _no_shows(branch, on).count()


def _no_shows(branch: Branch, on: date) -> InvitationQuerySet:
    """Who had a place at the half-year's introduction meetings held by that day and was not ticked at the door."""
    half = half_year_of(on)
    held = Gathering.objects.intro_meetings().confirmed().filter(branch=branch).on_days(half.first, on)
    ticked = held.filter(Exists(Invitation.objects.attended().filter(gathering=OuterRef("pk"))))
    return Invitation.objects.filter(gathering__in=ticked.values("pk")).no_shows()


def came_in_time(branch: Branch, on: date) -> int:
    return _in_time(branch, on).count()


def _in_time(branch: Branch, on: date) -> MemberQuerySet:
    """Of those learnt of in the half-year before, who came to an introduction meeting within six months."""
    half = half_year_of(on).before
    people = new_in(branch, half.first, half.last)
    in_time = _met(on).filter(
        member=OuterRef("pk"), gathering__starts_at__date__lte=OuterRef("learnt_on") + SIX_MONTHS
    )
    return people.filter(Exists(in_time))


def kept_who_came(branch: Branch, on: date) -> float | None:
    return _share_kept(branch, on, came=True)


def kept_who_did_not(branch: Branch, on: date) -> float | None:
    return _share_kept(branch, on, came=False)


def _share_kept(branch: Branch, on: date, *, came: bool) -> float | None:
    """The percentage still members a year after they joined, of those who came to a meeting in time or did not.

    Of the blocks of quarters that the board's page tells of both, and the middle of what it tells.
    """
    lately = _told_lately(branch, on, came=came)
    return round(Part.of(lately).percent, 1) if any(part.joined for part in lately) else None


def _told_lately(branch: Branch, on: date, *, came: bool) -> list[Part]:
    first = membership.first_rosters([branch.pk]).get(branch.pk)
    told = staying.cohorts(branch, on, known_since=first).split_by(CAME_TO_INTRODUCTION.name)
    return staying.a_year_of([pair[0 if came else 1] for pair in told])


def who_joined_lately(came: bool, branch: Branch, on: date) -> Iterable[int | None]:
    return staying.members_of(_joined_lately(branch, on, came=came))


def who_was_kept(came: bool, branch: Branch, on: date) -> Iterable[int | None]:
    return staying.members_of(_joined_lately(branch, on, came=came).filter(staying.stayed(staying.YEAR)))


def _joined_lately(branch: Branch, on: date, *, came: bool) -> QuerySet[Membership]:
    met = came_to_introduction()
    return staying.joined_in(branch, _told_lately(branch, on, came=came)).filter(met if came else ~met)


def came_to_introduction() -> Exists:
    """Of a membership: whether its person came to an introduction meeting within six months."""
    return Exists(
        Invitation.objects.attended().filter(
            gathering__kind=Gathering.Kind.INTRO_MEETING,
            gathering__starts_at__date__gte=OuterRef("started_on"),
            gathering__starts_at__date__lte=OuterRef("started_on") + SIX_MONTHS,
            member=OuterRef("member"),
        )
    )


CAME_TO_INTRODUCTION = Contact(
    name="meeting",
    title=_("With and without an introduction meeting"),
    had=_("Came to an introduction meeting within six months"),
    had_not=_("Did not come within six months"),
    met=came_to_introduction,
)


def _met(on: date) -> InvitationQuerySet:
    return Invitation.objects.attended().filter(
        gathering__kind=Gathering.Kind.INTRO_MEETING,
        gathering__starts_at__lt=end_of(on),
    )
