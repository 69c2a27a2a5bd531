"""Every part of the design system on one page: accessible in light and dark, on a phone and at a desk."""

from pathlib import Path

import pytest
from django import forms
from django.contrib.messages import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Route

from crm.context import NavItem
from crm.people.models import Branch, User
from crm.templatetags.tusen import Part
from tests.browser.conftest import Person

PARTS_PAGE = Path(__file__).with_name("parts.html")
ADDRESS = "/delar/"


class EveryField(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som det står i medlemsregistret.")
    email = forms.EmailField(label="E-post", required=False)
    day = forms.DateField(label="Dag", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="Sort", choices=[("a", "Introduktionsträff"), ("b", "Samkväm")])
    size = forms.ChoiceField(
        label="Hur mycket?", widget=forms.RadioSelect, choices=[("a", "Allt"), ("b", "Del")]
    )
    way = forms.ChoiceField(
        label="Hur?", widget=forms.RadioSelect(attrs={"class": "choice-cards"}), choices=[("a", "Brev")]
    )
    tongues = forms.MultipleChoiceField(
        label="Språk", widget=forms.CheckboxSelectMultiple, choices=[("sv", "svenska"), ("fi", "finska")]
    )
    note = forms.CharField(label="Anteckning", widget=forms.Textarea, required=False)
    file = forms.FileField(label="Medlemsfil")
    sure = forms.BooleanField(label="Jag har förstått", help_text="De försvinner ur ringlistorna.")


def parts_page() -> str:
    names = ["Medlemmar", "Medlemsfiler", "Min ringlista", "Ringomgångar", "Träffar", "Utskick", "Styrelsen"]
    context = {
        "demo": True,
        "user": User(email="asa@example.org", name="Åsa Öberg"),
        "branches": [
            Branch(pk=1, name="Ekby arbetarekommun", slug="ekby"),
            Branch(pk=2, name="Alby", slug="alby"),
        ],
        "frame_branch": Branch(pk=1, name="Ekby arbetarekommun", slug="ekby"),
        "nav": [NavItem(name, f"#{name}", name == "Träffar") for name in names],
        "messages": [Message(SUCCESS, "Träffen är sparad."), Message(ERROR, "Filen kunde inte läsas.")],
        "form": EveryField({"size": "a"}),
        "crumbs": [("Ringomgångar", "#")],
        "parts": [Part("nådd", 212, 1, "#"), Part("väntar", 241, 5), Part("onåbar", 17, 4)],
        "page": Paginator(range(30), 10).page(2),
    }
    template = engines["django"].from_string(PARTS_PAGE.read_text(encoding="utf-8"))
    return str(template.render(context, RequestFactory().get(ADDRESS)))


@pytest.fixture
def parts(person: Person) -> Page:
    """The page as an address of the site, although no view has it."""
    html = parts_page()
    person.page.route(f"**{ADDRESS}", lambda route: route.fulfill(body=html, content_type="text/html"))
    return person.open(ADDRESS)


def test_every_part_is_accessible(person: Person, parts: Page) -> None:
    person.assert_accessible()


def test_what_one_presses_is_44_pixels_high(parts: Page) -> None:
    low = parts.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
        .filter((e) => e.checkVisibility() && !e.closest("p, dd, th, td, .error-summary, .skip-link"))
        .map((e) => [(e.closest("label") ?? e).getBoundingClientRect().height, e.outerHTML.slice(0, 80)])
        .filter(([height]) => height < 44)"""
    )
    assert low == []


def test_text_twice_as_large_needs_no_sideways_scrolling(parts: Page) -> None:
    parts.evaluate("document.documentElement.style.fontSize = '200%'")
    parts.set_viewport_size({"width": 640, "height": 800})
    assert parts.evaluate("document.documentElement.scrollWidth") == 640


def test_faults_are_read_first(parts: Page) -> None:
    assert parts.evaluate("document.activeElement.className") == "error-summary"
    parts.click(".error-summary a >> nth=0")
    assert parts.url.endswith("#id_name")


def test_a_message_can_be_put_away(parts: Page) -> None:
    parts.get_by_role("button", name="Stäng").first.click()
    assert parts.locator(".flash").all_inner_texts() == ["Filen kunde inte läsas.\n✕"]


def test_the_menu_closes_with_escape(parts: Page) -> None:
    menu = parts.locator("details.switch")
    menu.locator("summary").click()
    assert menu.locator("a").count() == 2
    parts.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


def test_a_form_sent_twice_is_sent_once(parts: Page) -> None:
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)

    parts.route("**/skickas/", take)
    button = parts.locator("#twice button")
    button.click()
    button.click(force=True)  # a person does not wait until the button is open again
    parts.wait_for_timeout(200)
    assert len(sent) == 1
    assert button.get_attribute("aria-disabled") == "true"
