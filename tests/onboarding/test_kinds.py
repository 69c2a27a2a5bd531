"""Other gatherings with the same machinery: who is invited, and what the pages say."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.outbox.models import Message
from crm.people.models import Branch, Member, Role, User
from onboarding import invitations, planning
from onboarding.models import Gathering, IntroSettings, Invitation
from tests.factories import MemberFactory
from tests.logins import log_in_as
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE, let_all_leave

pytestmark = pytest.mark.django_db
DAY = SIX_WEEKS_BEFORE.date()
BEFORE = SIX_WEEKS_BEFORE + timedelta(days=1)


@pytest.fixture
def people(branch: Branch) -> dict[str, Member]:
    """Somebody new, and somebody of long standing."""
    return {
        "new": MemberFactory.create(branch=branch, since=date(2026, 10, 1)),
        "old": MemberFactory.create(branch=branch),
    }


def plan(branch: Branch, by: User, kind: str, **what: Any) -> Gathering:
    return planning.plan(branch=branch, by=by, kind=kind, starts_at=EVENING, place="Folkets hus", **what)


@pytest.mark.parametrize(
    ("kind", "invited"),
    [
        ("member_meeting", ["new", "old"]),
        ("social", ["new", "old"]),
        ("open_meeting", ["new", "old"]),
        ("course_s1", ["new"]),
        ("course_s2", []),
        ("course", []),
    ],
)
def test_each_kind_has_its_audience(
    branch: Branch, officer: User, people: dict[str, Member], kind: str, invited: list[str]
) -> None:
    plan(branch, officer, kind)
    invitations.invite_to_gatherings(branch=branch, on=DAY)
    asked = set(Invitation.objects.values_list("member", flat=True))
    assert [name for name, member in people.items() if member.pk in asked] == invited


def test_an_officer_can_choose_another_audience(
    branch: Branch, officer: User, people: dict[str, Member]
) -> None:
    plan(branch, officer, "course_s2", audience="all")
    assert invitations.invite_to_gatherings(branch=branch, on=DAY) == {"invited": 2}


def test_who_has_been_to_s1_is_not_invited_to_it_again(
    branch: Branch, officer: User, people: dict[str, Member]
) -> None:
    first = plan(branch, officer, "course_s1")
    Gathering.objects.filter(pk=first.pk).update(starts_at=EVENING - timedelta(days=90))
    Invitation.objects.create(
        gathering=first,
        member=people["new"],
        invited_at=BEFORE,
        invited_by=officer,
        attended=True,
        ticked_at=BEFORE,
        ticked_by=officer,
    )
    plan(branch, officer, "course_s1")
    assert invitations.invite_to_gatherings(branch=branch, on=DAY) == {}


def test_the_two_jobs_share_the_kinds_between_them(
    branch: Branch, officer: User, gathering: Gathering, people: dict[str, Member]
) -> None:
    plan(branch, officer, "social")
    assert invitations.invite_to_intro_meetings(branch=branch, on=DAY) == {"invited": 1}
    assert invitations.invite_to_gatherings(branch=branch, on=DAY) == {"invited": 2}


def test_the_invitation_to_a_social_evening_says_what_it_is(
    branch: Branch, officer: User, people: dict[str, Member]
) -> None:
    plan(branch, officer, "social", title="Sommarsamkväm", programme="Grillning", present="Alla klubbar")
    invitations.invite_to_gatherings(branch=branch, on=DAY)
    message = Message.objects.filter(member=people["old"]).get()
    assert message.subject == "Välkommen: Sommarsamkväm den 11 mars"
    for words in ("Lillberga arbetarekommun bjuder in dig: Sommarsamkväm.", "Alla klubbar", "Grillning"):
        assert words in message.text
        assert words in message.html
    assert "introduktionsträff" not in message.text


@pytest.mark.parametrize(("kind", "told"), [("social", "Sommarsamkväm"), ("intro_meeting", "Introduktions")])
def test_a_cancelled_gathering_is_told_of_by_its_name(
    branch: Branch, officer: User, people: dict[str, Member], kind: str, told: str
) -> None:
    title = "Sommarsamkväm" if kind == "social" else ""
    gathering = plan(branch, officer, kind, title=title)
    invitations.invite(gathering=gathering, members=[people["new"]], ground="new", by=officer, at=BEFORE)
    let_all_leave()
    planning.cancel(gathering=gathering, by=officer)
    message = Message.objects.get(purpose_key=f"cancelled:{gathering.pk}")
    assert told in message.subject
    assert "kalender.ics" in message.text


def path(name: str, *args: object) -> str:
    return reverse(f"onboarding:{name}", args=["lillberga", *args])


@time_machine.travel(BEFORE)
def test_an_officer_plans_a_course_on_the_page(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    what = {"kind": "course_s1", "on": "2027-03-13", "at": "10:00", "place": "ABF", "seats": "12"}
    client.post(path("plan"), what)
    found = Gathering.objects.get()
    assert (found.kind, found.audience, found.seats, found.season) == ("course_s1", "first_year", 12, "")


@time_machine.travel(BEFORE)
def test_the_pattern_of_the_seasons_is_changed_on_a_page(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    form = client.get(path("settings")).context["form"]
    wishes = {name: form[name].value() for name in form.fields} | {"week": 1, "place": "Expeditionen"}
    assert client.post(path("settings"), wishes).status_code == 302
    found = IntroSettings.objects.get()
    assert (found.branch, found.week, found.place, found.reminder_days) == (branch, 1, "Expeditionen", 2)
    answer = client.post(path("settings"), wishes | {"spring_month": 9})
    assert answer.status_code == 422
    assert "Välj en månad på våren (1 till 6) och en på hösten (7 till 12)." in answer.content.decode()


@time_machine.travel(BEFORE)
def test_a_draft_that_is_late_stands_at_the_top_of_the_list(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    planning.plan_intro_meetings(branch=branch, on=BEFORE.date())
    assert "Träffen den 11 mars är inte bekräftad" in client.get(path("index")).content.decode()
