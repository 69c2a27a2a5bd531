"""The administrator's pages: settings, clubs, goals."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from crm.people.models import Branch, Club, ClubMembership, MembershipGoal, User
from tests.factories import BranchFactory, ClubFactory, MemberFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, branch: Branch) -> User:
    return log_in_as(client, "admin", branch)


def post(client: Client, branch: Branch, page: str, **data: Any) -> list[str]:
    """The form's errors; none when the answer leads on."""
    answer = client.post(f"/{branch.slug}/{page}", data)
    if answer.status_code == 302:
        return []
    assert answer.status_code == 422
    return [error for errors in answer.context["form"].errors.values() for error in errors]


def messages(client: Client, page: str) -> list[str]:
    return [str(message) for message in client.post(page, follow=True).context["messages"]]


def test_the_settings_are_saved(client: Client, branch: Branch, admin: User) -> None:
    assert (
        post(client, branch, "installningar/", name="Nya namnet", place="Orten", reply_email="a@example.org")
        == []
    )
    branch.refresh_from_db()
    assert (branch.name, branch.place, branch.reply_email) == ("Nya namnet", "Orten", "a@example.org")


def test_the_address_of_a_branch_stays(client: Client, branch: Branch, admin: User) -> None:
    post(client, branch, "installningar/", name="Nya namnet", place="Orten", slug="annat", is_fictitious="on")
    slug, fictitious = Branch.objects.values_list("slug", "is_fictitious").get(pk=branch.pk)
    assert (slug, fictitious) == (branch.slug, False)


def test_a_name_that_is_taken_is_refused(
    client: Client, branch: Branch, other_branch: Branch, admin: User
) -> None:
    assert post(client, branch, "installningar/", name=other_branch.name, place="X") == [
        "Arbetarekommun med detta Namn finns redan."
    ]


def test_a_club_is_added_and_renamed(client: Client, branch: Branch, admin: User) -> None:
    assert post(client, branch, "installningar/foreningar/", name="Ryds s-förening", kind="geographic") == []
    club = Club.objects.get(branch=branch)
    assert (
        post(client, branch, f"installningar/foreningar/{club.pk}/", name="Metalls s-förening", kind="union")
        == []
    )
    club.refresh_from_db()
    assert (club.name, club.kind) == ("Metalls s-förening", "union")


@time_machine.travel("2026-09-02T10:00:00Z", tick=False)
def test_a_club_that_wakes_has_rested_until_then(client: Client, branch: Branch, admin: User) -> None:
    club = ClubFactory.create(branch=branch, name="Ryds s-förening", resting_since=date(2026, 2, 1))
    page = f"installningar/foreningar/{club.pk}/"
    assert post(client, branch, page, name="Ryds s-förening", kind="geographic", resting_since="") == []
    rest = club.past.get()
    assert (rest.what, rest.since, rest.until) == ("rest", date(2026, 2, 1), date(2026, 9, 2))


def test_a_branch_has_one_club_of_a_name(client: Client, branch: Branch, admin: User) -> None:
    ClubFactory.create(branch=branch, name="Ryds s-förening")
    ClubFactory.create(name="Åby s-förening")
    assert post(client, branch, "installningar/foreningar/", name="Ryds s-förening", kind="union") == [
        "Arbetarekommunen har redan en förening med det namnet."
    ]
    assert post(client, branch, "installningar/foreningar/", name="Åby s-förening", kind="union") == []


def test_only_an_empty_club_is_removed(client: Client, branch: Branch, admin: User) -> None:
    used, empty = ClubFactory.create_batch(2, branch=branch)
    ClubMembership.objects.create(member=MemberFactory.create(branch=branch), club=used)
    said = [
        messages(client, f"/{branch.slug}/installningar/foreningar/{club.pk}/ta-bort/")
        for club in (used, empty)
    ]
    assert said == [[f"{used.name} har medlemmar och blir därför kvar."], ["Föreningen är borttagen."]]
    assert list(Club.objects.filter(branch=branch)) == [used]


def test_the_clubs_page_counts_and_names_nobody(client: Client, branch: Branch, admin: User) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    ClubMembership.objects.create(member=member, club=ClubFactory.create(branch=branch))
    answer = client.get(f"/{branch.slug}/installningar/foreningar/")
    assert [club.in_use for club in answer.context["clubs"]] == [1]
    assert "Särskilt-Namn" not in answer.content.decode()


def test_a_goal_is_set_once_for_a_date_and_removed(client: Client, branch: Branch, admin: User) -> None:
    assert (
        post(client, branch, "installningar/medlemsmal/", members_wanted="1000", by_date="2026-12-31") == []
    )
    goal = MembershipGoal.objects.get(branch=branch)
    assert (goal.members_wanted, goal.by_date) == (1000, date(2026, 12, 31))
    assert post(client, branch, "installningar/medlemsmal/", members_wanted="900", by_date="2026-12-31") == [
        "Arbetarekommunen har redan ett mål för det datumet."
    ]
    assert messages(client, f"/{branch.slug}/installningar/medlemsmal/{goal.pk}/ta-bort/") == [
        "Målet är borttaget."
    ]
    assert MembershipGoal.objects.count() == 0


PAGES = [
    "installningar/",
    "installningar/foreningar/",
    "installningar/foreningar/{club}/",
    "installningar/medlemsmal/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("kind", "own", "status"), [("admin", True, 200), ("board", True, 403), ("admin", False, 404)]
)
def test_who_manages_a_branch(client: Client, page: str, kind: str, own: bool, status: int) -> None:
    branch = BranchFactory.create()
    club = ClubFactory.create(branch=branch)
    log_in_as(client, kind, branch if own else BranchFactory.create())
    assert client.get(f"/{branch.slug}/{page.format(club=club.pk)}").status_code == status


@pytest.mark.parametrize(
    "page",
    [
        "installningar/foreningar/{pk}/",
        "installningar/foreningar/{pk}/ta-bort/",
        "installningar/medlemsmal/{pk}/ta-bort/",
    ],
)
def test_another_branchs_things_are_not_there(
    client: Client, branch: Branch, other_branch: Branch, admin: User, page: str
) -> None:
    club = ClubFactory.create(branch=other_branch)
    MembershipGoal.objects.create(pk=club.pk, branch=other_branch, members_wanted=5, by_date="2026-12-31")
    answer = client.post(f"/{branch.slug}/{page.format(pk=club.pk)}", {"name": "Kapad", "kind": "union"})
    assert answer.status_code == 404
    assert (Club.objects.get().name, MembershipGoal.objects.count()) == (club.name, 1)
