"""Letters to many: to whom, what each gets, once each."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm import extensions
from crm.outbox.models import Message, SendingRules
from crm.people.models import AccessLog, Branch, ClubMembership, Member, Role, User
from onboarding import circulars
from onboarding.models import Circular
from tests.factories import BranchFactory, ClubFactory, MemberFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
GIVEN = {
    "audience": "all",
    "subject": "Till [förnamn]",
    "text": "Hej [förnamn]!\n\nKom på samkväm.",
    "sms": "",
}


@pytest.fixture
def letter(branch: Branch, officer: User) -> Circular:
    made = Circular(branch=branch, subject="Till [förnamn]", text="Hej [förnamn]!")
    circulars.write(circular=made, by=officer)
    return made


def path(name: str, *keys: int, branch: str = "lillberga") -> str:
    return reverse(f"onboarding:{name}", args=[branch, *keys])


def recipients(letter: Circular) -> set[int]:
    return {member.pk for member in circulars.recipients_of(letter, timezone.now()).members}


def test_all_means_members_now_who_can_be_reached_and_have_not_said_no(
    branch: Branch, letter: Circular
) -> None:
    one = MemberFactory.create(branch=branch)
    MemberFactory.create(branch=branch, no_messages=True)
    MemberFactory.create(branch=branch, email="", town="")
    gone = MemberFactory.create(branch=branch)
    gone.memberships.update(missing_since="2026-01-01")
    MemberFactory.create()
    found = circulars.recipients_of(letter, timezone.now())
    assert ([member.pk for member in found.members], found.no_way, found.said_no) == ([one.pk], 1, 1)
    assert found.by_channel == {"email": 1}


@pytest.mark.parametrize(("days", "is_new"), [(0, True), (365, True), (366, False)])
def test_the_new_ones_joined_within_a_year(branch: Branch, letter: Circular, days: int, is_new: bool) -> None:
    letter.audience = "first_year"
    member = MemberFactory.create(branch=branch, since=timezone.localdate() - timedelta(days=days))
    assert (recipients(letter) == {member.pk}) == is_new


def test_a_club_is_its_members_each_once(branch: Branch, letter: Circular) -> None:
    one, two = MemberFactory.create_batch(2, branch=branch)
    club, other = ClubFactory.create(branch=branch), ClubFactory.create(branch=branch)
    for member, where in ((one, club), (two, other), (one, other)):
        ClubMembership.objects.create(member=member, club=where)
    letter.audience, letter.club = "club", club
    assert recipients(letter) == {one.pk}


@time_machine.travel("2027-02-01 10:00+01:00", tick=False)
def test_what_is_looked_at_is_word_by_word_what_is_sent(
    branch: Branch, officer: User, letter: Circular
) -> None:
    MemberFactory.create(branch=branch, first_name="Åsa")
    MemberFactory.create(branch=branch, channel="letter")
    found = circulars.recipients_of(letter, timezone.now())
    drafts = [circulars.draft_for(letter, found, member) for member in found.members]
    circulars.send(circular=letter, by=officer)
    told = ("member_id", "channel", "address", "subject", "text", "html", "sms")
    sent = {row[0]: row for row in Message.objects.values_list(*told)}
    assert {draft.member_id: tuple(getattr(draft, name) for name in told) for draft in drafts} == sent
    assert len(sent) == 2


def test_it_is_sent_once_however_often_one_presses(branch: Branch, officer: User, letter: Circular) -> None:
    MemberFactory.create_batch(3, branch=branch)
    queued = circulars.send(circular=letter, by=officer)
    assert queued is not None
    assert circulars.send(circular=letter, by=officer) is None
    letter.refresh_from_db()
    assert (queued.written, Message.objects.count(), letter.recipients, letter.sent_by) == (3, 3, 3, officer)


def test_what_has_been_sent_is_not_changed(branch: Branch, officer: User, letter: Circular) -> None:
    circulars.send(circular=letter, by=officer)
    letter.subject = "Annat"
    assert not circulars.write(circular=letter, by=officer)
    letter.refresh_from_db()
    assert letter.subject == "Till [förnamn]"


def test_more_than_expected_waits_for_a_yes(branch: Branch, officer: User, letter: Circular) -> None:
    SendingRules.objects.create(branch=branch, ask_above=2)
    MemberFactory.create_batch(3, branch=branch)
    queued = circulars.send(circular=letter, by=officer)
    assert queued is not None
    assert queued.needs_approval
    assert set(Message.objects.values_list("state", "needs_approval")) == {("withheld", True)}


@pytest.mark.parametrize("wrong", [{"audience": "club"}, {"audience": "all", "club": True}])
def test_the_database_holds_that_a_club_goes_with_its_audience(
    branch: Branch, letter: Circular, wrong: dict[str, object]
) -> None:
    if wrong.get("club"):
        wrong = wrong | {"club": ClubFactory.create(branch=branch)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Circular.objects.filter(pk=letter.pk).update(**wrong)


def test_members_informed_counts_each_once_and_only_what_has_gone(
    branch: Branch, officer: User, letter: Circular
) -> None:
    MemberFactory.create_batch(2, branch=branch)
    figure, today = extensions.figures.get("members_informed"), timezone.localdate()
    assert figure is not None
    second = Circular.objects.create(
        branch=branch, subject="Två", text="Två", written_at=timezone.now(), written_by=officer
    )
    for one in (letter, second):
        circulars.send(circular=one, by=officer)
    assert figure.read(branch, today) == 0
    Message.objects.update(state="sent", sent_at=timezone.now())
    assert figure.read(branch, today) == 2
    assert figure.read(branch, date(today.year - 1, 12, 31)) == 0


def test_an_officer_writes_looks_and_sends(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    bo = MemberFactory.create(branch=branch, first_name="Bo")
    page = client.post(path("write_circular"), GIVEN, follow=True)
    letter, html = Circular.objects.get(), page.content.decode()
    assert "Hej Bo!" in html
    assert "Skicka till 1 medlem" in html
    assert not Message.objects.exists()
    assert list(AccessLog.objects.values_list("user", "member")) == [(officer.pk, bo.pk)]
    html = client.post(path("send_circular", letter.pk), follow=True).content.decode()
    assert "1 utskick är på väg." in html
    assert Message.objects.get().subject == "Till Bo"
    html = client.post(path("send_circular", letter.pk), follow=True).content.decode()
    assert "Det var redan skickat" in html
    assert client.get(path("change_circular", letter.pk)).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "Hej [länk]"}, "Det här går inte att fylla i: [länk]."),
        ({"subject": "[]"}, "Det här går inte att fylla i: []."),
        ({"audience": "club"}, "Välj den förening det går till"),
    ],
)
def test_what_can_not_be_sent_is_refused(
    client: Client, branch: Branch, given: dict[str, str], said: str
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    page = client.post(path("write_circular"), GIVEN | given)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Circular.objects.exists()


def test_another_branchs_club_can_not_be_chosen(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    club = ClubFactory.create()
    assert (
        client.post(path("write_circular"), GIVEN | {"audience": "club", "club": club.pk}).status_code == 422
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(
    client: Client,
    branch: Branch,
    officer: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    for _time in range(number):
        Circular.objects.create(
            branch=branch, subject="Hej", text="Hej", written_at=timezone.now(), written_by=officer
        )
    client.get(reverse("home"))
    with django_assert_num_queries(4):
        client.get(path("circulars"))


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.ADMIN])
def test_a_teammate_without_the_role_is_refused(
    client: Client, branch: Branch, letter: Circular, kind: str
) -> None:
    log_in_as(client, kind, branch)
    assert client.get(path("circular", letter.pk)).status_code == 403
    assert client.post(path("send_circular", letter.pk)).status_code == 403


def test_an_officer_of_another_branch_finds_nothing(client: Client, letter: Circular) -> None:
    other = BranchFactory.create()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, other)
    assert client.get(path("circular", letter.pk)).status_code == 404
    assert client.post(path("send_circular", letter.pk, branch=other.slug)).status_code == 404
    assert Member.objects.count() == Message.objects.count() == 0
