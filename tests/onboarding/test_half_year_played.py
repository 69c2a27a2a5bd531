"""A half-year with every job run each day: joiners, a moved meeting, no-shows; each member's messages are read."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from crm import extensions
from crm.outbox.models import Message
from crm.people.models import Branch, Member, User
from onboarding import answers, half_years, planning
from onboarding.jobs import JOBS
from onboarding.models import Gathering, Invitation
from tests.factories import MemberFactory
from tests.onboarding.conftest import let_all_leave

pytestmark = pytest.mark.django_db
# On Mondays each job runs twice: the second time there is nothing left to do.
MONDAY = 0
FIRST, LAST = date(2027, 1, 1), date(2027, 6, 30)
MOVED_TO = datetime(2027, 3, 18, 17, 0, tzinfo=UTC)
# On which day each joins, and what they say to the invitation.
JOINERS = {
    date(2027, 1, 4): "yes",
    date(2027, 1, 11): "yes",
    date(2027, 1, 18): "no",
    date(2027, 2, 1): "",
    date(2027, 2, 15): "later",
    date(2027, 3, 16): "yes",
    date(2027, 4, 5): "",
}


class Play:
    """What people do from day to day, around the jobs."""

    def __init__(self, branch: Branch, officer: User) -> None:
        self.branch, self.officer = branch, officer
        self.members: dict[date, Member] = {}
        self.calls_asked: Counter[int] = Counter()

    def live(self, day: date) -> None:
        if day in JOINERS:
            self.members[day] = MemberFactory.create(
                branch=self.branch, since=day, joined_on=day, learnt_on=day
            )
        for job in JOBS:
            for _time in range(2 if day.weekday() == MONDAY else 1):
                job.run(branch=self.branch, on=day)
        self.decide(day)
        self.reply()
        hook = extensions.call_requests.get("gatherings")
        assert hook is not None
        self.calls_asked.update(request.member_id for request in hook(branch=self.branch, on=day))
        let_all_leave(timezone.now())

    def decide(self, day: date) -> None:
        """The officer confirms in January, moves the meeting in February and ticks the first at the door in March."""
        meeting = Gathering.objects.filter(branch=self.branch).first()
        if meeting and day == date(2027, 1, 7):
            planning.confirm(gathering=meeting, by=self.officer)
        if meeting and day == date(2027, 2, 20):
            meeting.starts_at = MOVED_TO
            planning.change(gathering=meeting, by=self.officer)
        if meeting and day == meeting.day:
            first = Invitation.objects.get(member=self.members[date(2027, 1, 4)])
            answers.tick(invitation=first, attended=True, by=self.officer)

    def reply(self) -> None:
        for joined, said in JOINERS.items():
            member = self.members.get(joined)
            waiting = Invitation.objects.filter(member=member, answer="") if member and said else []
            for invitation in waiting:
                if invitation.gathering.takes_answers(timezone.now()):
                    answers.answer(invitation=invitation, said=said)


@pytest.fixture
def played(branch: Branch, officer: User) -> Play:
    play = Play(branch, officer)
    day = FIRST
    with time_machine.travel(datetime(2027, 1, 1, 10, tzinfo=UTC), tick=False) as clock:
        while day <= LAST:
            clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
            play.live(day)
            day += timedelta(days=1)
    return play


def kinds_of(member: Member) -> list[str]:
    keys = Message.objects.filter(member=member).order_by("pk").values_list("purpose_key", flat=True)
    return [key.partition(":")[0] for key in keys]


def each_member_got_their_own_messages_once_and_in_order(played: Play) -> None:
    assert {day.isoformat(): kinds_of(member) for day, member in played.members.items()} == {
        # Came.
        "2027-01-04": ["welcome", "invite", "unpaid", "moved", "remind", "thanks", "course_offer"],
        # Said yes and did not come.
        "2027-01-11": ["welcome", "invite", "moved", "unpaid", "remind", "missed", "course_offer"],
        # Said no: hears nothing more of this meeting.
        "2027-01-18": ["welcome", "invite", "unpaid", "course_offer"],
        # Never answered.
        "2027-02-01": ["welcome", "invite", "moved", "remind", "unpaid", "course_offer"],
        # Wants to come another time: told of the new one, which may suit.
        "2027-02-15": ["welcome", "invite", "moved", "unpaid", "course_offer"],
        # Joined two days before the meeting, and said yes.
        "2027-03-16": ["welcome", "invite", "remind", "missed", "unpaid"],
        # Joined after it.
        "2027-04-05": ["welcome", "unpaid"],
    }


def the_silent_one_alone_was_called_about_each_day_of_the_last_week(played: Play) -> None:
    assert played.calls_asked == {played.members[date(2027, 2, 1)].pk: 7}


def the_figures_add_up(played: Play) -> None:
    branch = played.branch
    assert half_years.new_members(branch, LAST) == 7
    assert half_years.no_shows(branch, LAST) == 2
    assert half_years.came_in_time(branch, date(2027, 7, 1)) == 1


def officers_were_told_of_drafts_and_weekly_and_of_nothing_late(played: Play) -> None:
    kinds = Counter(
        key.partition(":")[0]
        for key in Message.objects.filter(user=played.officer).values_list("purpose_key", flat=True)
    )
    assert kinds["draft"] == 2  # autumn's comes in June
    assert kinds["unconfirmed"] == 0
    assert kinds["new_members"] == 26


def test_a_half_year_of_days(played: Play) -> None:
    each_member_got_their_own_messages_once_and_in_order(played)
    the_silent_one_alone_was_called_about_each_day_of_the_last_week(played)
    the_figures_add_up(played)
    officers_were_told_of_drafts_and_weekly_and_of_nothing_late(played)
