"""The numbers that a page shows, each with what stands around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.crm.markup import VOID

# What holds a number together with the words about it.
AROUND = ("tile", "progress", "chart", "section", "main")


@dataclass
class Node:
    tag: str
    classes: frozenset[str]
    above: "Node | None"
    href: str = ""
    text: str = ""
    below: "list[Node]" = field(default_factory=list)

    def outwards(self) -> "Iterator[Node]":
        node: Node | None = self
        while node:
            yield node
            node = node.above

    def inwards(self) -> "Iterator[Node]":
        yield self
        for node in self.below:
            yield from node.inwards()

    def is_within(self, tag: str, name: str = "") -> bool:
        return any(node.tag == tag and (not name or name in node.classes) for node in self.outwards())

    @property
    def shows_a_number(self) -> bool:
        if not re.search(r"\d", self.text):
            return False
        cell = self.tag == "td" and "num" in self.classes
        drawn = self.tag == "text" and self.is_within("figure", "chart")
        told = self.tag == "strong" and self.is_within("div", "progress")
        fact = self.tag == "dd" and self.text.strip().isdigit() and self.is_within("dl", "facts")
        return cell or drawn or told or fact or "tile__value" in self.classes

    @property
    def around(self) -> "Node":
        """The nearest that holds it: a tile and a picture speak for themselves, a table with its section."""
        return next(n for n in self.outwards() if n.tag in AROUND or n.classes & set(AROUND))

    @property
    def ways(self) -> set[str]:
        """The anchors that it leads to."""
        return {node.href.partition("#")[2] for node in self.inwards() if "#" in node.href}


class Page(HTMLParser):
    """What stands within <main>."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.feed(html[html.index("<main") : html.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found, above = dict(attrs), self.open[-1] if self.open else None
        node = Node(tag, frozenset((found.get("class") or "").split()), above, href=found.get("href") or "")
        self.nodes.append(node)
        if above:
            above.below.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for node in self.open:
            node.text += data

    @property
    def numbers(self) -> list[Node]:
        return [node for node in self.nodes if node.shows_a_number]


def unexplained(html: str, anchors: set[str]) -> list[str]:
    """The numbers around which nothing leads to one of the anchors."""
    return [
        f"<{node.tag}> {' '.join(node.text.split())}, in {node.around.tag} {sorted(node.around.classes)}"
        for node in Page(html).numbers
        if not node.around.ways & anchors
    ]
