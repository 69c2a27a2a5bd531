"""What a figure counts, one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from crm.people.models import Branch


@dataclass(frozen=True)
class Line:
    """An activity, a gathering, a club. Names no member; ``url`` is for those who may open the figure's rows."""

    label: str
    on: date | None = None
    url: str = ""
    club: int | None = None  # the key of the club that it was held with, of a figure that is ``by_club``


class CountedLines(Protocol):
    """As many as the figure says on that day."""

    def __call__(self, branch: "Branch", on: date) -> Iterable[Line]: ...
