"""The texts for the annual report say the figures of the page."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from crm.board import annual
from crm.people.models import Branch, Membership, MembershipGoal
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
LAST = date(2026, 12, 31)


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create(name="Åsele AK")
    applied_roster(found, date(2025, 1, 31))
    period(found, date(2020, 1, 1))
    period(found, date(2026, 5, 1))
    period(found, date(2026, 6, 1))
    period(found, date(2020, 1, 1), date(2026, 7, 1))
    return found


def text(branch: Branch, on: date = LAST) -> str:
    with translation.override("en"):
        return annual.passages(branch, on)[0].text


def test_members_at_the_end_and_what_happened(branch: Branch) -> None:
    assert text(branch) == (
        "On 2026-12-31 Åsele AK had 3 members, 1 more than a year ago. During the year 2 joined and 1 left."
    )


def test_who_came_back_is_told(branch: Branch) -> None:
    gone = Membership.objects.get(branch=branch, ended_on=date(2026, 7, 1))
    Membership.objects.create(member=gone.member, branch=branch, started_on=date(2026, 9, 1))
    assert "3 joined and 1 left. Of those who joined 1 had been a member before." in text(branch)


def test_the_goal_is_told(branch: Branch) -> None:
    MembershipGoal.objects.create(branch=branch, members_wanted=1000, by_date=date(2027, 12, 31))
    assert text(branch).endswith("The goal is 1,000 members by 2027-12-31.")


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 6, 15), LAST])
def test_the_year_adds_up(branch: Branch, on: date) -> None:
    year = annual.year_until(branch, on)
    assert year.opening + year.joined + year.returned - year.left == year.closing
    assert year.opening == 2


def test_what_has_not_been_done_is_not_told(branch: Branch) -> None:
    assert len(annual.passages(branch, LAST)) == 1


def test_the_page_has_each_text_to_copy_and_no_name(client: Client, branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/styrelsen/verksamhetsberattelse/?on=2026-06-15")
    body = answer.content.decode()
    assert answer.context["passages"][0].text in body
    assert member.last_name not in body


def test_texts_that_are_not_there_yet_are_promised(client: Client) -> None:
    empty: Branch = BranchFactory.create()
    log_in_as(client, "board", empty)
    page = client.get(f"/{empty.slug}/styrelsen/verksamhetsberattelse/").content.decode()
    assert (page.count("<textarea"), "får sina texter när de har börjat i år" in page) == (1, True)
