"""Periods of two rows that are one person, beside a reckoning day by day; and a new number after a gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.people import memberships, moving
from crm.people.models import Branch, Member, Membership
from tests.factories import MemberFactory
from tests.people.merges import by, merge, undo

FIRST = date(2026, 1, 1)
DAYS = range(60)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def ended(draw: st.DrawFn) -> Membership:
    begun = draw(st.integers(0, 40))
    until = draw(st.integers(begun, 50))
    reason = draw(st.sampled_from(Membership.EndReason.values))
    return Membership(started_on=day(begun), ended_on=day(until), end_reason=reason)


@st.composite
def still_open(draw: st.DrawFn) -> Membership:
    begun = draw(st.integers(0, 40))
    missing = draw(st.none() | st.integers(begun, 50))
    return Membership(started_on=day(begun), missing_since=None if missing is None else day(missing))


@st.composite
def of_two_rows(draw: st.DrawFn) -> list[Membership]:
    """What two rows have together: any periods that are over, and one that is open in each at most."""
    periods = draw(st.lists(ended(), max_size=4)) + draw(st.lists(still_open(), max_size=2))
    return sorted(periods, key=lambda period: period.started_on)


def counts(period: Membership, on: date) -> bool:
    ends = (period.ended_on, period.missing_since)
    return period.started_on <= on and all(end is None or on < end for end in ends)


@given(of_two_rows())
def test_a_day_counts_once_if_it_counted_under_either_number(periods: list[Membership]) -> None:
    before = [any(counts(period, day(number)) for period in periods) for number in DAYS]
    joined = list(moving.join(periods))
    assert [sum(counts(period, day(number)) for period in joined) for number in DAYS] == before


@given(of_two_rows())
def test_one_period_is_open_at_most_and_each_end_has_a_reason(periods: list[Membership]) -> None:
    joined = list(moving.join(periods))
    assert sum(period.ended_on is None for period in joined) <= 1
    assert [bool(period.end_reason) for period in joined] == [bool(period.ended_on) for period in joined]
    assert all(period.started_on <= (period.ended_on or date.max) for period in joined)


def test_no_periods_are_no_periods() -> None:
    assert list(moving.join([])) == []


@pytest.fixture
def renumbered(branch: Branch) -> tuple[Member, Member]:
    """The register gave a new number: missing under the old one in September, joined under the new in November."""
    old = MemberFactory.create(branch=branch, member_number="1")
    memberships.mark_missing(branch=branch, member_ids=[old.pk], on=date(2026, 9, 30), by=by())
    return old, MemberFactory.create(branch=branch, member_number="2", since=date(2026, 11, 2))


@pytest.mark.parametrize("kept_first", [True, False], ids=["old-kept", "new-kept"])
@pytest.mark.django_db
def test_who_went_missing_and_came_back_under_a_new_number(
    renumbered: tuple[Member, Member], kept_first: bool
) -> None:
    kept, merged = renumbered if kept_first else reversed(renumbered)
    merge(kept, merged)
    assert list(kept.memberships.values_list("started_on", "ended_on", "end_reason")) == [
        (date(2020, 1, 1), date(2026, 9, 30), "unknown"),
        (date(2026, 11, 2), None, ""),
    ]
    assert Member.objects.current().get() == kept


@pytest.mark.django_db
def test_merging_over_a_gap_moves_no_past_figure(renumbered: tuple[Member, Member]) -> None:
    days = [date(2026, 9, 29), date(2026, 9, 30), date(2026, 11, 1), date(2026, 11, 2)]
    before = [Membership.objects.counted(on).count() for on in days]
    merge(*renumbered)
    assert [Membership.objects.counted(on).count() for on in days] == before == [1, 0, 0, 1]


@pytest.mark.usefixtures("november")
@pytest.mark.django_db
def test_undoing_it_makes_the_old_number_missing_again(renumbered: tuple[Member, Member]) -> None:
    old, new = renumbered
    assert undo(merge(old, new))
    assert old.memberships.values_list("missing_since", "ended_on").get() == (date(2026, 9, 30), None)
    assert new.memberships.values_list("started_on", "ended_on").get() == (date(2026, 11, 2), None)
