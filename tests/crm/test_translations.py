"""Every message has its Swedish, and the tool that sees to it."""

import gettext
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import trans_real

from crm import catalogues
from crm.catalogues import Catalogue, CatalogueError, Found

PO = """
msgid "Hello"
msgstr "Hej"

msgid "Gone"
msgstr "Borta"
"""


@pytest.fixture
def small(tmp_path: Path, settings: Any) -> Catalogue:
    """A project of one app with one module and one template."""
    settings.BASE_DIR = tmp_path
    for folder in ("calls/locale/sv/LC_MESSAGES", "templates/calls"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "calls/apps.py").touch()
    return Catalogue("calls", Path("calls"))


def write(catalogue: Catalogue, *, python: str = "", template: str = "", po: str = "") -> None:
    root = catalogue.po.parents[4]
    imports = "from django.utils.translation import gettext as _, ngettext, pgettext_lazy as role\n"
    (root / "calls/views.py").write_text(imports + python)
    (root / "templates/calls/page.html").write_text("{% load i18n %}" + template)
    catalogue.po.write_text(catalogues.HEADER + po)


def test_every_message_of_the_product_has_its_swedish() -> None:
    assert [
        line for catalogue in catalogues.all_catalogues() for line in catalogues.problems(catalogue)
    ] == []


def test_no_two_catalogues_translate_a_message_differently() -> None:
    assert catalogues.conflicts(catalogues.all_catalogues()) == []


def test_a_page_shows_what_the_catalogue_says() -> None:
    """Django or a library may have the same message in other words, and stand before ours."""
    installed = {config.name.replace(".", "/") for config in apps.get_app_configs()}
    ours = [catalogue for catalogue in catalogues.all_catalogues() if str(catalogue.folder) in installed]
    with translation.override("sv"):
        other = [
            f"{catalogue.label}: {message.id!r} shows as {shown!r}"
            for catalogue in ours
            for message in catalogue.read()
            if message.id and isinstance(message.id, str)
            if (shown := in_swedish(message.id, message.context)) != message.string
        ]
    assert other == []


def in_swedish(text: str, context: str | None) -> str:
    return translation.pgettext(context, text) if context else translation.gettext(text)


def test_messages_are_found_in_python_under_any_imported_name(small: Catalogue) -> None:
    write(
        small, python="_('One')\nrole('role', 'Two')\nngettext('%(n)s a', '%(n)s b', 2)\nprint('not this')\n"
    )
    file = "calls/views.py"
    assert catalogues.find(small) == [
        Found("One", None, None, file),
        Found("Two", None, "role", file),
        Found("%(n)s a", "%(n)s b", None, file),
    ]


def test_messages_are_found_at_every_depth_of_a_template(small: Catalogue) -> None:
    write(
        small,
        template="""{% block main %}{% if a %}{% translate "One" context "role" %}{% else %}
        {% for b in c %}{% empty %}{% blocktranslate trimmed count n=b %}5 %
        and {{ n }}{% plural %}all {{ n }}{% endblocktranslate %}{% endfor %}{% endif %}
        {{ _("Three")|upper }}{% include "x" with title=_("Four %") %}{% endblock %}""",
    )
    file = "templates/calls/page.html"
    assert catalogues.find(small) == [
        Found("One", None, "role", file),
        Found("5 %% and %(n)s", "all %(n)s", None, file),
        Found("Three", None, None, file),
        Found("Four %%", None, None, file),
    ]


@pytest.mark.parametrize(
    ("python", "template", "sentence"),
    [
        ("name = 1\n_(name)", "", "calls/views.py:3: gettext() takes plain text, not a variable or f-string"),
        ("_(f'{1}')", "", "calls/views.py:2: gettext() takes plain text, not a variable or f-string"),
        ("", "{% translate name %}", "templates/calls/page.html: translate takes plain text, not name"),
        ("", "{% if %}", "templates/calls/page.html: Unexpected end of expression in if tag."),
    ],
)
def test_what_no_catalogue_can_hold_is_named(
    small: Catalogue, python: str, template: str, sentence: str
) -> None:
    write(small, python=python, template=template)
    with pytest.raises(CatalogueError, match=r".") as error:
        catalogues.find(small)
    assert str(error.value).splitlines()[0] == sentence


def test_an_update_keeps_what_is_known_adds_what_is_new_and_drops_what_is_gone(small: Catalogue) -> None:
    write(small, python="_('Hello')\n_('Good day %(name)s')\n", po=PO)
    catalogues.update(small)
    assert small.po.read_text() == catalogues.HEADER + (
        '#: calls/views.py\n#, python-format\nmsgid "Good day %(name)s"\nmsgstr ""\n\n'
        '#: calls/views.py\nmsgid "Hello"\nmsgstr "Hej"\n\n'
    )


def test_an_update_twice_changes_nothing(small: Catalogue) -> None:
    write(small, python="_('Hello')\nngettext('%(n)s a', '%(n)s b', 2)\n", po=PO)
    catalogues.update(small)
    first = small.po.read_text()
    catalogues.update(small)
    assert small.po.read_text() == first


@pytest.mark.parametrize(
    ("message", "po", "fault"),
    [
        ("_('Hello')", "", "not in the file: 'Hello' (calls/views.py)"),
        ("_('Hello')", 'msgid "Hello"\nmsgstr ""\n', "not translated: 'Hello'"),
        ("_('Hello')", '#, fuzzy\nmsgid "Hello"\nmsgstr "Hej"\n', "marked as uncertain (fuzzy): 'Hello'"),
        ("", 'msgid "Hello"\nmsgstr "Hej"\n', "no longer used: 'Hello'"),
        ("_('%(a)s')", 'msgid "%(a)s"\nmsgstr "%(b)s"\n', "other placeholders than a: '%(a)s'"),
        ("_('5 %%')", 'msgid "5 %%"\nmsgstr "5 %"\n', "percent signs differ: '5 %%'"),
        ("_('%s')", 'msgid "%s"\nmsgstr "ett"\n', "percent signs differ: '%s'"),
        ("_('a\\n')", 'msgid "a\\n"\nmsgstr "a"\n', "line break at the end differs: 'a\\n'"),
        ("ngettext('a', 'b', 1)", 'msgid "a"\nmsgstr "a"\n', "one has a plural and the other has not: 'a'"),
    ],
)
def test_each_fault_of_a_catalogue_is_named(small: Catalogue, message: str, po: str, fault: str) -> None:
    write(small, python=message, po=po)
    assert catalogues.problems(small) == [f"calls/locale/sv/LC_MESSAGES/django.po: {fault}"]


def test_a_singular_may_leave_out_the_number(small: Catalogue) -> None:
    po = 'msgid "%(n)s member"\nmsgid_plural "%(n)s members"\nmsgstr[0] "en medlem"\nmsgstr[1] "%(n)s medlemmar"\n'
    write(small, python="ngettext('%(n)s member', '%(n)s members', 1)", po=po)
    assert catalogues.problems(small) == []


def test_two_catalogues_with_different_words_are_found(small: Catalogue) -> None:
    write(small, po='msgid "to"\nmsgstr "till"\n')
    other = Catalogue("outbox", Path("outbox"))
    other.po.parent.mkdir(parents=True)
    other.po.write_text(catalogues.HEADER + 'msgid "to"\nmsgstr "mottagare"\n')
    assert catalogues.conflicts([small, other]) == ["'to' is 'mottagare' in outbox and 'till' in calls"]


def test_a_catalogue_is_compiled_when_it_is_new_and_left_alone_when_it_is_not(small: Catalogue) -> None:
    write(small, po='msgid "Hello"\nmsgstr "Hej"\n')
    assert [catalogues.compile_catalogue(small), catalogues.compile_catalogue(small)] == [True, False]
    assert small.mo.read_bytes().endswith(b"Hej\0")


def test_what_has_been_compiled_is_spoken_at_once(small: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start compiles and then loads a demo, in one process that began without catalogues."""
    write(small, po='msgid "Hello"\nmsgstr "Hej"\n')
    monkeypatch.setattr(trans_real, "_default", gettext.NullTranslations())
    monkeypatch.setitem(vars(trans_real)["_translations"], "sv", gettext.NullTranslations())
    translation.activate("sv")
    assert translation.gettext("members") == "members"
    call_command("translations", "--compile", "--app", "calls", verbosity=0)
    assert translation.gettext("members") == "medlemmar"


def test_nothing_compiled_leaves_the_language_of_the_moment(small: Catalogue) -> None:
    write(small, po='msgid "Hello"\nmsgstr "Hej"\n')
    call_command("translations", "--compile", "--app", "calls", verbosity=0)
    with translation.override("en"):
        call_command("translations", "--compile", "--app", "calls", verbosity=0)
        assert translation.get_language() == "en"


def test_the_command_fails_with_what_is_missing(small: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    write(small, python="_('Hello')")
    with pytest.raises(CommandError, match="not in the file: 'Hello'"):
        call_command("translations", "--check")
    call_command("translations", "--update", "--app", "calls")
    assert capsys.readouterr().out == "calls/locale/sv/LC_MESSAGES/django.po: not translated: 'Hello'\n"


def test_an_unknown_app_is_answered_with_those_there_are(small: Catalogue) -> None:
    with pytest.raises(CommandError, match=r"There is no app nobody. The apps are calls\."):
        call_command("translations", "--check", "--app", "nobody")
