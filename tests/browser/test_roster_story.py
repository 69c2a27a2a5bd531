"""Story 1: a member officer brings the register's file into an empty branch, with a real worker behind the page."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from crm.people.models import Branch, Member, Role
from tests.browser.conftest import Person
from tests.factories import BranchFactory, user_with

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
SAMPLE = Path(__file__).parent.parent / "rosters" / "samples" / "storkoping-2026-09.csv"
A_WORKER_TAKES = 60_000  # milliseconds, on a busy machine


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    return made


def upload(person: Person, file: Path) -> None:
    page = person.open("/storkoping/medlemsfiler/")
    page.set_input_files("input[type=file]", file)
    page.locator("form:has(input[type=file]) button").last.click()


@pytest.mark.usefixtures("worker")
def test_the_september_file_comes_in(person: Person, branch: Branch) -> None:
    person.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    upload(person, SAMPLE)
    page = person.page
    new = page.locator(".tile").filter(has_text="Nya medlemmar").locator(".tile__value")
    expect(new).to_have_text("601", timeout=A_WORKER_TAKES)
    for words in ("Avvisade rader (4)", "Skyddad identitet (3)", "Rad 45", "Raden saknar medlemsnummer."):
        expect(page.get_by_text(words).first).to_be_visible()
    assert not Member.objects.exists()
    person.assert_accessible()

    page.get_by_role("button", name="Godkänn och uppdatera medlemmarna").click()
    expect(page.get_by_role("button", name="Godkänn och uppdatera medlemmarna")).to_have_count(
        0, timeout=A_WORKER_TAKES
    )
    expect(page.locator("main")).to_contain_text("601", timeout=A_WORKER_TAKES)
    page.wait_for_timeout(500)
    person.open("/storkoping/medlemmar/?q=åberg")
    names = page.locator("main table th[scope=row]").all_inner_texts()
    assert names
    assert all("Åberg" in name for name in names)
    person.assert_accessible()


def test_a_picture_is_refused_with_a_sentence(person: Person, branch: Branch, tmp_path: Path) -> None:
    person.sign_in(user_with(Role.Kind.MEMBER_OFFICER, branch))
    picture = tmp_path / "bild.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    upload(person, picture)
    expect(person.page.get_by_text("Filen är en bild.").first).to_be_visible()
    person.assert_accessible()
