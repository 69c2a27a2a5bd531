"""At the door: the list on a phone and on paper, and those who just come."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from crm.people.models import AccessLog, Branch, Membership, Role, User
from onboarding import answers, invitations
from onboarding.answers import Details
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
AN_HOUR_BEFORE = EVENING - timedelta(hours=1)


def path(name: str, *args: object) -> str:
    return reverse(f"onboarding:{name}", args=["lillberga", *args])


@pytest.fixture
def asked(gathering: Gathering, officer: User) -> list[Invitation]:
    """Who said no, nothing, and yes with two more; in name order."""
    names = (("Åsa", "Alm", "no"), ("Bo", "Berg", ""), ("Örjan", "Öst", "yes"))
    for first, last, said in names:
        member = MemberFactory.create(branch=gathering.branch, first_name=first, last_name=last)
        invitations.invite(
            gathering=gathering, members=[member], ground="new", by=officer, at=SIX_WEEKS_BEFORE
        )
        invitation = Invitation.objects.get(member=member)
        if said:
            answers.answer(
                invitation=invitation, said=said, details=Details(companions=2), at=SIX_WEEKS_BEFORE
            )
    return list(Invitation.objects.order_by("member__name_sort"))


@time_machine.travel(AN_HOUR_BEFORE)
def test_those_expected_stand_first_and_who_said_no_last(client: Client, asked: list[Invitation]) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, asked[0].gathering.branch)
    page = client.get(path("door", asked[0].gathering_id))
    assert [str(one.member) for one in page.context["invited"]] == ["Örjan Öst", "Bo Berg", "Åsa Alm"]


@time_machine.travel(AN_HOUR_BEFORE)
def test_a_leaver_is_not_on_the_list_but_who_came_is(client: Client, asked: list[Invitation]) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, asked[0].gathering.branch)
    Membership.objects.update(missing_since=SIX_WEEKS_BEFORE.date())
    answers.tick(invitation=asked[1], attended=True, by=asked[1].invited_by)
    page = client.get(path("door", asked[0].gathering_id))
    assert [one.pk for one in page.context["invited"]] == [asked[1].pk]


@time_machine.travel(AN_HOUR_BEFORE)
def test_who_just_comes_is_ticked_before_it_begins_too(client: Client, gathering: Gathering) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    guest = MemberFactory.create(branch=gathering.branch, first_name="Gunilla")
    page = client.get(path("door", gathering.pk), {"q": "gunil"})
    assert path("walk_in", gathering.pk, guest.pk) in page.content.decode()
    for _twice in range(2):
        client.post(path("walk_in", gathering.pk, guest.pk))
    invitation = Invitation.objects.get()
    assert (invitation.member, invitation.attended, invitation.ground) == (guest, True, "walk_in")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@time_machine.travel(AN_HOUR_BEFORE)
def test_the_list_on_paper_has_names_answers_and_room_for_more(
    client: Client, asked: list[Invitation]
) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, asked[0].gathering.branch)
    answer = client.get(path("door_paper", asked[0].gathering_id))
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for words in (
        "Örjan Öst",
        "ja +2",
        "Bo Berg",
        "inget svar",
        "Kom utan inbjudan",
        "torsdag 11 mars 2027 18:00",
    ):
        assert words in text
    printed = AccessLog.objects.filter(user=officer, purpose="print")
    assert sorted(row.member_id or 0 for row in printed) == sorted(one.member_id for one in asked)


@time_machine.travel(AN_HOUR_BEFORE)
def test_a_long_list_goes_on_over_pages(client: Client, gathering: Gathering, officer: User) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, gathering.branch)
    members = MemberFactory.create_batch(60, branch=gathering.branch)
    invitations.invite(gathering=gathering, members=members, ground="new", by=officer)
    reader = PdfReader(io.BytesIO(client.get(path("door_paper", gathering.pk)).content))
    assert len(reader.pages) == 3
    assert "Sida 3 av 3" in reader.pages[2].extract_text()


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD])
def test_a_teammate_gets_no_list(client: Client, gathering: Gathering, kind: str) -> None:
    log_in_as(client, kind, gathering.branch)
    assert client.get(path("door_paper", gathering.pk)).status_code == 403


def test_a_stranger_gets_no_list(client: Client, gathering: Gathering) -> None:
    other: Branch = BranchFactory.create()
    log_in(client, user_with(Role.Kind.MEMBER_OFFICER, other))
    assert client.get(path("door_paper", gathering.pk)).status_code == 404
    own = reverse("onboarding:door_paper", args=[other.slug, gathering.pk])
    assert client.get(own).status_code == 404
