"""A calling evening in the browser: booked, begun, somebody new comes in, ended with one click."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calls import rounds
from calls.models import Call, CallList
from crm.people.models import Branch, Role
from tests.browser.conftest import Person
from tests.factories import BranchFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch() -> Branch:
    """Six calls in the pool, and a caller who has no list."""
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    leader = user_with(Role.Kind.CALL_LEADER, made, name="Leo Ledare")
    for number in range(6):
        MemberFactory.create(branch=made, street=f"Gatan {number}")
    rounds.open_yearly(branch=made, on=timezone.localdate(), by=leader)
    user_with(Role.Kind.CALLER, made, name="Berit Berg")
    return made


def test_an_evening_with_somebody_who_comes_in_through_the_door(person: Person, branch: Branch) -> None:
    person.sign_in(branch.roles.get(kind=Role.Kind.CALL_LEADER).user)
    page = person.open("/storkoping/ringa/omgangar/ringpass/")
    person.assert_accessible()
    page.get_by_role("link", name="Boka ett ringpass").click()
    page.get_by_label("Dag").fill(timezone.localdate().isoformat())
    page.get_by_label("Plats").fill("Folkets hus")
    page.get_by_label("Berit Berg").check()
    person.assert_accessible()
    page.get_by_role("button", name="Boka").click()
    person.assert_accessible()
    page.get_by_role("button", name="Börja och dela ut").click()
    expect(page.get_by_text("6 kvar på listan")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("link", name="Någon ny kom in").click()
    page.get_by_label("Namn").fill("Nils Ny")
    person.assert_accessible()
    page.get_by_role("button", name="Släpp in").click()
    expect(page.get_by_role("heading", name="Välkommen, Nils Ny")).to_be_visible()
    expect(page.locator("ol.codes > li")).to_have_count(10)
    person.assert_accessible()
    page = person.open("/storkoping/ringa/omgangar/ringpass/")
    page.get_by_role("link", name="Folkets hus").click()
    expect(page.get_by_text("Nils Ny", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Avsluta ringpasset").click()
    expect(page.get_by_text("Tack för i kväll")).to_be_visible()
    assert Call.objects.filter(call_list=None).count() == 6
    assert not CallList.objects.filter(taken_back_at=None).exists()
