"""Which pairs are suggested, and which are not."""

from typing import Any

import pytest

from crm.people import duplicates
from crm.people.duplicates import Pair
from crm.people.models import Branch, KeptApart, Member, Phone, User
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
ONE, OTHER = "+46701740605", "+46701740606"


def person(branch: Branch, name: str, born: int | None = 1960, phone: str = "", **fields: Any) -> Member:
    first, _space, last = name.partition(" ")
    made: Member = MemberFactory.create(
        branch=branch, first_name=first, last_name=last, birth_year=born, phone=phone, **fields
    )
    return made


def found(branch: Branch) -> list[tuple[str, str]]:
    names = dict(Member.objects.values_list("pk", "first_name"))
    return [(names[pair.first], names[pair.second]) for pair in duplicates.suggestions(branch)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Anna Ek", 1960, ""), ("Anna Ek", 1960, "")),
        (("Anna Ek", 1960, ""), ("ANNA  EK", 1960, "")),
        (("Anna Ek", 1960, ONE), ("Anna Berg", 1960, ONE)),
        (("Kristina Ek", 1960, ONE), ("Christina Ek", None, ONE)),
        (("Anna Ek", None, ONE), ("Anna-Karin Ek", 1960, ONE)),
    ],
)
def test_pairs_that_look_like_one(
    branch: Branch, one: tuple[str, int | None, str], other: tuple[str, int | None, str]
) -> None:
    person(branch, *one)
    person(branch, *other)
    assert len(duplicates.suggestions(branch)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Anna Ek", 1960, ""), ("Anna Ek", 1961, "")),
        (("Anna Ek", None, ""), ("Anna Ek", None, "")),
        (("Anna Ek", 1960, ONE), ("Anna Berg", 1960, OTHER)),
        (("Anna Ek", 1960, ONE), ("Bengt Ek", 1960, ONE)),
        (("Anders Ek", 1960, ONE), ("Anna Ek", 1962, ONE)),
        (("Anna Ek", 1960, ONE), ("Anna Ek", 1990, ONE)),
    ],
)
def test_pairs_that_are_two(
    branch: Branch, one: tuple[str, int | None, str], other: tuple[str, int | None, str]
) -> None:
    """A couple shares a number, a mother and a daughter a name and a number, strangers a name."""
    person(branch, *one)
    person(branch, *other)
    assert duplicates.suggestions(branch) == []


def test_a_shared_landline_says_nothing(branch: Branch) -> None:
    for _side in range(2):
        member = person(branch, "Anna Ek", None)
        Phone.objects.create(member=member, number="+46846500400", kind=Phone.Kind.LANDLINE)
    assert duplicates.suggestions(branch) == []


def test_both_reasons_are_told(branch: Branch) -> None:
    first, second = (person(branch, "Anna Ek", 1960, ONE) for _side in range(2))
    assert duplicates.suggestions(branch) == [Pair(first.pk, second.pk, same_name=True, same_mobile=True)]


def test_three_of_one_are_three_pairs(branch: Branch) -> None:
    for _side in range(3):
        person(branch, "Anna Ek")
    assert found(branch) == [("Anna", "Anna")] * 3


def test_another_branch_is_another_matter(branch: Branch, other_branch: Branch) -> None:
    person(branch, "Anna Ek")
    person(other_branch, "Anna Ek")
    assert found(branch) == found(other_branch) == []


def test_those_kept_apart_are_never_suggested_again(branch: Branch) -> None:
    first, second = (person(branch, "Anna Ek") for _side in range(2))
    by = User.objects.console()
    kept = [
        duplicates.keep_apart(first=one, second=other, by=by)
        for one, other in ((second, first), (first, second))
    ]
    assert (kept, found(branch)) == ([True, False], [])
    assert KeptApart.objects.values_list("first", "second", "decided_by").get() == (
        first.pk,
        second.pk,
        by.pk,
    )


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("Anna", "anna", True),
        ("Anna", "Anna Karin", True),
        ("Anna-Karin", "Karin", True),
        ("Per", "Pehr", True),
        ("Kristina", "Christina", True),
        ("Anna", "Anders", False),
        ("Bo", "Siv", False),
        ("Maria", "Mats", False),
        ("", "Anna", False),
        ("-", "Anna", False),
    ],
)
def test_similar_first_names(one: str, other: str, similar: bool) -> None:
    assert duplicates.are_similar(one, other) is similar
    assert duplicates.are_similar(other, one) is similar


def test_the_number_of_queries_does_not_grow(branch: Branch, django_assert_num_queries: Any) -> None:
    for _times in range(2):
        for _side in range(3):
            person(branch, "Anna Ek", 1960, ONE)
        with django_assert_num_queries(3):
            duplicates.suggestions(branch)
