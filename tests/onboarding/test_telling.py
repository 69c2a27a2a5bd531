"""After a yes the one invited may tell what they can and want, on the invitation's own page."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.people import skills
from crm.people.models import Branch, MemberSkill, User
from onboarding import answers, invitations, planning
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE
from tests.people.wordings import ticks, word

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before")]

ASKED = "Berätta vad du kan och vill"


@pytest.fixture
def before() -> object:
    with time_machine.travel(SIX_WEEKS_BEFORE + timedelta(days=1)) as traveller:
        yield traveller


@pytest.fixture
def invitation(branch: Branch, gathering: Gathering, officer: User) -> Invitation:
    word(branch)
    member = MemberFactory.create(branch=branch)
    invitations.invite(gathering=gathering, members=[member], ground="new", by=officer)
    return Invitation.objects.get()


@pytest.fixture
def yes(invitation: Invitation) -> Invitation:
    return answers.answer(invitation=invitation, said="yes")


def link(invitation: Invitation, name: str = "invitation") -> str:
    return reverse(name, args=[invitation.token])


def tell(client: Client, invitation: Invitation, *names: str) -> int:
    sent = ticks(*(word(invitation.gathering.branch, name) for name in names))
    return client.post(link(invitation, "invitation_tell"), sent).status_code


def test_it_is_asked_after_a_yes_only(client: Client, invitation: Invitation) -> None:
    assert ASKED not in client.get(link(invitation)).content.decode()
    for said, is_asked in (("no", False), ("later", False), ("yes", True)):
        answers.answer(invitation=invitation, said=said)
        assert (ASKED in client.get(link(invitation)).content.decode()) is is_asked


def test_a_branch_without_words_asks_nothing(client: Client, yes: Invitation, officer: User) -> None:
    skills.retire(word=word(yes.gathering.branch), by=officer)
    assert ASKED not in client.get(link(yes)).content.decode()


def test_what_is_ticked_is_noted_as_an_answer(client: Client, yes: Invitation) -> None:
    word(yes.gathering.branch, "Sjunga")
    assert tell(client, yes, "Baka") == 302
    rows = MemberSkill.objects.values_list("member", "word__name", "source", "noted_by__email")
    assert list(rows) == [(yes.member_id, "Baka", "answer", "console@localhost")]


def test_the_page_thanks_and_never_shows_what_is_noted(client: Client, yes: Invitation) -> None:
    page = client.post(link(yes, "invitation_tell"), ticks(word(yes.gathering.branch)), follow=True)
    assert "Tack! Det är antecknat." in page.content.decode()
    assert "checked" not in client.get(link(yes)).content.decode()


def test_telling_twice_and_telling_nothing_are_harmless(client: Client, yes: Invitation) -> None:
    assert [tell(client, yes, "Baka"), tell(client, yes, "Baka"), tell(client, yes)] == [302, 302, 302]
    assert MemberSkill.objects.count() == 1


def test_a_get_notes_nothing(client: Client, yes: Invitation) -> None:
    answer = client.get(link(yes, "invitation_tell"), ticks(word(yes.gathering.branch)))
    assert (answer.status_code, MemberSkill.objects.count()) == (405, 0)


@pytest.mark.parametrize("said", ["", "no", "later"])
def test_without_a_yes_nothing_is_taken(client: Client, invitation: Invitation, said: str) -> None:
    if said:
        answers.answer(invitation=invitation, said=said)
    assert (tell(client, invitation, "Baka"), MemberSkill.objects.count()) == (409, 0)


def test_when_the_meeting_has_begun_or_is_cancelled_nothing_is_taken(
    client: Client, yes: Invitation, officer: User, before: time_machine.Traveller
) -> None:
    before.move_to(EVENING)
    assert tell(client, yes, "Baka") == 409
    before.move_to(EVENING - timedelta(minutes=1))
    assert tell(client, yes, "Baka") == 302
    planning.cancel(gathering=yes.gathering, by=officer)
    assert tell(client, yes, "Sjunga") == 409


def test_another_branchs_word_and_an_invention_are_refused(client: Client, yes: Invitation) -> None:
    theirs = word(BranchFactory.create(), "Främmande")
    address = link(yes, "invitation_tell")
    assert client.post(address, ticks(theirs)).status_code == 409
    assert client.post(address, {"can_skill": "alla"}).status_code == 409
    assert MemberSkill.objects.count() == 0


def test_a_wrong_link_notes_nothing(client: Client, yes: Invitation) -> None:
    answer = client.post(reverse("invitation_tell", args=["fel"]), ticks(word(yes.gathering.branch)))
    assert (answer.status_code, MemberSkill.objects.count()) == (404, 0)


def test_the_page_with_the_boxes_takes_few_queries(
    client: Client, yes: Invitation, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        client.get(link(yes))
