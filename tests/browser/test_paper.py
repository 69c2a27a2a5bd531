"""A list on paper: printed by the leader, typed by keyboard alone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from calls import questions, rounds
from calls.models import Answer, Attempt, Call, PrintedSheet, TypedResult
from crm.people.models import Branch, Role, User
from tests.browser.conftest import Person
from tests.factories import BranchFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 30


@pytest.fixture
def branch() -> Branch:
    """Thirty members on one caller's list."""
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    MemberFactory.create_batch(PEOPLE, branch=made, first_name="Åsa")
    rut = user_with(Role.Kind.CALLER, made, name="Rut Ringare")
    rounds.open_yearly(branch=made, on=timezone.localdate(), by=rut)
    return made


@pytest.fixture
def leader(branch: Branch) -> User:
    return user_with(Role.Kind.CALL_LEADER, branch)


def print_all(page: Page) -> None:
    page.get_by_role("link", name="Ring alla medlemmar").click()
    page.get_by_role("link", name="Rut Ringare").click()
    page.get_by_role("link", name="Skriv ut på papper").click()
    page.get_by_label("Högst så många").fill(str(PEOPLE))
    page.get_by_role("button", name="Gör bladet").click()
    expect(page.get_by_text("Inga: alla på bladet får ringas")).to_be_visible()


def test_a_list_is_printed_and_comes_back(person: Person, branch: Branch, leader: User) -> None:
    person.sign_in(leader)
    page = person.open("/storkoping/ringa/omgangar/")
    print_all(page)
    person.assert_accessible()
    address = page.get_by_role("link", name="Öppna för utskrift").get_attribute("href") or ""
    assert page.request.get(person.site + address).body()[:5] == b"%PDF-"
    page.get_by_role("link", name="Skriv in resultaten").click()
    person.assert_accessible()
    page.get_by_label("Bokstav, rad 1,").fill("x")
    page.get_by_role("button", name="Spara resultaten").click()
    expect(page.get_by_text("X finns inte bland bokstäverna")).to_be_visible()
    person.assert_accessible()
    page.get_by_label("Bokstav, rad 1,").fill("p")
    page.get_by_role("button", name="Spara resultaten").click()
    expect(page.get_by_text("1 av 30 rader inskrivna")).to_be_visible()
    person.assert_accessible()
    person.open("/storkoping/ringa/omgangar/papper/")
    person.assert_accessible()
    page.get_by_label("Bladets kod").fill(PrintedSheet.objects.get().code.lower())
    page.get_by_role("button", name="Öppna bladet").click()
    page.get_by_role("button", name="Bladet är tillbaka").click()
    page.get_by_role("button", name="Bladet är förstört").click()
    expect(page.get_by_text("Inget blad är ute")).to_be_visible()


def test_thirty_rows_are_typed_by_keyboard_alone(
    person_at: Callable[[str], Person], branch: Branch, leader: User
) -> None:
    """A letter and Enter thirty times, one note, and Enter on the button: no other key, no mouse."""
    desk = person_at("desk")
    desk.sign_in(leader)
    page = desk.open("/storkoping/ringa/omgangar/")
    print_all(page)
    sheet = PrintedSheet.objects.get()
    desk.open(f"/storkoping/ringa/papper/{sheet.pk}/")
    expect(page.get_by_label("Bokstav, rad 1,")).to_be_focused()
    letters = "PIUMR" * 6
    for number, letter in enumerate(letters, start=1):
        page.keyboard.press(letter.lower())
        if number == 7:
            page.keyboard.press("Tab")
            page.keyboard.type("Är bortrest till midsommar")
        page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Spara resultaten")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("30 av 30 rader inskrivna")).to_be_visible()
    assert TypedResult.objects.filter(typed_by=leader).count() == PEOPLE
    assert Call.objects.filter(state=Call.State.REACHED).count() == letters.count("P")
    assert Attempt.objects.get(typed__row__number=7).note == "Är bortrest till midsommar"


def test_thirty_rows_with_answers_are_typed_by_keyboard_alone(
    person_at: Callable[[str], Person], branch: Branch, leader: User
) -> None:
    """A letter, Tab and an answer where somebody talked, Enter: 97 keys, one in two seconds makes three minutes."""
    questions.ask(branch=branch, text="Vill du ha medlemsbrevet?", kind="yes_no", by=leader)
    questions.ask(
        branch=branch, text="När passar möten?", kind="choice", choices=["Vardag", "Helg"], by=leader
    )
    desk = person_at("desk")
    desk.sign_in(leader)
    page = desk.open("/storkoping/ringa/omgangar/")
    print_all(page)
    desk.open(f"/storkoping/ringa/papper/{PrintedSheet.objects.get().pk}/")
    expect(page.get_by_label("Bokstav, rad 1,")).to_be_focused()
    desk.assert_accessible()
    for letter in "PIUMR" * 6:
        keys = {"P": ["Tab", "j", "Tab", "2"], "R": ["Tab", "n"]}.get(letter, [])
        for key in (letter.lower(), *keys, "Enter"):
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("30 av 30 rader inskrivna")).to_be_visible()
    said = Answer.objects.filter(attempt__typed__typed_by=leader)
    assert sorted(said.values_list("value", flat=True)) == ["Helg"] * 6 + ["no"] * 6 + ["yes"] * 6


def test_the_square_of_a_page_leads_to_its_row(
    person_at: Callable[[str], Person], branch: Branch, leader: User
) -> None:
    desk = person_at("desk")
    desk.sign_in(leader)
    print_all(desk.open("/storkoping/ringa/omgangar/"))
    page = desk.open(f"/storkoping/ringa/papper/{PrintedSheet.objects.get().pk}/#rad-6")
    expect(page.get_by_label("Bokstav, rad 6,")).to_be_focused()
    page.get_by_label("Gå till rad").fill("24")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Bokstav, rad 24,")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Bokstav, rad 23,")).to_be_focused()
