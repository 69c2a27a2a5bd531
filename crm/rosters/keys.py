"""Telling members apart in a file that has no member numbers.

A line's name with its birth date, or with its e-mail address, becomes a number of our own: a keyed hash, from which
nobody reads the birth date. It is then that member's number, and exists for such branches only
(docs/decisions, members without numbers).
"""

import base64
import hmac
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from crm.people.models import Branch, Member
from crm.rosters.reading import Key, MemberValues, Reason, RosterReading
from crm.rosters.reading.grouping import reject
from crm.rosters.reading.lines import Kind, Line, Remark

# With a digit each: a number without any is none (reading.values). What follows is ten letters and digits.
PREFIXES = {Key.NAME_BIRTH: "U1-", Key.NAME_EMAIL: "U2-"}
_LENGTH = 10
_MOST_NAMED = 6


@dataclass(frozen=True)
class Person:
    """By what somebody can be found among the branch's members."""

    name: str
    email: str
    birth_year: int | None


class KeyMaker:
    """Makes the numbers of one branch, and remembers whose they are as long as the file is read."""

    def __init__(self, kind: Key, branch: Branch) -> None:
        self.kind = kind
        self.branch = branch
        self.lacking = Reason.NO_BIRTH_DATE if kind is Key.NAME_BIRTH else Reason.NO_EMAIL
        self.people: dict[str, Person] = {}
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tusen members without numbers")
        self._secret = derived.derive(settings.SECRET_KEY.encode())

    def number(self, values: MemberValues, born: date | None) -> str:
        """ "" for a line that lacks its name, or what it is to be told apart by."""
        name = plain_name(values.first_name, values.last_name)
        known_by = values.email if self.kind is Key.NAME_EMAIL else born.isoformat() if born else ""
        if not name or not known_by:
            return ""
        number = PREFIXES[self.kind] + self._hash(name, known_by)
        self.people[number] = Person(name, values.email, born.year if born else values.birth_year)
        return number

    def _hash(self, *parts: str) -> str:
        text = "\0".join((str(self.branch.pk), self.kind.value, *parts))
        digest = hmac.digest(self._secret, text.encode(), "sha256")
        return base64.b32encode(digest).decode()[:_LENGTH]


def plain_name(first: str, last: str) -> str:
    return " ".join(f"{first} {last}".casefold().split())


def resolve(reading: RosterReading, keys: KeyMaker) -> None:
    """Give lines the number under which the branch has their member already; changes the reading in place.

    A line that can be several members is rejected, and so are lines that can be the same one.
    """
    hits = _hits(keys)
    by_number: dict[str, list[Line]] = defaultdict(list)
    for line in reading.lines:
        found = hits.get(line.member_number, [])
        if len(found) > 1:
            reading.kept.update(found)
        if len(found) > 1 and line.kind is Kind.MEMBER:
            which = ", ".join(found[:_MOST_NAMED])
            line.kind, line.reason = Kind.REJECTED, Reason.SEVERAL_HITS
            line.remarks = (*line.remarks, Remark("", f"also_member:{which}"))
        elif len(found) == 1:
            _renumber(line, found[0])
        if line.kind is Kind.MEMBER:
            by_number[line.member_number].append(line)
    for same in by_number.values():
        if len(same) > 1:
            reject(same, Reason.KEY_CONFLICT)


def _renumber(line: Line, number: str) -> None:
    line.member_number = number
    if line.values is not None:
        line.values.member_number = number


def _hits(keys: KeyMaker) -> dict[str, list[str]]:
    """The numbers on file of each person in the file. Whoever got their number from the same birth date has that
    very number; of others only the birth year is known."""
    rows = list(
        Member.objects.filter(branch=keys.branch, erased_at=None).values_list(
            "member_number", "first_name", "last_name", "email", "birth_year"
        )
    )
    known = {row[0] for row in rows}
    by_person: dict[tuple[str, str | int], list[str]] = defaultdict(list)
    for number, first, last, email, birth_year in rows:
        by = email if keys.kind is Key.NAME_EMAIL else birth_year
        has_own = keys.kind is Key.NAME_BIRTH and number.startswith(PREFIXES[Key.NAME_BIRTH])
        if by and not has_own:
            by_person[plain_name(first, last), by].append(number)
    hits = {}
    for number, person in keys.people.items():
        by = person.email if keys.kind is Key.NAME_EMAIL else person.birth_year
        hits[number] = [number] if number in known else by_person.get((person.name, by or ""), [])
    return hits
