"""The frame of every page, the error pages, and the small parts."""

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from crm.context import NavItem
from crm.people.models import Branch, User
from crm.templatetags.tusen import Part, state_summary

ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]


def page(template: str = "404.html", **context: object) -> str:
    """A template as a page, with a request but without context processors' queries."""
    return render_to_string(template, {"request": RequestFactory().get("/sida/?q=1"), **context})


@pytest.mark.parametrize("template", ERROR_PAGES)
def test_an_error_page_needs_neither_request_nor_database(template: str) -> None:
    html = render_to_string(template)
    assert html.count("<h1>") == 1
    assert 'action="/i18n/setlang/"' not in html


@pytest.mark.parametrize("template", ERROR_PAGES)
def test_an_error_page_speaks_the_readers_language(template: str) -> None:
    swedish = render_to_string(template)
    with translation.override("en"):
        english = render_to_string(template)
    assert "Till startsidan" in swedish
    assert "To the start page" in english
    assert '<html lang="sv">' in swedish
    assert '<html lang="en">' in english


def test_the_title_is_heading_and_window_title() -> None:
    html = page()
    assert "<title>Sidan finns inte – Tusen</title>" in html
    assert "<h1>Sidan finns inte</h1>" in html


def test_the_language_switch_brings_one_back_to_the_page() -> None:
    html = page()
    assert 'name="next" value="/sida/?q=1"' in html
    assert 'value="sv" lang="sv" aria-current="true">Svenska' in html
    assert 'value="en" lang="en">English' in html


def test_an_answer_to_a_form_lets_one_change_language_on_the_page_of_the_form() -> None:
    sent = RequestFactory().post("/ringa/samtal/7/rapport/", headers={"referer": "http://testserver/ringa/"})
    html = render_to_string("404.html", {"request": sent})
    assert 'name="next" value="http://testserver/ringa/"' in html


def test_who_is_not_logged_in_can_change_language(client: Client) -> None:
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/konto/login/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/konto/login/")
    assert client.cookies["django_language"].value == "en"


@pytest.mark.django_db
def test_one_logs_in_with_a_code_a_password_or_a_passkey(client: Client) -> None:
    html = client.get("/konto/login/").content.decode()
    assert 'action="/konto/login/code/"' in html
    assert 'name="password"' in html
    assert 'id="passkey_login"' in html


@pytest.mark.django_db
def test_a_wrong_password_is_answered_above_the_form(client: Client) -> None:
    answer = client.post("/konto/login/", {"login": "nobody@example.org", "password": "fel"})
    html = answer.content.decode()
    assert html.count('class="error-summary"') == 1
    assert '<details class="card" open>' in html


def test_the_demo_says_so_on_every_page() -> None:
    sentence = "Detta är en påhittad arbetarekommun."
    assert sentence in page(demo=True)
    assert sentence not in page(demo=False)


def test_nobody_has_no_menu() -> None:
    html = page()
    assert "<nav" not in html
    assert "/logout/" not in html


def test_the_menu_shows_where_one_is_on_phone_and_computer() -> None:
    nav = [NavItem("Medlemmar", "/ak/medlemmar/", False), NavItem("Träffar", "/ak/traffar/", True)]
    html = page(nav=nav, user=User(email="asa@example.org", name="Åsa Öberg"))
    assert ">Åsa Öberg</a>" in html
    assert html.count('<a href="/ak/traffar/" aria-current="page">Träffar</a>') == 2
    assert html.count('<a href="/ak/medlemmar/">Medlemmar</a>') == 2


def test_one_with_several_branches_can_change() -> None:
    here, other = Branch(pk=1, name="Ekby", slug="ekby"), Branch(pk=2, name="Alby", slug="alby")
    html = page(branches=[here, other], frame_branch=here, user=User(email="asa@example.org"))
    assert '<a href="/ekby/" aria-current="true">Ekby</a>' in html
    assert '<a href="/alby/">Alby</a>' in html


def test_a_message_is_read_aloud_by_its_weight() -> None:
    shown = [Message(messages.SUCCESS, "Sparat."), Message(messages.ERROR, "Fel fil.")]
    html = page(messages=shown)
    assert '<span role="status">Sparat.</span>' in html
    assert '<span role="alert">Fel fil.</span>' in html


def test_states_add_up() -> None:
    drawn = state_summary([Part("nådd", 30), Part("väntar", 10), Part("fri", 0)], "Alla")
    assert drawn["total"] == 40
    assert [(part["start"], part["share"]) for part in drawn["parts"]] == [
        ("0.000", "75.000"),
        ("75.000", "25.000"),
        ("100.000", "0.000"),
    ]


def test_states_of_nobody_draw_an_empty_bar() -> None:
    html = render_to_string("components/states.html", state_summary([Part("nådd", 0)], "Alla"))
    assert "states__bar" in html
    assert 'width="0%"' not in html


def test_pagination_keeps_the_search() -> None:
    request = RequestFactory().get("/", {"q": "öberg", "page": "2"})
    html = render_to_string("components/pagination.html", {"page": Paginator(range(30), 10).page(2)}, request)
    assert 'href="?q=%C3%B6berg&amp;page=1"' in html
    assert 'href="?q=%C3%B6berg&amp;page=3"' in html
    assert "Sida 2 av 3" in html


def test_one_page_needs_no_pagination() -> None:
    assert render_to_string("components/pagination.html", {"page": Paginator([1], 10).page(1)}).strip() == ""


def test_a_tile_without_a_value_shows_a_dash() -> None:
    assert ">–</dd>" in render_to_string("components/tile.html", {"label": "Kom", "value": None})
    assert ">0</dd>" in render_to_string("components/tile.html", {"label": "Kom", "value": 0})


def test_nothing_here_says_what_to_do() -> None:
    html = render_to_string(
        "components/empty.html", {"title": "Inga medlemmar än", "url": "/in/", "label": "Läs in"}
    )
    assert '<a class="button button--primary" href="/in/">Läs in</a>' in html


def test_are_you_sure_names_the_deed_and_the_way_back() -> None:
    html = page("confirm.html", title="Ta bort listan?", button="Ta bort", cancel_url="/listor/", danger=True)
    assert "<h1>Ta bort listan?</h1>" in html
    assert '<button class="button button--danger">Ta bort</button>' in html
    assert '<a class="button button--quiet" href="/listor/">Avbryt</a>' in html


def test_a_page_for_paper_has_no_frame() -> None:
    html = page("print.html")
    assert "site-header" not in html
    assert "site-footer" not in html
    assert "data-print hidden" in html


def test_what_changes_something_is_a_form() -> None:
    html = page("components/post_button.html", url="/ta-bort/", label="Ta bort", csrf_token="abc")
    assert '<form method="post" action="/ta-bort/">' in html
    assert 'value="abc"' in html
