"""Who is missing, who has left, who comes back: from one roster to the next."""

from datetime import date

import pytest

from crm.people import memberships
from crm.people.models import Branch, Member, Membership, User
from crm.rosters import importing
from tests.factories import BranchFactory, MemberFactory
from tests.rosters.files import ANNA, BO, CECILIA, NOVEMBER, OCTOBER, SEPTEMBER, bring_in, figures, many


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    bring_in(made, ANNA, BO)
    return made


def periods(number: str) -> list[tuple[date, date | None, date | None, str]]:
    found = Membership.objects.filter(member__member_number=number)
    return list(found.values_list("started_on", "missing_since", "ended_on", "end_reason"))


BO_SINCE = date(2021, 5, 2)


def test_a_full_roster_without_them_makes_them_missing_from_its_date(branch: Branch) -> None:
    assert figures(bring_in(branch, ANNA, on=OCTOBER)) == {"unchanged": 1, "missing": 1}
    assert periods("2") == [(BO_SINCE, OCTOBER, None, "")]


def test_a_part_of_a_roster_makes_nobody_missing(branch: Branch) -> None:
    assert figures(bring_in(branch, ANNA, on=OCTOBER, is_full=False)) == {"unchanged": 1}
    assert periods("2") == [(BO_SINCE, None, None, "")]


def test_a_later_roster_confirms_the_leaving_on_the_first_ones_date(branch: Branch) -> None:
    bring_in(branch, ANNA, on=OCTOBER)
    assert figures(bring_in(branch, ANNA, CECILIA, on=NOVEMBER)) == {"new": 1, "unchanged": 1, "leaving": 1}
    assert periods("2") == [(BO_SINCE, OCTOBER, OCTOBER, "unknown")]


def test_the_same_file_confirms_nothing_whatever_its_date(branch: Branch) -> None:
    bring_in(branch, ANNA, on=OCTOBER)
    assert figures(bring_in(branch, ANNA, on=NOVEMBER)) == {"unchanged": 1}
    assert periods("2") == [(BO_SINCE, OCTOBER, None, "")]


def test_a_roster_of_the_same_date_confirms_nothing(branch: Branch) -> None:
    bring_in(branch, ANNA, on=OCTOBER)
    assert figures(bring_in(branch, ANNA, CECILIA, on=OCTOBER)) == {"new": 1, "unchanged": 1}
    assert periods("2") == [(BO_SINCE, OCTOBER, None, "")]


def test_an_older_roster_makes_nobody_missing(branch: Branch) -> None:
    bring_in(branch, ANNA, BO, CECILIA, on=OCTOBER)
    with pytest.raises(importing.NotUnderstood):
        bring_in(branch, ANNA, on=SEPTEMBER)
    assert figures(bring_in(branch, ANNA, on=SEPTEMBER, understood=["date"])) == {"unchanged": 1}


def test_who_comes_back_while_missing_was_never_away(branch: Branch) -> None:
    bring_in(branch, ANNA, on=OCTOBER)
    assert figures(bring_in(branch, BO, ANNA, on=NOVEMBER)) == {"changed": 1, "unchanged": 1}
    assert periods("2") == [(BO_SINCE, None, None, "")]


def test_who_comes_back_after_leaving_gets_a_new_period(branch: Branch) -> None:
    bring_in(branch, ANNA, on=date(2026, 10, 15))
    bring_in(branch, ANNA, CECILIA, on=OCTOBER)
    assert figures(bring_in(branch, ANNA, BO, CECILIA, on=NOVEMBER)) == {"new": 1, "unchanged": 2}
    left = date(2026, 10, 15)
    assert periods("2") == [(BO_SINCE, left, left, "unknown"), (NOVEMBER, None, None, "")]
    assert Member.objects.get(member_number="2").learnt_on == NOVEMBER


def test_who_was_ended_by_hand_stays_so_until_the_register_knows(branch: Branch) -> None:
    bo = Member.objects.get(member_number="2")
    day, by = date(2026, 10, 5), User.objects.console()
    assert memberships.end(member=bo, on=day, reason="deceased", by=by)
    assert figures(bring_in(branch, BO, ANNA, on=OCTOBER)) == {"unchanged": 2}
    assert periods("2") == [(BO_SINCE, None, day, "deceased")]
    bring_in(branch, ANNA, on=date(2026, 11, 10))
    bring_in(branch, ANNA, BO, CECILIA, on=NOVEMBER)
    assert periods("2") == [
        (BO_SINCE, date(2026, 11, 10), day, "deceased"),
        (NOVEMBER, None, None, ""),
    ]


def test_who_came_after_the_roster_was_printed_is_not_missing(branch: Branch) -> None:
    MemberFactory.create(branch=branch, since=date(2026, 11, 1))
    assert figures(bring_in(branch, BO, ANNA, on=OCTOBER)) == {"unchanged": 2}


@pytest.mark.parametrize(("members", "in_file", "stops"), [(100, 95, False), (100, 94, True), (10, 5, False)])
def test_more_than_five_per_cent_and_five_members_missing_stops(
    db: None, members: int, in_file: int, stops: bool
) -> None:
    branch = BranchFactory.create()
    lines = many(members)
    bring_in(branch, *lines)
    if stops:
        with pytest.raises(importing.NotUnderstood, match=rf"^{members - in_file} "):
            bring_in(branch, *lines[:in_file], on=OCTOBER)
    else:
        assert bring_in(branch, *lines[:in_file], on=OCTOBER).missing == members - in_file
