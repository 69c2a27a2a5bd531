"""Forgetting a person: what goes, what stays, and who is told."""

from datetime import date
from unittest import mock

import pytest

from crm import extensions
from crm.people import erasing
from crm.people.models import ClubMembership, Member, Membership, Phone, User
from tests.factories import ClubFactory, MemberFactory

ON = date(2026, 10, 31)


@pytest.fixture
def member(db: None) -> Member:
    made: Member = MemberFactory.create(email="karin@example.org")
    ClubMembership.objects.create(member=made, club=ClubFactory.create(branch=made.branch), is_primary=True)
    return made


def erase(member: Member, on: date = ON) -> None:
    erasing.erase(member=member, by=User.objects.console(), on=on)
    member.refresh_from_db()


def test_nothing_tells_who_it_was(member: Member) -> None:
    number = member.member_number
    erase(member)
    words = {value.strip() for value in Member.objects.values().get().values() if isinstance(value, str)}
    assert words == {"", member.member_number}
    assert number not in member.member_number
    assert (member.birth_year, member.joined_on, member.paid_until) == (None, None, None)
    assert not Phone.objects.exists()


def test_figures_keep_branch_club_from_to_and_reason(member: Member) -> None:
    erase(member)
    period = Membership.objects.values_list("started_on", "ended_on", "end_reason").get()
    assert period == (date(2020, 1, 1), ON, "unknown")
    assert member.club_memberships.count() == 1


def test_a_missing_member_ends_when_they_went_missing(member: Member) -> None:
    member.memberships.update(missing_since=date(2026, 9, 30))
    erase(member)
    assert member.memberships.get().ended_on == date(2026, 9, 30)


def test_a_membership_never_ends_before_it_began(member: Member) -> None:
    erase(member, on=date(2019, 1, 1))
    assert member.memberships.get().ended_on == date(2020, 1, 1)


def test_the_apps_above_forget_and_let_go(member: Member) -> None:
    forget, let_go = mock.Mock(), mock.Mock()
    with (
        mock.patch.object(extensions.erasure, "all", return_value=[forget]),
        mock.patch.object(extensions.leaving, "all", return_value=[let_go]),
    ):
        erase(member)
    by = User.objects.console()
    forget.assert_called_once_with(member=member, by=by)
    let_go.assert_called_once_with(branch=member.branch, member_ids=[member.pk], by=by)


def test_two_erased_members_do_not_collide(member: Member) -> None:
    erase(member)
    erase(MemberFactory.create(branch=member.branch))
    assert Member.objects.exclude(erased_at=None).count() == 2
