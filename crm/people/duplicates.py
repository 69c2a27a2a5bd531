"""Which members look like one person entered twice. Only suggestions: an officer decides each pair."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from django.db import transaction
from django.db.models import CharField, Count
from django.db.models.functions import Cast
from django.utils import timezone

from crm.access import members_of
from crm.people.models import Branch, KeptApart, Member, Phone, User
from crm.people.names import search_key

# "Kristina" and "Christina", "Per" and "Pehr" are; "Anna" and "Anders" are not.
SIMILAR = 0.75


@dataclass(frozen=True)
class Person:
    key: int
    first_name: str
    last_name: str
    birth_year: int | None

    @property
    def name(self) -> str:
        return search_key(f"{self.first_name} {self.last_name}")


@dataclass(frozen=True)
class Pair:
    """Two keys, the lower one first, and why they look alike."""

    first: int
    second: int
    same_name: bool
    same_mobile: bool


def suggestions(branch: Branch) -> list[Pair]:
    """Same birth year and same name, or same mobile and a similar first name; a couple is neither."""
    people = _people(branch)
    by_name = set(_pairs(_with_same_name(people.values())))
    by_mobile = {
        pair
        for pair in _pairs(_with_same_mobile(branch))
        if _could_be_one(*(people.get(key) for key in pair))
    }
    apart = set(KeptApart.objects.filter(branch=branch).values_list("first", "second"))
    found = [
        Pair(first, second, (first, second) in by_name, (first, second) in by_mobile)
        for first, second in (by_name | by_mobile) - apart
    ]
    return sorted(found, key=lambda pair: (people[pair.first].name, pair.first, pair.second))


def _people(branch: Branch) -> dict[int, Person]:
    rows = members_of(branch).values_list("pk", "first_name", "last_name", "birth_year")
    return {row[0]: Person(*row) for row in rows}


def _with_same_name(people: Iterable[Person]) -> Iterator[list[int]]:
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for person in people:
        if person.birth_year and person.name:
            groups[person.birth_year, person.name].append(person.key)
    yield from groups.values()


def _with_same_mobile(branch: Branch) -> Iterator[list[int]]:
    mobiles = Phone.objects.filter(member__in=members_of(branch), kind=Phone.Kind.MOBILE)
    shared = mobiles.order_by().values("number").annotate(holders=Count("pk")).filter(holders__gt=1)
    groups: dict[str, list[int]] = defaultdict(list)
    rows = mobiles.filter(number__in=shared.values("number")).order_by("member_id")
    for number, key in rows.values_list(Cast("number", CharField()), "member_id"):
        groups[number].append(key)
    yield from groups.values()


def _pairs(groups: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    for group in groups:
        yield from combinations(sorted(group), 2)


def _could_be_one(first: Person | None, second: Person | None) -> bool:
    """Two people of different ages who share a telephone and a name are parent and child."""
    if first is None or second is None:
        return False
    if first.birth_year and second.birth_year and first.birth_year != second.birth_year:
        return False
    return are_similar(first.first_name, second.first_name)


def are_similar(one: str, other: str) -> bool:
    """First names that one person may be entered under: spelled alike, or one of several ("Anna" and "Anna-Karin")."""
    a, b = (search_key(name).replace("-", " ").strip() for name in (one, other))
    parts_a, parts_b = a.split(), b.split()
    if not parts_a or not parts_b:
        return False
    if set(parts_a) <= set(parts_b) or set(parts_b) <= set(parts_a):
        return True
    return SequenceMatcher(None, a, b).ratio() >= SIMILAR


@transaction.atomic
def keep_apart(*, first: Member, second: Member, by: User) -> bool:
    """They are two people: the pair is never suggested again. False when that was said before."""
    low, high = sorted((first, second), key=lambda member: member.pk)
    _row, made = KeptApart.objects.get_or_create(
        first=low,
        second=high,
        defaults={"branch": first.branch, "decided_at": timezone.now(), "decided_by": by},
    )
    return made
