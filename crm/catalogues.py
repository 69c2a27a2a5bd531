"""Message catalogues without gettext's programs: finding messages, keeping the Swedish files, compiling them.

Each app has one catalogue, ``<app>/locale/sv/LC_MESSAGES/django.po``, for its own Python and for
``templates/<label>/``. Everything else (base.html, the login's pages, ``crm/*.py``) is the frame's.
"""

import ast
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.template.base import Lexer, Node, TokenType
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.text import unescape_string_literal
from django.utils.translation.reloader import translation_file_changed

FRAME = "crm"
LANGUAGE = "sv"
HEADER = f"""\
msgid ""
msgstr ""
"Project-Id-Version: Tusen\\n"
"Language: {LANGUAGE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
TEMPLATE_ENDINGS = {".html", ".txt", ".svg", ".xml", ".webmanifest", ".json"}
# Of each of Django's functions: where the context (or None), the singular and the plural (or None) stand.
KEYWORDS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
CONSTANT = re.compile(r"""\b_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
NAMED = re.compile(r"%\((\w+)\)")
LONE_PERCENT = re.compile(r"%(?![%(])")


class CatalogueError(Exception):
    """A source that can't be read for messages; the sentence names file and line."""


@dataclass(frozen=True)
class Found:
    """A message in a source file, as it is asked for at run time."""

    singular: str
    plural: str | None
    context: str | None
    file: str

    @property
    def key(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural is not None else self.singular


@dataclass(frozen=True)
class Catalogue:
    """One app's catalogue: its label and its folder, relative to the root of the project."""

    label: str
    folder: Path

    @property
    def po(self) -> Path:
        return settings.BASE_DIR / self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")

    def read(self) -> Catalog:
        if not self.po.exists():
            return Catalog(locale=LANGUAGE)
        with self.po.open("rb") as file:
            return read_po(file, locale=LANGUAGE, charset="utf-8", abort_invalid=True)


def all_catalogues() -> list[Catalogue]:
    """The frame's and every app's, installed or not (the demo is not always)."""
    found = [*settings.BASE_DIR.glob("*/apps.py"), *settings.BASE_DIR.glob("crm/*/apps.py")]
    folders = sorted(path.parent.relative_to(settings.BASE_DIR) for path in found)
    return [Catalogue(label=folder.name, folder=folder) for folder in folders]


# --- finding ------------------------------------------------------------------------------------


def sources(catalogue: Catalogue) -> Iterator[Path]:
    """The Python files and templates whose messages belong to a catalogue, in a fixed order."""
    others = {other.label: other.folder for other in all_catalogues() if other != catalogue}
    below = [settings.BASE_DIR / folder for folder in others.values() if catalogue.folder in folder.parents]
    for path in sorted((settings.BASE_DIR / catalogue.folder).rglob("*.py")):
        if not any(folder in path.parents for folder in below):
            yield path
    templates = settings.BASE_DIR / "templates"
    for path in sorted((templates if catalogue.label == FRAME else templates / catalogue.label).rglob("*")):
        if path.suffix in TEMPLATE_ENDINGS and path.relative_to(templates).parts[0] not in others:
            yield path


def find(catalogue: Catalogue) -> list[Found]:
    """Every message of a catalogue's sources. Raises ``CatalogueError`` with a line for each unreadable one."""
    found: list[Found] = []
    errors: list[str] = []
    for path in sources(catalogue):
        try:
            found += in_python(path) if path.suffix == ".py" else in_template(path)
        except CatalogueError as error:
            errors.append(str(error))
    if errors:
        raise CatalogueError("\n".join(errors))
    return found


def in_python(path: Path) -> list[Found]:
    """Messages of a module, under whatever names it has imported Django's functions."""
    name = str(path.relative_to(settings.BASE_DIR))
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=name)
    imported = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in KEYWORDS
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        from_call(call, imported[call.func.id], name)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in imported
    ]


def from_call(call: ast.Call, function: str, file: str) -> Found:
    def text(place: int | None) -> str | None:
        if place is None:
            return None
        argument = call.args[place] if place < len(call.args) else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
        raise CatalogueError(
            f"{file}:{call.lineno}: {function}() takes plain text, not a variable or f-string"
        )

    context, singular, plural = KEYWORDS[function]
    return Found(singular=text(singular) or "", plural=text(plural), context=text(context), file=file)


def in_template(path: Path) -> list[Found]:
    """Messages of a template, read by Django's own parser: ``translate``, ``blocktranslate`` and ``_("")``."""
    name = str(path.relative_to(settings.BASE_DIR))
    source = path.read_text(encoding="utf-8")
    try:
        template = Template(source)
    except TemplateSyntaxError as error:
        raise CatalogueError(f"{name}: {error}") from error
    nodes = [node for top in template.nodelist for node in top.get_nodes_by_type(Node)]
    return [
        *(from_translate(node, name) for node in nodes if isinstance(node, TranslateNode)),
        *(from_block(node, name) for node in nodes if isinstance(node, BlockTranslateNode)),
        *(Found(text, None, None, name) for text in constants(source)),
    ]


def from_translate(node: TranslateNode, file: str) -> Found:
    literal = getattr(node.filter_expression.var, "literal", None)
    if not isinstance(literal, str):
        raise CatalogueError(f"{file}: translate takes plain text, not {node.filter_expression.token}")
    return Found(literal.replace("%", "%%"), None, context_of(node), file)


def from_block(node: BlockTranslateNode, file: str) -> Found:
    singular, _variables = node.render_token_list(node.singular)
    plural = node.render_token_list(node.plural)[0] if node.plural else None
    return Found(singular, plural, context_of(node), file)


def context_of(node: TranslateNode | BlockTranslateNode) -> str | None:
    return str(node.message_context.resolve(Context())) if node.message_context else None


def constants(source: str) -> Iterator[str]:
    """The texts of ``_("")`` in a template's variables and tags, with percent signs doubled as Django asks."""
    for token in Lexer(source).tokenize():
        if token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            for quoted in CONSTANT.findall(token.contents):
                yield unescape_string_literal(quoted).replace("%", "%%")


# --- keeping ------------------------------------------------------------------------------------


def merged(catalogue: Catalogue) -> Catalog:
    """The catalogue as it should be: all messages found, with the translations that are known, and no others."""
    known = catalogue.read()
    wanted = Catalog(locale=LANGUAGE)
    for found in find(catalogue):
        message = wanted.add(found.key, context=found.context, locations=[(found.file, 0)])
        before = known.get(found.singular, found.context)
        if before and isinstance(before.string, tuple) == isinstance(found.key, tuple):
            message.string = before.string
            message.flags |= before.flags & {"fuzzy"}
            message.user_comments = before.user_comments
        message.flags -= {"python-brace-format"}
    return wanted


def update(catalogue: Catalogue) -> None:
    """Write the catalogue anew. Sorted, without line numbers or dates, so that two people's changes merge."""
    wanted = merged(catalogue)
    if not len(wanted) and not catalogue.po.exists():
        return
    catalogue.po.parent.mkdir(parents=True, exist_ok=True)
    with catalogue.po.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, wanted, width=110, omit_header=True, sort_output=True, include_lineno=False)


def compile_catalogue(catalogue: Catalogue) -> bool:
    """Make the ``.mo`` that Django reads, where it is missing or older; whether it was made."""
    if not catalogue.po.exists():
        return False
    if catalogue.mo.exists() and catalogue.mo.stat().st_mtime >= catalogue.po.stat().st_mtime:
        return False
    # Renamed into place: another process may be reading the old one.
    new = catalogue.mo.with_suffix(f".mo.{os.getpid()}")
    with new.open("wb") as file:
        write_mo(file, catalogue.read())
    new.replace(catalogue.mo)
    return True


def read_again() -> None:
    """Let this process speak with the new catalogues: it may have begun when there were none."""
    translation_file_changed(sender=None, file_path=Path("django.mo"))


# --- checking -----------------------------------------------------------------------------------


def problems(catalogue: Catalogue) -> list[str]:
    """A sentence for each message that is missing, untranslated, uncertain, unused or has wrong placeholders."""
    where = catalogue.po.relative_to(settings.BASE_DIR)
    known = catalogue.read()
    try:
        found = {(message.singular, message.context): message for message in find(catalogue)}
    except CatalogueError as error:
        return str(error).splitlines()
    kept = {(singular(message), message.context): message for message in known if message.id}
    lines = [
        f"{where}: not in the file: {found[key].singular!r} ({found[key].file})"
        for key in found.keys() - kept
    ]
    lines += [f"{where}: no longer used: {key[0]!r}" for key in kept.keys() - found]
    for key in found.keys() & kept:
        lines += [f"{where}: {fault}: {key[0]!r}" for fault in faults(found[key], kept[key])]
    return sorted(lines)


def conflicts(chosen: Iterable[Catalogue]) -> list[str]:
    """Messages that two catalogues translate differently: only one of them would ever show. A context parts them."""
    first: dict[tuple[str, str | None], tuple[str, object]] = {}
    lines = []
    for catalogue in chosen:
        for message in catalogue.read():
            if message.id and message.string:
                key = (singular(message), message.context)
                label, known = first.setdefault(key, (catalogue.label, message.string))
                if known != message.string:
                    lines.append(
                        f"{key[0]!r} is {message.string!r} in {catalogue.label} and {known!r} in {label}"
                    )
    return sorted(lines)


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def faults(found: Found, message: Message) -> Iterator[str]:
    """What is wrong with a translation."""
    given = message.string if isinstance(message.string, tuple | list) else [message.string]
    strings = [text for text in given if isinstance(text, str) and text]
    if (found.plural is not None) != isinstance(message.id, tuple | list):
        yield "one has a plural and the other has not"
    elif len(strings) < len(given):
        yield "not translated"
    elif message.fuzzy:
        yield "marked as uncertain (fuzzy)"
    else:
        yield from placeholder_faults(found, strings)


def placeholder_faults(found: Found, strings: list[str]) -> Iterator[str]:
    """A singular may leave out the number ("one member"); no translation may ask for what the code doesn't give."""
    whole = found.plural if found.plural is not None else found.singular
    wanted = set(NAMED.findall(found.singular)) | set(NAMED.findall(whole))
    for form, text in enumerate(strings):
        named = set(NAMED.findall(text))
        may_lack = found.plural is not None and form == 0
        if named - wanted or (wanted - named and not may_lack):
            yield "other placeholders than " + (", ".join(sorted(wanted)) or "none")
        if percents(text) != percents(found.plural if found.plural and form else found.singular):
            yield "percent signs differ"
        if found.singular.endswith("\n") != text.endswith("\n"):
            yield "line break at the end differs"


def percents(text: str) -> Counter[str]:
    """How often a text has doubled percent signs and unnamed placeholders."""
    rest = text.replace("%%", "")
    return Counter({"%%": text.count("%%"), "%": len(LONE_PERCENT.findall(rest))})
