"""The plan on the board's page, in its report and its files, and in the texts for the annual report."""

import io
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from calls.models import CallRound
from crm.board import links
from crm.people.models import Branch
from crm.plan import standing
from crm.plan.models import Area, Goal, Plan
from tests.crm.markup import Markup
from tests.factories import MemberFactory, user_with
from tests.logins import log_in_as
from tests.outreach.making import activity
from tests.plan.making import make_area, make_goal, noted

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)
LONG = "Synas i de olika kommundelarna genom att arrangera intressanta öppna möten, gärna med lokalt anpassade teman"
at_noon = time_machine.travel("2026-07-01 12:00", tick=False)


@pytest.fixture
def goals(branch: Branch, area: Area) -> list[Goal]:
    """One of each that the board asks about, a late one last; measured in the morning."""
    MemberFactory.create(branch=branch)
    risky = make_goal(area, "Riskabelt", wanted=12, responsible="board")
    noted(make_goal(area, "Nått"), date(2026, 5, 1))
    make_goal(area, "Struket", struck_at="2026-05-01 12:00+00:00", struck_by=area.plan.created_by)
    late = make_goal(make_area(area.plan, "Studier"), LONG, due_on=JULY - timedelta(days=1))
    standing.measure_goals(branch=branch, on=JULY)
    return [risky, late]


def page_of(client: Client, branch: Branch, path: str = "styrelsen/") -> str:
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def card(page: str) -> str:
    found = re.search(r'<section class="card" aria-labelledby="plan-title">.*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


@at_noon
@pytest.mark.usefixtures("goals")
def test_the_board_sees_how_many_goals_stand_how(client: Client, branch: Branch) -> None:
    told = words(card(page_of(client, branch)))
    assert "Verksamhetsplan 2026" in told
    assert "Planen har 3 mål. Nådda: 1. Försenade: 1. I farozonen: 1." in told
    assert "nått 1 på väg 0 i farozonen 1 försenat 1" in told
    assert "Struket" not in told


@at_noon
def test_what_is_not_done_stands_there_and_leads_to_its_goal(
    client: Client, branch: Branch, goals: list[Goal]
) -> None:
    """The late one first, though it comes later in the plan."""
    risky, late = goals
    page = Markup.of(card(page_of(client, branch)))
    addresses = [link.attributes.get("href") or "" for link in page.all("a")]
    assert [address for address in addresses if "/mal/" in address] == [
        f"/{branch.slug}/plan/mal/{goal.pk}/" for goal in (late, risky)
    ]
    assert f"/{branch.slug}/plan/2026/?status=late#goals" in addresses
    assert f"/{branch.slug}/plan/2026/?status=on_the_way#goals" not in addresses
    how = f"/{branch.slug}/styrelsen/sa-raknas-det/"
    assert {f"{how}#goal-late", f"{how}#goal-at_risk", f"{how}#goal-status"} <= set(addresses)


@at_noon
@pytest.mark.parametrize(("number", "more"), [(6, ""), (7, "Och ett till."), (9, "Och 3 till.")])
def test_the_page_has_room_for_some(
    client: Client, branch: Branch, area: Area, number: int, more: str
) -> None:
    for place in range(number):
        make_goal(area, f"Uppgift {place}", due_on=JULY - timedelta(days=1))
    standing.measure_goals(branch=branch, on=JULY)
    told = words(card(page_of(client, branch)))
    assert len(re.findall(r"Uppgift \d", told)) == 6
    assert re.findall(r"Och (?:ett|\d+) till\.", told) == [more] * bool(more)


@at_noon
def test_one_goal_is_told_of_in_the_singular(client: Client, branch: Branch, area: Area) -> None:
    noted(make_goal(area), JULY)
    standing.measure_goals(branch=branch, on=JULY)
    told = words(card(page_of(client, branch)))
    assert "Planen har ett mål. Nådda: 1. Försenade: 0." in told
    assert "släpar efter" not in told


@at_noon
def test_without_a_plan_the_page_says_so_and_leads_there(client: Client, branch: Branch) -> None:
    page = card(page_of(client, branch))
    assert "ingen antagen verksamhetsplan" in page
    assert f'href="/{branch.slug}/plan/"' in page


@at_noon
@pytest.mark.usefixtures("goals")
def test_by_the_link_it_is_read_without_a_way_further(branch: Branch) -> None:
    by = user_with("board", branch)
    token = links.make(branch=branch, expires_on=JULY + timedelta(days=7), by=by)
    page = card(Client().get(f"/siffror/{token}/").content.decode())
    assert "Planen har 3 mål" in page
    assert "href=" not in page


@at_noon
@pytest.mark.usefixtures("goals")
def test_recruitment_is_read_by_the_link_too(branch: Branch) -> None:
    by = user_with("board", branch)
    token = links.make(branch=branch, expires_on=JULY + timedelta(days=7), by=by)
    page = Client().get(f"/siffror/{token}/").content.decode()
    assert 'id="recruitment-title"' in page
    assert f'href="/{branch.slug}/' not in page


@at_noon
@pytest.mark.usefixtures("goals")
def test_the_report_has_every_goal_in_its_own_words(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    content = client.get(f"/{branch.slug}/styrelsen/rapport.pdf").content
    told = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
    assert "Verksamhetsplan 2026" in told
    assert {text in told for text in ("Riskabelt", "Nått", "0 gånger av 12", "2026-06-30")} == {True}
    assert [word for word in LONG.split() if word not in told] == []
    assert "Struket" not in told


@at_noon
@pytest.mark.usefixtures("goals")
def test_the_files_have_every_goal_with_how_far_it_has_come(client: Client, branch: Branch) -> None:
    lines = page_of(client, branch, "styrelsen/siffror.csv").splitlines()
    (late,) = [line for line in lines if line.startswith(LONG)]
    assert late.rstrip(";") == f"{LONG};försenat;0 gånger av 1;2026-06-30"
    assert [line.split(";")[1:5] for line in lines if line.startswith("Riskabelt")] == [
        ["i farozonen", "0 gånger av 12", "2026-12-31", "styrelse"]
    ]


@at_noon
@pytest.mark.usefixtures("goals")
def test_the_annual_report_says_what_was_reached_and_what_was_not(client: Client, branch: Branch) -> None:
    told = page_of(client, branch, "styrelsen/verksamhetsberattelse/")
    assert "Verksamhetsplanen för 2026 har 3 mål. Nådda den 2026-07-01: 1." in told
    assert "Nådda:\n– Nått (1 gång av 1)" in told
    assert f"Inte nådda:\n– Riskabelt (0 gånger av 12)\n– {LONG} (0 gånger av 1)" in told
    assert "Struket" not in told


@at_noon
@pytest.mark.usefixtures("goals")
def test_what_has_not_begun_is_said_to_wait_though_there_are_three_texts(
    client: Client, branch: Branch
) -> None:
    by = user_with("call_leader", branch)
    days = {"opens_on": date(2026, 2, 1), "closes_on": date(2026, 12, 20)}
    CallRound.objects.create(branch=branch, period="2026", opened_at=timezone.now(), opened_by=by, **days)
    told = page_of(client, branch, "styrelsen/verksamhetsberattelse/")
    assert re.findall(r'<label for="passage-\d">(.*?)</label>', told) == [
        "Medlemmar", "Samtal till medlemmar", "Verksamhetsplanen",
    ]  # fmt: skip
    assert "får sina texter när de har börjat i år" in told


@time_machine.travel("2027-02-01 12:00", tick=False)
@pytest.mark.usefixtures("goals")
def test_after_new_year_the_text_is_of_the_years_last_day(client: Client, branch: Branch) -> None:
    assert "Nådda den 2026-12-31: 1." in page_of(client, branch, "styrelsen/verksamhetsberattelse/")


@time_machine.travel("2027-02-01 12:00", tick=False)
@pytest.mark.parametrize("query", ["?on=2026-12-31", "?on=2027-01-31", ""])
def test_a_share_of_the_whole_year_is_settled_when_the_year_is_over(
    client: Client, branch: Branch, area: Area, query: str
) -> None:
    """Set back to the year's last day, as the page asks for, it says no less than the day after."""
    activity(branch, date(2026, 5, 1))
    make_goal(
        area, "Alltid värva", figure="outreach_with_recruiting", of_figure="outreach_activities", wanted=100
    )
    told = page_of(client, branch, f"styrelsen/verksamhetsberattelse/{query}")
    assert "Verksamhetsplanen för 2026 har ett mål. Nådda den 2026-12-31: 1." in told
    assert "Nådda:\n– Alltid värva (1 av 1 aktivitet (100 %), målet är 100 %)" in told


@at_noon
def test_what_can_not_be_told_is_not_said_to_be_missed(client: Client, branch: Branch, area: Area) -> None:
    make_goal(area, "Okänt", figure="no_such_figure", wanted=3)
    told = page_of(client, branch, "styrelsen/verksamhetsberattelse/")
    assert "Går inte att säga:\n– Okänt" in told
    assert "Inte nådda" not in told


@time_machine.travel("2026-07-02 12:00", tick=False)
@pytest.mark.usefixtures("goals")
def test_set_back_to_a_day_the_links_show_the_same_day(client: Client, branch: Branch) -> None:
    page = Markup.of(card(page_of(client, branch, "styrelsen/?on=2026-07-01")))
    addresses = [link.attributes.get("href") or "" for link in page.all("a")]
    to_plan = [address for address in addresses if "/plan/" in address]
    assert len(to_plan) == 6
    assert [address for address in to_plan if "on=2026-07-01" not in address] == []
    assert f"/{branch.slug}/plan/2026/?on=2026-07-01&status=late#goals" in addresses


@at_noon
def test_a_plan_of_which_all_is_struck_out_is_not_counted(
    client: Client, branch: Branch, goals: list[Goal], plan: Plan
) -> None:
    Goal.objects.update(struck_at=timezone.now(), struck_by=plan.created_by)
    standing.measure_goals(branch=branch, on=JULY)
    assert "0 mål" not in card(page_of(client, branch))
    assert (
        "verksamhetsplanen för 2026"
        not in page_of(client, branch, "styrelsen/verksamhetsberattelse/").lower()
    )


@at_noon
def test_without_a_plan_report_and_texts_have_nothing_of_it(
    client: Client, branch: Branch, plan: Plan
) -> None:
    plan.delete()
    MemberFactory.create(branch=branch)
    assert "Verksamhetsplan" not in page_of(client, branch, "styrelsen/siffror.csv")
    assert (
        "verksamhetsplan"
        not in page_of(client, branch, "styrelsen/verksamhetsberattelse/").partition("<main")[2]
    )
