"""Stories 2 and 3: a leader moves a list; a caller talks with one person at a time, on a phone and at a desk."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from calls import rounds
from calls.models import Attempt, Call, CallList
from crm.people.models import Branch, Role, User
from tests.browser.conftest import SIZES, Person
from tests.factories import BranchFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch() -> Branch:
    """The year's round of three members, all on Rut's list."""
    made: Branch = BranchFactory.create(
        slug="storkoping", name="Storköpings arbetarekommun", place="Storköping"
    )
    for first in ("Åsa", "Bo", "Östen"):
        MemberFactory.create(branch=made, first_name=first, last_name="Öberg")
    rut = user_with(Role.Kind.CALLER, made, name="Rut Ringare")
    opened = rounds.open_yearly(branch=made, on=timezone.localdate(), by=rut)
    assert opened.calls.filter(call_list__caller=rut).count() == 3
    return made


def rut() -> User:
    return User.objects.get(name="Rut Ringare")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_one_person_after_the_other(person: Person, branch: Branch) -> None:
    person.sign_in(rut(), two_factors=False)
    page = person.open("/storkoping/ringa/")
    person.assert_accessible()
    page.get_by_role("button", name="Nästa").click()
    first = heading(page)
    number = page.locator("a.call-number")
    assert (number.get_attribute("href") or "").startswith("tel:+4670174")
    assert number.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 31
    expect(page.get_by_text(f"Hej {first.split()[0]}! Jag heter Rut")).to_be_visible()
    person.assert_accessible()
    page.get_by_text("Skriv en anteckning").click()
    page.get_by_label("Anteckning till nästa ringare").fill("Vill gärna baka till träffen.")
    page.locator('button[value="reached"]').click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    assert Attempt.objects.get().note == "Vill gärna baka till träffen."
    person.assert_accessible()
    page.get_by_role("button", name="Ångra").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    for outcome in ("deceased", "no_answer", "reached"):
        now = heading(page)
        page.locator(f'button[value="{outcome}"]').click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(now)
    expect(page.get_by_text("Du har pratat med 1 partivän i dag")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("link", name="Vilka jag har ringt").click()
    expect(page.locator(".list-rows > li")).to_have_count(3)
    person.assert_accessible()


def test_the_back_button_does_not_report_twice(person: Person, branch: Branch) -> None:
    person.sign_in(rut(), two_factors=False)
    page = person.open("/storkoping/ringa/")
    page.get_by_role("button", name="Nästa").click()
    first = heading(page)
    page.locator('button[value="no_answer"]').click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    page.go_back()
    page.wait_for_load_state()
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("size", SIZES)
def test_two_callers_never_have_the_same_person(
    person_at: Callable[[str], Person], branch: Branch, size: str
) -> None:
    Call.objects.update(call_list=None)
    names = []
    for user in (rut(), user_with(Role.Kind.CALLER, branch)):
        caller = person_at(size)
        caller.sign_in(user, two_factors=False)
        page = caller.open("/storkoping/ringa/")
        page.get_by_role("button", name="Hjälp till").click()
        names.append(heading(page))
    assert names[0] != names[1]


def test_a_leader_moves_a_list(person: Person, branch: Branch) -> None:
    user_with(Role.Kind.CALLER, branch, name="Nils Ny")
    person.sign_in(user_with(Role.Kind.CALL_LEADER, branch))
    page = person.open("/storkoping/ringa/omgangar/")
    person.assert_accessible()
    page.get_by_role("link", name="Ring alla medlemmar").click()
    person.assert_accessible()
    page.get_by_role("link", name="Rut Ringare").click()
    person.assert_accessible()
    page.get_by_label("Ringare").select_option("Nils Ny")
    page.get_by_role("button", name="Flytta listan").click()
    expect(page.get_by_role("link", name="Nils Ny")).to_be_visible()
    assert CallList.objects.get(caller__name="Nils Ny").calls.count() == 3


def test_a_follow_up_is_handled(person: Person, branch: Branch) -> None:
    caller = person
    caller.sign_in(rut(), two_factors=False)
    page = caller.open("/storkoping/ringa/")
    page.get_by_role("button", name="Nästa").click()
    name = heading(page)
    page.locator('button[value="wrong_number"]').click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(name)
    caller.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    page = caller.open("/storkoping/ringa/uppfoljningar/")
    caller.assert_accessible()
    page.get_by_role("link", name=name).click()
    caller.assert_accessible()
    page.get_by_label("Svar till ringaren").fill("Nu står rätt nummer.")
    page.get_by_role("button", name="Hanterat").click()
    expect(page.get_by_text("Allt är hanterat")).to_be_visible()
    assert Call.objects.waiting().count() == 3
