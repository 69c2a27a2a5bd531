"""Members over any history: who counts on which day, beside a slow and plain reckoning of the same."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.people import memberships
from crm.people.models import Branch, Member, Membership, PaidStatus, User
from tests.factories import BranchFactory, MemberFactory

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@dataclass(frozen=True)
class Period:
    """A membership in days from the first one: begun, perhaps missing, perhaps ended."""

    begun: int
    missing: int | None
    ended: int | None

    def counts(self, on: int) -> bool:
        if on < self.begun:
            return False
        return all(end is None or on < end for end in (self.missing, self.ended))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    begun = draw(DAYS)
    missing = draw(st.none() | st.integers(begun, 70))
    ended = draw(st.none() | st.integers(begun, 70))
    return Period(begun, missing, ended)


def make(branch: Branch, number: int, period: Period) -> Member:
    member = Member.objects.create(
        branch=branch,
        member_number=f"{number}",
        first_name="Ärla",
        last_name=f"Öberg {number}",
        learnt_on=FIRST,
    )
    Membership.objects.create(
        member=member,
        branch=branch,
        started_on=day(period.begun),
        missing_since=None if period.missing is None else day(period.missing),
        ended_on=None if period.ended is None else day(period.ended),
        end_reason="" if period.ended is None else Membership.EndReason.LEFT,
    )
    return member


class TestAnyHistory(TestCase):
    @settings(max_examples=40)
    @given(st.lists(periods(), max_size=8), DAYS)
    def test_who_counts_on_a_day(self, history: list[Period], on: int) -> None:
        branch = BranchFactory.create()
        for number, period in enumerate(history):
            make(branch, number, period)
        counted = Membership.objects.filter(branch=branch).counted(day(on)).count()
        assert counted == sum(period.counts(on) for period in history)

    @settings(max_examples=40)
    @given(st.lists(periods(), max_size=8))
    def test_everybody_is_a_member_missing_or_has_left(self, history: list[Period]) -> None:
        branch = BranchFactory.create()
        for number, period in enumerate(history):
            make(branch, number, period)
        everybody = Member.objects.filter(branch=branch)
        now, missing, left = everybody.current(), everybody.missing(), everybody.left()
        assert (now.count(), missing.count(), left.count()) == (
            sum(period.ended is None and period.missing is None for period in history),
            sum(period.ended is None and period.missing is not None for period in history),
            sum(period.ended is not None for period in history),
        )
        assert now.count() + missing.count() + left.count() == len(history)

    @settings(max_examples=25)
    @given(st.lists(periods(), min_size=1, max_size=6), DAYS)
    def test_confirming_a_leaving_moves_no_figure(self, history: list[Period], on: int) -> None:
        branch = BranchFactory.create()
        members = [make(branch, number, period) for number, period in enumerate(history)]
        counted = Membership.objects.filter(branch=branch)
        before = counted.counted(day(on)).count()
        keys = [member.pk for member in members]
        memberships.confirm_leaving(branch=branch, member_ids=keys, by=User.objects.console())
        assert counted.counted(day(on)).count() == before

    @settings(max_examples=25)
    @given(st.lists(periods(), min_size=1, max_size=6))
    def test_taken_back_is_as_if_never_missing(self, history: list[Period]) -> None:
        branch = BranchFactory.create()
        members = [make(branch, number, period) for number, period in enumerate(history)]
        memberships.take_back(member_ids=[member.pk for member in members])
        everybody = Member.objects.filter(branch=branch)
        assert everybody.missing().count() == 0
        assert everybody.current().count() == sum(period.ended is None for period in history)


@pytest.mark.parametrize(
    ("paid_until", "joined_on", "status"),
    [
        (date(2026, 12, 31), FIRST, PaidStatus.PAYING),
        (date(2026, 6, 30), FIRST, PaidStatus.PAYING),
        (date(2026, 6, 29), FIRST, PaidStatus.LAPSED),
        (None, FIRST, PaidStatus.UNPAID_NEW),
        (None, None, None),
        (date(2026, 6, 29), None, PaidStatus.LAPSED),
    ],
)
def test_what_a_member_has_paid_is_derived(
    paid_until: date | None, joined_on: date | None, status: PaidStatus | None
) -> None:
    member = Member(paid_until=paid_until, joined_on=joined_on)
    assert member.paid_status(date(2026, 6, 30)) == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("öberg", True),
        ("ÖBERG ärla", True),
        ("  ärla   öberg ", True),
        ("ärl öbe", True),
        ("storköping", True),
        ("arla@example.org", True),
        ("700123", True),
        ("oberg", False),
        ("ärla andersson", False),
        ("%", False),
        ("_", False),
        ("", True),
    ],
)
def test_a_search_finds_every_word_wherever_it_stands(words: str, found: bool) -> None:
    MemberFactory.create(
        first_name="Ärla",
        last_name="Öberg",
        town="Storköping",
        email="arla@example.org",
        member_number="700123",
    )
    assert Member.objects.matching(words).exists() is found


@pytest.mark.django_db
def test_members_stand_in_swedish_order_whatever_the_database() -> None:
    branch = BranchFactory.create()
    names = ["Öberg", "Zetterlund", "Åberg", "Ärlig", "Andersson", "Élise", "Wall", "Vallin", "von Platen"]
    for last_name in names:
        MemberFactory.create(branch=branch, first_name="Bo", last_name=last_name)
    found = Member.objects.filter(branch=branch).in_name_order().values_list("last_name", flat=True)
    assert list(found) == [
        "Andersson", "Élise", "Vallin", "von Platen", "Wall", "Zetterlund", "Åberg", "Ärlig", "Öberg",
    ]  # fmt: skip
