"""Pages that apps put before people: the navigation, pages outside the branches, parts of a member's page, the
year's marks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from crm.extensions.registry import Registry

if TYPE_CHECKING:
    from crm.access import Standing
    from crm.people.models import Branch, Member, User


@dataclass(frozen=True)
class NavEntry:
    """A branch page in the main navigation, for those who hold ``permission``."""

    label: "str | Promise"
    url_name: str
    permission: str
    position: int
    about: "str | Promise" = ""  # one line for the branch's start page

    def url_of(self, branch: "Branch") -> str:
        return reverse(self.url_name, args=[branch.slug])


class OuterPages(Protocol):
    """Pages outside the branches that a standing opens, as label and address: a district's, the party's."""

    def __call__(self, standing: "Standing") -> "Iterable[tuple[str | Promise, str]]": ...


@dataclass(frozen=True)
class Panel:
    """A part of a member's page that a higher app draws: its template and context."""

    template: str
    permission: str
    context: "PanelContext"


class PanelContext(Protocol):
    def __call__(self, member: "Member", user: "User") -> dict[str, object]: ...


@dataclass(frozen=True)
class YearMark:
    """Something that a branch's year holds: a day, or the days from ``first`` to ``last``.

    ``is_done`` is ``None`` for a date on which nothing is to be done; else what is not done by ``last`` is late.
    ``part`` is a part of the wheel (``crm.plan.wheel.PARTS``), ``key`` what it is of among the branch's marks of that
    part: the same wherever its days are moved. ``url`` is for those who hold ``permission``.
    """

    first: date
    last: date
    label: str
    part: str
    key: str
    is_done: bool | None = None
    url: str = ""
    permission: str = "see_plan"


class YearMarks(Protocol):  # what an app puts into a branch's year, as known on a day; names nobody
    def __call__(self, *, branch: "Branch", year: int, on: date) -> Iterable[YearMark]: ...


navigation: Registry[NavEntry] = Registry()
outer_pages: Registry[OuterPages] = Registry()
panels: Registry[Panel] = Registry()
year_marks: Registry[YearMarks] = Registry()


def pages_of(branch: "Branch") -> Iterator[tuple[NavEntry, str]]:
    """The navigation's entries with their addresses, in order. One whose page is not there is left out."""
    for entry in sorted(navigation.all(), key=lambda entry: entry.position):
        try:
            yield entry, entry.url_of(branch)
        except NoReverseMatch:
            continue


def outer_pages_of(standing: "Standing") -> "list[tuple[str | Promise, str]]":
    return [page for pages in outer_pages.all() for page in pages(standing)]
