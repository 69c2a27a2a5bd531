"""Members found as one types, roles given, and codes on paper used, on a phone and at a desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.people import printed_codes
from crm.people.models import Branch, Member, Role, User
from tests.browser.conftest import Person
from tests.factories import BranchFactory, ClubFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    return made


def names(page: Page) -> list[str]:
    return page.locator("#found tbody th").all_inner_texts()


def test_members_are_found_as_one_types_and_their_wishes_are_noted(person: Person, branch: Branch) -> None:
    for first, last in (("Östen", "Zetterlund"), ("Eva", "Öberg"), ("Bo", "Ärlig"), ("Li", "Åberg")):
        MemberFactory.create(branch=branch, first_name=first, last_name=last)
    person.sign_in(user_with("member_officer", branch))
    page = person.open("/storkoping/medlemmar/")
    assert names(page) == ["Zetterlund, Östen", "Åberg, Li", "Ärlig, Bo", "Öberg, Eva"]
    person.assert_accessible()
    page.get_by_label("Sök").press_sequentially("öB")
    expect(page.get_by_text("1 träff", exact=True)).to_be_visible()
    assert names(page) == ["Öberg, Eva"]
    page.get_by_role("link", name="Öberg, Eva").click()
    person.assert_accessible()
    page.get_by_role("button", name="Vill inte bli uppringd mer").click()
    expect(page.get_by_text("Sparat. Det gäller från och med nu.")).to_be_visible()
    assert Member.objects.get(last_name="Öberg").no_calls
    page.get_by_role("button", name="Får ringas igen").click()
    expect(page.get_by_role("button", name="Vill inte bli uppringd mer")).to_be_visible()
    person.assert_accessible()


def test_the_administrator_gives_a_role_and_prints_codes(person: Person, branch: Branch) -> None:
    ClubFactory.create(branch=branch, name="Ryds s-förening")
    person.sign_in(user_with("admin", branch))
    page = person.open("/storkoping/installningar/uppdrag/")
    page.get_by_role("link", name="Ge någon ett uppdrag").click()
    page.get_by_role("button", name="Ge uppdraget").click()
    expect(page.get_by_role("heading", name="Något behöver rättas till")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("textbox", name="E-post").fill("rune@example.org")
    page.get_by_role("textbox", name="Namn").fill("Rune Ringare")
    page.locator("#id_ends_on").fill("2099-12-20")
    page.get_by_role("button", name="Ge uppdraget").click()
    expect(page.get_by_text("Rune Ringare är nu ringare.")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("button", name="Koder på papper").click()
    expect(page.locator(".codes li")).to_have_count(10)
    person.assert_accessible()
    for address in ("", "foreningar/", "medlemsmal/"):
        person.open(f"/storkoping/installningar/{address}")
        person.assert_accessible()


def test_a_role_is_ended_after_a_question(person: Person, branch: Branch) -> None:
    user_with("caller", branch, name="Rune Ringare")
    person.sign_in(user_with("admin", branch))
    page = person.open("/storkoping/installningar/uppdrag/")
    page.get_by_role("link", name=re.compile("^Avsluta Rune")).click()
    person.assert_accessible()
    page.get_by_role("button", name="Avsluta uppdraget").click()
    expect(page.get_by_text("Uppdraget är avslutat.")).to_be_visible()
    assert Role.objects.get(kind="caller").ended_by is not None


def test_a_code_on_paper_logs_a_caller_in(person: Person, branch: Branch) -> None:
    caller = user_with("caller", branch)
    codes = printed_codes.print_codes(user=caller, branch=branch, by=user_with("admin", branch))
    page = person.open("/konto/login/")
    page.get_by_role("link", name="Med en kod på papper").click()
    page.get_by_label("Kod från ditt papper").fill("aaaa aaaa")
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_text("Den koden fungerar inte.").first).to_be_visible()
    person.assert_accessible()
    page.get_by_label("Kod från ditt papper").fill(codes[0].lower())
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(re.compile("/storkoping/"))


def test_one_proof_is_not_enough_and_the_page_says_why(person: Person, branch: Branch) -> None:
    person.sign_in(user_with("member_officer", branch), two_factors=False)
    page = person.open("/storkoping/medlemmar/")
    expect(page.get_by_role("heading", name="Ett bevis till, tack")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("link", name="Ställ in appen").click()
    expect(page).to_have_url(re.compile("/konto/2fa/totp/activate/"))


def test_a_superuser_creates_a_branch(person: Person) -> None:
    person.sign_in(User.objects.create_superuser("root@example.org", name="Rut Rot"))
    page = person.open("/")
    person.assert_accessible()
    page.get_by_role("link", name="Skapa en arbetarekommun").first.click()
    person.assert_accessible()
    for label, text in (
        ("Namn", "Ryds arbetarekommun"),
        ("Adressnamn", "ryd"),
        ("Kommun", "Ryd"),
        ("Första administratörens namn", "Ada Administratör"),
        ("Första administratörens e-post", "ada@example.org"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Skapa arbetarekommunen").click()
    expect(page.get_by_text("Ryds arbetarekommun är skapad.")).to_be_visible()
    assert Role.objects.get().user.email == "ada@example.org"
