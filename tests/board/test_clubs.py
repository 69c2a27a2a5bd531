"""Goals of the clubs beside the branch's: on the page, in the files, on paper; and only where there are some."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.board import report, tables
from crm.board.overview import overview
from crm.people import branches
from crm.people.models import Branch, Club, ClubMembership, MembershipGoal
from tests.board.sheets import pages_of
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
TITLE = "Föreningarnas mål"


@pytest.fixture
def branch() -> Branch:
    """Eight of Centrum and three of Åby, who want to be 60 and 30 of the branch's 100."""
    made: Branch = BranchFactory.create(slug="ekby")
    goal = MembershipGoal.objects.create(
        branch=made, members_wanted=100, by_date=timezone.localdate() + timedelta(days=200)
    )
    wanted = {}
    for name, members, number in (("Centrum", 8, 60), ("Åby", 3, 30)):
        club = Club.objects.create(branch=made, name=name)
        wanted[club] = number
        for member in MemberFactory.create_batch(members, branch=made):
            ClubMembership.objects.create(member=member, club=club, is_primary=True)
    branches.set_club_goals(goal=goal, wanted=wanted)
    return made


def test_the_page_tells_each_club_and_how_they_add_up(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    html = client.get(reverse("board:index", args=["ekby"])).content.decode()
    assert "Föreningarna har 90 av målet 100; 10 är ingens än." in html
    part = html.partition('id="clubs-title"')[2].partition("</table>")[0]
    assert part.count("<tr>") == 3
    assert "under 5" in part


def test_of_an_earlier_day_there_are_no_columns_of_dashes(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    html = client.get(reverse("board:index", args=["ekby"]), {"on": "2020-12-31"}).content.decode()
    table, _end, after = html.partition('id="clubs-title"')[2].partition("</table>")
    assert (table.count('<th scope="col"'), table.count('<td class="num"')) == (2, 2)
    assert "Hur många medlemmar varje förening hade sades inte under det här kvartalet" in after


def test_the_files_hold_the_same(branch: Branch) -> None:
    page = overview(branch, timezone.localdate())
    (told,) = (table for table in tables.tables(page) if table.title == TITLE)
    assert told.rows == [("Centrum", 60, 10, 50), ("Åby", 30, "under 5", None)]


def test_the_printed_report_has_them(branch: Branch) -> None:
    assert TITLE in " ".join(pages_of(report.draw(branch, overview(branch, timezone.localdate()))))


def test_a_branch_whose_clubs_have_none_is_told_nothing(client: Client, branch: Branch) -> None:
    branches.set_club_goals(goal=branch.goals.get(), wanted={})
    log_in_as(client, "board", branch)
    page = overview(branch, timezone.localdate())
    assert TITLE not in client.get(reverse("board:index", args=["ekby"])).content.decode()
    assert TITLE not in [table.title for table in tables.tables(page)]
