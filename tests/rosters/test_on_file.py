"""What the branch has on file, in a roster's own shape."""

from datetime import date

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.people.models import Branch, ClubMembership, Member, Phone
from crm.rosters import on_file
from crm.rosters.on_file import OnFile, Standing
from crm.rosters.reading import MemberValues
from tests.factories import BranchFactory, ClubFactory, MemberFactory
from tests.rosters.files import OCTOBER, SEPTEMBER, bring_in
from tests.rosters.plans import person

LINE = "1;Anna;Åberg;ÅBY;070-174 06 05, 08-465 004 00;anna@example.org;2020-03-01;Norra;"


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


def test_a_member_reads_as_the_roster_told_them(branch: Branch) -> None:
    bring_in(branch, LINE)
    (anna,) = on_file.everybody(branch).values()
    assert anna.values == MemberValues(
        "1",
        "Anna",
        "Åberg",
        town="ÅBY",
        phones=("+46701740605", "+46846500400"),
        email="anna@example.org",
        joined_on=date(2020, 3, 1),
        clubs=("Norra",),
    )
    assert (anna.started_on, anna.missing_since, anna.ended_on) == (date(2020, 3, 1), None, None)


def test_telephones_come_in_the_order_of_dialling(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, phone="")
    for position, number in ((2, "+46701740606"), (0, "+46701740607"), (1, "+46701740605")):
        Phone.objects.create(member=member, number=number, kind="mobile", position=position)
    (known,) = on_file.everybody(branch).values()
    assert known.values.phones == ("+46701740607", "+46701740605", "+46701740606")


def test_the_primary_club_comes_first(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    for name in ("Ryd", "Näs", "Åby"):
        club = ClubFactory.create(branch=branch, name=name)
        ClubMembership.objects.create(member=member, club=club, is_primary=name == "Näs")
    (known,) = on_file.everybody(branch).values()
    assert known.values.clubs == ("Näs", "Ryd", "Åby")


def test_the_last_period_counts(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, since=date(2026, 10, 1))
    member.memberships.create(
        branch=branch, started_on=date(2010, 1, 1), ended_on=date(2015, 1, 1), end_reason="left"
    )
    (known,) = on_file.everybody(branch).values()
    assert (known.started_on, known.ended_on) == (date(2026, 10, 1), None)


def test_the_erased_and_other_branches_are_not_there(branch: Branch) -> None:
    MemberFactory.create()
    gone, stays = MemberFactory.create_batch(2, branch=branch)
    Member.objects.filter(pk=gone.pk).update(erased_at=timezone.now())
    assert [person.member_id for person in on_file.everybody(branch).values()] == [stays.pk]
    assert on_file.numbers(branch) == {stays.member_number}


@pytest.mark.parametrize(
    ("known", "standing"),
    [
        (person(), Standing.MEMBER),
        (person(missing=SEPTEMBER), Standing.MISSING),
        (person(missing=SEPTEMBER, ended=SEPTEMBER), Standing.LEFT),
        (person(ended=OCTOBER), Standing.LEFT),
        (person(started=None), Standing.LEFT),
    ],
)
def test_standings(known: OnFile, standing: Standing) -> None:
    assert known.standing is standing


@pytest.mark.parametrize("count", [1, 5])
def test_five_queries_whatever_the_size(
    branch: Branch, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MemberFactory.create_batch(count, branch=branch)
    with django_assert_num_queries(5):
        assert len(on_file.everybody(branch)) == count
