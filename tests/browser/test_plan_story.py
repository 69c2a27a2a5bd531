"""The board follows its plan: pasted, tied to a figure, noted, adopted, and seen as a wheel."""

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from crm.people.models import Branch, Role
from crm.plan.models import Goal
from tests.browser.conftest import Person
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.plan.making import make_area, make_goal, make_plan

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """## Medlemsvärvning och medlemsmottagande

### Mål

- Vi ska nå 4 medlemmar
- Bjuda in nya medlemmar till introduktionsträffar två gånger

## Studier

- Genomföra en S1:a
"""


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="storkoping", name="Storköpings arbetarekommun")
    MemberFactory.create_batch(3, branch=made)
    return made


def test_from_the_meetings_text_to_goals_that_are_followed(person: Person, branch: Branch) -> None:
    year = timezone.localdate().year
    person.sign_in(user_with(Role.Kind.BOARD, branch), two_factors=False)
    page = person.open("/storkoping/plan/")
    person.assert_accessible()
    page.get_by_role("link", name="Skriv en plan").click()
    page.get_by_label("Planens text").fill("Här finns inga mål.")
    page.get_by_role("button", name="Gör förslaget").click()
    expect(page.get_by_label("Planens text")).to_have_value("Här finns inga mål.")
    person.assert_accessible()
    page.get_by_label("Planens text").fill(TEXT)
    page.get_by_role("button", name="Gör förslaget").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Plan för {year}")
    person.assert_accessible()

    page.get_by_role("link", name="Ändra Vi ska nå 4 medlemmar").click()
    expect(page.get_by_label("Av")).to_be_hidden()
    page.locator("select[name=figure]").select_option("members")
    page.get_by_label("Hur många").fill("4")
    person.assert_accessible()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("3 av 4 medlemmar").first).to_be_visible()
    person.assert_accessible()

    page.get_by_role("link", name="Genomföra en S1:a", exact=True).click()
    page.get_by_label("Vad som gjordes").fill("S1 på Folkets hus, 11 deltog")
    page.get_by_role("button", name="Anteckna").click()
    expect(page.get_by_text("nått").first).to_be_visible()
    expect(page.get_by_text("S1 på Folkets hus, 11 deltog")).to_be_visible()
    person.assert_accessible()

    page.get_by_role("link", name=f"Plan för {year}").click()
    page.get_by_role("button", name="Den är antagen").click()
    expect(page.get_by_text("1 av 3 mål är nådda.")).to_be_visible()
    assert Goal.objects.filter(figure="members", wanted=4).count() == 1


def test_the_wheel_and_its_calendar(person: Person, branch: Branch) -> None:
    year = timezone.localdate().year
    person.sign_in(user_with(Role.Kind.BOARD, branch), two_factors=False)
    page = person.open(f"/storkoping/plan/{year}/arshjul/")
    person.assert_accessible()
    calendar = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n"
    calendar += f"DTSTART;VALUE=DATE:{year}0522\r\nSUMMARY:Kongress\r\n".encode()
    calendar += b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    page.get_by_label("Kalenderfil").set_input_files(
        {"name": "parti.ics", "mimeType": "text/calendar", "buffer": calendar}
    )
    page.get_by_role("button", name="Läs in").click()
    expect(page.get_by_text("1 datum är inläst.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Kongress").first).to_be_visible()
    page.get_by_role("button", name="Skapa en adress").click()
    address = page.locator("code").inner_text()
    person.assert_accessible()
    token = address.rsplit("/", 1)[1]
    answer = page.request.get(f"{person.site}/arshjul/{token}")
    events = Calendar.from_ical(answer.body()).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Kongress"]
    page.get_by_role("button", name="Stäng adressen").click()
    expect(page.get_by_text("Ingen kan läsa den längre.")).to_be_visible()
    assert page.request.get(f"{person.site}/arshjul/{token}").status == 404


BROKEN_WORDS = """title => {
  const text = document.createTreeWalker(title, NodeFilter.SHOW_TEXT).nextNode();
  return [...text.data.matchAll(/[^ \\n]+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(line => line.top)).size > 1;
  }).map(word => word[0]);
}"""


def test_no_word_of_an_areas_heading_is_broken_and_on_paper_the_branch_is_named(
    person: Person, branch: Branch
) -> None:
    plan = make_plan(branch, year=timezone.localdate().year)
    make_goal(make_area(plan, "Medlemsvård och organisationsverksamhet"), "Hålla möten")
    person.sign_in(user_with(Role.Kind.BOARD, branch), two_factors=False)
    page = person.open(f"/storkoping/plan/{plan.year}/")
    heading = page.get_by_role("heading", name="Medlemsvård och organisationsverksamhet")
    assert heading.evaluate(BROKEN_WORDS) == []
    name = page.locator("main > .print-only")
    expect(name).to_be_hidden()
    page.emulate_media(media="print")
    expect(name).to_have_text(branch.name)
