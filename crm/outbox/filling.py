"""Words with placeholders in square brackets, filled in: plain replacing, nothing that is written is ever run."""

import re
from collections.abc import Collection, Mapping
from html import escape

PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,40})\]")
_STRAY = re.compile(r".{0,12}[\[\]].{0,12}")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_PARAGRAPH = re.compile(r"\n\s*\n")
# One part of a line: literal text, or the name of a placeholder.
Part = tuple[str, bool]


def faults(text: str, known: Collection[str]) -> list[str]:
    """What stands in brackets and means nothing, and brackets that lack their partner; as they are written."""
    unknown = [f"[{name}]" for name in PLACEHOLDER.findall(text) if plain(name) not in known]
    stray = [found.strip() for found in _STRAY.findall(PLACEHOLDER.sub("", text))]
    return list(dict.fromkeys(unknown + stray))


def names_in(text: str) -> set[str]:
    return {plain(name) for name in PLACEHOLDER.findall(text)}


def plain(name: str) -> str:
    return name.strip().lower()


class Pattern:
    """A text read once, to be filled in for many members."""

    def __init__(self, text: str) -> None:
        self._lines = [_parts(line) for line in text.replace("\r\n", "\n").split("\n")]

    def fill(self, values: Mapping[str, str]) -> str:
        """With each placeholder's value; a line whose placeholders are all empty is left out."""
        lines = []
        for parts in self._lines:
            filled = [values.get(words, "") if is_name else words for words, is_name in parts]
            named = [said for said, (_words, is_name) in zip(filled, parts, strict=True) if is_name]
            if not named or any(named):
                lines.append("".join(filled))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _parts(line: str) -> list[Part]:
    pieces = PLACEHOLDER.split(line)
    return [
        (plain(piece) if number % 2 else piece, bool(number % 2))
        for number, piece in enumerate(pieces)
        if piece or number % 2
    ]


def as_html(text: str, *, answer_url: str = "", answer: str = "") -> str:
    """Paragraphs with links; a line that ends with ``answer_url`` gets a large link that says ``answer``.

    Mail programs know neither style sheets nor much else: the look is in attributes, as in 1999.
    """
    return "\n".join(_paragraph(part, answer_url, answer) for part in _PARAGRAPH.split(text.strip()) if part)


def _paragraph(text: str, answer_url: str, answer: str) -> str:
    lines = "<br>\n".join(_line(line, answer_url, answer) for line in text.split("\n"))
    return f"<p>{lines}</p>"


def _line(line: str, answer_url: str, answer: str) -> str:
    if answer_url and line.rstrip().endswith(answer_url):
        before = line.rstrip().removesuffix(answer_url).rstrip()
        return f"{escape(before)}<br>\n{_button(answer_url, answer)}"
    return _with_links(line)


def _with_links(line: str) -> str:
    done, last = [], 0
    for found in _LINK.finditer(line):
        url = escape(found[0])
        done += [escape(line[last : found.start()]), f'<a href="{url}">{url}</a>']
        last = found.end()
    return "".join([*done, escape(line[last:])])


def _button(url: str, answer: str) -> str:
    return (
        '<table role="presentation" cellpadding="12" cellspacing="0" border="0"><tr><td bgcolor="#0b5563">'
        f'<a href="{escape(url)}"><font color="#ffffff" face="Arial, Helvetica, sans-serif"><b>{escape(answer)}</b>'
        "</font></a></td></tr></table>"
        f'<font size="2">{escape(url)}</font>'
    )
