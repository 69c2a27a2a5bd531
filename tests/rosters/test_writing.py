"""What stands in the branch after an import."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.people.models import Branch, Club, ClubMembership, Member, Phone
from tests.factories import BranchFactory
from tests.rosters.files import ANNA, BO, OCTOBER, SEPTEMBER, bring_in, figures


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


def test_a_new_member_is_whole(branch: Branch) -> None:
    bring_in(branch, ANNA)
    anna = Member.objects.get()
    assert (anna.first_name, anna.last_name, anna.town) == ("Anna", "Åberg", "ÅBY")
    assert anna.name_sort == "{berg\tanna"
    assert "åberg" in anna.search
    assert [(phone.number.as_e164, phone.kind) for phone in anna.phones.all()] == [("+46701740605", "mobile")]
    assert list(anna.club_memberships.values_list("club__name", "is_primary")) == [("Norra s-förening", True)]


def test_a_first_roster_counts_members_from_when_they_joined(branch: Branch) -> None:
    bring_in(branch, ANNA, "9;Nils;Ny;;;;;;")
    started = dict(Member.objects.values_list("member_number", "memberships__started_on"))
    assert started == {"1": date(2020, 3, 1), "9": SEPTEMBER}
    assert dict(Member.objects.values_list("member_number", "learnt_on")) == started


@pytest.mark.parametrize(
    ("joined", "started"),
    [
        ("2026-10-12", date(2026, 10, 12)),  # since the last roster: nobody could know better
        ("2012-01-01", OCTOBER),  # moved here: no figure that the board has seen may change
        ("2026-09-30", OCTOBER),
        ("", OCTOBER),
    ],
)
def test_a_later_roster_moves_no_past_figure(branch: Branch, joined: str, started: date) -> None:
    bring_in(branch, ANNA)
    bring_in(branch, ANNA, f"9;Nils;Ny;;;;{joined};;", on=OCTOBER)
    nils = Member.objects.get(member_number="9")
    assert nils.memberships.get().started_on == started
    assert nils.learnt_on == OCTOBER


def test_only_what_changed_is_written(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    changed = bring_in(
        branch, ANNA.replace("ÅBY", "Östby").replace("06 05", "06 07"), BO, on=OCTOBER, is_full=False
    )
    row = changed.rows.get(outcome="changed")
    assert row.changes == {
        "town": ["ÅBY", "Östby"],
        "phones": [["+46701740605"], ["+46701740607"]],
    }
    anna = Member.objects.get(member_number="1")
    assert (anna.town, "östby" in anna.search) == ("Östby", True)
    assert [phone.number.as_e164 for phone in anna.phones.all()] == ["+46701740607"]


def test_a_blank_cell_leaves_the_value_alone(branch: Branch) -> None:
    bring_in(branch, ANNA)
    assert figures(bring_in(branch, "1;Anna;Åberg;;;;;;", on=OCTOBER)) == {"unchanged": 1}
    assert Member.objects.get().email == "anna@example.org"


def test_wishes_are_no_roster_fields(branch: Branch) -> None:
    bring_in(branch, ANNA)
    Member.objects.update(no_calls=True, no_messages=True, channel="letter")
    bring_in(branch, ANNA.replace("ÅBY", "Östby"), on=OCTOBER)
    assert Member.objects.values_list("no_calls", "no_messages", "channel").get() == (True, True, "letter")


def test_a_member_changes_clubs(branch: Branch) -> None:
    bring_in(branch, ANNA)
    bring_in(branch, ANNA.replace("Norra", "Södra"), on=OCTOBER)
    assert ClubMembership.objects.get().club.name == "Södra s-förening"
    assert Club.objects.count() == 2


def test_two_branches_may_have_the_same_number(branch: Branch) -> None:
    other = BranchFactory.create()
    bring_in(branch, ANNA)
    assert figures(bring_in(other, ANNA.replace("Anna", "Anders"))) == {"new": 1}
    assert Member.objects.get(branch=branch).first_name == "Anna"


def test_a_rejected_line_keeps_its_member_from_being_missing(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    twice = bring_in(branch, ANNA, "2;Bo;Öst;;;;;;", "2;Britta;Väst;;;;;;", on=OCTOBER)
    assert figures(twice) == {"unchanged": 1, "rejected": 2}


def test_queries_do_not_grow_with_the_members(
    branch: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lines = [f"{number};Ada;Lund {number};ÅBY;070-1740605;;2020-01-01;;" for number in range(1, 400)]
    with django_assert_max_num_queries(60):
        bring_in(branch, *lines)
    assert Phone.objects.count() == 399
