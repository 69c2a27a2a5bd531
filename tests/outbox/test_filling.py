import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.outbox.filling import Pattern, as_html, faults, names_in

VALUES = {"förnamn": "Åsa", "plats": "Folkets hus", "värd": "", "program": "Kaffe\nSång"}
URL = "https://tusen.example.org/i/abc/"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hej [förnamn]!", "Hej Åsa!"),
        ("Hej [ Förnamn ]!", "Hej Åsa!"),
        ("Var: [plats]\nVärd: [värd]\nSlut", "Var: Folkets hus\nSlut"),
        ("[förnamn] och [värd]", "Åsa och"),
        ("Före\n\n[värd]\n\nEfter", "Före\n\nEfter"),
        ("[program]", "Kaffe\nSång"),
        ("Rad ett\r\nRad två", "Rad ett\nRad två"),
        ("", ""),
    ],
)
def test_brackets_are_filled_and_a_line_without_anything_to_say_is_left_out(text: str, filled: str) -> None:
    assert Pattern(text).fill(VALUES) == filled


def test_what_a_value_holds_is_not_filled_in_again() -> None:
    assert Pattern("Hej [förnamn]!").fill({"förnamn": "[namn]", "namn": "hemligt"}) == "Hej [namn]!"


@pytest.mark.parametrize(
    "text", ["{{ member.email }}", "{% load x %}", "%(namn)s", "{0.__class__}", "${HOME}", "{förnamn}"]
)
def test_other_languages_of_templates_are_plain_words(text: str) -> None:
    assert faults(text, VALUES) == []
    assert Pattern(text).fill(VALUES) == text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Hej [förnamn], kom till [lokal] eller [lokal]", ["[lokal]"]),
        ("Hej [förnamn, kom", ["Hej [förnamn, kom"]),
        ("Hej förnamn]", ["Hej förnamn]"]),
        ("[__class__] [a.b]", ["[__class__]", "[a.b]"]),
        ("Hej []", ["Hej []"]),
        ("Inget alls", []),
    ],
)
def test_what_means_nothing_is_named(text: str, wrong: list[str]) -> None:
    assert faults(text, VALUES) == wrong


@given(st.text(max_size=200))
def test_a_text_without_faults_leaves_no_bracket_and_any_text_can_be_filled(text: str) -> None:
    filled = Pattern(text).fill(dict.fromkeys(VALUES, "x"))
    if not faults(text, VALUES):
        assert not set("[]") & set(filled)


@given(st.text(alphabet=st.characters(blacklist_characters="[]\r\n"), max_size=80))
def test_a_line_without_brackets_stands_as_it_was(line: str) -> None:
    assert Pattern(line).fill(VALUES) == line.strip()


def test_names_are_found_whatever_their_case() -> None:
    assert names_in("[Länk] och [ plats ]") == {"länk", "plats"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ett & två\nrad", "<p>Ett &amp; två<br>\nrad</p>"),
        ("Ett\n\nTvå", "<p>Ett</p>\n<p>Två</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("Se https://example.org/x.", '<p>Se <a href="https://example.org/x">https://example.org/x</a>.</p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        (
            'https://x.example.org/"onclick=',
            '<p><a href="https://x.example.org/">https://x.example.org/</a>&quot;onclick=</p>',
        ),
    ],
)
def test_html_says_the_same_and_nothing_else(text: str, html: str) -> None:
    assert as_html(text) == html


def test_the_link_to_answer_is_easy_to_press_and_stands_in_letters_too() -> None:
    html = as_html(f"Kommer du? {URL}\n\nKalender: {URL}kalender.ics", answer_url=URL, answer="Svara här")
    assert html.count(f'<a href="{URL}">') == 1
    assert "<b>Svara här</b>" in html
    assert f'<a href="{URL}kalender.ics">' in html
    assert "Kommer du?<br>" in html
