"""What apps do about one person: at a leaving, a no, an erasure or a merge, and when somebody asks what is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from crm.extensions.registry import Registry

if TYPE_CHECKING:
    from crm.people.models import Branch, Member, User


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


leaving: Registry[Leaving] = Registry()
# In the transaction in which a member has said no to something, or takes a no back; called like an erasure.
wish_changes: Registry[Erasure] = Registry()
erasure: Registry[Erasure] = Registry()
history: Registry[History] = Registry()
disclosures: Registry[Disclosure] = Registry()
merging: Registry[Merging] = Registry()
