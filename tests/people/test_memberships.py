"""Periods of membership: missing, taken back, ended; many members at once, and each deed only once."""

from datetime import date
from unittest import mock

import pytest
from pytest_django import DjangoAssertNumQueries

from crm import extensions
from crm.people import memberships
from crm.people.models import Branch, Member, Membership, User
from tests.factories import BranchFactory, MemberFactory

SINCE, SEPTEMBER, OCTOBER = date(2020, 1, 1), date(2026, 9, 30), date(2026, 10, 31)
Period = tuple[date, date | None, date | None, str]

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch)
    return made


def periods(member: Member) -> list[Period]:
    return list(member.memberships.values_list("started_on", "missing_since", "ended_on", "end_reason"))


def miss(member: Member, on: date = OCTOBER) -> None:
    memberships.mark_missing(branch=member.branch, member_ids=[member.pk], on=on, by=User.objects.console())


def confirm(member: Member) -> None:
    memberships.confirm_leaving(branch=member.branch, member_ids=[member.pk], by=User.objects.console())


def end(member: Member, on: date = OCTOBER, reason: str = "moved") -> bool:
    return memberships.end(member=member, on=on, reason=reason, by=User.objects.console())


def test_a_missing_member_is_not_counted_from_that_day_on(member: Member) -> None:
    miss(member)
    assert periods(member) == [(SINCE, OCTOBER, None, "")]
    assert not Member.objects.current().exists()
    days = (date(2026, 10, 30), OCTOBER)
    assert [Membership.objects.counted(day).count() for day in days] == [1, 0]


def test_missing_twice_keeps_the_first_date(member: Member) -> None:
    miss(member, SEPTEMBER)
    miss(member, OCTOBER)
    assert periods(member) == [(SINCE, SEPTEMBER, None, "")]


def test_confirming_keeps_the_date_so_no_past_figure_moves(member: Member) -> None:
    miss(member, SEPTEMBER)
    days = [date(2026, 9, 29), SEPTEMBER, OCTOBER]
    before = [Membership.objects.counted(day).count() for day in days]
    confirm(member)
    assert periods(member) == [(SINCE, SEPTEMBER, SEPTEMBER, "unknown")]
    assert [Membership.objects.counted(day).count() for day in days] == before == [1, 0, 0]


def test_nobody_leaves_who_was_not_missing(member: Member) -> None:
    confirm(member)
    assert periods(member) == [(SINCE, None, None, "")]


def test_who_is_taken_back_was_never_away(member: Member) -> None:
    miss(member, SEPTEMBER)
    memberships.take_back(member_ids=[member.pk])
    assert periods(member) == [(SINCE, None, None, "")]
    assert Membership.objects.counted(OCTOBER).count() == 1


def test_who_has_left_is_not_taken_back(member: Member) -> None:
    miss(member, SEPTEMBER)
    confirm(member)
    memberships.take_back(member_ids=[member.pk])
    assert periods(member) == [(SINCE, SEPTEMBER, SEPTEMBER, "unknown")]


@pytest.mark.parametrize("reason", Membership.EndReason.values)
def test_an_officer_ends_it_with_a_reason(member: Member, reason: str) -> None:
    assert end(member, reason=reason)
    assert periods(member) == [(SINCE, None, OCTOBER, reason)]


def test_what_has_ended_is_not_ended_again(member: Member) -> None:
    end(member, SEPTEMBER, "deceased")
    assert not end(member, OCTOBER, "left")
    assert periods(member) == [(SINCE, None, SEPTEMBER, "deceased")]


def test_a_membership_is_not_ended_before_it_began(member: Member) -> None:
    assert not end(member, date(2019, 12, 31))
    assert periods(member) == [(SINCE, None, None, "")]


@pytest.mark.parametrize(
    ("on", "since"), [(OCTOBER, OCTOBER), (date(2026, 10, 30), None)], ids=["same-day", "older-roster"]
)
def test_the_register_notices_later_what_was_ended_by_hand(
    member: Member, on: date, since: date | None
) -> None:
    end(member, OCTOBER)
    memberships.note_gone(member_ids=[member.pk], on=on)
    assert periods(member) == [(SINCE, since, OCTOBER, "moved")]


def test_noticing_alters_no_figure_and_tells_nobody(member: Member) -> None:
    end(member, SEPTEMBER)
    with mock.patch.object(extensions.leaving, "all") as hooks:
        memberships.note_gone(member_ids=[member.pk], on=OCTOBER)
    hooks.assert_not_called()
    assert Membership.objects.counted(date(2026, 9, 29)).count() == 1


@pytest.mark.parametrize("deed", [miss, confirm, end])
def test_the_apps_above_are_told_once(member: Member, deed: object) -> None:
    if deed is confirm:
        miss(member)
    hook = mock.Mock()
    with mock.patch.object(extensions.leaving, "all", return_value=[hook]):
        deed(member)  # type: ignore[operator]
    hook.assert_called_once_with(branch=member.branch, member_ids=[member.pk], by=User.objects.console())


def test_nobody_is_told_of_nobody(branch: Branch) -> None:
    hook, by = mock.Mock(), User.objects.console()
    with mock.patch.object(extensions.leaving, "all", return_value=[hook]):
        memberships.mark_missing(branch=branch, member_ids=[], on=OCTOBER, by=by)
        memberships.confirm_leaving(branch=branch, member_ids=[], by=by)
    hook.assert_not_called()


def test_a_hook_that_fails_takes_the_deed_back(member: Member) -> None:
    failing = mock.Mock(side_effect=ValueError("no"))
    with (
        mock.patch.object(extensions.leaving, "all", return_value=[failing]),
        pytest.raises(ValueError, match="no"),
    ):
        miss(member)
    assert periods(member) == [(SINCE, None, None, "")]


def test_only_those_named_are_touched(member: Member) -> None:
    others = [MemberFactory.create(branch=member.branch), MemberFactory.create(branch=BranchFactory.create())]
    miss(member)
    assert [periods(other) for other in others] == [[(SINCE, None, None, "")]] * 2


@pytest.mark.parametrize("count", [1, 3])
def test_many_are_one_statement(
    branch: Branch, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [made.pk for made in MemberFactory.create_batch(count, branch=branch)]
    by = User.objects.console()
    with mock.patch.object(extensions.leaving, "all", return_value=[]), django_assert_num_queries(3):
        memberships.mark_missing(branch=branch, member_ids=keys, on=OCTOBER, by=by)
    assert Member.objects.missing().count() == count


def test_more_keys_than_a_statement_takes_are_shared_out(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memberships, "_AT_ONCE", 2)
    keys = [made.pk for made in MemberFactory.create_batch(5, branch=branch)]
    memberships.mark_missing(branch=branch, member_ids=iter(keys), on=OCTOBER, by=User.objects.console())
    assert Member.objects.missing().count() == 5
