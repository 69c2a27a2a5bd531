"""A detail corrected and reported, and an import taken back, on a phone and at a desk."""

import pytest
from playwright.sync_api import expect

from crm.people.models import Branch, Member
from crm.rosters import working
from tests.browser.conftest import Person
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    bring_in(made, ANNA, BO)
    return made


def test_a_number_is_corrected_and_reported(person: Person, branch: Branch) -> None:
    anna = Member.objects.get(member_number="1")
    person.sign_in(user_with("member_officer", branch))
    page = person.open(f"/storkoping/medlemmar/{anna.pk}/")
    page.get_by_role("link", name="Rätta uppgifter").click()
    person.assert_accessible()
    page.get_by_label("Telefonnummer").fill("070-174 06 88")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Telefonnummer: 070-174 06 88")).to_be_visible()
    person.assert_accessible()
    page = person.open("/storkoping/medlemsfiler/rattelser/")
    person.assert_accessible()
    page.get_by_label("Anna Åberg").check()
    page.get_by_role("button", name="De förkryssade är rapporterade").click()
    expect(page.get_by_text("1 rättelse är rapporterad.")).to_be_visible()
    person.assert_accessible()


def test_an_import_is_taken_back(person: Person, branch: Branch) -> None:
    made = bring_in(branch, ANNA.replace("Åberg", "Öberg"), CECILIA, on=OCTOBER)
    Member.objects.filter(member_number="3").update(street="Nya vägen 2")
    person.sign_in(user_with("register_officer", branch))
    page = person.open(f"/storkoping/medlemsfiler/{made.pk}/")
    page.get_by_role("link", name="Se vad som händer om du ångrar").click()
    expect(page.get_by_role("link", name="Cecilia Ek")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("button", name="Ångra inläsningen").click()
    expect(page.get_by_role("heading", name="Inläsningen ångras")).to_be_visible()
    working.work_through()
    expect(page.get_by_text("Inläsningen har ångrats")).to_be_visible()
    person.assert_accessible()
