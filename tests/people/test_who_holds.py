"""Roles over any days, reads over any filter, and who stands on which list, beside plain reckonings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.people import access, roles
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member, Role, User
from crm.people.reads import NUMBERS_SHOWN, PER_PAGE, Wanted, as_csv, page_of_reads, wanted_rows
from tests.factories import BranchFactory, ClubFactory, MemberFactory, UserFactory, give_role, user_with
from tests.people.leavers import a_leaver, a_missing

FIRST = date(2026, 11, 1)
DAYS = st.integers(0, 20)
Purpose = AccessLog.Purpose
QUICK = settings(max_examples=30)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@dataclass(frozen=True)
class Held:
    """A role in days from the first one; perhaps with a last day, perhaps ended by hand."""

    first: int
    last: int | None
    by_hand: int | None

    def holds(self, on: int) -> bool:
        if self.by_hand is not None and on >= self.by_hand:
            return False
        return self.first <= on and (self.last is None or on <= self.last)

    def can_still_hold(self, on: int) -> bool:
        return self.by_hand is None and (self.last is None or on <= self.last)


@st.composite
def held(draw: st.DrawFn) -> Held:
    first = draw(DAYS)
    last = draw(st.none() | st.integers(first, 25))
    return Held(first, last, draw(st.none() | st.integers(first, 25)))


def give(one: Held, branch: Branch) -> Role:
    last = None if one.last is None else day(one.last)
    role = give_role(UserFactory.create(), "caller", branch, starts_on=day(one.first), ends_on=last)
    if one.by_hand is not None:
        at = datetime.combine(day(one.by_hand), datetime.min.time(), UTC) + timedelta(hours=12)
        Role.objects.filter(pk=role.pk).update(ended_at=at, ended_by=role.user, ends_on=last or day(25))
    return role


class TestAnyRoles(TestCase):
    @QUICK
    @given(st.lists(held(), max_size=6), DAYS)
    def test_who_holds_a_role_on_a_day(self, given_out: list[Held], on: int) -> None:
        branch = BranchFactory.create()
        keys = [give(one, branch).pk for one in given_out]
        in_force = set(Role.objects.in_force(day(on)).values_list("pk", flat=True))
        assert in_force == {key for key, one in zip(keys, given_out, strict=True) if one.holds(on)}

    @QUICK
    @given(st.lists(held(), max_size=6), DAYS)
    def test_each_role_is_listed_once_as_of_now_or_of_the_past(self, given_out: list[Held], on: int) -> None:
        branch = BranchFactory.create()
        keys = [give(one, branch).pk for one in given_out]
        listed = access.roles_of(branch, on=day(on))
        now = [key for key, one in zip(keys, given_out, strict=True) if one.can_still_hold(on)]
        assert sorted(role.pk for role in listed.now) == now
        assert sorted(role.pk for role in (*listed.now, *listed.past)) == keys
        last_days = [role.ends_on or day(on) for role in listed.past]
        assert last_days == sorted(last_days, reverse=True)

    @QUICK
    @given(DAYS, st.none() | st.integers(0, 5), DAYS, st.none() | st.integers(0, 5))
    def test_the_same_role_is_refused_on_any_day_that_both_would_hold(
        self, first: int, length: int | None, again: int, again_length: int | None
    ) -> None:
        branch, user = BranchFactory.create(), UserFactory.create()
        spans = [
            (start, None if more is None else start + more)
            for start, more in ((first, length), (again, again_length))
        ]
        one, other = (
            {number for number in range(40) if begun <= number and (until is None or number <= until)}
            for begun, until in spans
        )
        dates = [(day(begun), None if until is None else day(until)) for begun, until in spans]
        give_role(user, "board", branch, starts_on=dates[0][0], ends_on=dates[0][1])
        role = Role(user=user, kind="board", branch=branch, starts_on=dates[1][0], ends_on=dates[1][1])
        if one & other:
            with pytest.raises(ValidationError):
                roles.refuse_overlap(role)
        else:
            roles.refuse_overlap(role)


# --- the access log ------------------------------------------------------------------------------------

LOOKS = st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from(("list", "member")), DAYS)


class TestAnyReads(TestCase):
    @QUICK
    @given(
        st.lists(LOOKS, max_size=8),
        st.none() | DAYS, st.none() | DAYS, st.sampled_from(("", "list", "member")), st.none() | st.integers(0, 1),
    )  # fmt: skip
    def test_a_filter_leaves_the_rows_that_a_reader_would_leave(
        self,
        looks: list[tuple[int, int, str, int]],
        first: int | None,
        last: int | None,
        purpose: str,
        who: int | None,
    ) -> None:
        branch = BranchFactory.create()
        users, members = UserFactory.create_batch(2), MemberFactory.create_batch(3, branch=branch)
        for user, member, why, on in looks:
            with time_machine.travel(datetime.combine(day(on), datetime.min.time(), UTC), tick=False):
                log_read(user=users[user], branch=branch, members=[members[member]], purpose=Purpose(why))
        wanted = Wanted(
            first=None if first is None else day(first),
            last=None if last is None else day(last),
            purpose=purpose,
            user=None if who is None else users[who],
            member_number=members[0].member_number,
        )
        expected = [
            look
            for look in looks
            if look[1] == 0
            and (first is None or look[3] >= first)
            and (last is None or look[3] <= last)
            and purpose in {"", look[2]}
            and who in {None, look[0]}
        ]
        assert wanted_rows(branch, wanted).count() == len(expected)
        # The file has a heading and a line for each.
        assert len(list(as_csv(branch, wanted))) == 1 + len(expected)


@pytest.fixture
def reader() -> User:
    made: User = UserFactory.create()
    return made


@pytest.mark.parametrize("members", [NUMBERS_SHOWN, NUMBERS_SHOWN + 1])
@pytest.mark.django_db
def test_more_than_three_numbers_are_told_as_a_number(branch: Branch, reader: User, members: int) -> None:
    seen = MemberFactory.create_batch(members, branch=branch)
    log_read(user=reader, branch=branch, members=seen, purpose=Purpose.LIST)
    _page, (line,) = page_of_reads(branch, Wanted(), 1)
    expected = sorted(member.member_number for member in seen) if members <= NUMBERS_SHOWN else []
    assert (line.members, line.numbers) == (members, expected)


@pytest.mark.parametrize(("number", "lines"), [("1", PER_PAGE), ("2", 1), ("99", 1), ("x", PER_PAGE)])
@pytest.mark.django_db
def test_fifty_showings_stand_on_a_page_and_any_number_leads_to_one(
    branch: Branch, reader: User, number: str, lines: int
) -> None:
    for minute in range(PER_PAGE + 1):
        with time_machine.travel(datetime(2026, 11, 1, 8, minute, tzinfo=UTC), tick=False):
            log_read(user=reader, branch=branch, members=[], purpose=Purpose.SEARCH)
    page, shown = page_of_reads(branch, Wanted(), number)
    assert (page.paginator.count, len(shown)) == (PER_PAGE + 1, lines)


@pytest.mark.django_db
def test_a_member_who_opens_an_own_invitation_is_nobody_who_logs_in(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    log_read(user=None, branch=branch, members=[member], purpose=Purpose.INVITATION)
    _page, (line,) = page_of_reads(branch, Wanted(), 1)
    assert (line.user, line.numbers) == (None, [member.member_number])


# --- the members' list -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_on_file_stands_on_one_list(branch: Branch, other_branch: Branch) -> None:
    expected = {
        "member": MemberFactory.create_batch(2, branch=branch),
        "missing": [a_missing(branch)],
        "left": [a_leaver(branch)],
    }
    MemberFactory.create(branch=other_branch)
    for standing, members in expected.items():
        assert set(access.listed_members(branch, standing=standing)) == set(members)
    lengths = {standing: len(members) for standing, members in expected.items()}
    assert access.standings(branch) == lengths | {"on_file": 4}


@pytest.mark.django_db
def test_a_member_of_two_clubs_is_listed_once_and_one_of_none_under_none(branch: Branch) -> None:
    clubs = ClubFactory.create_batch(2, branch=branch)
    free, joined = MemberFactory.create_batch(2, branch=branch)
    for club in clubs:
        joined.club_memberships.create(club=club)

    def listed(club: str) -> list[Member]:
        return list(access.listed_members(branch, standing="member", club=club))

    assert [listed(str(club.pk)) for club in clubs] == [[joined], [joined]]
    assert listed(access.NO_CLUB) == [free]
    assert set(listed("")) == {free, joined}


@pytest.mark.django_db
def test_two_people_to_compare_are_two_of_the_branch(branch: Branch, other_branch: Branch) -> None:
    first, second = MemberFactory.create_batch(2, branch=branch)
    stranger = MemberFactory.create(branch=other_branch)
    assert access.both_of(branch, second.pk, first.pk) == (second, first)
    for one, other in ((first, first), (first, stranger), (stranger, first)):
        with pytest.raises(Http404):
            access.both_of(branch, one.pk, other.pk)


@pytest.mark.django_db
def test_codes_are_printed_for_those_whose_role_is_not_over(branch: Branch, other_branch: Branch) -> None:
    caller = user_with("caller", branch)
    last = date(2026, 11, 20)
    Role.objects.filter(user=caller).update(ends_on=last)
    assert access.holder_of(branch, caller.pk, on=last) == caller
    for where, on in ((branch, last + timedelta(days=1)), (other_branch, last)):
        with pytest.raises(Http404):
            access.holder_of(where, caller.pk, on=on)
