"""An officer's file has letters and columns that Tusen gets wrong: it is said in a page, on a phone and at a desk."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crm.people.models import Branch, Member, Role
from crm.rosters import working
from tests.browser.conftest import Person
from tests.factories import BranchFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)
# A Danish name alone: the one letter reads as a degree sign in an older code page.
ROWS = ["Medlemsnr;Fornamn;Efternamn;Bostad", "1;Anne;Sørensen;Ryd", "2;Bo;Ek;Ryd"]


@pytest.fixture
def officer(person: Person) -> Person:
    branch: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    person.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    return person


def upload(person: Person, file: Path, text: str, codec: str) -> Page:
    file.write_bytes(text.encode(codec))
    page = person.open("/storkoping/medlemsfiler/")
    page.set_input_files("input[type=file]", file)
    page.locator("form:has(input[type=file]) button").last.click()
    expect(page.get_by_text("Filen läses")).to_be_visible()
    return looked_at_again(page)


def looked_at_again(page: Page) -> Page:
    """What a worker does meanwhile is done here, in the test's own process."""
    page.wait_for_load_state()
    working.work_through()
    page.reload()
    return page


def test_letters_and_a_column_are_put_right(officer: Person, tmp_path: Path) -> None:
    page = upload(officer, tmp_path / "r.csv", "\n".join(ROWS), "cp1252")
    expect(page.get_by_text("1 kolumn kändes inte igen").first).to_be_visible()
    expect(page.get_by_text("S°rensen").first).to_be_visible()
    page.get_by_role("link", name="Säg vad kolumnerna innehåller").click()
    officer.assert_accessible()
    page.get_by_label("Vad kolumnen Bostad innehåller").select_option(label="ort")
    page.get_by_label("Windows-1252").check()
    page.get_by_role("button", name="Gör en ny förhandsvisning").click()
    looked_at_again(page)
    expect(page.get_by_text("Anne Sørensen").first).to_be_visible()
    page.get_by_role("button", name="Godkänn och uppdatera medlemmarna").click()
    looked_at_again(page)
    assert {(member.last_name, member.town) for member in Member.objects.all()} == {
        ("Sørensen", "Ryd"),
        ("Ek", "Ryd"),
    }


def test_a_file_without_numbers_is_explained_and_read(officer: Person, tmp_path: Path) -> None:
    rows = ["Namn;Född;Ort", "Ek, Ada;1954-01-23;Ryd", "Al, Bo;;Ryd"]
    page = upload(officer, tmp_path / "r.csv", "\n".join(rows), "utf-8")
    expect(page.get_by_text("Filen saknar medlemsnummer").first).to_be_visible()
    page.get_by_role("link", name="Säg hur filen ska läsas").click()
    page.get_by_role("button", name="Gör en ny förhandsvisning").click()
    expect(page.get_by_text("Ingen kolumn innehåller medlemsnumret.").first).to_be_visible()
    officer.assert_accessible()
    page.get_by_label("Namn och födelsedatum").check()
    page.get_by_role("button", name="Gör en ny förhandsvisning").click()
    looked_at_again(page)
    expect(page.get_by_text("Raden har inget helt födelsedatum").first).to_be_visible()
    expect(page.get_by_role("link", name="Hämta raderna för Excel")).to_be_visible()
    officer.assert_accessible()
    page.get_by_label("letat efter personer som har bytt namn").check()
    page.get_by_role("button", name="Godkänn och uppdatera medlemmarna").click()
    looked_at_again(page)
    assert Member.objects.get().name == "Ada Ek"
