"""The suggested duplicates beside a plain comparison of everybody with everybody."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.people import duplicates
from crm.people.duplicates import Pair, are_similar
from crm.people.models import Branch, Member, Phone
from tests.factories import PHONES, BranchFactory, MemberFactory

FIRST_NAMES = ("Anna", "anna", "Anna-Karin", "Kristina", "Christina", "Bengt", "")
PEOPLE = st.tuples(
    st.sampled_from(FIRST_NAMES),
    st.sampled_from(("Ek", "EK", "Berg")),
    st.sampled_from((None, 1960, 1990)),
    st.lists(st.sampled_from(PHONES[:2]), unique=True, max_size=2),
)
Row = tuple[str, str, int | None, list[str]]


def enter(branch: Branch, row: Row) -> Member:
    first, last, born, phones = row
    member: Member = MemberFactory.create(
        branch=branch, first_name=first, last_name=last, birth_year=born, phone=""
    )
    for number in phones:
        Phone.objects.create(member=member, number=number, kind=Phone.Kind.MOBILE)
    return member


def reasons(one: Row, other: Row) -> tuple[bool, bool]:
    """Same name and year; same mobile, a like first name and no two different years."""
    names = [" ".join(f"{row[0]} {row[1]}".casefold().split()) for row in (one, other)]
    years = one[2], other[2]
    same_name = names[0] == names[1] and years[0] is not None and years[0] == years[1]
    same_mobile = bool(set(one[3]) & set(other[3])) and are_similar(one[0], other[0])
    return same_name, same_mobile and (None in years or years[0] == years[1])


class TestAnyBranch(TestCase):
    @settings(max_examples=30)
    @given(st.lists(PEOPLE, max_size=6))
    def test_the_pairs_are_those_that_a_patient_reader_finds(self, rows: list[Row]) -> None:
        branch, elsewhere = BranchFactory.create(), BranchFactory.create()
        keys = [enter(branch, row).pk for row in rows]
        for row in rows[:1]:
            enter(elsewhere, row)
        expected = {
            Pair(first, second, *reasons(one, other))
            for (first, one), (second, other) in combinations(zip(keys, rows, strict=True), 2)
            if any(reasons(one, other))
        }
        found = duplicates.suggestions(branch)
        assert set(found) == expected
        assert len(found) == len(expected)


NAMES = st.lists(st.sampled_from(["Anna", "Karin", "Per", "Pehr", "Åke", "Bo"]), min_size=1, max_size=3)


@given(NAMES, NAMES, st.sampled_from((" ", "-")))
def test_who_is_like_is_so_both_ways_however_it_is_joined(
    one: list[str], other: list[str], joint: str
) -> None:
    whole = " ".join(one)
    assert are_similar(whole, joint.join(one).upper())
    # One of several names is the person, whichever it is.
    assert all(are_similar(name, whole) and are_similar(whole, name) for name in one)
    if set(one) <= set(other):
        assert are_similar(whole, " ".join(other))
        assert are_similar(" ".join(other), whole)


@given(st.sampled_from(FIRST_NAMES), st.sampled_from(("", " ", "-", " - ")))
def test_nobody_is_like_a_person_without_a_first_name(name: str, nothing: str) -> None:
    assert not are_similar(name, nothing)
    assert not are_similar(nothing, name)
