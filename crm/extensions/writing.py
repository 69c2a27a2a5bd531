"""Messages: to users, with words that a branch may change, and the link to one's own page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

from crm.extensions.registry import Registry

if TYPE_CHECKING:
    from crm.people.models import Branch, Member, User


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


class OwnPage(Protocol):
    """The link in messages where a member, without an account, asks to see what is stored of them.

    ``token`` names the member (``crm.outbox.writing``).
    """

    def __call__(self, *, token: str) -> str: ...


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


user_mail: Registry[UserMail] = Registry()
own_pages: Registry[OwnPage] = Registry()
texts: Registry[TextKind] = Registry()
