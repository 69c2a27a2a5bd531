"""Who was invited to what and came, as the apps that may not read gatherings are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from crm.extensions import Participation
from crm.people import erasing
from crm.people.models import Branch, Member, User
from onboarding.models import Gathering, Invitation
from onboarding.participations import participations
from tests.factories import BranchFactory, MemberFactory

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch)
    return made


def held(
    branch: Branch, by: User, starts_at: datetime, kind: str = "course", state: str = "confirmed"
) -> Gathering:
    now = timezone.now()
    confirmed = {"confirmed_at": now, "confirmed_by": by} if state == "confirmed" else {}
    return Gathering.objects.create(
        branch=branch,
        kind=kind,
        state=state,
        starts_at=starts_at,
        place="ABF",
        planned_at=now,
        planned_by=by,
        **confirmed,
    )


def invite(gathering: Gathering, member: Member, by: User, attended: bool | None = None) -> Invitation:
    now = timezone.now()
    ticked = {} if attended is None else {"attended": attended, "ticked_at": now, "ticked_by": by}
    return Invitation.objects.create(
        gathering=gathering, member=member, invited_at=now, invited_by=by, **ticked
    )


def told(branch: Branch, first: date = FIRST, last: date = LAST) -> list[Participation]:
    return list(participations(branch=branch, first=first, last=last))


def evening(day: int) -> datetime:
    return datetime(2026, 11, day, 17, tzinfo=UTC)


@pytest.mark.parametrize(("attended", "came"), [(True, True), (False, False), (None, False)])
def test_one_came_who_was_ticked(
    branch: Branch, officer: User, member: Member, attended: bool | None, came: bool
) -> None:
    invite(held(branch, officer, evening(5)), member, officer, attended)
    assert told(branch) == [
        Participation(member_id=member.pk, held_on=date(2026, 11, 5), is_course=True, came=came)
    ]


@pytest.mark.parametrize(
    ("kind", "is_course"),
    [
        ("course", True),
        ("course_s1", True),
        ("course_s2", True),
        ("intro_meeting", False),
        ("member_meeting", False),
        ("social", False),
        ("open_meeting", False),
    ],
)
def test_courses_are_told_from_other_gatherings(
    branch: Branch, officer: User, member: Member, kind: str, is_course: bool
) -> None:
    invite(held(branch, officer, evening(5), kind), member, officer)
    assert [one.is_course for one in told(branch)] == [is_course]


def test_a_draft_was_not_held(branch: Branch, officer: User, member: Member) -> None:
    invite(held(branch, officer, evening(5), state="draft"), member, officer)
    assert told(branch) == []


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        (date(2026, 11, 5), date(2026, 11, 5), 1),
        (date(2026, 11, 6), LAST, 0),
        (FIRST, date(2026, 11, 4), 0),
    ],
)
def test_both_days_belong_to_the_time(
    branch: Branch, officer: User, first: date, last: date, number: int
) -> None:
    invite(held(branch, officer, evening(5)), MemberFactory.create(branch=branch), officer)
    assert len(told(branch, first, last)) == number


def test_the_day_is_the_local_one(branch: Branch, officer: User, member: Member) -> None:
    late = datetime(2026, 11, 4, 23, 30, tzinfo=UTC)
    invite(held(branch, officer, late), member, officer)
    assert [one.held_on for one in told(branch)] == [date(2026, 11, 5)]


def test_another_branchs_gatherings_are_its_own(branch: Branch, officer: User) -> None:
    other = BranchFactory.create()
    invite(held(other, officer, evening(5)), MemberFactory.create(branch=other), officer)
    assert told(branch) == []


def test_that_an_erased_member_came_is_still_a_count(branch: Branch, officer: User, member: Member) -> None:
    invite(held(branch, officer, evening(5)), member, officer, attended=True)
    before = told(branch)
    erasing.erase(member=member, by=officer, on=LAST + timedelta(days=1))
    assert told(branch) == before


def test_gatherings_come_in_their_order(branch: Branch, officer: User, member: Member) -> None:
    for day in (9, 3, 6):
        invite(held(branch, officer, evening(day)), member, officer)
    assert [one.held_on.day for one in told(branch)] == [3, 6, 9]
