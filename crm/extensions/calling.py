"""What the apps of calls and of gatherings know of each other's members: requests, offers, talks, who came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from crm.extensions.registry import Registry

if TYPE_CHECKING:
    from crm.people.models import Branch, Member, User


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


call_requests: Registry[CallRequests] = Registry()
offers: Registry[Offers] = Registry()
talks: Registry[Talks] = Registry()
participations: Registry[Participations] = Registry()
