"""What the board reads: figures, many of them in one pass, how they are counted, and parts of its page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from crm.extensions.registry import Registry
from crm.units import Unit

if TYPE_CHECKING:
    from django.db.models import Exists

    from crm.lines import CountedLines
    from crm.people.models import Branch

R = TypeVar("R", bound="QuerySet[Any]")


@dataclass(frozen=True)
class Rows:
    """The page on which those who hold ``permission`` find the rows that a figure counts."""

    url_name: str
    permission: str
    query: str = ""

    def url_of(self, branch: "Branch") -> str:
        return reverse(self.url_name, args=[branch.slug]) + self.query


@dataclass(frozen=True)
class Figure:
    """A number of the board's. ``count`` is exact for the branch; ``None`` means it can't be known on that date.

    What is known ``of_today`` alone is told of an earlier day only by the figures kept that day.
    """

    name: str
    label: "str | Promise"
    unit: Unit
    explanation: "str | Promise"
    count: "CountFigure"
    subject: "str | Promise" = (
        ""  # of what the label is, where it is short because it stands under that heading
    )
    of_today: bool = False
    only_coarse: bool = False  # read by name alone, by pages that tell it to the nearest five
    of_blocks: bool = (
        False  # a breakdown of closed spans: two days' numbers could tell of one person, so none is kept
    )
    of_membership: bool = False  # counted from who is a member, which a roster may change afterwards
    of_rosters: bool = False  # counted from the dates of the full rosters themselves
    permission: str = "see_figures"  # crm.access.Permission: who may see it
    rows: Rows | None = None
    lines: "CountedLines | None" = None  # what it counts, one by one, for all who may see the figure
    goes_on: bool = (
        False  # counts what happens as the year goes: a share of it is settled by the year's end alone
    )
    by_club: bool = False  # its lines say with which club, so that a goal may ask for one club's alone
    people: "CountedPeople | None" = None  # whom it counts, where no page of their own lists them
    out_of: "CountedPeople | None" = None  # of a percentage: all among whom ``people`` are counted

    @property
    def full_label(self) -> str:
        """For a list of figures, where no heading says what they are of."""
        return f"{self.subject}: {self.label}" if self.subject else str(self.label)

    def is_known(self, on: date) -> bool:
        return not self.of_today or on == timezone.localdate()

    def read(self, branch: "Branch", on: date) -> int | float | None:
        return self.count(branch, on) if self.is_known(on) else None


class CountFigure(Protocol):
    def __call__(self, branch: "Branch", on: date) -> int | float | None: ...


class CountedPeople(Protocol):  # the key of each counted member, as many times as the figure counts them
    def __call__(self, branch: "Branch", on: date) -> "Iterable[int | None]": ...


@dataclass(frozen=True)
class Account:
    """How what is no single figure is counted: a table, a forecast. Explained beside the figures."""

    name: str
    label: "str | Promise"
    explanation: "str | Promise"
    rows: Rows | None = None


@dataclass(frozen=True)
class Tally:
    """Several figures counted together, for one branch or for all in one pass; each equals its figure's ``count``.

    ``absent`` is what the figures are for a branch that the pass does not name: 0, or not known.
    """

    names: tuple[str, ...]
    count: "CountTally"
    absent: int | None = 0


class CountTally(Protocol):
    """Figure to branch key to value; all branches when ``branches`` is ``None``."""

    def __call__(
        self, branches: "Collection[int] | None", on: date
    ) -> "Mapping[str, Mapping[int, int | float]]": ...


@dataclass(frozen=True)
class BoardPart:
    """A part of the board's page that another app draws: its template and what stands in it. Names nobody."""

    template: str
    context: "BoardPartContext"
    tables: "BoardPartTables | None" = None
    tells_blocks: bool = False  # of quarters that are over: the nightly job has it tell them
    passages: "BoardPartPassages | None" = None


@dataclass(frozen=True)
class PublishedTable:
    """Rows of text and numbers as the board's files and its report hold them; ``None`` is not known.

    ``name`` is what programs know it by: it stays when the title's words change.
    """

    name: str
    title: str
    headers: tuple[str, ...]
    rows: "list[tuple[str | int | float | None, ...]]"
    note: str = ""


class BoardPartTables(Protocol):
    """What the part says, as tables: no cell of 1-4 people can be reckoned from them."""

    def __call__(self, branch: "Branch", on: date) -> list[PublishedTable]: ...


@dataclass(frozen=True)
class Passage:
    """A text ready to paste into the annual report. Figures and no names."""

    title: str
    text: str


class BoardPartPassages(Protocol):
    def __call__(self, branch: "Branch", on: date) -> list[Passage]: ...


class BoardPartContext(Protocol):
    def __call__(self, branch: "Branch", on: date) -> dict[str, object]: ...


@dataclass(frozen=True)
class Contact:
    """A way of meeting those who join: the board sees who stays of those who had it and of those who had not.

    ``met`` is true of a membership whose person had it in time, known by dated events that erasing keeps.
    """

    name: str
    title: "str | Promise"
    had: "str | Promise"  # "talked with in the first year"
    had_not: "str | Promise"
    met: "ContactMet"


class ContactMet(Protocol):
    def __call__(self) -> "Exists":
        """A condition on memberships, by ``OuterRef("member")`` and ``OuterRef("started_on")``."""


figures: Registry[Figure] = Registry()
accounts: Registry[Account] = Registry()
tallies: Registry[Tally] = Registry()
board_parts: Registry[BoardPart] = Registry()
contacts: Registry[Contact] = Registry()
how_sections: Registry[str] = Registry()  # templates for the page that says how it is counted


def of_branches(rows: R, branches: Collection[int] | None, path: str = "branch") -> R:
    """The rows that a tally counts: of the branches at the end of ``path``, of all when ``branches`` is ``None``."""
    return rows if branches is None else rows.filter(**{f"{path}__in": branches})
