"""Story 4: a meeting is planned, the job invites, the link is opened by somebody who is not logged in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from crm import extensions
from crm.jobs import running
from crm.outbox.models import Message
from crm.people.models import Branch, Role
from onboarding.models import Invitation
from tests.browser.conftest import SIZES, Person
from tests.factories import BranchFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch() -> Branch:
    """One member, who joined a month ago."""
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    joined = timezone.localdate() - timedelta(days=30)
    MemberFactory.create(
        branch=made, first_name="Åsa", last_name="Östlund", joined_on=joined, learnt_on=joined, since=joined
    )
    return made


def invite(branch: Branch) -> str:
    """Run the day's job; the path of the link in the one message it wrote."""
    job = extensions.jobs.get("invite_to_intro_meetings")
    assert job is not None
    running.run_job(job, branch=branch, on=timezone.localdate())
    text = Message.objects.get().text
    assert settings.SITE_URL in text
    return "/i/" + text.split("/i/")[1].split()[0]


@pytest.mark.parametrize("size", list(SIZES))
def test_from_the_plan_to_the_answer(person_at: Callable[[str], Person], branch: Branch, size: str) -> None:
    officer, member = person_at(size), person_at(size)
    officer.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    page = officer.open("/storkoping/traffar/ny/")
    officer.assert_accessible()
    page.get_by_label("Datum").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    page.get_by_label("Tid").fill("18:00")
    page.get_by_label("Plats", exact=True).fill("Folkets hus")
    page.get_by_role("button", name="Planera träffen").click()
    expect(page.get_by_text("Träffen är planerad.")).to_be_visible()

    link = invite(branch)
    member.open(link)
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Välkommen, Åsa!")
    member.assert_accessible()
    assert Invitation.objects.get().answer == ""
    member.page.get_by_role("button", name="Ja, jag kommer").click()
    expect(member.page.get_by_text("vi ser fram emot att träffa dig")).to_be_visible()
    page.reload()
    expect(page.locator("table tr").filter(has_text="Åsa Östlund")).to_contain_text("Ja")
    officer.assert_accessible()

    member.page.get_by_role("button", name="Nej, jag kan inte").click()
    expect(member.page.get_by_text("Tack för att du säger till")).to_be_visible()
    assert Invitation.objects.get().answer == "no"
