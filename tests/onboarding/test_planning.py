from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from crm.outbox import withdrawing
from crm.outbox.models import Message
from crm.people.models import Branch, User
from onboarding import answers, invitations, mail, planning
from onboarding.models import Gathering, IntroSettings, Invitation
from tests.factories import MemberFactory
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE, let_all_leave

pytestmark = pytest.mark.django_db
State = Gathering.State


def test_a_draft_comes_in_good_time_on_the_second_thursday(branch: Branch) -> None:
    assert planning.plan_intro_meetings(branch=branch, on=date(2026, 12, 16)) == {}
    assert planning.plan_intro_meetings(branch=branch, on=date(2026, 12, 17)) == {"drafted": 1}
    draft = Gathering.objects.get()
    assert (draft.state, draft.season, draft.starts_at) == (State.DRAFT, "2027-1", EVENING)


def test_a_half_year_of_days_makes_one_draft_for_each_season(branch: Branch) -> None:
    for number in range(366):
        planning.plan_intro_meetings(branch=branch, on=date(2027, 1, 1) + timedelta(days=number))
    assert list(Gathering.objects.order_by("season").values_list("season", flat=True)) == [
        "2027-1",
        "2027-2",
        "2028-1",
    ]


def test_the_officers_are_told_of_a_draft_once(branch: Branch, officer: User) -> None:
    for _time in range(2):
        planning.plan_intro_meetings(branch=branch, on=date(2027, 1, 4))
    (message,) = Message.objects.all()
    assert (message.address, message.subject) == (
        "marta@example.org",
        "Bekräfta introduktionsträffen den 11 mars",
    )


def test_a_meeting_planned_by_hand_is_the_half_year_s_meeting(branch: Branch, gathering: Gathering) -> None:
    assert (gathering.state, gathering.season) == (State.CONFIRMED, "2027-1")
    assert planning.plan_intro_meetings(branch=branch, on=date(2027, 1, 4)) == {}


def test_a_second_meeting_of_the_half_year_can_be_planned(
    branch: Branch, officer: User, gathering: Gathering
) -> None:
    second = planning.plan(
        branch=branch, by=officer, starts_at=EVENING + timedelta(days=30), place="Folkets hus"
    )
    assert second.season == ""


def test_a_branch_has_its_own_pattern(branch: Branch) -> None:
    IntroSettings.objects.create(branch=branch, spring_month=4, week=1, weekday=1, place="Expeditionen")
    planning.plan_intro_meetings(branch=branch, on=date(2027, 3, 1))
    draft = Gathering.objects.get()
    assert (draft.day, draft.place) == (date(2027, 4, 6), "Expeditionen")


def test_the_database_refuses_a_season_twice(branch: Branch, gathering: Gathering) -> None:
    gathering.pk = None
    with pytest.raises(IntegrityError):
        gathering.save(force_insert=True)


def test_confirming_twice_keeps_the_first_one(branch: Branch, officer: User) -> None:
    planning.plan_intro_meetings(branch=branch, on=date(2027, 1, 4))
    draft = Gathering.objects.get()
    assert planning.confirm(gathering=draft, by=officer)
    assert not planning.confirm(gathering=draft, by=User.objects.console())
    draft.refresh_from_db()
    assert (draft.state, draft.confirmed_by) == (State.CONFIRMED, officer)


@pytest.fixture
def invitation(branch: Branch, gathering: Gathering, officer: User) -> Invitation:
    member = MemberFactory.create(branch=branch, email="arla@example.org")
    invitations.invite(gathering=gathering, members=[member], ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    return Invitation.objects.get()


def subjects() -> list[str]:
    return sorted(Message.objects.values_list("subject", flat=True))


def test_a_moved_meeting_is_told_to_those_invited_once_a_move(
    gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    let_all_leave()
    gathering.starts_at += timedelta(days=7)
    assert planning.change(gathering=gathering, by=officer)
    assert not planning.change(gathering=gathering, by=officer)
    assert subjects() == [
        "Ny tid eller plats: Introduktionsträff den 18 mars",
        "Välkommen på introduktionsträff den 11 mars",
    ]


def test_a_new_programme_is_no_move(gathering: Gathering, invitation: Invitation, officer: User) -> None:
    gathering.programme = "Kaffe"
    assert not planning.change(gathering=gathering, by=officer)
    assert len(subjects()) == 1


def test_a_cancelled_meeting_is_told_to_those_who_have_not_said_no(
    branch: Branch, gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    said_no = MemberFactory.create(branch=branch)
    Invitation.objects.create(
        gathering=gathering,
        member=said_no,
        invited_at=SIX_WEEKS_BEFORE,
        invited_by=officer,
        answer="no",
        answered_at=SIX_WEEKS_BEFORE,
    )
    let_all_leave()
    assert [planning.cancel(gathering=gathering, by=officer) for _time in range(2)] == [True, False]
    told = Message.objects.filter(purpose_key=f"cancelled:{gathering.pk}")
    assert [message.address for message in told] == ["arla@example.org"]


def keys_and_states() -> list[tuple[str, str, str]]:
    rows = Message.objects.order_by("pk").values_list("purpose_key", "subject", "state")
    return [(key.partition(":")[0], subject.rpartition(" den ")[2], state) for key, subject, state in rows]


def test_an_invitation_that_has_not_gone_out_is_written_anew_when_the_meeting_moves(
    gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    gathering.starts_at += timedelta(days=7)
    planning.change(gathering=gathering, by=officer)
    assert keys_and_states() == [("invite", "18 mars", "queued")]


def test_of_two_the_one_that_has_it_is_told_of_the_move(
    branch: Branch, gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    let_all_leave()
    later = MemberFactory.create(branch=branch, email="bo@example.org")
    invitations.invite(gathering=gathering, members=[later], ground="new", by=officer)
    gathering.place = "ABF"
    planning.change(gathering=gathering, by=officer)
    told = Message.objects.order_by("pk").values_list("purpose_key", "address")
    key = f"invite:{gathering.pk}"
    assert list(told) == [
        (key, "arla@example.org"),
        (key, "bo@example.org"),
        (f"moved:{gathering.pk}:1", "arla@example.org"),
    ]


def test_who_has_not_got_the_invitation_hears_nothing_of_the_cancelling(
    gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    planning.cancel(gathering=gathering, by=officer)
    assert keys_and_states() == [("invite", "11 mars", "cancelled")]
    assert Message.objects.values_list("error", flat=True).get() == "Träffen är inställd."


def test_who_has_said_yes_on_the_telephone_hears_of_it_all_the_same(
    gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    answers.answer(invitation=invitation, said="yes", by=officer, at=SIX_WEEKS_BEFORE)
    planning.cancel(gathering=gathering, by=officer)
    assert [key for key, _day, _state in keys_and_states()] == ["invite", "cancelled"]


@pytest.mark.parametrize("what", ["moved:{}:1", "remind:{}:0", "remind:{}:3", "place:{}"])
def test_what_else_waits_about_a_cancelled_meeting_is_stopped(
    gathering: Gathering, invitation: Invitation, officer: User, what: str
) -> None:
    Message.objects.update(purpose_key=what.format(gathering.pk))
    planning.cancel(gathering=gathering, by=officer)
    assert keys_and_states()[0][2] == "cancelled"


def test_another_meetings_messages_go_on(
    branch: Branch, gathering: Gathering, invitation: Invitation, officer: User
) -> None:
    other = planning.plan(branch=branch, by=officer, starts_at=EVENING, place="ABF")
    planning.cancel(gathering=other, by=officer)
    assert keys_and_states() == [("invite", "11 mars", "queued")]


@pytest.mark.parametrize(
    ("ended", "state"), [("before", "queued"), ("begun", "cancelled"), ("thanks", "queued")]
)
def test_nothing_about_a_meeting_that_has_begun_goes_out_but_thanks(
    gathering: Gathering, invitation: Invitation, officer: User, ended: str, state: str
) -> None:
    if ended == "thanks":
        Message.objects.all().delete()
        mail.thank(gathering, Invitation.objects.all(), by=officer)
    withdrawing.stop_what_is_too_late(EVENING - timedelta(minutes=ended == "before"))
    assert [state for _key, _day, state in keys_and_states()] == [state]


def test_takes_answers_until_it_begins(gathering: Gathering) -> None:
    with time_machine.travel(EVENING - timedelta(minutes=1)):
        assert gathering.takes_answers(timezone.now())
    with time_machine.travel(EVENING):
        assert not gathering.takes_answers(timezone.now())


@pytest.mark.parametrize("purpose", ["invite", "moved", "cancelled"])
def test_text_and_html_of_a_message_say_the_same(
    gathering: Gathering, invitation: Invitation, officer: User, purpose: str
) -> None:
    Message.objects.all().delete()
    gathering.host, gathering.address, gathering.revision = "Lena Ledare", "Nygatan 5", 1
    sends = {
        "invite": partial(mail.invite, gathering, Invitation.objects.all()),
        "moved": partial(mail.tell_moved, gathering),
        "cancelled": partial(mail.tell_cancelled, gathering),
    }
    sends[purpose](by=officer)
    message = Message.objects.get()
    facts = ("Hej Ärla!", "torsdag 11 mars 2027 18:00", "Folkets hus, Nygatan 5", "Lena Ledare", "/nej/")
    assert [fact for fact in facts if fact not in message.text or fact not in message.html] == []
    assert "{" not in message.text + message.html
