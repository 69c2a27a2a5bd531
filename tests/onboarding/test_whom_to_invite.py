"""Who is invited to an introduction meeting, over random histories, beside the rule said slowly.

New since the last meeting; earlier no-shows and those who could not come, three times in all; nobody twice, nobody
who has left, is missing or wants no messages, and nobody of another branch.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.people.models import Branch, Member, Membership, User
from crm.people.models.members import LEARNT_LATE
from onboarding import invitations
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory

MEETINGS = (date(2026, 3, 12), date(2026, 9, 10), date(2027, 3, 11))
COMING = MEETINGS[-1]
LAST = MEETINGS[-2]
SAID = ("", "yes", "no", "later")


@dataclass(frozen=True)
class Person:
    """Joined so many days before the coming meeting; what became of the two meetings before, if invited."""

    joined: int
    learnt_later: int
    before: tuple[tuple[str, bool] | None, ...]
    is_gone: bool
    is_missing: bool
    wants_nothing: bool

    @property
    def joined_on(self) -> date:
        return COMING - timedelta(days=self.joined)

    @property
    def learnt_on(self) -> date:
        return self.joined_on + timedelta(days=self.learnt_later)

    def is_new(self) -> bool:
        if self.joined_on >= LAST:
            return True
        return self.joined_on >= LAST - LEARNT_LATE and self.learnt_on > LAST

    def comes_again(self) -> bool:
        """Invited to the last meeting, has never come to any, and has been asked twice at most."""
        asked = [one for one in self.before if one is not None]
        return self.before[-1] is not None and not any(came for _said, came in asked) and len(asked) < 3

    def is_invited(self) -> bool:
        if self.is_gone or self.is_missing or self.wants_nothing:
            return False
        return self.is_new() or self.comes_again()


past = st.none() | st.tuples(st.sampled_from(SAID), st.booleans())
people = st.builds(
    Person,
    joined=st.integers(1, 500),
    learnt_later=st.integers(0, 130),
    before=st.tuples(past, past),
    is_gone=st.booleans(),
    is_missing=st.booleans(),
    wants_nothing=st.booleans(),
)


def hold(branch: Branch, day: date, by: User) -> Gathering:
    now = timezone.now()
    return Gathering.objects.create(
        branch=branch,
        kind=Gathering.Kind.INTRO_MEETING,
        audience=Gathering.Audience.NEW,
        season=f"{day.year}-{1 if day.month <= 6 else 2}",
        starts_at=timezone.make_aware(datetime.combine(day, time(18))),
        place="Folkets hus",
        state=Gathering.State.CONFIRMED,
        planned_at=now,
        planned_by=by,
        confirmed_at=now,
        confirmed_by=by,
    )


def enter(branch: Branch, person: Person, held: list[Gathering], by: User) -> Member:
    member: Member = MemberFactory.create(
        branch=branch,
        since=person.joined_on,
        joined_on=person.joined_on,
        learnt_on=person.learnt_on,
        no_messages=person.wants_nothing,
    )
    if person.is_gone:
        Membership.objects.filter(member=member).update(ended_on=COMING, end_reason="left")
    elif person.is_missing:
        Membership.objects.filter(member=member).update(missing_since=COMING)
    for gathering, was in zip(held, person.before, strict=True):
        if was is not None:
            was_invited(gathering, member, *was, by=by)
    return member


def was_invited(gathering: Gathering, member: Member, said: str, came: bool, *, by: User) -> None:
    at = gathering.starts_at - timedelta(days=20)
    Invitation.objects.create(
        gathering=gathering,
        member=member,
        invited_at=at,
        invited_by=by,
        answer=said,
        answered_at=at if said else None,
        attended=came,
        ticked_at=gathering.starts_at,
        ticked_by=by,
    )


class TestAnyHistory(TestCase):
    @settings(max_examples=60)
    @given(st.lists(people, max_size=6))
    def test_exactly_those_are_invited(self, everybody: list[Person]) -> None:
        branch, by = BranchFactory.create(), User.objects.console()
        held = [hold(branch, day, by) for day in MEETINGS[:-1]]
        members = {enter(branch, person, held, by).pk: person for person in everybody}
        MemberFactory.create(since=COMING - timedelta(days=5))  # another branch's
        found = invitations.whom_to_invite(hold(branch, COMING, by))
        asked = [member.pk for some in found.values() for member in some]
        assert len(asked) == len(set(asked))
        assert set(asked) == {key for key, person in members.items() if person.is_invited()}

    @settings(max_examples=30)
    @given(st.lists(people, max_size=5))
    def test_nobody_is_invited_a_second_time(self, everybody: list[Person]) -> None:
        branch, by = BranchFactory.create(), User.objects.console()
        held = [hold(branch, day, by) for day in MEETINGS[:-1]]
        for person in everybody:
            enter(branch, person, held, by)
        coming = hold(branch, COMING, by)
        for ground, some in invitations.whom_to_invite(coming).items():
            invitations.invite(gathering=coming, members=some, ground=ground, by=by)
        assert [some for some in invitations.whom_to_invite(coming).values() if some] == []

    @settings(max_examples=30)
    @given(st.lists(people, min_size=1, max_size=5))
    def test_named_is_the_same_question_about_one(self, everybody: list[Person]) -> None:
        branch, by = BranchFactory.create(), User.objects.console()
        held = [hold(branch, day, by) for day in MEETINGS[:-1]]
        members = [enter(branch, person, held, by) for person in everybody]
        coming = hold(branch, COMING, by)
        asked = {member.pk for some in invitations.whom_to_invite(coming).values() for member in some}
        willing = [member for member in members if not member.no_messages]
        ahead = Gathering.objects.filter(pk=coming.pk)
        places = {member.pk: invitations.places_of(member, ahead) for member in willing}
        assert {key for key, (place,) in places.items() if place.is_named} == asked
