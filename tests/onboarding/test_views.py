from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.outbox.models import Message
from crm.people.models import AccessLog, Branch, Role, User
from onboarding import invitations
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE, let_all_leave

pytestmark = pytest.mark.django_db
BEFORE = SIX_WEEKS_BEFORE + timedelta(days=1)
AFTER = EVENING + timedelta(days=1)


@pytest.fixture
def invitation(branch: Branch, gathering: Gathering, officer: User) -> Invitation:
    member = MemberFactory.create(branch=branch, first_name="Åsa", last_name="Ek")
    invitations.invite(gathering=gathering, members=[member], ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    return Invitation.objects.get()


def path(name: str, *args: object) -> str:
    return reverse(f"onboarding:{name}", args=["lillberga", *args])


@time_machine.travel(BEFORE)
def test_without_meetings_the_page_says_what_to_do(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    assert "Ingen träff är planerad" in client.get(path("index")).content.decode()


@time_machine.travel(BEFORE)
def test_an_officer_plans_a_meeting_with_date_and_place(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    what = {"on": "2027-03-11", "at": "18:00", "place": "Folkets hus", "host": "Lena"}
    page = client.post(path("plan"), what, follow=True)
    meeting = Gathering.objects.get()
    assert (meeting.starts_at, meeting.place, meeting.state) == (EVENING, "Folkets hus", "confirmed")
    assert "Introduktionsträff 11 mars 2027" in page.content.decode()


@time_machine.travel(BEFORE)
@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"on": "2027-01-01", "at": "18:00", "place": "Här"}, "Välj en dag som inte har varit."),
        ({"on": "", "at": "18:00", "place": "Här"}, "Detta fält måste fyllas i."),
    ],
    ids=["past", "no date"],
)
def test_a_wrong_date_is_said_and_nothing_is_planned(
    client: Client, branch: Branch, what: dict[str, str], sentence: str
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    page = client.post(path("plan"), what)
    assert (page.status_code, Gathering.objects.count()) == (422, 0)
    assert sentence in page.content.decode()


@time_machine.travel(BEFORE)
def test_the_meeting_s_page_shows_the_answers_and_is_logged(client: Client, invitation: Invitation) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, invitation.gathering.branch)
    page = client.get(path("gathering", invitation.gathering_id)).content.decode()
    assert "Åsa Ek" in page
    assert list(AccessLog.objects.filter(user=officer).values_list("member", "purpose")) == [
        (invitation.member_id, "invitation")
    ]


@time_machine.travel(BEFORE)
def test_an_officer_moves_the_meeting_and_those_invited_are_told(
    client: Client, invitation: Invitation
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, invitation.gathering.branch)
    what = {"on": "2027-03-18", "at": "18:00", "place": "Folkets hus"}
    let_all_leave()
    client.post(path("change", invitation.gathering_id), what)
    assert Message.objects.filter(purpose_key=f"moved:{invitation.gathering_id}:1").count() == 1


@time_machine.travel(BEFORE)
def test_cancelling_asks_first(client: Client, invitation: Invitation) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, invitation.gathering.branch)
    assert client.get(path("cancel", invitation.gathering_id)).status_code == 200
    assert Gathering.objects.get().state == "confirmed"
    client.post(path("cancel", invitation.gathering_id))
    assert Gathering.objects.get().state == "cancelled"


@time_machine.travel(BEFORE)
def test_an_answer_by_telephone_is_noted_with_who_noted_it(client: Client, invitation: Invitation) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, invitation.gathering.branch)
    client.post(path("answer", invitation.gathering_id, invitation.pk), {"answer": "yes"})
    invitation.refresh_from_db()
    assert (invitation.answer, invitation.officer) == ("yes", officer)


@time_machine.travel(BEFORE)
def test_a_member_found_by_name_can_be_invited_by_hand(client: Client, gathering: Gathering) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    member = MemberFactory.create(branch=gathering.branch, first_name="Örjan")
    page = client.get(path("gathering", gathering.pk), {"q": "örj"})
    assert path("add", gathering.pk, member.pk) in page.content.decode()
    client.post(path("add", gathering.pk, member.pk))
    assert Invitation.objects.get().ground == "by_hand"
    assert Message.objects.count() == 1


@time_machine.travel(AFTER)
def test_at_the_door_people_are_ticked_and_unticked(client: Client, invitation: Invitation) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, invitation.gathering.branch)
    assert "Åsa Ek" in client.get(path("door", invitation.gathering_id)).content.decode()
    for came, attended in (("yes", True), ("", None), ("no", False)):
        client.post(path("tick", invitation.gathering_id, invitation.pk), {"came": came})
        invitation.refresh_from_db()
        assert invitation.attended is attended


@time_machine.travel(AFTER)
def test_a_walk_in_is_ticked_without_a_message(client: Client, gathering: Gathering) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    member = MemberFactory.create(branch=gathering.branch)
    client.post(path("add", gathering.pk, member.pk))
    assert Invitation.objects.get().attended
    assert not Message.objects.exists()


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.REGISTER_OFFICER])
def test_a_teammate_without_the_role_is_refused(client: Client, gathering: Gathering, kind: str) -> None:
    log_in_as(client, kind, gathering.branch)
    assert client.get(path("gathering", gathering.pk)).status_code == 403


def test_for_a_stranger_the_meeting_does_not_exist(client: Client, gathering: Gathering) -> None:
    other = BranchFactory.create()
    log_in(client, user_with(Role.Kind.MEMBER_OFFICER, other))
    assert client.get(path("gathering", gathering.pk)).status_code == 404
    assert client.get(reverse("onboarding:gathering", args=[other.slug, gathering.pk])).status_code == 404


@time_machine.travel(BEFORE)
@pytest.mark.parametrize("people", [1, 3])
def test_the_meeting_s_page_costs_the_same_for_one_and_for_three(
    client: Client, gathering: Gathering, people: int, django_assert_num_queries: object
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    members = MemberFactory.create_batch(people, branch=gathering.branch)
    invitations.invite(gathering=gathering, members=members, ground="new", by=gathering.planned_by)
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(path("gathering", gathering.pk))


@time_machine.travel(BEFORE)
@pytest.mark.parametrize("meetings", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, gathering: Gathering, meetings: int, django_assert_num_queries: object
) -> None:
    for number in range(meetings - 1):
        Gathering.objects.filter(pk=gathering.pk).update(season="")
        copy = Gathering.objects.get(pk=gathering.pk)
        copy.pk, copy.starts_at = None, EVENING + timedelta(days=number)
        copy.save(force_insert=True)
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    with django_assert_num_queries(7):  # type: ignore[operator]
        client.get(path("index"))


def test_a_member_s_page_shows_the_invitations(client: Client, invitation: Invitation) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, invitation.gathering.branch)
    page = client.get(reverse("people:member", args=["lillberga", invitation.member_id]))
    assert "Introduktionsträff 2027-03-11" in page.content.decode()
    assert invitation.gathering.day == date(2027, 3, 11)
