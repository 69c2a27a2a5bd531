"""A caller whose network goes and comes back: nothing said is lost, nothing counts twice, logging out empties all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Dialog, Page, expect

from calls import rounds
from calls.models import Attempt, Call
from crm.people.models import AccessLog, Branch, Role, User
from tests.browser.conftest import Person
from tests.factories import BranchFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/storkoping/ringa/"
# Everything that is left in the browser: records of the vault, what is in the tab, pages and parts, workers.
LEFT = """async () => {
  const records = [];
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of base.objectStoreNames) {
      const keys = await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAllKeys();
        asked.onsuccess = () => done(asked.result);
      });
      records.push(...keys.map((key) => `${store}:${key}`));
    }
    base.close();
  }
  const workers = await navigator.serviceWorker.getRegistrations();
  // htmx notes the address of the page one is on, here the login's.
  const tab = Object.keys(sessionStorage).filter((name) => !name.startsWith("htmx-"));
  return { records, tab, caches: await caches.keys(), workers: workers.length };
}"""


@pytest.fixture
def branch() -> Branch:
    """The year's round of seven members, all on Rut's list."""
    made: Branch = BranchFactory.create(slug="storkoping", place="Storköping")
    for first in ("Åsa", "Bo", "Cilla", "Doris", "Erik", "Fia", "Göte"):
        MemberFactory.create(branch=made, first_name=first, last_name="Öberg")
    rounds.open_yearly(
        branch=made, on=timezone.localdate(), by=user_with(Role.Kind.CALLER, made, name="Rut R")
    )
    return made


@pytest.fixture
def rut(branch: Branch) -> User:
    return User.objects.get(name="Rut R")


def begin(person: Person, user: User, *, own: bool) -> Page:
    """Logged in, on the first person's page, and all that is to be kept has been."""
    person.sign_in(user, two_factors=False)
    page = person.open(HOME)
    if own:
        page.get_by_role("button", name="Ja, den är bara min").click()
        ready(page)
    page.get_by_role("button", name="Nästa").click()
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_selector("[data-waiting][data-ready]", state="attached")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def tell(page: Page, outcome: str) -> None:
    page.wait_for_selector("form[data-report][data-ready]")
    page.locator(f'button[value="{outcome}"]').click()


def left(page: Page) -> Any:
    return page.evaluate(LEFT)


def test_two_reports_without_a_network_arrive_once_each(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    phone = person_at("phone")
    page = begin(phone, rut, own=True)
    names = [heading(page)]
    page.context.set_offline(True)
    for waiting, outcome in (("1 rapport väntar", "reached"), ("2 rapporter väntar", "no_answer")):
        page.get_by_text("Skriv en anteckning").click()
        page.get_by_label("Anteckning till nästa ringare").fill(f"Sagt till {names[-1]}")
        tell(page, outcome)
        expect(page.get_by_text(waiting)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(names[-1])
        names.append(heading(page))
    assert Attempt.objects.count() == 0
    phone.assert_accessible()
    page.context.set_offline(False)
    expect(page.get_by_text("väntar på att skickas")).to_be_hidden(timeout=30_000)
    told = Attempt.objects.order_by("reported_at").values_list("outcome", "note", "call__member__first_name")
    assert list(told) == [
        ("reached", f"Sagt till {names[0]}", names[0].split()[0]),
        ("no_answer", f"Sagt till {names[1]}", names[1].split()[0]),
    ]
    assert len(set(names)) == 3


def test_a_reload_without_a_network_shows_the_person_and_the_draft(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    page = begin(person_at("phone"), rut, own=True)
    name = heading(page)
    page.get_by_text("Skriv en anteckning").click()
    page.get_by_label("Anteckning till nästa ringare").fill("Vill ha skjuts.")
    page.wait_for_timeout(600)
    page.context.set_offline(True)
    page.reload()
    assert heading(page) == name
    expect(page.get_by_label("Anteckning till nästa ringare")).to_have_value("Vill ha skjuts.")
    page.goto(page.url.split("/samtal/")[0] + "/mina-samtal/")
    assert heading(page) == "Det finns inget nät"
    expect(page.locator("[data-kept] a")).to_have_count(5)


def test_five_are_kept_and_each_reading_is_logged(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    page = begin(person_at("phone"), rut, own=True)
    people = [name for name in left(page)["records"] if "person:" in name]
    assert len(people) == 5
    held = Call.objects.filter(claimed_by=rut)
    read = AccessLog.objects.filter(purpose=AccessLog.Purpose.CALL).values_list("member_id", flat=True)
    assert set(read) == set(held.values_list("member_id", flat=True))
    assert held.count() == 5


def test_what_is_kept_can_not_be_read_in_the_browsers_files(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    page = begin(person_at("phone"), rut, own=True)
    stored = page.evaluate(
        """async () => {
          const base = await new Promise((done) => {
            const asked = indexedDB.open("tusen-calls");
            asked.onsuccess = () => done(asked.result);
          });
          const get = (store) => new Promise((done) => {
            const asked = base.transaction(store).objectStore(store).getAll();
            asked.onsuccess = () => done(asked.result);
          });
          const things = await get("things");
          const [key] = await get("keys");
          return [key.extractable, things.every(({ data }) => data instanceof ArrayBuffer),
            things.some(({ data }) => new TextDecoder().decode(data).includes("Öberg"))];
        }"""
    )
    assert stored == [False, True, False]


def test_logging_out_empties_everything(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    person = person_at("desk")
    page = begin(person, rut, own=True)
    before = left(page)
    assert (len(before["records"]) > 5, before["caches"], before["workers"]) == (True, ["tusen-calls"], 1)
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("heading", name="Logga in", level=1)).to_be_visible()
    assert left(page) == {"records": [], "tab": [], "caches": [], "workers": 0}


def test_on_a_shared_computer_nothing_but_the_unsent_words_stays_in_the_tab(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    page = begin(person_at("desk"), rut, own=False)
    name = heading(page)
    page.context.set_offline(True)
    tell(page, "reached")
    expect(page.get_by_text("1 rapport väntar på att skickas.")).to_be_visible()
    assert heading(page) == name
    kept = left(page)
    assert (kept["records"], kept["caches"], kept["workers"]) == ([], [], 0)
    page.context.set_offline(False)
    expect(page.get_by_text("Du har pratat med 1 partivän i dag")).to_be_visible(timeout=30_000)
    assert Attempt.objects.get().outcome == "reached"


def test_a_report_after_the_session_has_ended_is_sent_after_the_login(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    person = person_at("phone")
    page = begin(person, rut, own=False)
    page.context.clear_cookies(name="sessionid")
    tell(page, "reached")
    expect(page.get_by_text("1 rapport väntar på att skickas. Du är inte inloggad längre.")).to_be_visible()
    person.assert_accessible()
    page.get_by_role("link", name="Logga in igen").click()
    page.wait_for_url(lambda url: "/konto/login/" in url)
    assert Attempt.objects.count() == 0
    person.sign_in(rut, two_factors=False)
    page.goto(person.site + HOME)
    expect(page.get_by_text("Vi pratade. Samtalet är klart.")).to_have_count(0)
    waiting = "Object.keys(sessionStorage).some((key) => key.includes('report:'))"
    while page.evaluate(waiting):  # asked from outside: the page's own policy forbids asking again within it
        page.wait_for_timeout(100)
    assert Attempt.objects.get().outcome == "reached"


def test_another_caller_on_the_same_telephone_finds_nothing(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    person = person_at("phone")
    page = begin(person, rut, own=True)
    person.sign_in(user_with(Role.Kind.CALLER, branch, name="Nils N"), two_factors=False)
    page.goto(person.site + HOME)
    ready(page)
    assert [name for name in left(page)["records"] if name.startswith("things:")] == []


def test_a_report_that_needs_putting_right_comes_back_as_a_page(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    page = begin(person_at("phone"), rut, own=True)
    page.get_by_text("Telefon, e-post eller adress är fel").click()
    page.get_by_label("Nytt postnummer").fill("12")
    page.context.set_offline(True)
    tell(page, "reached")
    expect(page.get_by_text("1 rapport väntar")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Rätta den").click(timeout=30_000)
    expect(page.get_by_label("Nytt postnummer")).to_have_value("12")
    page.get_by_label("Nytt postnummer").fill("58222")
    tell(page, "reached")
    expect(page.get_by_text("Vi pratade. Samtalet är klart.")).to_be_visible()
    assert Attempt.objects.get().outcome == "reached"


# --- logged out elsewhere, and somebody else's turn ---------------------------------------------------------------


def wait_with(page: Page, *outcomes: str) -> None:
    """Reports that can't be sent: the network is gone."""
    page.context.set_offline(True)
    for number, outcome in enumerate(outcomes, start=1):
        name = heading(page)
        tell(page, outcome)
        words = f"{number} rapport" + ("er väntar" if number > 1 else " väntar")
        expect(page.get_by_text(words)).to_be_visible()
        if number < len(outcomes):
            expect(page.get_by_role("heading", level=1)).not_to_have_text(name)


def test_logged_out_elsewhere_two_reports_wait_for_the_same_person(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    """The session is ended from another device while this one has no network."""
    person = person_at("phone")
    page = begin(person, rut, own=True)
    wait_with(page, "reached", "no_answer")
    Session.objects.all().delete()
    page.context.set_offline(False)
    expect(page.get_by_text("2 rapporter väntar på att skickas. Du är inte inloggad längre.")).to_be_visible(
        timeout=30_000
    )
    assert Attempt.objects.count() == 0
    person.sign_in(rut, two_factors=False)
    page.goto(person.site + HOME)
    expect(page.get_by_text("2 rapporter som väntade har skickats.")).to_be_visible(timeout=30_000)
    assert sorted(Attempt.objects.values_list("outcome", flat=True)) == ["no_answer", "reached"]
    assert set(Attempt.objects.values_list("reported_by", flat=True)) == {rut.pk}


def test_a_report_waits_while_another_caller_has_the_telephone(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    person = person_at("phone")
    page = begin(person, rut, own=True)
    wait_with(page, "reached")
    Session.objects.all().delete()
    person.sign_in(user_with(Role.Kind.CALLER, branch, name="Nils N"), two_factors=False)
    page.context.set_offline(False)
    page.goto(person.site + HOME)
    expect(page.get_by_text("1 rapport från en annan ringare väntar här, högst tre dygn")).to_be_visible()
    things = [name for name in left(page)["records"] if name.startswith("things:")]
    assert (len(things), "report:" in things[0], Attempt.objects.count()) == (1, True, 0)
    person.sign_in(rut, two_factors=False)
    page.goto(person.site + HOME)
    expect(page.get_by_text("1 rapport som väntade har skickats.")).to_be_visible(timeout=30_000)
    assert Attempt.objects.get().reported_by == rut


def test_after_three_days_a_report_is_given_up_and_that_is_said(
    person_at: Callable[[str], Person], branch: Branch, rut: User
) -> None:
    page = begin(person_at("desk"), rut, own=False)
    wait_with(page, "reached")
    page.evaluate(
        """() => {
          const name = Object.keys(sessionStorage).find((one) => one.includes("report:"));
          const report = JSON.parse(sessionStorage.getItem(name));
          sessionStorage.setItem(name, JSON.stringify({ ...report, at: Date.now() - 73 * 3600 * 1000 }));
        }"""
    )
    page.context.set_offline(False)
    expect(page.get_by_text("En rapport kom för sent och kunde inte tas emot.")).to_be_visible()
    assert Attempt.objects.count() == 0
    assert [name for name in left(page)["tab"] if "report:" in name] == []


@pytest.mark.parametrize(("answer", "stays"), [("dismiss", True), ("accept", False)])
def test_logging_out_from_any_page_asks_about_what_waits(
    person_at: Callable[[str], Person], branch: Branch, rut: User, answer: str, stays: bool
) -> None:
    person = person_at("desk")
    page = begin(person, rut, own=True)
    page.route("**/rapport/", lambda route: route.abort())
    first = heading(page)
    tell(page, "reached")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    expect(page.get_by_text("1 rapport väntar")).to_be_visible()
    ready(page)
    page.goto(person.site + "/storkoping/")
    asked: list[str] = []

    def reply(dialog: Dialog) -> None:
        asked.append(dialog.message)
        getattr(dialog, answer)()

    page.on("dialog", reply)
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Logga ut").click()
    if not stays:
        expect(page.get_by_role("heading", name="Logga in", level=1)).to_be_visible()
    reports = [name for name in left(page)["records"] if "report:" in name]
    assert (len(asked), bool(reports)) == (1, stays)
