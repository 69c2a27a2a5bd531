"""Every hook by which a lower app shows or does what a higher one knows, as typed protocols.

A higher app registers in ``AppConfig.ready()``; the lower one reads. A page works with none registered.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.db.models import Exists

    from crm.access import Standing
    from crm.lines import CountedLines
    from crm.people.models import Branch, Member, User

T = TypeVar("T")
R = TypeVar("R", bound="QuerySet[Any]")


class Registry(Generic[T]):
    """Named hooks of one kind, in the order in which they were registered."""

    def __init__(self) -> None:
        self._hooks: dict[str, T] = {}

    def register(self, name: str, hook: T) -> None:
        """Raises ``ValueError`` when the name is taken by another hook."""
        if name in self._hooks and self._hooks[name] != hook:
            raise ValueError(f"{name} is registered twice")
        self._hooks[name] = hook

    def get(self, name: str) -> T | None:
        return self._hooks.get(name)

    def all(self) -> Iterator[T]:
        return iter(tuple(self._hooks.values()))

    def names(self) -> list[str]:
        return list(self._hooks)


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
class Job:
    """A small daily job: for each branch, "is anything due on this day?". Idempotent, and catching up.

    ``run`` returns what it did as counts for the log, such as ``{"calls": 12}``.
    """

    name: str
    run: "DailyJob"
    hour: int  # local time from which it may run on its day
    about: "str | Promise"
    atomic: bool = True  # one transaction; a job that talks to a server has its own
    daily: bool = True  # else only the sweep and a person's command run it


class DailyJob(Protocol):
    def __call__(self, *, branch: "Branch", on: date) -> dict[str, int]: ...


class Work(Protocol):
    """What a worker does when it is woken for a queue, and what the sweep does each minute: all that is due."""

    def __call__(self) -> int: ...


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
    unit: "str | Promise"
    explanation: "str | Promise"
    count: "CountFigure"
    of_today: bool = False
    only_coarse: bool = False  # read by name alone, by pages that tell it to the nearest five
    permission: str = "see_figures"  # crm.access.Permission: who may see it
    rows: Rows | None = None
    lines: "CountedLines | None" = None  # what it counts, one by one, for all who may see the figure
    people: "CountedPeople | None" = None  # whom it counts, where no page of their own lists them

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


def of_branches(rows: R, branches: Collection[int] | None, path: str = "branch") -> R:
    """The rows that a tally counts: of the branches at the end of ``path``, of all when ``branches`` is ``None``."""
    return rows if branches is None else rows.filter(**{f"{path}__in": branches})


@dataclass(frozen=True)
class Panel:
    """A part of a member's page that a higher app draws: its template and context."""

    template: str
    permission: str
    context: "PanelContext"


class PanelContext(Protocol):
    def __call__(self, member: "Member", user: "User") -> dict[str, object]: ...


@dataclass(frozen=True)
class BoardPart:
    """A part of the board's page that another app draws: its template and what stands in it. Names nobody."""

    template: str
    context: "BoardPartContext"
    tables: "BoardPartTables | None" = None


@dataclass(frozen=True)
class PublishedTable:
    """Rows of text and numbers as the board's files and its report hold them; ``None`` is not known."""

    title: str
    headers: tuple[str, ...]
    rows: "list[tuple[str | int | float | None, ...]]"
    note: str = ""


class BoardPartTables(Protocol):
    """What the part says, as tables: no cell of 1-4 people can be reckoned from them."""

    def __call__(self, branch: "Branch", on: date) -> list[PublishedTable]: ...


class BoardPartContext(Protocol):
    def __call__(self, branch: "Branch", on: date) -> dict[str, object]: ...


class Leaving(Protocol):
    """Called inside the transaction in which members stop being members (missing, left, protected, erased)."""

    def __call__(self, *, branch: "Branch", member_ids: list[int], by: "User") -> None: ...


class Erasure(Protocol):
    """Called inside the transaction that erases a person: forget their texts, keep the counts."""

    def __call__(self, *, member: "Member", by: "User") -> None: ...


class History(Protocol):
    """Those of these members about whom something has been done that must never disappear: a talk, a letter."""

    def __call__(self, *, member_ids: list[int]) -> set[int]: ...


class DisclosedRows(Protocol):
    """Each row as values in the order of the disclosure's columns: text, numbers, dates, moments, truth values."""

    def __call__(self, *, member: "Member") -> "Iterable[tuple[object, ...]]": ...


@dataclass(frozen=True)
class Disclosure:
    """A part of what one person can ask to see of themselves (GDPR article 15).

    ``models`` are the labels of the tables with a key to the member that it tells of: a test asks that each such
    table is in one disclosure. ``columns`` are pairs of name (for JSON) and label.
    """

    title: "str | Promise"
    models: tuple[str, ...]
    columns: "tuple[tuple[str, str | Promise], ...]"
    rows: DisclosedRows


class MoveRows(Protocol):
    """Hand over what belongs to ``merged`` to ``kept``, the same person; returns what ``move_back`` needs, as JSON.

    Called inside the transaction of the merge, before ``merged`` itself is emptied.
    """

    def __call__(self, *, kept: "Member", merged: "Member", by: "User") -> dict[str, object]: ...


class MoveRowsBack(Protocol):
    """Undo it: give back what was handed over, as far as nobody has changed it since."""

    def __call__(
        self, *, kept: "Member", merged: "Member", before: dict[str, object], since: datetime
    ) -> None: ...


@dataclass(frozen=True)
class Merging:
    """What an app does when two rows turn out to be one person.

    ``models`` are the labels of all its tables with a key to the member, those that stay where they are among
    them: a test asks that each such table is named by one app.
    """

    models: tuple[str, ...]
    move: MoveRows
    move_back: MoveRowsBack


class UserMail(Protocol):
    """Puts an e-mail to a user into the outbox, once per purpose key."""

    def __call__(
        self,
        *,
        branch: "Branch",
        user: "User",
        purpose_key: str,
        template: str,
        context: dict[str, object],
        by: "User",
    ) -> object: ...


@dataclass(frozen=True)
class CallRequest:
    """A call that another app asks for: one member, one purpose. The same ``key`` is the same call.

    ``kind`` is a round's kind: "welcome", "meeting", "check_in". The call may be made from ``from_on`` and is late
    after ``due_on``; a request that is no longer made withdraws a call that nobody has tried. There is one round
    per kind and ``period``, by default the key without the member (``meeting:12:4711`` is of ``meeting:12``), and
    ``about`` is what the round is called besides its kind, such as the meeting's name.
    """

    kind: str
    key: str
    member_id: int
    from_on: date
    due_on: date
    period: str = ""
    about: "str | Promise" = ""

    @property
    def round_period(self) -> str:
        return self.period or self.key.removesuffix(f":{self.member_id}")


class CallRequests(Protocol):
    """All calls that an app asks for in a branch on a day."""

    def __call__(self, *, branch: "Branch", on: date) -> Iterable[CallRequest]: ...


@dataclass(frozen=True)
class Offer:
    """What a caller can offer in a call, such as a place at the next introduction meeting.

    ``choices`` are pairs of value and label; ``answered`` is the value given already.
    """

    key: str
    question: "str | Promise"
    choices: "tuple[tuple[str, str | Promise], ...]"
    answered: str = ""


class Offers(Protocol):
    """What can be offered to a member on a day, and how an answer is taken. An answer sent twice is one answer."""

    def open_for(self, *, member: "Member", on: date) -> list[Offer]: ...

    def answer(self, *, member: "Member", key: str, value: str, by: "User") -> dict[str, object]:
        """Returns what ``take_back`` needs, as JSON. Raises ``ValueError`` for what is not open."""

    def take_back(self, *, member: "Member", key: str, before: dict[str, object], by: "User") -> None:
        """The caller undoes their report within minutes: as before the answer, unless somebody has answered since."""

    def coming(self, *, member_ids: list[int], on: date) -> set[int]:
        """Those of these members who have said that they come to something on that day or later."""


class OwnPage(Protocol):
    """The link in messages where a member, without an account, asks to see what is stored of them.

    ``token`` names the member (``crm.outbox.writing``).
    """

    def __call__(self, *, token: str) -> str: ...


class Talks(Protocol):
    """When somebody of the branch talked with each of these members; nothing for who has not been reached."""

    def __call__(self, *, member_ids: list[int]) -> Iterable[tuple[int, date]]: ...


@dataclass(frozen=True)
class Participation:
    """One member invited to one gathering that has been: a course or another kind, came or not."""

    member_id: int
    held_on: date
    is_course: bool
    came: bool


class Participations(Protocol):
    """Invitations to the gatherings of a branch that were held on these days, erased people's among them."""

    def __call__(self, *, branch: "Branch", first: date, last: date) -> Iterable[Participation]: ...


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


@dataclass(frozen=True)
class YearMark:
    """Something that a branch's year holds: a day, or the days from ``first`` to ``last``.

    ``is_done`` is ``None`` for a date on which nothing is to be done; else what is not done by ``last`` is late.
    ``part`` is a part of the wheel (``crm.plan.wheel.PARTS``). ``url`` is for those who hold ``permission``.
    """

    first: date
    last: date
    label: str
    part: str
    is_done: bool | None = None
    url: str = ""
    permission: str = "see_plan"


class YearMarks(Protocol):  # what an app puts into a branch's year, as known on a day; names nobody
    def __call__(self, *, branch: "Branch", year: int, on: date) -> Iterable[YearMark]: ...


@dataclass(frozen=True)
class Filling:
    """What the placeholders of a text stand for, for one member, and where the member answers."""

    values: "Mapping[str, str]" = field(default_factory=dict)
    answer_url: str = ""
    answer_code: str = ""


class TextExample(Protocol):
    """What a text could be filled in with for this member, to look at it; nothing is written."""

    def __call__(self, *, branch: "Branch", member: "Member") -> Filling: ...


@dataclass(frozen=True)
class TextKind:
    """A message to members whose words a branch may change: the usual words, and what may stand in brackets.

    ``placeholders`` are names, such as ``dag`` for ``[dag]``, with their explanations; those that every text has
    come on top. A line whose placeholders are all empty is left out. Without ``sms`` an SMS has the subject.
    """

    name: str
    label: "str | Promise"
    about: "str | Promise"  # when it is sent, and to whom
    subject: "str | Promise"
    text: "str | Promise"
    sms: "str | Promise" = ""
    placeholders: "Mapping[str, str | Promise]" = field(default_factory=dict)
    required: tuple[str, ...] = ()  # placeholders that the text can't do without
    example: "TextExample | None" = None


navigation: Registry[NavEntry] = Registry()
jobs: Registry[Job] = Registry()
outer_pages: Registry[OuterPages] = Registry()
work: Registry[Work] = Registry()
figures: Registry[Figure] = Registry()
accounts: Registry[Account] = Registry()
tallies: Registry[Tally] = Registry()
panels: Registry[Panel] = Registry()
board_parts: Registry[BoardPart] = Registry()
leaving: Registry[Leaving] = Registry()
# In the transaction in which a member has said no to something, or takes a no back; called like an erasure.
wish_changes: Registry[Erasure] = Registry()
erasure: Registry[Erasure] = Registry()
history: Registry[History] = Registry()
disclosures: Registry[Disclosure] = Registry()
merging: Registry[Merging] = Registry()
user_mail: Registry[UserMail] = Registry()
call_requests: Registry[CallRequests] = Registry()
offers: Registry[Offers] = Registry()
talks: Registry[Talks] = Registry()
participations: Registry[Participations] = Registry()
contacts: Registry[Contact] = Registry()
own_pages: Registry[OwnPage] = Registry()
year_marks: Registry[YearMarks] = Registry()
texts: Registry[TextKind] = Registry()
how_sections: Registry[str] = Registry()  # templates for the page that says how it is counted


def pages_of(branch: "Branch") -> Iterator[tuple[NavEntry, str]]:
    """The navigation's entries with their addresses, in order. One whose page is not there is left out."""
    for entry in sorted(navigation.all(), key=lambda entry: entry.position):
        try:
            yield entry, entry.url_of(branch)
        except NoReverseMatch:
            continue


def outer_pages_of(standing: "Standing") -> "list[tuple[str | Promise, str]]":
    return [page for pages in outer_pages.all() for page in pages(standing)]
