"""What an officer can say of how a file is to be read, where the file itself does not say it well enough."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crm.rosters.reading.columns import Field, columns_of, mapping_key
from crm.rosters.reading.lines import MemberValues, Reason


class Key(TextChoices):
    """By what a line is known to be a member's. Never by an e-mail address alone: couples share one."""

    MEMBER_NUMBER = "member_number", _("member number")
    NAME_BIRTH = "name_birth", _("name and birth date")
    NAME_EMAIL = "name_email", _("name and e-mail address")


class Keyed(Protocol):
    """Gives a line a number of its own where the file has none. ``lacking`` says why it could not."""

    lacking: Reason

    def number(self, values: MemberValues, born: date | None) -> str: ...


# What an empty cell may empty, where the officer says so. A name or a number is never emptied.
CAN_BE_EMPTIED: dict[Field, tuple[str, ...]] = {
    Field.CARE_OF: ("care_of",),
    Field.STREET: ("street",),
    Field.POSTCODE: ("postcode",),
    Field.TOWN: ("town",),
    Field.POSTAL_LINE: ("postcode", "town"),
    Field.PHONE: ("phones",),
    Field.EMAIL: ("email",),
    Field.PAID_UNTIL: ("paid_until",),
    Field.CLUB: ("clubs",),
}


@dataclass(frozen=True)
class Choices:
    """``encoding`` is one of ENCODINGS, or "" where it is to be found. ``columns`` (column key → field) come before
    what the headers say; in the columns ``blank`` (by their keys) an empty cell means that there is nothing."""

    encoding: str = ""
    columns: Mapping[str, Field] = field(default_factory=dict)
    key: Key = Key.MEMBER_NUMBER
    blank: frozenset[str] = frozenset()

    def as_data(self) -> dict[str, Any]:
        return {
            "encoding": self.encoding,
            "columns": {key: kind.value for key, kind in self.columns.items()},
            "key": self.key.value,
            "blank": sorted(self.blank),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            encoding=data.get("encoding", ""),
            columns={key: Field(kind) for key, kind in data.get("columns", {}).items()},
            key=Key(data.get("key", Key.MEMBER_NUMBER)),
            blank=frozenset(data.get("blank", ())),
        )


def headers_digest(headers: Sequence[str]) -> str:
    """The same for two files with the same set of headers, in whatever order."""
    keys = sorted(mapping_key(column.key) for column in columns_of(headers, 0))
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def emptied(columns: Iterable[tuple[str, Field | None]], blank: Iterable[str]) -> frozenset[str]:
    """The member's fields that an empty cell empties; ``columns`` are pairs of key and field."""
    chosen = {mapping_key(key) for key in blank}
    found: set[str] = set()
    for key, kind in columns:
        if kind is not None and mapping_key(key) in chosen:
            found.update(CAN_BE_EMPTIED.get(kind, ()))
    return frozenset(found)
