from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm.outbox.models import Message
from crm.people.models import Branch, Member, Membership, User
from onboarding import planning
from onboarding.invitations import invite_to_intro_meetings
from onboarding.models import Gathering, Invitation
from tests.factories import MemberFactory
from tests.onboarding.conftest import EVENING

pytestmark = pytest.mark.django_db
THE_DAY = date(2027, 3, 11)
SIX_WEEKS = date(2027, 1, 28)
AUTUMN = date(2026, 9, 10)


def joined(branch: Branch, day: date, **fields: object) -> Member:
    return MemberFactory.create(branch=branch, since=day, joined_on=day, learnt_on=day, **fields)


def invited(gathering: Gathering) -> dict[int, str]:
    return dict(Invitation.objects.filter(gathering=gathering).values_list("member", "ground"))


@pytest.fixture
def autumn(branch: Branch, officer: User) -> Gathering:
    """The meeting of the autumn before."""
    return planning.plan(
        branch=branch, by=officer, starts_at=EVENING - timedelta(days=182), place="Folkets hus"
    )


def was_asked(gathering: Gathering, member: Member, **fate: object) -> Invitation:
    now = timezone.now()
    times: dict[str, object] = {}
    if fate.get("answer"):
        times["answered_at"] = now
    if "attended" in fate:
        times |= {"ticked_at": now, "ticked_by": gathering.planned_by}
    return Invitation.objects.create(
        gathering=gathering, member=member, invited_at=now, invited_by=gathering.planned_by, **fate, **times
    )


def test_those_who_joined_since_the_last_meeting_are_invited(
    branch: Branch, autumn: Gathering, gathering: Gathering
) -> None:
    joined(branch, date(2026, 5, 1))
    new = joined(branch, date(2026, 10, 1))
    assert invite_to_intro_meetings(branch=branch, on=SIX_WEEKS) == {"invited": 1}
    assert invited(gathering) == {new.pk: "new"}


def test_who_joined_just_before_but_was_learnt_of_after_the_last_meeting_is_new(
    branch: Branch, autumn: Gathering, gathering: Gathering
) -> None:
    late = MemberFactory.create(
        branch=branch, since=AUTUMN - timedelta(days=20), learnt_on=AUTUMN + timedelta(days=20)
    )
    invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
    assert invited(gathering) == {late.pk: "new"}


def test_a_branch_s_first_meeting_is_for_the_last_year_s_members(
    branch: Branch, gathering: Gathering
) -> None:
    joined(branch, THE_DAY - timedelta(days=400))
    new = joined(branch, THE_DAY - timedelta(days=300))
    invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
    assert invited(gathering) == {new.pk: "new"}


@pytest.mark.parametrize(
    ("on", "count"),
    [(SIX_WEEKS - timedelta(days=1), 0), (SIX_WEEKS, 1), (THE_DAY - timedelta(days=1), 1), (THE_DAY, 0)],
    ids=["too early", "six weeks before", "the day before", "too late"],
)
def test_invitations_go_out_from_six_weeks_before_until_the_day_before(
    branch: Branch, gathering: Gathering, on: date, count: int
) -> None:
    joined(branch, date(2027, 1, 1))
    invite_to_intro_meetings(branch=branch, on=on)
    assert (Invitation.objects.count(), Message.objects.count()) == (count, count)


def test_running_late_often_and_twice_invites_each_once_and_later_joiners_too(
    branch: Branch, gathering: Gathering
) -> None:
    joined(branch, date(2027, 1, 1))
    for days in (3, 3, 4):
        invite_to_intro_meetings(branch=branch, on=SIX_WEEKS + timedelta(days=days))
    joined(branch, date(2027, 2, 20))
    invite_to_intro_meetings(branch=branch, on=date(2027, 3, 1))
    assert (Invitation.objects.count(), Message.objects.count()) == (2, 2)


@pytest.mark.parametrize("state", [Gathering.State.DRAFT, Gathering.State.CANCELLED])
def test_nobody_is_invited_to_a_draft_or_a_cancelled_meeting(
    branch: Branch, gathering: Gathering, state: str
) -> None:
    joined(branch, date(2027, 1, 1))
    if state == Gathering.State.DRAFT:
        Gathering.objects.update(state=state, confirmed_at=None, confirmed_by=None)
    else:
        planning.cancel(gathering=gathering, by=gathering.planned_by)
    assert invite_to_intro_meetings(branch=branch, on=SIX_WEEKS) == {}


def change_missing(member: Member) -> None:
    Membership.objects.filter(member=member).update(missing_since=date(2027, 1, 20))


def change_said_no(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(no_messages=True)


@pytest.mark.parametrize("change", [change_missing, change_said_no])
def test_missing_members_and_those_who_said_no_are_left_out(
    branch: Branch, gathering: Gathering, change: object
) -> None:
    change(joined(branch, date(2027, 1, 1)))  # type: ignore[operator]
    assert invite_to_intro_meetings(branch=branch, on=SIX_WEEKS) == {}


def test_who_has_no_address_is_invited_without_a_message(branch: Branch, gathering: Gathering) -> None:
    joined(branch, date(2027, 1, 1), email="", town="")
    invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
    assert (Invitation.objects.without_message("invite:1").count(), Message.objects.count()) == (1, 0)


def test_who_has_only_a_postal_address_is_invited_by_letter(branch: Branch, gathering: Gathering) -> None:
    joined(branch, date(2027, 1, 1), email="")
    invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
    (letter,) = Message.objects.all()
    assert (letter.channel, letter.answer_url in letter.text) == ("letter", True)


@pytest.mark.parametrize(
    ("fate", "ground"),
    [
        ({"answer": "yes", "attended": False}, "no_show"),
        ({"answer": ""}, "no_show"),
        ({"answer": "no"}, "could_not"),
        ({"answer": "yes", "attended": True}, None),
    ],
    ids=["said yes, did not come", "did not answer", "could not", "came"],
)
def test_who_did_not_or_could_not_come_is_invited_again(
    branch: Branch, autumn: Gathering, gathering: Gathering, fate: dict[str, object], ground: str | None
) -> None:
    member = joined(branch, date(2026, 5, 1))
    was_asked(autumn, member, **fate)
    invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
    assert invited(gathering) == ({member.pk: ground} if ground else {})


@pytest.fixture
def three_meetings(branch: Branch, officer: User, autumn: Gathering) -> list[Gathering]:
    """To each of which the same member has said no."""
    member = joined(branch, date(2025, 1, 1))
    earlier = [
        planning.plan(branch=branch, by=officer, starts_at=EVENING - timedelta(days=days), place="Här")
        for days in (728, 364)
    ]
    for meeting in (*earlier, autumn):
        was_asked(meeting, member, answer="no")
    return [*earlier, autumn]


def test_after_three_invitations_somebody_is_left_in_peace(
    branch: Branch, three_meetings: list[Gathering], gathering: Gathering
) -> None:
    assert invite_to_intro_meetings(branch=branch, on=SIX_WEEKS) == {}


def test_a_meeting_that_was_called_off_is_not_one_of_the_three(
    branch: Branch, officer: User, three_meetings: list[Gathering], gathering: Gathering
) -> None:
    planning.cancel(gathering=three_meetings[0], by=officer)
    assert invite_to_intro_meetings(branch=branch, on=SIX_WEEKS) == {"invited": 1}


def test_the_message_says_who_when_where_and_how_to_say_no(branch: Branch, gathering: Gathering) -> None:
    joined(branch, date(2027, 1, 1), first_name="Åsa")
    invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
    message, invitation = Message.objects.get(), Invitation.objects.get()
    for words in (
        "Hej Åsa!",
        "Lillberga arbetarekommun",
        "torsdag 11 mars 2027 18:00",
        "Folkets hus",
        f"/i/{invitation.token}/",
        "/nej/",
    ):
        assert words in message.text
        assert words in message.html


def play(branch: Branch, day: date) -> None:
    """A day's jobs, after somebody has joined (every eighteenth day) and the officer has confirmed the draft."""
    if day.timetuple().tm_yday % 18 == 0:
        joined(branch, day)
    planning.plan_intro_meetings(branch=branch, on=day)
    for draft in Gathering.objects.filter(state="draft"):
        planning.confirm(gathering=draft, by=draft.planned_by)
    invite_to_intro_meetings(branch=branch, on=day)


def test_a_year_played_day_by_day_invites_each_joiner_once_as_new(branch: Branch) -> None:
    for number in range(365):
        play(branch, date(2027, 1, 1) + timedelta(days=number))
    new = Invitation.objects.filter(ground="new").values_list("member", flat=True)
    until_autumn = Membership.objects.filter(started_on__lt=date(2027, 9, 9)).values_list("member", flat=True)
    assert sorted(new) == sorted(until_autumn)
    assert Message.objects.filter(member__isnull=False).count() == Invitation.objects.count()


@pytest.mark.parametrize("members", [1, 30])
def test_inviting_costs_the_same_queries_for_one_and_for_thirty(
    branch: Branch, gathering: Gathering, members: int, django_assert_max_num_queries: object
) -> None:
    for _number in range(members):
        joined(branch, date(2027, 1, 1))
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        invite_to_intro_meetings(branch=branch, on=SIX_WEEKS)
