import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from crm.outbox.models import Message
from crm.outbox.writing import no_url
from crm.people.models import AccessLog, Branch, Role
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as
from tests.outbox.conftest import write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]
State = Message.State


def url(name: str, message: Message) -> str:
    return reverse(f"outbox:{name}", args=[message.branch.slug, message.pk])


def uncertain(message: Message) -> Message:
    Message.objects.filter(pk=message.pk).update(state=State.UNCERTAIN)
    return message


def test_the_officer_sees_every_message_and_it_is_logged(client: Client, message: Message) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, message.branch)
    page = client.get(reverse("outbox:index", args=["lillberga"]))
    assert "Hej Ärla" in page.content.decode()
    assert list(AccessLog.objects.values_list("user", "member", "purpose")) == [
        (officer.pk, message.member_id, "message")
    ]


def test_an_empty_outbox_says_so(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    assert "Inga utskick" in client.get(reverse("outbox:index", args=["lillberga"])).content.decode()


def test_the_list_can_be_narrowed_to_a_state(client: Client, message: Message) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, message.branch)
    page = client.get(reverse("outbox:index", args=["lillberga"]), {"state": "failed"})
    assert "Hej Ärla" not in page.content.decode()


@pytest.mark.parametrize("messages", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(
    client: Client, branch: Branch, messages: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    write_to(branch, *MemberFactory.create_batch(messages, branch=branch))
    client.get(reverse("home"))
    with django_assert_num_queries(8):
        client.get(reverse("outbox:index", args=["lillberga"]))


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.ADMIN])
def test_a_teammate_without_the_role_is_refused(client: Client, message: Message, kind: str) -> None:
    log_in_as(client, kind, message.branch)
    assert client.get(url("message", message)).status_code == 403


def test_for_a_stranger_the_message_does_not_exist(client: Client, message: Message) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, BranchFactory.create())
    assert client.get(url("message", message)).status_code == 404


def test_an_officer_of_another_branch_does_not_reach_it_through_the_own_branch(
    client: Client, message: Message
) -> None:
    other = BranchFactory.create()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, other)
    assert client.get(reverse("outbox:message", args=[other.slug, message.pk])).status_code == 404


@pytest.mark.parametrize(
    ("deed", "state"), [("send_again", State.QUEUED), ("note_sent", State.SENT), ("cancel", State.CANCELLED)]
)
def test_a_person_decides_about_an_uncertain_message(
    client: Client, message: Message, deed: str, state: str
) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, message.branch)
    client.post(url(deed, uncertain(message)))
    message.refresh_from_db()
    assert (message.state, message.decided_by) == (state, officer)


def test_deciding_twice_changes_nothing_the_second_time(client: Client, message: Message) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, message.branch)
    client.post(url("note_sent", uncertain(message)))
    page = client.post(url("send_again", message), follow=True)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert "redan bestämt" in page.content.decode()


def no_path(message: Message, settings: Settings) -> str:
    assert message.member is not None
    return no_url(message.member).removeprefix(settings.SITE_URL)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_lost_a_part_is_told_so_kindly(
    client: Client, message: Message, settings: Settings, method: str
) -> None:
    page = getattr(client, method)(no_path(message, settings)[:-3] + "/")
    assert page.status_code == 404
    assert "Länken fungerar inte" in page.content.decode()
    message.member.refresh_from_db()  # type: ignore[union-attr]
    assert not message.member.no_messages  # type: ignore[union-attr]
