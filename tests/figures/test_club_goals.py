"""The branch's goal by clubs: what each has, and how the parts add up."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from crm.board import sentences
from crm.figures import told
from crm.figures.club_goals import ClubGoals, ClubsPart, club_goals, part
from crm.figures.small_groups import nearest_five
from crm.people import branches
from crm.people.models import Branch, Club, ClubMembership, Member, MembershipGoal
from tests.factories import BranchFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def goal(branch: Branch) -> MembershipGoal:
    by_date = timezone.localdate() + timedelta(days=100)
    return MembershipGoal.objects.create(branch=branch, members_wanted=100, by_date=by_date)


def club(branch: Branch, name: str, members: int = 0, *, is_primary: bool = True) -> Club:
    made = Club.objects.create(branch=branch, name=name)
    for member in MemberFactory.create_batch(members, branch=branch):
        ClubMembership.objects.create(member=member, club=made, is_primary=is_primary)
    return made


def test_members_are_told_to_the_nearest_five_in_swedish_order(branch: Branch, goal: MembershipGoal) -> None:
    wanted = {club(branch, "Ö-klubben", 8): 20, club(branch, "Åby", 4): 10, club(branch, "Centrum", 12): 30}
    branches.set_club_goals(goal=goal, wanted=wanted)
    assert club_goals(goal.branch, goal, timezone.localdate()).parts == [
        ClubsPart("Centrum", 30, 10),
        ClubsPart("Åby", 10, None, is_small=True),
        ClubsPart("Ö-klubben", 20, 10),
    ]


def test_a_club_that_rests_or_has_not_begun_says_so(branch: Branch, goal: MembershipGoal) -> None:
    today = timezone.localdate()
    made = [club(branch, name) for name in ("A", "B", "C")]
    branches.set_club_goals(goal=goal, wanted=dict.fromkeys(made, 10))
    Club.objects.filter(name="A").update(resting_since=today)
    Club.objects.filter(name="B").update(started_on=today)

    def active_on(day: date) -> list[bool]:
        return [one.is_active for one in club_goals(goal.branch, goal, day).parts]

    assert active_on(today) == [False, True, True]
    assert active_on(today - timedelta(days=1)) == [True, False, True]


def test_the_parts_add_up_to_the_goal(branch: Branch, goal: MembershipGoal) -> None:
    branches.set_club_goals(goal=goal, wanted={club(branch, "A"): 30, club(branch, "B"): 45})
    found = club_goals(goal.branch, goal, timezone.localdate())
    assert (found.wanted, found.unshared) == (75, 25)


def test_who_has_left_or_is_in_another_club_first_is_not_counted(
    branch: Branch, goal: MembershipGoal
) -> None:
    first, second = club(branch, "A", 7), club(branch, "B", 6, is_primary=False)
    left = Member.objects.filter(club_memberships__club=first).order_by("pk")[:2]
    for member in left:
        member.memberships.update(missing_since=timezone.localdate())
    branches.set_club_goals(goal=goal, wanted={first: 10, second: 10})
    parts = club_goals(goal.branch, goal, timezone.localdate()).parts
    assert parts == [ClubsPart("A", 10, 5), ClubsPart("B", 10, None, is_small=True)]


def test_of_a_quarter_in_which_nothing_was_told_nobody_knows_the_clubs(
    branch: Branch, goal: MembershipGoal
) -> None:
    branches.set_club_goals(goal=goal, wanted={club(branch, "A", 9): 10})
    found = club_goals(branch, goal, timezone.localdate() - timedelta(days=92))
    assert found.parts == [ClubsPart("A", 10, None)]
    assert found.parts[0].to_go is None


def told_on(day: str, branch: Branch, goal: MembershipGoal) -> list[int | None]:
    with time_machine.travel(f"{day} 12:00+00:00", tick=False):
        own = Branch.objects.get(pk=branch.pk)
        return [one.members for one in club_goals(own, goal, timezone.localdate()).parts]


def join(made: Club, number: int) -> None:
    for member in MemberFactory.create_batch(number, branch=made.branch):
        ClubMembership.objects.create(member=member, club=made, is_primary=True)


@pytest.fixture
def clubs(branch: Branch, goal: MembershipGoal) -> list[Club]:
    """Of seven and of four, told in April."""
    made = [club(branch, "A", 7), club(branch, "B", 4)]
    branches.set_club_goals(goal=goal, wanted=dict.fromkeys(made, 20))
    assert told_on("2026-04-01", branch, goal) == [5, None]
    return made


def test_who_joins_is_told_in_no_club_before_the_quarter_is_over(
    branch: Branch, goal: MembershipGoal, clubs: list[Club]
) -> None:
    """How many joined today is told exactly, and where the number changed would be their club."""
    for made in clubs:
        join(made, 6)
    assert told_on("2026-06-30", branch, goal) == [5, None]
    assert told_on("2026-07-01", branch, goal) == [15, 10]


@pytest.mark.parametrize(
    ("joined", "told"),
    [
        ((1, 1, 0), [5, None]),
        ((4, 4, 0), [5, None]),
        ((9, 0, 0), [5, None]),
        ((9, 4, 0), [5, None]),
        ((9, 3, 2), [15, None]),
        ((5, 0, 5), [10, None]),
        ((0, 5, 6), [5, 10]),
        ((6, 6, 0), [15, 10]),
    ],
)
def test_a_clubs_number_changes_when_five_have_come_there_and_five_elsewhere(
    branch: Branch,
    goal: MembershipGoal,
    clubs: list[Club],
    joined: tuple[int, int, int],
    told: list[int | None],
) -> None:
    for made, number in zip(clubs, joined, strict=False):
        join(made, number)
    MemberFactory.create_batch(joined[2], branch=branch)
    assert told_on("2026-07-01", branch, goal) == told


def test_what_is_too_little_in_one_quarter_is_told_with_the_next(
    branch: Branch, goal: MembershipGoal, clubs: list[Club]
) -> None:
    found = []
    for day in ("2026-07-01", "2026-10-01", "2027-01-01"):
        for made in clubs:
            join(made, 2)
        found.append(told_on(day, branch, goal))
    assert found == [[5, None], [5, None], [15, 10]]


def test_an_earlier_quarter_says_what_it_said(
    branch: Branch, goal: MembershipGoal, clubs: list[Club]
) -> None:
    for made in clubs:
        join(made, 6)
    told_on("2026-07-01", branch, goal)
    parts = club_goals(branch, goal, date(2026, 6, 30)).parts
    assert [one.members for one in parts] == [5, None]


def test_a_branch_whose_clubs_are_empty_is_told_as_soon_as_they_are_not(
    branch: Branch, goal: MembershipGoal
) -> None:
    made = club(branch, "A")
    branches.set_club_goals(goal=goal, wanted={made: 20})
    assert club_goals(branch, goal, timezone.localdate()).is_known is False
    join(made, 9)
    assert [one.members for one in club_goals(branch, goal, timezone.localdate()).parts] == [10]


def test_setting_them_anew_replaces_all_and_nought_is_no_goal(branch: Branch, goal: MembershipGoal) -> None:
    first, second = club(branch, "A"), club(branch, "B")
    branches.set_club_goals(goal=goal, wanted={first: 30, second: 45})
    branches.set_club_goals(goal=goal, wanted={first: 0, second: 50})
    assert list(goal.of_clubs.values_list("club__name", "members_wanted")) == [("B", 50)]


def test_one_goals_parts_are_not_anothers(branch: Branch, goal: MembershipGoal) -> None:
    later = MembershipGoal.objects.create(
        branch=branch, members_wanted=200, by_date=goal.by_date + timedelta(days=365)
    )
    branches.set_club_goals(goal=later, wanted={club(branch, "A"): 30})
    assert club_goals(goal.branch, goal, timezone.localdate()).parts == []


def test_one_query_however_many_clubs(branch: Branch, goal: MembershipGoal) -> None:
    """Besides that for all that has been told."""
    counts = []
    for number in range(1, 4):
        branches.set_club_goals(
            goal=goal, wanted={club(branch, f"{number} {n}", 5): 9 for n in range(number)}
        )
        club_goals(branch, goal, timezone.localdate())
        told.kept(branch, "")
        with CaptureQueriesContext(connection) as queries:
            club_goals(branch, goal, timezone.localdate())
        counts.append(len(queries))
    assert counts == [1, 1, 1]


@pytest.mark.parametrize("people", range(40))
def test_what_is_told_is_never_a_group_of_one_to_four(people: int) -> None:
    told = part("A", 20, people)
    assert told.is_small == (people < 5)
    assert told.members is None or (told.members >= 5 and abs(told.members - people) <= 2)


@pytest.mark.parametrize(
    ("number", "told"), [(5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (97, 95), (98, 100)]
)
def test_the_nearest_five(number: int, told: int) -> None:
    assert nearest_five(number) == told


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (75, "Föreningarna har 75 av målet 100; 25 är ingens än."),
        (100, "Föreningarnas mål blir tillsammans målet 100."),
        (120, "Föreningarna vill vara 120 tillsammans, 20 mer än målet 100."),
    ],
)
def test_how_they_add_up_in_words(wanted: int, sentence: str) -> None:
    with translation.override("sv"):
        assert sentences.clubs(ClubGoals(100, [ClubsPart("A", wanted, None)])) == sentence
