from datetime import date, timedelta

from django.utils import timezone

from crm.figures import reading
from crm.outbox.models import Message
from crm.people.models import Branch
from demo import meetings
from onboarding import first_year
from onboarding.models import Gathering, Invitation
from tests.demo.loaded.conftest import TODAY


def days_of(branch: Branch) -> list[date]:
    """Of this year; those of the year before are rows alone."""
    meetings = Gathering.objects.filter(branch=branch, state="confirmed", starts_at__year=TODAY.year)
    starts = meetings.intro_meetings().order_by("starts_at")
    return [timezone.localdate(gathering.starts_at) for gathering in starts]


def test_one_meeting_is_held_and_one_is_coming(branch: Branch) -> None:
    held, coming = days_of(branch)
    assert held < TODAY < coming
    assert held == date(2026, 9, 10)


def test_new_members_were_invited_and_some_answered(branch: Branch) -> None:
    for meeting in Gathering.objects.filter(branch=branch).intro_meetings():
        assert set(meeting.invitations.values_list("answer", flat=True)) == {"yes", "no", ""}


def test_who_came_is_ticked_at_the_one_that_was_held_only(branch: Branch) -> None:
    intro = Invitation.objects.filter(
        gathering__branch=branch, gathering__kind="intro_meeting", gathering__starts_at__year=TODAY.year
    )
    ticked = intro.exclude(attended=None)
    assert {timezone.localdate(found.gathering.starts_at) for found in ticked} == {days_of(branch)[0]}
    assert set(ticked.values_list("attended", flat=True)) == {True, False}


def test_the_board_sees_invited_yes_and_came(branch: Branch) -> None:
    read = reading.read(branch, TODAY)
    invited, yes, came = (read[name].value or 0 for name in ("intro_invited", "intro_yes", "intro_attended"))
    assert invited > yes > came > 0


def test_every_invitation_by_email_has_left(branch: Branch) -> None:
    assert set(Message.objects.filter(branch=branch, channel="email").values_list("state", flat=True)) == {
        "sent"
    }


def test_the_coming_meeting_is_a_thursday_in_two_or_three_weeks() -> None:
    found = [meetings.coming_on(date(2026, 11, day)) for day in range(1, 29)]
    assert {day.weekday() for day in found} == {meetings.THURSDAY}
    assert {16 <= (day - date(2026, 11, number)).days < 23 for number, day in enumerate(found, 1)} == {True}


def test_new_members_have_been_welcomed_in_time(branch: Branch) -> None:
    """Who has been known for more than four days has had the welcome; nobody's lamp for it is late."""
    found = first_year.journeys(branch=branch, on=TODAY)
    lamps = [journey.lamp(first_year.Step.MESSAGE) for journey in found]
    assert len(found) > 20
    assert [lamp for lamp in lamps if lamp and lamp.state == first_year.State.LATE] == []
    done = [lamp for lamp in lamps if lamp and lamp.done_on]
    assert [lamp for lamp in done if lamp.done_on and lamp.done_on > lamp.due_on + timedelta(days=4)] == []
