"""The introduction meetings of all branches in one pass, beside a plain counting of the rows."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from crm.people.models import Branch, User
from onboarding import figures
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 1, 1), date(2026, 5, 31), date(2026, 12, 31), date(2027, 1, 1))
NAMES = figures.INTRO_MEETINGS.names
Kind, State = Gathering.Kind, Gathering.State


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 18))  # noqa: DTZ001


def a_day(chance: Random) -> date:
    return date(2025, 11, 1) + timedelta(days=chance.randint(0, 450))


def meeting(branch: Branch, by: User, chance: Random) -> Gathering:
    found: Gathering = Gathering.objects.create(
        branch=branch,
        kind=chance.choice([Kind.INTRO_MEETING, Kind.INTRO_MEETING, Kind.MEMBER_MEETING]),
        starts_at=at(a_day(chance)),
        title="Träff",
        place="Folkets hus",
        planned_at=at(date(2025, 10, 1)),
        planned_by=by,
    )
    if chance.random() < 0.7:
        confirmed = {"confirmed_at": at(date(2025, 10, 2)), "confirmed_by": by}
        Gathering.objects.filter(pk=found.pk).update(state=State.CONFIRMED, **confirmed)
    return found


def invite(gathering: Gathering, by: User, chance: Random) -> None:
    answer = chance.choice(["", "yes", "no"])
    attended = chance.choice([None, True, False])
    ticked = {} if attended is None else {"ticked_at": at(a_day(chance)), "ticked_by": by}
    Invitation.objects.create(
        gathering=gathering,
        member=MemberFactory.create(branch=gathering.branch, phone=""),
        invited_at=at(a_day(chance)),
        invited_by=by,
        answer=answer,
        answered_at=at(a_day(chance)) if answer else None,
        attended=attended,
        **ticked,
    )


def random_branch(chance: Random, by: User) -> Branch:
    branch: Branch = BranchFactory.create()
    for _ in range(chance.randint(0, 4)):
        gathering = meeting(branch, by, chance)
        for _ in range(chance.randint(0, 3)):
            invite(gathering, by, chance)
    return branch


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def plainly(branch: Branch, on: date) -> tuple[int, int, int]:
    rows = [
        row
        for row in Invitation.objects.filter(gathering__branch=branch).select_related("gathering")
        if row.gathering.kind == Kind.INTRO_MEETING
        and row.gathering.state == State.CONFIRMED
        and day_of(row.gathering.starts_at).year == on.year
        and day_of(row.invited_at) <= on
    ]
    yes = [row for row in rows if row.answer == "yes" and row.answered_at and day_of(row.answered_at) <= on]
    came = [row for row in rows if row.attended and day_of(row.gathering.starts_at) <= on]
    return len(rows), len(yes), len(came)


@pytest.mark.parametrize("seed", range(6))
def test_one_pass_counts_what_plain_counting_counts(seed: int) -> None:
    by = UserFactory.create()
    branches = [random_branch(Random(f"{seed} {number}"), by) for number in range(3)]
    for on in DAYS:
        each = figures.of_each(None, on)
        for branch in branches:
            apart = figures.of_each([branch.pk], on)
            expected = plainly(branch, on)
            assert tuple(each[name].get(branch.pk, 0) for name in NAMES) == expected
            assert tuple(apart[name].get(branch.pk, 0) for name in NAMES) == expected


def test_a_branch_without_a_meeting_has_nought() -> None:
    branch = BranchFactory.create()
    assert figures.of_each([branch.pk], date(2026, 6, 1)) == {name: {} for name in NAMES}
    assert figures.INTRO_MEETINGS.absent == 0
