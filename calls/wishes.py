"""What callers wish: how much they take on, whom they would rather call, and whom they don't call."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from calls import lists, seats, sharing
from calls.models import UNCLAIMED, AvoidedMember, Call, CallerProfile, CallRound
from crm.people.models import Branch, Member, User


def profile_of(caller: User, branch: Branch) -> CallerProfile:
    """The caller's wishes in the branch; without any, an empty one that is not saved."""
    wishes = {"user": caller, "branch": branch}
    return CallerProfile.objects.filter(**wishes).first() or CallerProfile(**wishes)


@transaction.atomic
def kept_profile_of(caller: User, branch: Branch) -> CallerProfile:
    """The same, on file: two who save at once find one."""
    found, _created = CallerProfile.objects.get_or_create(user=caller, branch=branch)
    return found


@transaction.atomic
def avoid(*, caller: User, member: Member, by: User, at: datetime) -> AvoidedMember:
    """From now on the caller does not get this member; what lies on their lists goes into the pool at once.

    Whoever shares a telephone with the member goes too: one dial would reach both.
    """
    profile = kept_profile_of(caller, member.branch)
    avoided, _created = AvoidedMember.objects.get_or_create(
        profile=profile, member=member, defaults={"added_at": at, "added_by": by}
    )
    today = timezone.localdate(at)
    own = Call.objects.filter(call_list__caller=caller, call_list__taken_back_at=None)
    for call_round in CallRound.objects.filter(calls__in=own.filter(member=member)).open_on(today):
        keys = [
            seat.call
            for home in sharing.households(seats.of_round(call_round, []))
            if any(seat.member == member.pk for seat in home.seats)
            for seat in home.seats
        ]
        lists.free_to_go(own.filter(pk__in=keys), at).update(call_list=None)
    Call.objects.filter(member=member, claimed_by=caller).update(**UNCLAIMED)
    return avoided


def stop_avoiding(*, avoided: AvoidedMember) -> None:
    """The caller gets the member again as anybody else, the next time something is shared out."""
    AvoidedMember.objects.filter(pk=avoided.pk).delete()


@dataclass(frozen=True)
class CallerLine:
    """One caller among the others, as a leader reads it."""

    caller: User
    profile: CallerProfile | None
    avoided: int

    @property
    def clubs(self) -> list[str]:
        return [club.name for club in self.profile.clubs.all()] if self.profile else []

    @property
    def languages(self) -> list[str]:
        return [word.name for word in self.profile.languages.all()] if self.profile else []


def of_callers(branch: Branch, on: date) -> list[CallerLine]:
    """Everybody who may call, in the order of names; constant queries."""
    profiles: QuerySet[CallerProfile] = CallerProfile.objects.filter(branch=branch)
    counted = profiles.annotate(avoids=Count("avoided")).prefetch_related("clubs", "languages")
    known = {profile.user_id: profile for profile in counted}
    return [
        CallerLine(caller, profile := known.get(caller.pk), getattr(profile, "avoids", 0))
        for caller in lists.may_call(branch, on)
    ]
