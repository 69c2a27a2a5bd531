"""The board's evening: where do we stand, where did we stand at New Year, and how is that counted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from crm.people.models import Branch, MembershipGoal
from tests.board.making import applied_roster
from tests.browser.conftest import Person
from tests.factories import BranchFactory, user_with
from tests.figures.histories import period

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS, LEFT = 9, 5
# Where the menu stands instead of the row of links.
PHONE = 400


@pytest.fixture
def branch() -> Branch:
    """Members since 2020, some of whom left this month; a goal two years ahead."""
    found: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    today = timezone.localdate()
    applied_roster(found, date(2020, 1, 31))
    for _ in range(MEMBERS):
        period(found, date(2020, 1, 1))
    for _ in range(LEFT):
        period(found, date(2020, 1, 1), today, reason="moved")
    MembershipGoal.objects.create(branch=found, members_wanted=1000, by_date=date(today.year + 2, 12, 31))
    return found


def open_board(person: Person, branch: Branch) -> Page:
    person.sign_in(user_with("board", branch), two_factors=False)
    return person.open("/storkoping/styrelsen/")


def tile(page: Page, label: str) -> Locator:
    return page.locator(".tile").filter(has=page.get_by_text(label, exact=True)).locator(".tile__value")


def test_the_board_sees_where_it_stands(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    expect(page.get_by_role("heading", name="Styrelsen", level=1)).to_be_visible()
    expect(tile(page, "Medlemmar")).to_have_text(str(MEMBERS))
    expect(tile(page, "Har lämnat i år")).to_have_text(str(LEFT))
    expect(page.get_by_role("progressbar").first).to_have_attribute("max", "1000")
    person.assert_accessible()


def test_the_first_page_of_a_board_member_leads_there(person: Person, branch: Branch) -> None:
    person.sign_in(user_with("board", branch), two_factors=False)
    page = person.open("/")
    if (page.viewport_size or {"width": 0})["width"] < PHONE and page.get_by_text("Meny").is_visible():
        page.get_by_text("Meny").click()
    page.get_by_role("link", name="Styrelsen").locator("visible=true").first.click()
    expect(page).to_have_url(person.site + "/storkoping/styrelsen/")


def test_every_picture_says_what_it_shows_and_has_its_table(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    pictures = page.locator("figure.chart:has(svg)")
    expect(pictures.first).to_be_visible()
    assert pictures.count() >= 3  # the ways in are told of whole quarters, on most days of the year
    for number in range(pictures.count()):
        picture = pictures.nth(number)
        sentence = picture.locator(".chart__says").inner_text()
        expect(picture.get_by_role("img")).to_have_accessible_name(sentence)
        picture.get_by_text("Visa som tabell").click()
        expect(picture.get_by_role("table")).to_be_visible()
    person.assert_accessible()


def test_a_figure_says_how_it_is_counted(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    page.get_by_text("Så räknas det").first.click()
    expect(page.get_by_text("Alla vars medlemskap har börjat och inte slutat")).to_be_visible()
    person.assert_accessible()


def test_the_day_can_be_set_back_and_forth_again(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    yesterday = timezone.localdate() - timedelta(days=1)
    page.get_by_label("Som det såg ut den").fill(yesterday.isoformat())
    page.get_by_role("button", name="Visa", exact=True).click()
    expect(tile(page, "Medlemmar")).to_have_text(str(MEMBERS + LEFT))
    expect(page.get_by_label("Som det såg ut den")).to_have_value(yesterday.isoformat())
    page.get_by_role("link", name="Som det är i dag").click()
    expect(tile(page, "Medlemmar")).to_have_text(str(MEMBERS))


def test_a_day_that_has_not_been_gets_a_sentence(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    page.get_by_label("Som det såg ut den").fill("2999-12-31")
    page.get_by_role("button", name="Visa", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Välj en dag från 2000-01-01 till i dag.")
    expect(tile(page, "Medlemmar")).to_have_text(str(MEMBERS))
    person.assert_accessible()


def test_a_branch_that_has_just_begun_is_told_what_comes(person: Person) -> None:
    empty: Branch = BranchFactory.create(slug="storkoping")
    page = open_board(person, empty)
    expect(page.get_by_text("Arbetarekommunen har inget medlemsmål ännu.")).to_be_visible()
    expect(page.get_by_text("Ingen ringomgång har öppnats i år.")).to_be_visible()
    expect(page.get_by_text("Ingen har bjudits in i år ännu.")).to_be_visible()
    person.assert_accessible()


def test_without_script_it_is_the_same_page(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    page.route("**/*.js", lambda route: route.abort())
    page.reload()
    expect(tile(page, "Medlemmar")).to_have_text(str(MEMBERS))
    page.locator("figure.chart").first.get_by_text("Visa som tabell").click()
    expect(page.locator("figure.chart").first.get_by_role("table")).to_be_visible()


def test_on_paper_every_picture_has_its_table_and_the_buttons_are_gone(
    person: Person, branch: Branch
) -> None:
    page = open_board(person, branch)
    page.emulate_media(media="print")
    for picture in page.locator("figure.chart:has(svg[role=img])").all():
        expect(picture.get_by_role("table").first).to_be_visible()
        expect(picture.locator("summary").first).to_be_hidden()
    expect(page.get_by_role("button", name="Visa", exact=True)).to_be_hidden()


def test_a_picture_is_told_apart_without_colour(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    left = page.locator("figure.chart rect.bar--2").first
    assert "#stripes" in str(left.evaluate("bar => getComputedStyle(bar).fill"))
    assert page.locator("pattern#stripes").count() == 1


def test_the_tables_open_by_keyboard_alone(person: Person, branch: Branch) -> None:
    page = open_board(person, branch)
    picture = page.locator("figure.chart:has(svg[role=img])").first
    picture.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(picture.get_by_role("table").first).to_be_visible()
    page.keyboard.press("Tab")
    assert picture.evaluate("figure => figure.contains(document.activeElement)")


def test_the_empty_board_has_no_empty_pictures(person: Person) -> None:
    empty: Branch = BranchFactory.create(slug="storkoping")
    page = open_board(person, empty)
    expect(page.get_by_text("Inga medlemmar är kända den här dagen.")).to_be_visible()
    expect(page.locator("figure.chart svg[role=img]")).to_have_count(0)
