"""The administrator shares the branch's goal among its clubs."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from crm.people.models import Branch, Club, ClubGoal, MembershipGoal
from tests.factories import BranchFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="ekby")
    return made


@pytest.fixture
def clubs(branch: Branch) -> tuple[Club, Club]:
    return (
        Club.objects.create(branch=branch, name="Centrum"),
        Club.objects.create(branch=branch, name="Åby"),
    )


@pytest.fixture
def goal(branch: Branch) -> MembershipGoal:
    return MembershipGoal.objects.create(branch=branch, members_wanted=1000, by_date=date(2027, 12, 31))


@pytest.fixture
def admin(client: Client, branch: Branch) -> Client:
    log_in_as(client, "admin", branch)
    return client


def page(goal: MembershipGoal, slug: str = "ekby") -> str:
    return reverse("people:club_goals", args=[slug, goal.pk])


def test_the_goal_is_shared_and_shown_again(
    admin: Client, clubs: tuple[Club, Club], goal: MembershipGoal
) -> None:
    first, second = clubs
    told = {f"club_{first.pk}": "400", f"club_{second.pk}": ""}
    answer = admin.post(page(goal), told, follow=True)
    assert "400 av dem fördelade på föreningarna" in answer.content.decode()
    assert list(ClubGoal.objects.values_list("club", "members_wanted")) == [(first.pk, 400)]
    assert admin.get(page(goal)).context["form"].initial == {
        f"club_{first.pk}": 400,
        f"club_{second.pk}": None,
    }


@pytest.mark.parametrize("hostile", ["-1", "många", "1.5", "9" * 30])
def test_what_is_no_number_changes_nothing(
    admin: Client, clubs: tuple[Club, Club], goal: MembershipGoal, hostile: str
) -> None:
    admin.post(page(goal), {f"club_{clubs[0].pk}": "400"})
    answer = admin.post(page(goal), {f"club_{clubs[0].pk}": hostile})
    assert answer.status_code == 422
    assert ClubGoal.objects.get().members_wanted == 400


def test_the_form_sent_twice_sets_once(admin: Client, clubs: tuple[Club, Club], goal: MembershipGoal) -> None:
    for _ in range(2):
        admin.post(page(goal), {f"club_{clubs[0].pk}": "400"})
    assert ClubGoal.objects.count() == 1


def test_a_branch_without_clubs_is_not_asked(admin: Client, goal: MembershipGoal) -> None:
    assert page(goal) not in admin.get(reverse("people:goals", args=["ekby"])).content.decode()


def test_another_branchs_goal_is_not_there(admin: Client) -> None:
    theirs = MembershipGoal.objects.create(
        branch=BranchFactory.create(), members_wanted=10, by_date=date(2027, 1, 1)
    )
    assert admin.get(page(theirs)).status_code == 404


@pytest.mark.parametrize(("kind", "status"), [("board", 403), ("member_officer", 403)])
def test_only_the_administrator_shares_it(
    client: Client, branch: Branch, goal: MembershipGoal, kind: str, status: int
) -> None:
    log_in_as(client, kind, branch)
    assert client.get(page(goal)).status_code == status
    assert client.post(page(goal), {}).status_code == status


def test_with_the_goal_its_parts_go(admin: Client, clubs: tuple[Club, Club], goal: MembershipGoal) -> None:
    admin.post(page(goal), {f"club_{clubs[0].pk}": "400"})
    admin.post(reverse("people:remove_goal", args=["ekby", goal.pk]))
    assert not ClubGoal.objects.exists()
